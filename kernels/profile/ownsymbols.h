/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which part of our program an address in a target belongs to. */
#ifndef DIRTYBENCH_OWNSYMBOLS_H
#define DIRTYBENCH_OWNSYMBOLS_H

#include <stdint.h>

#include "harness/reason.h"

struct own_symbols;

/*
 * Reads the debugging information of @program. Without any, all is one part.
 * -errno with @why; own_symbols_close() takes NULL.
 */
int own_symbols_open(struct own_symbols **symbols, const char *program,
		     struct reason *why);
void own_symbols_close(struct own_symbols *symbols);

/* That the mark which begins a phase was executed at @address: it tells where
 * the program lies. */
void own_symbols_place(struct own_symbols *symbols, uint64_t address);

/* "[workload]": what stores; "[tracker]": all else that a phase executes
 * outside the kernel, libraries included; "[user]" where that is not known. */
const char *own_symbols_find(struct own_symbols *symbols, uint64_t address);

#endif
