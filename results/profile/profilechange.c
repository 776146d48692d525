// SPDX-License-Identifier: GPL-2.0-or-later
// Where the instructions of a phase went from one kernel to another.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/profile/profilechange.h"

/* Callers that are looked through for one that both sides have. */
enum { MAX_CALLERS = 8 };

/* A change with what it is sorted by. */
struct ordered {
	struct profile_change change;
	double group; /* the sum of the changes that stand together */
};

const char *profile_presence_name(enum profile_presence presence)
{
	static const char *const names[] = {
		[PROFILE_IN_BOTH] = "",
		[PROFILE_APPEARS] = "appears",
		[PROFILE_VANISHES] = "vanishes",
	};

	return names[presence];
}

static const char *find_with(const struct profile_part *own,
			     const struct profile_part *other,
			     const struct profile_cost *cost)
{
	const char *caller = cost->caller;

	for (int i = 0; caller && i < MAX_CALLERS; i++) {
		cost = profile_cost(own, caller);
		if (!cost)
			return NULL;
		if (profile_cost(other, caller))
			return cost->function;
		caller = cost->caller;
	}
	return NULL;
}

static int list_changes(const struct profile_part *base,
			const struct profile_part *fresh, struct ordered *list)
{
	int nr = 0;

	for (int i = 0; i < base->nr_costs; i++) {
		const struct profile_cost *cost = &base->costs[i];
		const struct profile_cost *other =
			profile_cost(fresh, cost->function);

		list[nr++].change = (struct profile_change){
			.function = cost->function,
			.presence = other ? PROFILE_IN_BOTH : PROFILE_VANISHES,
			.with = other ? NULL : find_with(base, fresh, cost),
			.base = cost->insn,
			.fresh = other ? other->insn : 0,
		};
	}
	for (int i = 0; i < fresh->nr_costs; i++) {
		const struct profile_cost *cost = &fresh->costs[i];

		if (profile_cost(base, cost->function))
			continue;
		list[nr++].change = (struct profile_change){
			.function = cost->function,
			.presence = PROFILE_APPEARS,
			.with = find_with(fresh, base, cost),
			.fresh = cost->insn,
		};
	}
	return nr;
}

static double size_of(const struct profile_change *change)
{
	return change->fresh - change->base;
}

/* The name that those who stand together share. */
static const char *head_of(const struct profile_change *change)
{
	return change->with ? change->with : change->function;
}

static void sum_groups(struct ordered *list, int nr)
{
	for (int i = 0; i < nr; i++) {
		const char *head = head_of(&list[i].change);

		list[i].group = 0;
		for (int j = 0; j < nr; j++)
			if (!strcmp(head, head_of(&list[j].change)))
				list[i].group += size_of(&list[j].change);
	}
}

static int compare_sizes(double a, double b)
{
	a = fabs(a);
	b = fabs(b);
	return (a < b) - (a > b);
}

static int compare(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;
	int order = compare_sizes(a->group, b->group);

	/* Of groups that did not change the order is that of their size. */
	if (!order && a->group != 0)
		order = strcmp(head_of(&a->change), head_of(&b->change));
	if (!order)
		order = (a->change.with != NULL) - (b->change.with != NULL);
	if (!order)
		order = compare_sizes(size_of(&a->change), size_of(&b->change));
	if (!order)
		order = compare_sizes(a->change.base, b->change.base);
	return order ? order : strcmp(a->change.function, b->change.function);
}

int profile_changes(const struct profile_part *base,
		    const struct profile_part *fresh,
		    struct profile_change **list)
{
	size_t most = (size_t)(base->nr_costs + fresh->nr_costs) + 1;
	struct ordered *ordered = calloc(most, sizeof(*ordered));
	int nr;

	*list = calloc(most, sizeof(**list));
	if (!ordered || !*list) {
		free(ordered);
		free(*list);
		*list = NULL;
		return -ENOMEM;
	}
	nr = list_changes(base, fresh, ordered);
	sum_groups(ordered, nr);
	qsort(ordered, (size_t)nr, sizeof(*ordered), compare);
	for (int i = 0; i < nr; i++)
		(*list)[i] = ordered[i].change;
	free(ordered);
	return nr;
}
