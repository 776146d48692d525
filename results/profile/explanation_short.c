// SPDX-License-Identifier: GPL-2.0-or-later
// What a cover letter has of two profiles: the functions that changed most.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/profile/explanation_parts.h"
#include "results/tables/text.h"

/* A function's change is told from this share of its phase on, which two boots
 * of one kernel seldom differ by. */
static const double least_share = 0.005;

/* So that a line has TEXT_MAIL_COLUMNS, with three numbers of nine. */
enum { NAME_COLUMNS = 42 };

struct candidate {
	const struct profile_part *part;
	char *function; /* a copy */
	double base, fresh;
	double share; /* of the phase, in base */
};

struct candidates {
	struct candidate *list;
	int nr;
};

/* Takes @function over; NULL is one that there was no memory for. */
static int add(struct candidates *candidates, const struct profile_part *part,
	       char *function, double base, double fresh)
{
	struct candidate *grown =
		growing_room(candidates->list, candidates->nr, sizeof(*grown));

	if (!grown || !function) {
		free(function);
		return -ENOMEM;
	}
	candidates->list = grown;
	grown[candidates->nr++] = (struct candidate){
		.part = part,
		.function = function,
		.base = base,
		.fresh = fresh,
		.share = fabs(fresh - base) / part->insn,
	};
	return 0;
}

/* A function and the @nr - 1 behind it that one side only has. */
static int add_group(struct candidates *candidates,
		     const struct profile_part *part,
		     const struct profile_change *changes, int nr)
{
	double base = 0, fresh = 0;
	char *name;

	for (int i = 0; i < nr; i++) {
		base += changes[i].base;
		fresh += changes[i].fresh;
	}
	if (fabs(fresh - base) < EXPLANATION_LEAST ||
	    fabs(fresh - base) < least_share * part->insn)
		return 0;
	if (nr == 1)
		name = strdup(changes->function);
	else if (asprintf(&name, "%s +%d", changes->function, nr - 1) < 0)
		name = NULL;
	return add(candidates, part, name, base, fresh);
}

static bool is_with(const struct profile_change *change,
		    const struct profile_change *head)
{
	return change->with && !strcmp(change->with, head->function);
}

static int add_part(struct candidates *candidates,
		    const struct profile_part *base,
		    const struct profile_part *fresh)
{
	struct profile_change *changes;
	int nr = profile_changes(base, fresh, &changes), ret = 0, next;

	if (nr < 0)
		return nr;
	for (int i = 0; !ret && i < nr; i = next) {
		next = i + 1;
		while (next < nr && is_with(&changes[next], &changes[i]))
			next++;
		ret = add_group(candidates, base, &changes[i], next - i);
	}
	free(changes);
	return ret;
}

/* Set-up is no figure of a letter. */
static bool recurs(const struct profile_part *part)
{
	return strcmp(part->phase, "open") != 0 &&
	       strcmp(part->phase, "disarm") != 0 &&
	       strcmp(part->phase, "close") != 0;
}

static int compare(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->share != b->share)
		return a->share < b->share ? 1 : -1;
	return strcmp(a->function, b->function);
}

/* "dense/scan collect: " of the cell's key and the phase. */
static void put_candidate(FILE *out, const struct candidate *candidate)
{
	const char *cell = candidate->part->cell;
	size_t length = strcspn(cell, "/");
	char name[400];

	length += cell[length] ? 1 + strcspn(cell + length + 1, "/") : 0;
	snprintf(name, sizeof(name), "%.*s %s: %s", (int)length, cell,
		 candidate->part->phase, candidate->function);
	if (strlen(name) > NAME_COLUMNS)
		fprintf(out, "%s\n%*s", name, NAME_COLUMNS, "");
	else
		fprintf(out, "%-*s", NAME_COLUMNS, name);
	fprintf(out, " %9.2f %9.2f %+9.2f\n", candidate->base, candidate->fresh,
		candidate->fresh - candidate->base);
}

static void put_all(FILE *out, struct candidates *candidates, int most)
{
	bool others = false;

	if (!candidates->nr)
		return;
	qsort(candidates->list, (size_t)candidates->nr,
	      sizeof(*candidates->list), compare);
	fprintf(out, "%-*s %9s %9s %9s\n", NAME_COLUMNS,
		"Where the instructions went, per page", "base", "new",
		"change");
	for (int i = 0; i < candidates->nr && i < most; i++) {
		put_candidate(out, &candidates->list[i]);
		others |= strstr(candidates->list[i].function, " +") != NULL;
	}
	if (others)
		fputs("+N: with functions that it calls and one side only "
		      "has\n",
		      out);
}

int explanation_print_short(FILE *out, const struct profile *base,
			    const struct profile *fresh, int most)
{
	struct candidates candidates = { .nr = 0 };
	int ret = 0;

	for (int i = 0; !ret && i < base->nr_parts; i++) {
		const struct profile_part *part = &base->parts[i];
		const struct profile_part *other =
			profile_find(fresh, part->cell, part->phase);

		if (other && recurs(part))
			ret = add_part(&candidates, part, other);
	}
	if (!ret)
		put_all(out, &candidates, most);
	for (int i = 0; i < candidates.nr; i++)
		free(candidates.list[i].function);
	free(candidates.list);
	return ret;
}
