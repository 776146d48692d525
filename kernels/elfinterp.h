/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader that an ELF program names. */
#ifndef DIRTYBENCH_ELFINTERP_H
#define DIRTYBENCH_ELFINTERP_H

#include <stddef.h>

#include "harness/reason.h"

/*
 * Put @loader in the place of the one that the x86-64 program in the @length
 * bytes at @image names (PT_INTERP). -EINVAL: no such program, or one without
 * a loader; -ENAMETOOLONG: @loader does not fit.
 */
int elfinterp_set(char *image, size_t length, const char *loader,
		  struct reason *why);

/* The name that is there, in @image; NULL where there is none. */
const char *elfinterp_get(const char *image, size_t length);

#endif
