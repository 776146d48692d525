/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where MemorySanitizer's shadows and origins lie. */
#ifndef DIRTYBENCH_MSAN_LAYOUT_H
#define DIRTYBENCH_MSAN_LAYOUT_H

#include "workloads/shadow-model.h"

/*
 * x86-64 Linux, compiler-rt's msan.h: the shadow of address a lies at
 * a ^ MSAN_SHADOW_XOR, a byte for a byte, and its origin MSAN_ORIGIN_OFFSET
 * above the shadow.
 *
 *   0x0000_0000_0000  program, 1 TiB   0x2000_0000_0000  its shadow, 16 TiB
 *   0x0100_0000_0000  shadow, 15 TiB   0x3000_0000_0000  origins, 16 TiB
 *   0x1100_0000_0000  origins, 15 TiB  0x5000_0000_0000  shadow, 1 TiB
 *   0x5100_0000_0000  program, 15 TiB  0x6000_0000_0000  origins, 1 TiB
 *   0x7000_0000_0000  program, 16 TiB
 */
#define MSAN_SHADOW_XOR	   0x500000000000ULL
#define MSAN_ORIGIN_OFFSET 0x100000000000ULL

/* Where the allocator's regions begin (msan_allocator.cpp). */
#define MSAN_ALLOCATOR_START  0x700000000000ULL
#define MSAN_ALLOCATOR_REGION 0x1000000000ULL

/* Shadows alone, 32 TiB; with @origins 64 TiB. */
const struct shadow_model *msan_model(bool origins);

#endif
