/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share. */
#ifndef DIRTYBENCH_FUZZ_H
#define DIRTYBENCH_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"

/* What libFuzzer calls with each input; 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process, so that libFuzzer keeps the input, where @holds is not. */
#define FUZZ_ASSERT(holds)                                     \
	do {                                                   \
		if (!(holds))                                  \
			fuzz_fail(__FILE__, __LINE__, #holds); \
	} while (0)

void fuzz_fail(const char *file, int line, const char *what)
	__attribute__((noreturn));

/* Asserts that it is one line, and not an empty one. */
void fuzz_check_sentence(const struct reason *why);

/* The path of a file in memory that holds @data until the next call. */
const char *fuzz_file(const void *data, size_t size);

#endif
