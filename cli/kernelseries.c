// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels series: builds and measures each commit of a series. */
#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/bootlog.h"
#include "cli/childlog.h"
#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/kernelchild.h"
#include "cli/kernels.h"
#include "cli/options.h"
#include "harness/interrupt.h"
#include "kernels/emulator.h"
#include "kernels/program.h"
#include "results/side/side.h"
#include "results/tables/seriestable.h"

/* Where a build leaves its image. */
static const char built_image[] = "arch/x86/boot/bzImage";

/* A guest's randomness is the same for every commit. */
static const char default_seed[] = "--seed=1";

/* The base is booted so often more, to see what two boots of it differ by. */
static const char base_boots[] = "--boots=2";

/* What git log is to print of a commit: hash, short hash, subject. */
static const char commit_format[] = "--format=%H%x09%h%x09%s";

struct series_options {
	struct choice choice;
	const char *range, *build, *tree, *folder;
	char **arguments; /* handed on to 'kernels run' */
	int nr_arguments;
	bool all, seeded;
};

struct commit {
	char *line; /* what git printed, cut into the next three */
	const char *hash, *name, *subject;
	char folder[PATH_MAX];
	struct side *side; /* NULL: nothing was measured */
	const char *state; /* why, in two words */
	struct reason trouble;
};

struct series {
	const struct series_options *options;
	struct commit *commits; /* the base first */
	int nr, nr_done;
	char folder[PATH_MAX];	 /* all of it, absolute */
	char worktree[PATH_MAX]; /* "": there is none */
	struct bootlog *log;
	struct reason why;
};

/* --- git --- */

enum { MAX_GIT_WORDS = 16 };

/* Hooks are for the user's own work tree. Words end with NULL. */
static void git_words(const struct series *series,
		      const char *words[MAX_GIT_WORDS], va_list more)
{
	int nr = 0;

	words[nr++] = "git";
	words[nr++] = "-c";
	words[nr++] = "core.hooksPath=/dev/null";
	words[nr++] = "-C";
	words[nr++] = series->options->tree;
	do
		words[nr] = va_arg(more, const char *);
	while (words[nr++] && nr < MAX_GIT_WORDS);
}

/* What it prints, for the caller to free. */
static int ask_git(struct series *series, char **out, ...)
{
	const char *words[MAX_GIT_WORDS];
	const struct program git = { .argv = words };
	va_list more;

	va_start(more, out);
	git_words(series, words, more);
	va_end(more);
	return program_run(&git, out, &series->why);
}

/* Not to be interrupted: what it does has to be whole. */
static int tell_git(struct series *series, ...)
{
	const char *words[MAX_GIT_WORDS];
	char log[PATH_MAX + 16], line[200];
	const struct childlog git = { .argv = words,
				      .log = log,
				      .to_the_end = true };
	va_list more;
	int status = 0, ret;

	snprintf(log, sizeof(log), "%s/git.log", series->folder);
	va_start(more, series);
	git_words(series, words, more);
	va_end(more);
	ret = childlog_run(&git, &status, &series->why);
	if (ret || !status)
		return ret;
	childlog_last_line(log, line, sizeof(line));
	return reason_set(&series->why, -EIO, "git: %s", line);
}

static int take_commit(struct series *series, const char *line)
{
	struct commit *grown, *commit;
	char *tab;

	grown = realloc(series->commits,
			(size_t)(series->nr + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	series->commits = grown;
	commit = &grown[series->nr];
	*commit = (struct commit){ .line = strdup(line) };
	if (!commit->line)
		return -ENOMEM;
	series->nr++;
	commit->hash = strtok_r(commit->line, "\t", &tab);
	commit->name = strtok_r(NULL, "\t", &tab);
	commit->subject = strtok_r(NULL, "\n", &tab);
	if (!commit->subject)
		commit->subject = "";
	return commit->name ? 0 : -EINVAL;
}

static int take_commits(struct series *series, char *text)
{
	char *rest = text, *line;
	int ret = 0;

	while (!ret && (line = strsep(&rest, "\n")))
		if (*line)
			ret = take_commit(series, line);
	free(text);
	return ret ? reason_errno(&series->why, ret, "git log") : 0;
}

static int list_commits(struct series *series)
{
	const char *range = series->options->range;
	const char *dots = strstr(range, "..");
	char base[256], *text;
	int ret;

	if (!dots || strstr(range, "...") || range[0] == '-')
		return reason_set(&series->why, -EINVAL,
				  "%s: has to be BASE..TIP", range);
	snprintf(base, sizeof(base), "%.*s", (int)(dots - range), range);
	ret = ask_git(series, &text, "log", "-1", commit_format,
		      base[0] ? base : "HEAD", "--", NULL);
	if (!ret)
		ret = take_commits(series, text);
	if (!ret)
		ret = ask_git(series, &text, "log", "--reverse", "--topo-order",
			      commit_format, range, "--", NULL);
	if (!ret)
		ret = take_commits(series, text);
	if (!ret && series->nr < 2)
		return reason_set(&series->why, -EINVAL, "%s: has no commits",
				  range);
	return ret;
}

static int add_worktree(struct series *series)
{
	char path[PATH_MAX];
	int ret;

	if (snprintf(path, sizeof(path), "%s/worktree", series->folder) >=
	    (int)sizeof(path))
		return reason_set(&series->why, -ENAMETOOLONG, "%s",
				  series->folder);
	ret = tell_git(series, "worktree", "add", "--detach", path,
		       series->commits[0].hash, NULL);
	/* git removes what it began. */
	if (!ret)
		memcpy(series->worktree, path, sizeof(path));
	return ret;
}

static void remove_worktree(struct series *series)
{
	struct reason why = series->why;

	if (!series->worktree[0])
		return;
	if (tell_git(series, "worktree", "remove", "--force", "--force",
		     series->worktree, NULL))
		fprintf(stderr, "dirtybench: %s is left: %s\n",
			series->worktree, series->why.text);
	series->why = why;
}

/* --- one commit --- */

/* Ignored files stay, so that a build goes on from the one before. */
static int check_out(struct series *series, const struct commit *commit)
{
	char image[PATH_MAX + 32];

	snprintf(image, sizeof(image), "%s/%s", series->worktree, built_image);
	/* Or a build that fails to make it would have that of another. */
	unlink(image);
	return tell_git(series, "-C", series->worktree, "checkout", "--detach",
			"--force", "--quiet", commit->hash, NULL);
}

static int build(struct series *series, struct commit *commit)
{
	const char *words[] = { "/bin/sh", "-c", series->options->build, NULL };
	char log[PATH_MAX + 16], image[PATH_MAX + 32], line[200];
	const struct childlog shell = { .argv = words,
					.folder = series->worktree,
					.log = log };
	int status, ret;

	snprintf(log, sizeof(log), "%s/build.log", commit->folder);
	snprintf(image, sizeof(image), "%s/%s", series->worktree, built_image);
	ret = childlog_run(&shell, &status, &series->why);
	if (ret)
		return ret;
	commit->state = "no build";
	childlog_last_line(log, line, sizeof(line));
	if (status)
		return reason_set(&commit->trouble, -ENODATA,
				  "does not build: %s",
				  line[0] ? line : "the command failed");
	if (access(image, R_OK))
		return reason_set(&commit->trouble, -ENODATA,
				  "does not build: the command made no %s",
				  built_image);
	commit->state = NULL;
	return 0;
}

static int measure(struct series *series, struct commit *commit)
{
	const struct series_options *options = series->options;
	const char **arguments =
		calloc((size_t)options->nr_arguments + 3, sizeof(*arguments));
	char image[PATH_MAX + 32], runs[PATH_MAX];
	const char *const path = runs;
	int nr = 0, ret;

	if (!arguments)
		return reason_errno(&series->why, -ENOMEM, "%s", commit->name);
	if (!options->seeded)
		arguments[nr++] = default_seed;
	for (int i = 0; i < options->nr_arguments; i++)
		arguments[nr++] = options->arguments[i];
	if (commit == series->commits)
		arguments[nr++] = base_boots;
	snprintf(image, sizeof(image), "%s/%s", series->worktree, built_image);
	ret = kernelchild_run(image, commit->folder, arguments, runs,
			      &commit->trouble);
	free(arguments);
	if (!ret && side_load(&commit->side, &path, 1, 0, &commit->trouble))
		ret = -ENODATA;
	if (ret == -ENODATA)
		commit->state = "no boot";
	else if (ret)
		series->why = commit->trouble;
	return ret;
}

static int log_commit(struct series *series, const struct commit *commit)
{
	return bootlog_append(
		series->log,
		json_pack("{s:s, s:s, s:s, s:s, s:s?}", "commit", commit->hash,
			  "subject", commit->subject, "folder",
			  strrchr(commit->folder, '/') + 1, "end",
			  commit->state ? commit->state : "measured", "reason",
			  commit->trouble.text[0] ? commit->trouble.text
						  : NULL),
		&series->why);
}

/* 0 to go on with the next. */
static int do_commit(struct series *series, int nr)
{
	struct commit *commit = &series->commits[nr];
	int ret;

	if (snprintf(commit->folder, sizeof(commit->folder), "%s/%02d-%s",
		     series->folder, nr,
		     commit->name) >= (int)sizeof(commit->folder))
		return reason_set(&series->why, -ENAMETOOLONG, "%s",
				  series->folder);
	if (mkdir(commit->folder, 0777))
		return reason_errno(&series->why, -errno,
				    "cannot make the folder %s",
				    commit->folder);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "%d of %d: %s %s\n", nr + 1, series->nr,
			commit->name, commit->subject);
	ret = check_out(series, commit);
	if (!ret)
		ret = build(series, commit);
	if (!ret)
		ret = measure(series, commit);
	if (ret && ret != -ENODATA)
		return ret;
	series->nr_done = nr + 1;
	return log_commit(series, commit);
}

/* --- all of them --- */

/* What else than the patch may be why a figure changed. */
static int tell_settings(const struct commit *base, const struct commit *commit)
{
	struct setting_differences differences = { NULL, 0 };
	int ret = setting_compare(base->side->runs[0].environment,
				  commit->side->runs[0].environment,
				  &differences);

	for (int i = 0; i < differences.nr; i++) {
		const struct setting_difference *one = &differences.list[i];

		if (one->kind == SETTING_CONTROL)
			printf("%s: %s is '%s', in %s '%s'\n", commit->name,
			       one->field, one->fresh, base->name, one->base);
	}
	setting_differences_clear(&differences);
	return ret;
}

static int tell_all_settings(const struct series *series)
{
	const struct commit *base = NULL;
	int ret = 0;

	for (int i = 0; !ret && i < series->nr_done; i++) {
		const struct commit *commit = &series->commits[i];

		if (!commit->side)
			continue;
		if (base)
			ret = tell_settings(base, commit);
		base = commit;
	}
	return ret;
}

static int show(const struct series *series)
{
	struct series_column *columns =
		calloc((size_t)series->nr_done + 1, sizeof(*columns));
	int ret;

	if (!columns)
		return -ENOMEM;
	for (int i = 0; i < series->nr_done; i++) {
		const struct commit *commit = &series->commits[i];

		columns[i] = (struct series_column){
			.name = commit->name,
			.title = commit->subject,
			.summary = commit->side ? commit->side->summary : NULL,
			.state = commit->state,
			.trouble = commit->trouble.text[0]
					   ? commit->trouble.text
					   : NULL,
		};
	}
	ret = seriestable_print(stdout, columns, series->nr_done,
				series->options->all);
	free(columns);
	putchar('\n');
	if (!ret)
		ret = tell_all_settings(series);
	printf("results in %s\n", series->options->folder);
	return ret || fflush(stdout) ? -EIO : 0;
}

static int exit_code(const struct series *series)
{
	int code = EXIT_MEASURED;

	for (int i = 0; i < series->nr_done; i++) {
		const struct side *side = series->commits[i].side;
		int own = side ? summary_exit_code(side->summary) : EXIT_FAILED;

		if (own == EXIT_LIED)
			return EXIT_LIED;
		if (own == EXIT_FAILED)
			code = EXIT_FAILED;
	}
	return code;
}

/* The folder of all, which has no series yet. */
static int make_folder(struct series *series)
{
	const char *folder = series->options->folder;
	char path[PATH_MAX + 16];

	if (mkdir(folder, 0777) && errno != EEXIST)
		return reason_errno(&series->why, -errno,
				    "cannot make the folder %s", folder);
	if (!realpath(folder, series->folder))
		return reason_errno(&series->why, -errno, "%s", folder);
	snprintf(path, sizeof(path), "%s/series.jsonl", series->folder);
	return bootlog_open(&series->log, path, &series->why);
}

static int check(struct series *series)
{
	struct plan plan;
	int ret;

	/* As 'kernels run' will, but before anything is built. */
	ret = plan_make(&plan, &series->options->choice, &series->why);
	plan_destroy(&plan);
	if (!ret)
		ret = emulator_check(&series->why);
	if (!ret)
		ret = list_commits(series);
	if (!ret)
		ret = make_folder(series);
	if (!ret && interrupt_install())
		ret = reason_set(&series->why, -errno, "cannot catch signals");
	return ret;
}

static void close_series(struct series *series)
{
	for (int i = 0; i < series->nr; i++) {
		side_free(series->commits[i].side);
		free(series->commits[i].line);
	}
	free(series->commits);
	bootlog_close(series->log);
}

static int run_series(const struct series_options *options)
{
	struct series series = { .options = options };
	int code = EXIT_USAGE;
	int ret = check(&series);

	if (!ret) {
		code = EXIT_FAILED;
		ret = add_worktree(&series);
	}
	for (int i = 0; !ret && i < series.nr; i++)
		ret = do_commit(&series, i);
	remove_worktree(&series);
	if (series.nr_done && show(&series))
		ret = reason_set(&series.why, -EIO,
				 "the table could not be written");
	if (!ret)
		code = exit_code(&series);
	else if (!interrupt_signal())
		fprintf(stderr, "dirtybench: %s\n", series.why.text);
	close_series(&series);
	return code;
}

/* --- the command --- */

enum {
	KEY_BUILD = CHOICE_KEY_NEXT,
	KEY_TREE,
	KEY_ALL,
	KEY_PROCESSES,
	KEY_EPOCHS,
	KEY_MEMORY,
	KEY_APPEND,
	KEY_SEED,
	KEY_SILENCE
};

static const struct argp_option option_table[] = {
	CHOICE_WORKLOAD_OPTION,
	CHOICE_OPTIONS,
	{ "build", KEY_BUILD, "CMD", 0,
	  "shell command that builds a commit, in its folder; required", 0 },
	{ "tree", KEY_TREE, "DIR", 0, "the repository, here by default", 0 },
	{ "output", 'o', "DIR", 0, "folder of all runs; required", 0 },
	{ "all", KEY_ALL, NULL, 0, "show rows that do not change, too", 0 },
	{ "processes", KEY_PROCESSES, "N", 0, "targets a cell, 1 by default",
	  0 },
	{ "epochs", KEY_EPOCHS, "N", 0, "measured epochs a target", 0 },
	{ "memory", KEY_MEMORY, "MIB", 0, "of the guest, 4096 by default", 0 },
	{ "append", KEY_APPEND, "TEXT", 0,
	  "more words for the kernel's command line", 0 },
	{ "seed", KEY_SEED, "N", 0, "of the guests' randomness, 1 by default",
	  0 },
	{ "silence", KEY_SILENCE, "SECONDS", 0,
	  "after which a guest hangs, 120 by default", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t hand_on(struct series_options *options, int key, const char *arg)
{
	const struct argp_option *option = option_table;
	char **grown;

	while (option->key != key)
		option++;
	grown = realloc(options->arguments,
			(size_t)(options->nr_arguments + 1) * sizeof(*grown));
	if (!grown)
		return ENOMEM;
	options->arguments = grown;
	if (asprintf(&grown[options->nr_arguments], "--%s=%s", option->name,
		     arg) < 0)
		return ENOMEM;
	options->nr_arguments++;
	return 0;
}

static error_t take_range(struct series_options *options, const char *word)
{
	struct reason why;

	if (!options->range) {
		options->range = word;
		return 0;
	}
	reason_set(&why, 0, "'%s': one range of commits at a time", word);
	return options_refuse(&why);
}

/* The largest value that 'kernels run' takes. */
static int most(int key)
{
	switch (key) {
	case KEY_MEMORY:
		return 1 << 20;
	case KEY_SEED:
		return INT_MAX;
	case KEY_SILENCE:
		return 86400;
	default:
		return 1000;
	}
}

static error_t parse_number(struct series_options *options, int key, char *arg)
{
	const struct argp_option *option = option_table;
	int number;
	error_t err;

	while (option->key != key)
		option++;
	options->seeded |= key == KEY_SEED;
	err = options_number(option->name, arg, most(key), &number);
	return err ? err : hand_on(options, key, arg);
}

static error_t parse_choice(struct series_options *options, int key, char *arg)
{
	error_t err = choice_parse(key, arg, &options->choice);

	return err ? err : hand_on(options, key, arg);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct series_options *options = state->input;

	switch (key) {
	case 'o':
		options->folder = arg;
		return 0;
	case KEY_BUILD:
		options->build = arg;
		return 0;
	case KEY_TREE:
		options->tree = arg;
		return 0;
	case KEY_ALL:
		options->all = true;
		return 0;
	case KEY_APPEND:
		return hand_on(options, key, arg);
	case KEY_PROCESSES:
	case KEY_EPOCHS:
	case KEY_MEMORY:
	case KEY_SEED:
	case KEY_SILENCE:
		return parse_number(options, key, arg);
	case ARGP_KEY_ARG:
		return take_range(options, arg);
	default:
		return parse_choice(options, key, arg);
	}
}

static int check_options(const struct series_options *options)
{
	struct reason why = { "" };

	if (!options->range)
		reason_set(&why, 0, "which commits? BASE..TIP");
	else if (!options->build)
		reason_set(&why, 0,
			   "--build CMD: how is a commit built, as 'cp "
			   "~/config .config && make -j8 bzImage'");
	else if (!options->folder)
		reason_set(&why, 0, "-o DIR: where do the runs go?");
	return why.text[0] ? options_refuse(&why) : 0;
}

int kernels_series_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse_option,
		.args_doc = "BASE..TIP",
		.doc = "Build BASE and each commit up to TIP in a work tree of "
		       "its own, boot each and count instructions. A column of "
		       "the table is a commit, and what it changed.",
	};
	struct series_options options = { .tree = "." };
	int code = EXIT_USAGE;

	options.choice.preset = preset_find("default", NULL);
	if (!options_parse(&argp, argc, argv, &options) &&
	    !check_options(&options))
		code = run_series(&options);
	choice_free(&options.choice);
	for (int i = 0; i < options.nr_arguments; i++)
		free(options.arguments[i]);
	free(options.arguments);
	if (interrupt_signal())
		interrupt_die(interrupt_signal());
	return code;
}
