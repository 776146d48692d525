/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions by the names that their authors gave them. */
#ifndef DIRTYBENCH_FUNCTIONNAME_H
#define DIRTYBENCH_FUNCTIONNAME_H

#include <stddef.h>

/*
 * Bytes of @name without what a compiler put behind it: .isra.0, .constprop.0,
 * .part.0, .cold, .llvm.12345, .lto_priv.0, also several of them. A number at
 * the end is part of such a suffix only.
 */
size_t functionname_length(const char *name);

#endif
