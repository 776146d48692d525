// SPDX-License-Identifier: GPL-2.0-or-later
// The runs that the words of a command name: folders, files and patterns.
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "results/growing.h"
#include "results/side/gbfile.h"
#include "results/side/paths.h"

#define SAMPLE_FILE	 "samples.jsonl"
#define ENVIRONMENT_FILE "env.json"

static void clear_run(struct paths_run *run)
{
	free(run->path);
	free(run->samples);
	free(run->environment);
}

void paths_clear(struct paths *paths)
{
	for (int i = 0; i < paths->nr; i++)
		clear_run(&paths->list[i]);
	free(paths->list);
	*paths = (struct paths){ .list = NULL };
}

static int no_memory(struct reason *why)
{
	return reason_set(why, -ENOMEM, "no memory to list the runs");
}

/* @folder/@name, or NULL without memory. */
static char *join(const char *folder, const char *name)
{
	const char *slash = strcmp(folder, "/") == 0 ? "" : "/";
	char *path;

	return asprintf(&path, "%s%s%s", folder, slash, name) < 0 ? NULL : path;
}

/* env.json in the folder of @path. */
static char *beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash + 1 - path) : 0;
	char *file;

	return asprintf(&file, "%.*s" ENVIRONMENT_FILE, folder, path) < 0
		       ? NULL
		       : file;
}

/* Takes the texts over, NULL being one that there was no memory for. */
static int add_run(struct paths *paths, struct paths_run run, bool google,
		   struct reason *why)
{
	void *list = growing_room(paths->list, paths->nr, sizeof(run));

	if (list)
		paths->list = list;
	if (!list || !run.path || !run.samples ||
	    (!run.environment && !google)) {
		clear_run(&run);
		return no_memory(why);
	}
	paths->list[paths->nr++] = run;
	return 0;
}

static int add_folder(struct paths *paths, const char *path, struct reason *why)
{
	struct paths_run run = {
		.path = strdup(path),
		.samples = join(path, SAMPLE_FILE),
		.environment = join(path, ENVIRONMENT_FILE),
	};

	return add_run(paths, run, false, why);
}

/* 1 when there is something of that name, 0 when not. */
static int is_there(const char *path, struct reason *why)
{
	struct stat status;

	if (stat(path, &status) == 0)
		return 1;
	if (errno == ENOENT || errno == ENOTDIR)
		return 0;
	return reason_errno(why, -errno, "cannot look at %s", path);
}

static int has_file(const char *folder, const char *name, struct reason *why)
{
	char *path = join(folder, name);
	int has;

	if (!path)
		return no_memory(why);
	has = is_there(path, why);
	free(path);
	return has;
}

/* 1 when @path is the folder of a run, if a damaged one; 0 when not. */
static int is_run(const char *path, struct reason *why)
{
	int has = has_file(path, SAMPLE_FILE, why);

	return has ? has : has_file(path, ENVIRONMENT_FILE, why);
}

static int add_google(struct paths *paths, const char *path, struct reason *why)
{
	struct paths_run run = {
		.path = strdup(path),
		.samples = strdup(path),
	};

	return add_run(paths, run, true, why);
}

static int add_samples(struct paths *paths, const char *path,
		       struct reason *why)
{
	struct paths_run run = {
		.path = strdup(path),
		.samples = strdup(path),
		.environment = beside(path),
	};
	int there = run.environment ? is_there(run.environment, why) : 1;

	if (there > 0)
		return add_run(paths, run, false, why);
	clear_run(&run);
	if (there < 0)
		return there;
	return reason_set(why, -ENOENT,
			  "%s has no " ENVIRONMENT_FILE
			  " beside it, which every sample file needs",
			  path);
}

static int add_child(struct paths *paths, const char *folder, const char *name,
		     struct reason *why)
{
	char *path = join(folder, name);
	int err;

	if (!path)
		return no_memory(why);
	err = is_run(path, why);
	if (err > 0)
		err = add_folder(paths, path, why);
	free(path);
	return err;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int add_children(struct paths *paths, const char *folder,
			struct reason *why)
{
	struct dirent **entries;
	int before = paths->nr;
	int nr, err = 0;

	nr = scandir(folder, &entries, is_visible, versionsort);
	if (nr < 0)
		return reason_errno(why, -errno, "cannot read the folder %s",
				    folder);
	for (int i = 0; i < nr; i++) {
		if (!err)
			err = add_child(paths, folder, entries[i]->d_name, why);
		free(entries[i]);
	}
	free(entries);
	if (err)
		return err;
	if (paths->nr == before)
		return reason_set(why, -ENOENT,
				  "%s has no run: neither the folder nor one "
				  "in it has " SAMPLE_FILE,
				  folder);
	return 0;
}

/* @path is there. */
static int add_path(struct paths *paths, const char *path, struct reason *why)
{
	struct stat status;
	int is;

	if (stat(path, &status) < 0)
		return reason_errno(why, -errno, "cannot look at %s", path);
	if (S_ISREG(status.st_mode))
		return gbfile_is_one(path) ? add_google(paths, path, why)
					   : add_samples(paths, path, why);
	if (!S_ISDIR(status.st_mode))
		return reason_set(why, -EINVAL,
				  "%s is neither a folder nor a regular file",
				  path);
	is = is_run(path, why);
	if (is < 0)
		return is;
	return is ? add_folder(paths, path, why)
		  : add_children(paths, path, why);
}

/* A folder is named without the slash that a shell puts behind it. */
static int add_named(struct paths *paths, const char *name, struct reason *why)
{
	size_t length = strlen(name);
	char *path;
	int err;

	while (length > 1 && name[length - 1] == '/')
		length--;
	path = strndup(name, length);
	if (!path)
		return no_memory(why);
	err = add_path(paths, path, why);
	free(path);
	return err;
}

static int compare_names(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strverscmp(*a, *b);
}

static int add_matches(struct paths *paths, const char *pattern,
		       struct reason *why)
{
	glob_t matches = { .gl_pathc = 0 };
	int err;

	switch (glob(pattern, GLOB_ERR | GLOB_NOSORT, NULL, &matches)) {
	case 0:
		err = 0;
		qsort(matches.gl_pathv, matches.gl_pathc, sizeof(char *),
		      compare_names);
		break;
	case GLOB_NOMATCH:
		err = reason_set(why, -ENOENT, "nothing matches the pattern %s",
				 pattern);
		break;
	case GLOB_ABORTED:
		err = reason_errno(why, errno ? -errno : -EIO,
				   "cannot read a folder of the pattern %s",
				   pattern);
		break;
	default:
		err = no_memory(why);
	}
	for (size_t i = 0; i < matches.gl_pathc && !err; i++)
		err = add_named(paths, matches.gl_pathv[i], why);
	globfree(&matches);
	return err;
}

static int add_word(struct paths *paths, const char *word, struct reason *why)
{
	struct stat status;

	if (stat(word, &status) == 0)
		return add_named(paths, word, why);
	if (errno != ENOENT)
		return reason_errno(why, -errno, "cannot look at %s", word);
	if (strpbrk(word, "*?["))
		return add_matches(paths, word, why);
	return reason_set(why, -ENOENT,
			  "there is no %s: a side is named by folders of runs, "
			  "sample files, files of Google Benchmark or patterns "
			  "of these",
			  word);
}

int paths_find(struct paths *paths, const char *const *words, int nr_words,
	       struct reason *why)
{
	int err = 0;

	*paths = (struct paths){ .list = NULL };
	for (int i = 0; i < nr_words && !err; i++)
		err = add_word(paths, words[i], why);
	return err;
}
