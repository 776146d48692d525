// SPDX-License-Identifier: GPL-2.0-or-later
/* The options that choose cells, alike for every command that has some. */
#include "cli/choice.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/options.h"

/* Append to a list of words of the command line. */
static error_t add_word(const char ***words, int *nr, const char *word)
{
	const char **grown;

	grown = realloc(*words, (size_t)(*nr + 1) * sizeof(*grown));
	if (!grown)
		return ENOMEM;
	*words = grown;
	grown[(*nr)++] = word;
	return 0;
}

error_t choice_parse(int key, char *arg, struct choice *choice)
{
	struct reason why;

	switch (key) {
	case 'w':
		choice->workloads = arg;
		return 0;
	case 't':
		choice->trackers = arg;
		return 0;
	case 'p':
		return add_word(&choice->params, &choice->nr_params, arg);
	case CHOICE_KEY_SWEEP:
		return add_word(&choice->sweeps, &choice->nr_sweeps, arg);
	case CHOICE_KEY_PRESET:
		choice->preset = preset_find(arg, &why);
		return choice->preset ? 0 : options_refuse(&why);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void choice_free(struct choice *choice)
{
	free(choice->params);
	free(choice->sweeps);
	choice->params = NULL;
	choice->sweeps = NULL;
}
