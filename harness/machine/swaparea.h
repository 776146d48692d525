/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formats a swap area and switches it on and off. */
#ifndef DIRTYBENCH_SWAPAREA_H
#define DIRTYBENCH_SWAPAREA_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/reason.h"

/*
 * How large an area has to be so that @bytes of pages go there: the kernel
 * hands out slots in clusters of 2 MiB a CPU, and a page that came back keeps
 * its slot for a while.
 */
uint64_t swaparea_bytes(uint64_t bytes);

/* Write the header page that mkswap writes (union swap_header, version 1). */
int swaparea_format(int fd, uint64_t area_bytes);

/* Whether swaparea_format() wrote the header of the file or device @path. */
bool swaparea_is_ours(const char *path);

/* swapon with the highest priority that a program can give. */
int swaparea_on(const char *path, struct reason *why);

/*
 * swapoff, in a child and within a time limit. 0 also when @path was not on.
 * -ENOMEM: its pages do not fit in memory, -ETIMEDOUT: not all are back yet;
 * in both cases the area stays on, and trying again later makes sense.
 */
int swaparea_off(const char *path, struct reason *why);

#endif
