// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels fetch: get kernels of Debian's archive. */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/kernels.h"
#include "cli/options.h"
#include "harness/interrupt.h"
#include "kernels/fetch.h"
#include "kernels/imagename.h"

/* Debian has had fewer series than this since it began. */
enum { MAX_WORDS = 64 };

struct order {
	const char *words[MAX_WORDS];
	struct kernel_parts parts[MAX_WORDS];
	size_t nr;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct order *order = state->input;
	struct reason why;

	switch (key) {
	case ARGP_KEY_ARG:
		if (order->nr == MAX_WORDS)
			reason_set(&why, 0, "more than %d kernels at once",
				   MAX_WORDS);
		else if (!kernel_word_valid(arg))
			reason_set(&why, 0,
				   "'%s' names no kernel of Debian: give a "
				   "series such as 6.12",
				   arg);
		else
			break;
		return options_refuse(&why);
	case ARGP_KEY_NO_ARGS:
		reason_set(&why, 0,
			   "which kernels? Give series such as 5.10 6.12");
		return options_refuse(&why);
	default:
		return ARGP_ERR_UNKNOWN;
	}
	order->words[order->nr++] = arg;
	return 0;
}

static int tell(const struct reason *why, int code)
{
	fprintf(stderr, "dirtybench: %s\n", why->text);
	return code;
}

/* All of them before the first is fetched. */
static int resolve(struct order *order, const struct fetching *fetching)
{
	struct reason why;
	int err;

	for (size_t i = 0; i < order->nr; i++) {
		err = kernel_resolve(&order->parts[i], &fetching->index,
				     order->words[i], &why);
		if (err == -ENOENT)
			return tell(&why, EXIT_USAGE);
		if (err)
			return tell(&why, EXIT_FAILED);
	}
	return EXIT_MEASURED;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_row(const char *word, const struct fetched *fetched,
		      double took_s)
{
	printf("%-6s %s: ", word, fetched->release);
	if (fetched->was_there)
		printf("is there already");
	else
		printf("%.1f MB fetched in %.1f s",
		       (double)fetched->download_bytes / 1e6, took_s);
	printf(", %.1f MB kept, %d modules\n",
	       (double)fetched->cache_bytes / 1e6, fetched->modules);
	fflush(stdout);
}

/* It boots all the same, without what is a module in it. */
static void note_missing(const struct fetched *fetched, const char *package)
{
	if (*package && !fetched->has_config)
		fprintf(stderr,
			"dirtybench: %s has %sno configuration: the archive "
			"no longer has %s\n",
			fetched->release,
			fetched->modules ? "" : "no modules, ", package);
	else if (*package && !fetched->modules)
		fprintf(stderr,
			"dirtybench: %s has no modules: the archive no longer "
			"has %s\n",
			fetched->release, package);
}

/* 0 or what fetch_kernel() says. */
static int fetch_word(struct fetching *fetching, const char *word,
		      const struct kernel_parts *parts)
{
	double start_s = now_s();
	struct fetched fetched;
	struct reason why;
	int err;

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "fetching %s %s from %s\n", parts->v[0]->name,
			parts->v[0]->version, parts->v[0]->suite);
	err = fetch_kernel(fetching, parts, &fetched, &why);
	if (err) {
		if (!interrupt_signal())
			tell(&why, EXIT_FAILED);
		return err;
	}
	print_row(word, &fetched, now_s() - start_s);
	note_missing(&fetched, parts->missing);
	return 0;
}

/* What is wrong with one kernel does not keep the others away; a full disk or
 * an interrupt does. */
static int fetch_all(struct order *order, struct fetching *fetching)
{
	int code = resolve(order, fetching);
	int err = 0;

	if (code)
		return code;
	for (size_t i = 0; i < order->nr; i++) {
		err = fetch_word(fetching, order->words[i], &order->parts[i]);
		if (err)
			code = EXIT_FAILED;
		if (err && err != -EIO && err != -EINVAL)
			break;
	}
	return code;
}

int kernels_fetch_main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_option,
		.args_doc = "VERSION...",
		.doc = "Get the newest build of each series of kernels that "
		       "Debian's archive offers, with the modules a guest "
		       "needs. The system's packages and sources stay as "
		       "they are.",
	};
	struct order order = { .nr = 0 };
	struct fetching fetching;
	struct reason why;
	bool stale = false;
	int code;

	if (options_parse(&argp, argc, argv, &order))
		return EXIT_USAGE;
	if (interrupt_install()) {
		reason_errno(&why, -errno, "signals");
		return tell(&why, EXIT_FAILED);
	}
	if (fetch_open(&fetching, &stale, &why)) {
		code = EXIT_FAILED;
		if (!interrupt_signal())
			tell(&why, code);
	} else {
		if (stale)
			fprintf(stderr,
				"dirtybench: not all lists are up to date: "
				"%s\n",
				why.text);
		code = fetch_all(&order, &fetching);
		fetch_close(&fetching);
	}
	if (interrupt_signal())
		interrupt_die(interrupt_signal());
	return code;
}
