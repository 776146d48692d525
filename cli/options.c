// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsing a subcommand's options: one line for whatever is wrong. */
#include "cli/options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
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

static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-?") ||
		    !strcmp(argv[i], "--usage"))
			return true;
	return false;
}

static const struct argp_option *find(const struct argp *argp, const char *word,
				      size_t length)
{
	const struct argp_option *option = argp->options;

	for (; option && (option->name || option->key); option++) {
		if (length == 2 && word[0] == '-' && word[1] == option->key)
			return option;
		if (length > 2 && option->name &&
		    strlen(option->name) == length - 2 &&
		    !strncmp(option->name, word + 2, length - 2))
			return option;
	}
	return NULL;
}

/* getopt() has stopped at @word, and tells not why. */
static void explain(const struct argp *argp, const char *word)
{
	size_t length = strcspn(word, "=");
	const struct argp_option *option = find(argp, word, length);
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
	int at = argc;
	int ret;

	refused = false;
	ret = argp_parse(argp, argc, argv, flags, &at, input);
	if (!ret || refused)
		return ret;
	explain(argp, argv[at > 1 ? at - 1 : argc - 1]);
	return EINVAL;
}
