/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of a guest's kernel, by address. */
#ifndef DIRTYBENCH_KERNELSYMBOLS_H
#define DIRTYBENCH_KERNELSYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"

struct kernel_symbol {
	uint64_t address;
	const char *name;
};

struct kernel_symbols {
	char *text; /* holds the names */
	struct kernel_symbol *v;
	size_t nr;
};

/*
 * What a guest sends of its /proc/kallsyms (cli/guestsymbols.h): a line a
 * function, the distance in address from the one before in hexadecimal, a
 * blank, and the name. -ENODATA with @why where there is none, or all are at
 * address 0; -EINVAL; -ENOMEM. kernel_symbols_free() in any case.
 */
int kernel_symbols_read(struct kernel_symbols *symbols, const char *text,
			size_t length, struct reason *why);
void kernel_symbols_free(struct kernel_symbols *symbols);

/* The function that @address is in; NULL below the first. */
const struct kernel_symbol *
kernel_symbols_find(const struct kernel_symbols *symbols, uint64_t address);

#endif
