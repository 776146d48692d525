/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose an instruction is: function, what was inlined there, line. */
#ifndef DIRTYBENCH_CODEPLACE_H
#define DIRTYBENCH_CODEPLACE_H

/* Texts belong to the symbols that told them, and are compared as texts. */
struct code_place {
	const char *function;
	const char *inlined; /* NULL: nothing, or nothing is known */
	const char *line;    /* "mm/memory.c:4032"; NULL */
};

#endif
