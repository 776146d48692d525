// SPDX-License-Identifier: GPL-2.0-or-later
// The runs that samples came from, and the boots that these were in.
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/summary/runlist.h"

void runlist_clear(struct runlist *runs)
{
	for (int i = 0; i < runs->nr; i++)
		free(runs->list[i].name);
	free(runs->list);
	for (int i = 0; i < runs->nr_boots; i++)
		free(runs->boots[i]);
	free(runs->boots);
}

static int enter_boot(struct runlist *runs, const char *boot)
{
	void *boots;

	for (int i = 0; i < runs->nr_boots; i++)
		if (strcmp(runs->boots[i], boot) == 0)
			return i;
	boots = growing_room(runs->boots, runs->nr_boots, sizeof(char *));
	if (!boots)
		return -ENOMEM;
	runs->boots = boots;
	runs->boots[runs->nr_boots] = strdup(boot);
	if (!runs->boots[runs->nr_boots])
		return -ENOMEM;
	return runs->nr_boots++;
}

static int add_run(struct runlist *runs, const char *name, int boot)
{
	void *list = growing_room(runs->list, runs->nr, sizeof(*runs->list));
	struct runlist_run *run;

	if (!list)
		return -ENOMEM;
	runs->list = list;
	run = &runs->list[runs->nr];
	run->name = strdup(name);
	if (!run->name)
		return -ENOMEM;
	run->boot = boot;
	return runs->nr++;
}

static bool is_run(const struct runlist *runs, int number, const char *name,
		   const char *boot)
{
	const struct runlist_run *run = &runs->list[number];

	return strcmp(run->name, name) == 0 &&
	       strcmp(runs->boots[run->boot], boot) == 0;
}

int runlist_enter(struct runlist *runs, int likely, const char *name,
		  const char *boot)
{
	int number;

	if (likely < runs->nr && is_run(runs, likely, name, boot))
		return likely;
	for (int i = 0; i < runs->nr; i++)
		if (is_run(runs, i, name, boot))
			return i;
	number = enter_boot(runs, boot);
	return number < 0 ? number : add_run(runs, name, number);
}
