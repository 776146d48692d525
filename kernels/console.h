/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel's console tells of how it ended. */
#ifndef DIRTYBENCH_CONSOLE_H
#define DIRTYBENCH_CONSOLE_H

#include <stddef.h>

enum console_finding {
	CONSOLE_NOTHING,
	CONSOLE_EMULATOR, /* QEMU itself complains */
	CONSOLE_LOCKUP,	  /* something is stuck, as the kernel noticed */
	CONSOLE_PANIC,	  /* without an oops before it */
	CONSOLE_OOPS,
};

/*
 * The gravest finding in the text of a console, and the line that tells it,
 * without time stamp and what is not printable, in @line (cut at @bytes; "" for
 * CONSOLE_NOTHING). Of several lines of one kind the first counts: what comes
 * later follows from it.
 */
enum console_finding console_classify(const char *text, size_t length,
				      char *line, size_t bytes);

/* "a kernel oops", "a panic", ...; for CONSOLE_NOTHING "nothing". */
const char *console_finding_name(enum console_finding finding);

#endif
