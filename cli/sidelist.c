// SPDX-License-Identifier: GPL-2.0-or-later
/* The sides that a command line names: BASE NEW, or BASE... -- NEW... */
#include "cli/sidelist.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"

/* Known by its address, as a word of the user may be empty too. */
static char separator[] = "";

void sidelist_keep_separators(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--"))
			argv[i] = separator;
}

error_t sidelist_add_word(struct sidelist *list, const char *word)
{
	const char **words = growing_room((void *)list->words, list->nr_words,
					  sizeof(*words));

	if (!words)
		return ENOMEM;
	list->words = words;
	words[list->nr_words++] = word == separator ? NULL : word;
	return 0;
}

static int load_side(struct sidelist *list, int first, int nr,
		     unsigned int flags, struct reason *why)
{
	struct side **sides = growing_room(list->sides, list->nr_sides,
					   sizeof(struct side *));
	int err;

	if (!sides)
		return reason_errno(why, -ENOMEM, "cannot read the runs");
	list->sides = sides;
	err = side_load(&sides[list->nr_sides], list->words + first, nr, flags,
			why);
	if (!err)
		list->nr_sides++;
	return err;
}

static bool has_separator(const struct sidelist *list)
{
	for (int i = 0; i < list->nr_words; i++)
		if (!list->words[i])
			return true;
	return false;
}

/* How many words from @first on are one side. */
static int words_of_side(const struct sidelist *list, int first)
{
	int nr = 0;

	while (first + nr < list->nr_words && list->words[first + nr])
		nr++;
	return nr;
}

/* Before anything is read: how many sides there are. */
static int check_words(const struct sidelist *list, struct reason *why)
{
	if (!has_separator(list)) {
		if (list->nr_words > 1)
			return 0;
		return reason_set(why, -EINVAL,
				  "%s: has to be BASE NEW, or BASE... -- "
				  "NEW...",
				  list->nr_words ? "one side only"
						 : "no runs to compare");
	}
	for (int i = 0; i <= list->nr_words; i++) {
		int nr = words_of_side(list, i);

		if (!nr)
			return reason_set(why, -EINVAL,
					  "a side is empty: a run has to stand "
					  "before and behind each '--'");
		i += nr;
	}
	return 0;
}

int sidelist_load(struct sidelist *list, unsigned int flags, struct reason *why)
{
	bool separated = has_separator(list);
	int err = check_words(list, why);

	for (int i = 0; i < list->nr_words && !err;) {
		int nr = separated ? words_of_side(list, i) : 1;

		err = load_side(list, i, nr, flags, why);
		i += nr + separated;
	}
	for (int i = 1; i < list->nr_sides && !err; i++)
		err = side_check_pair(list->sides[0], list->sides[i], why);
	return err;
}

void sidelist_clear(struct sidelist *list)
{
	for (int i = 0; i < list->nr_sides; i++)
		side_free(list->sides[i]);
	free(list->sides);
	free((void *)list->words);
}
