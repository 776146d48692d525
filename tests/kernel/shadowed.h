/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a process's address space is mapped and populated, and how. */
#ifndef DIRTYBENCH_TESTS_SHADOWED_H
#define DIRTYBENCH_TESTS_SHADOWED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A part of the address space, by smaps. */
struct part {
	uint64_t start, end;
	char access[8];
	char flags[128];
};

/* What a page of a shadow is. */
enum kind { HOLE, WRITTEN, ZERO };

/* Pages of a part of a shadow. */
struct kinds {
	uint64_t written, zero;
	uint64_t runs;	   /* of pages that are no holes and alike */
	uint64_t leading;  /* written ones in front of all others */
	uint64_t span;	   /* up to and with the last that is no hole */
	uint64_t looked;   /* all */
	uint64_t clusters; /* runs of pages that are no holes, of any kind */
	enum kind last;
	bool others;
};

/* The mapping at @at, which has to be one. */
void describe_part(pid_t pid, uint64_t at, struct part *part);

/* The pages of [start, end), by an open pagemap. */
void count_kinds(int pagemap, uint64_t start, uint64_t end,
		 struct kinds *kinds);

/* Start a reference program and wait until it has used its memory; ends the
 * test where that cannot be. */
pid_t start_reference(const char *path);

#endif
