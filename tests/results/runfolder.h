/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders of runs to test with. */
#ifndef DIRTYBENCH_RUNFOLDER_H
#define DIRTYBENCH_RUNFOLDER_H

#include <stddef.h>

#include "results/sample.h"

/* What env.json says; everything else is the same in all of them. */
struct runfolder {
	const char *run, *boot;
	const char *label;   /* NULL is null */
	const char *release; /* of the kernel */
	const char *model;   /* of the processor */
	const char *thp;     /* transparent huge pages: "madvise" and so on */
	const char *start;   /* "2026-01-31T23:59:59Z"; NULL is null */
	const char *command; /* a JSON array; NULL is null */
	const char *commit;  /* NULL is null */
};

/* Of that run; boot "boot-1", no label, release "6.1", model "M", "madvise". */
void runfolder_init(struct runfolder *what, const char *run);

/* Makes @folder, if it is not there, and its env.json. 0 or -errno. */
int runfolder_write(const char *folder, const struct runfolder *what);

/* Adds to samples.jsonl of @folder, which is made where needed. 0 or -errno. */
int runfolder_add_lines(const char *folder, const char *text, size_t length);
int runfolder_add_text(const char *folder, const char *text);

/* The same, as a sample of that run and boot. */
int runfolder_add(const char *folder, const struct runfolder *what,
		  struct sample *sample);

/* Removes the folder with everything in it. 0 or -errno. */
int runfolder_remove(const char *folder);

#endif
