/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads /proc/swaps: the swap areas that are active. */
#ifndef DIRTYBENCH_SWAPLIST_H
#define DIRTYBENCH_SWAPLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/prepare.h"

/* The kernel has no more areas than this (MAX_SWAPFILES_SHIFT is 5). */
#define SWAP_AREAS_MAX 32

struct swap_area {
	enum swap_backend backend; /* zram devices, or SWAP_FILE for the rest */
	uint64_t bytes, used_bytes;
	int priority; /* the greatest is filled first */
};

struct swap_list {
	struct swap_area areas[SWAP_AREAS_MAX];
	size_t count;
};

/* The text of /proc/swaps. -EINVAL: not of that form. */
int swaplist_parse(struct swap_list *list, const char *text);

/* Empty where there is no /proc/swaps (no CONFIG_SWAP). */
int swaplist_read(struct swap_list *list);

/* Free bytes on @backend if pages go there and nowhere else first, else 0. */
uint64_t swaplist_first_free_bytes(const struct swap_list *list,
				   enum swap_backend backend);

#endif
