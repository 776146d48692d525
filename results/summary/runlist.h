/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runs that samples came from, and the boots that these were in. */
#ifndef DIRTYBENCH_RUNLIST_H
#define DIRTYBENCH_RUNLIST_H

/* A run is told by its name and its boot. */
struct runlist_run {
	char *name;
	int boot;
};

/* All zero is an empty one. */
struct runlist {
	struct runlist_run *list;
	int nr;
	char **boots;
	int nr_boots;
};

/*
 * The number of that run, which is added where it is new; -ENOMEM. It is found
 * at once when it is number @likely.
 */
int runlist_enter(struct runlist *runs, int likely, const char *name,
		  const char *boot);
void runlist_clear(struct runlist *runs);

#endif
