/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where ThreadSanitizer's shadow and meta shadow lie. */
#ifndef DIRTYBENCH_TSAN_LAYOUT_H
#define DIRTYBENCH_TSAN_LAYOUT_H

#include "workloads/shadow-model.h"

/*
 * x86-64 Linux, compiler-rt's tsan_platform.h since LLVM 14: the shadow of
 * address a lies at ((a & ~TSAN_MASK) ^ TSAN_XOR) * 2, 16 bytes for a word (32
 * before), its meta shadow at TSAN_META_START + (a & ~TSAN_MASK) / 2.
 *
 *   0x0100_0000_0000  shadow, 15 TiB
 *   0x3000_0000_0000  meta shadow, 4 TiB
 */
#define TSAN_MASK	0x780000000000ULL
#define TSAN_XOR	0x040000000000ULL
#define TSAN_META_START 0x300000000000ULL

/* Where the allocator's regions begin (tsan_platform.h). */
#define TSAN_ALLOCATOR_START  0x7b0000000000ULL
#define TSAN_ALLOCATOR_REGION 0x400000000ULL

extern const struct shadow_model tsan_model;

#endif
