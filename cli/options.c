// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsing a subcommand's options: one line for whatever is wrong. */
#include "cli/options.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/params.h"

/* More than any subcommand has. */
enum { MAX_OPTIONS = 64 };

static bool refused;

error_t options_refuse(const struct reason *why)
{
	fprintf(stderr, "dirtybench: %s\n", why->text);
	refused = true;
	return EINVAL;
}

error_t options_number(const char *name, const char *text, int most, int *value)
{
	struct reason why;
	char *end;
	long number = strtol(text, &end, 10);

	if (end != text && !*end && number >= 1 && number <= most) {
		*value = (int)number;
		return 0;
	}
	reason_set(&why, 0, "--%s %s: has to be a number from 1 to %d", name,
		   text, most);
	return options_refuse(&why);
}

static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-?") ||
		    !strcmp(argv[i], "--usage"))
			return true;
	return false;
}

/* The option that @word names, as getopt_long() sees it: by its letter, its
 * name or what only its name begins with. */
static const struct argp_option *find(const struct argp *argp, const char *word)
{
	const struct argp_option *option = argp->options;
	const struct argp_option *begins = NULL;
	size_t length = strcspn(word + 2, "=");
	int nr = 0;

	for (; option && (option->name || option->key); option++) {
		if (word[1] != '-' && word[1] == option->key)
			return option;
		if (word[1] != '-' || !option->name ||
		    strncmp(option->name, word + 2, length) != 0)
			continue;
		if (!option->name[length])
			return option;
		begins = option;
		nr++;
	}
	return nr == 1 ? begins : NULL;
}

/* argp tells neither which word it refused nor why: the first that is no
 * option, or one without its value, or with one that it does not take. */
static const char *refused_word(const struct argp *argp, int argc, char **argv)
{
	const struct argp_option *option;
	bool has_value;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-' || !argv[i][1])
			continue;
		option = find(argp, argv[i]);
		if (!option)
			return argv[i];
		has_value = argv[i][1] == '-' ? strchr(argv[i], '=') != NULL
					      : argv[i][2] != '\0';
		if (option->arg ? !has_value && ++i == argc : has_value)
			return argv[option->arg ? argc - 1 : i];
	}
	return argv[argc - 1];
}

static void explain(const struct argp *argp, const char *word)
{
	size_t length = strcspn(word, "=");
	const struct argp_option *option = find(argp, word);
	const char *names[MAX_OPTIONS];
	const char *near;
	char text[64];
	size_t nr = 0;

	if (option) {
		fprintf(stderr, "dirtybench: %.*s %s\n", (int)length, word,
			option->arg ? "needs a value" : "takes no value");
		return;
	}
	for (option = argp->options; option && (option->name || option->key);
	     option++)
		if (option->name && nr < MAX_OPTIONS)
			names[nr++] = option->name;
	snprintf(text, sizeof(text), "%.*s", (int)length,
		 word + strspn(word, "-"));
	near = nearest_name(text, names, nr);
	fprintf(stderr, "dirtybench: unknown option '%s'%s%s%s\n", word,
		near ? ": did you mean '--" : ": --help shows what there is",
		near ? near : "", near ? "'?" : "");
}

int options_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	unsigned int flags = asks_for_help(argc, argv) ? 0 : ARGP_NO_ERRS;
	int ret;

	refused = false;
	ret = argp_parse(argp, argc, argv, flags, NULL, input);
	if (!ret || refused)
		return ret;
	explain(argp, refused_word(argp, argc, argv));
	return EINVAL;
}

error_t options_percent(const char *name, const char *text, double *fraction)
{
	struct reason why;
	char *end;
	double percent = strtod(text, &end);

	if (end != text && (!*end || !strcmp(end, "%")) && percent >= 0 &&
	    isfinite(percent)) {
		*fraction = percent / 100;
		return 0;
	}
	reason_set(&why, 0, "--%s %s: has to be per cent, as 5%% or 2.5", name,
		   text);
	return options_refuse(&why);
}
