// SPDX-License-Identifier: GPL-2.0-or-later
/* Presets: which cells, with which parameters, how often. */
#include "cli/preset.h"

#include <string.h>

#include "harness/params.h"

/*
 * Sizes and dirty sets keep the slowest tracker's epoch (a handler thread on
 * another core, 50 us a page) in the tens of milliseconds.
 */
static const struct preset_row quick_rows[] = {
	{ "*", "*", "" },
	{ NULL, NULL, NULL },
};

static const struct preset_row default_rows[] = {
	{ "*", "*", "" },
	{ NULL, NULL, NULL },
};

static const struct preset_row full_rows[] = {
	{ "*", "*", "" },
	{ NULL, NULL, NULL },
};

const struct preset presets[] = {
	{ "quick", "every pair once over, in seconds", 3, 2, quick_rows },
	{ "default", "every pair, enough processes for intervals", 10, 4,
	  default_rows },
	{ "full", "all variants, real sizes, more processes", 20, 4,
	  full_rows },
	{ NULL, NULL, 0, 0, NULL },
};

const struct preset *preset_find(const char *name, struct reason *why)
{
	const char *names[8];
	const char *near;
	size_t nr = 0;

	for (const struct preset *preset = presets; preset->name; preset++) {
		if (!strcmp(preset->name, name))
			return preset;
		names[nr++] = preset->name;
	}
	near = nearest_name(name, names, nr);
	reason_set(why, 0, "no preset '%s': %s%s%s", name,
		   near ? "did you mean '"
			: "there are quick, default and full",
		   near ? near : "", near ? "'?" : "");
	return NULL;
}
