/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runs that the words of a command name: folders, files and patterns. */
#ifndef DIRTYBENCH_PATHS_H
#define DIRTYBENCH_PATHS_H

#include "harness/reason.h"

/* Where a run is. */
struct paths_run {
	char *path;    /* as it was named, or as a pattern or folder gave it */
	char *samples; /* the file of its samples, or of Google Benchmark */
	char *environment; /* env.json; NULL for a file of Google Benchmark */
};

struct paths {
	struct paths_run *list; /* in the order of the words */
	int nr;
};

/*
 * A word is the folder of a run (it has samples.jsonl or env.json), a folder
 * of such folders, a sample file, a file that Google Benchmark wrote, or,
 * where nothing has that name, a pattern (glob(7)) of these. What one word
 * names is sorted, digits by their number. Whether the files can be read is
 * not tried. 0, or with one sentence in @why: -ENOENT nothing of that name, no
 * match, a folder without a run, or a sample file without env.json beside it;
 * -EINVAL neither file nor folder; what else the system says; -ENOMEM.
 * paths_clear() in any case.
 */
int paths_find(struct paths *paths, const char *const *words, int nr_words,
	       struct reason *why);
void paths_clear(struct paths *paths);

#endif
