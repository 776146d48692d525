// SPDX-License-Identifier: GPL-2.0-or-later
// Folders of runs to test with.
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "results/record.h"
#include "tests/results/runfolder.h"

/* Folders that are open at a time while a tree is removed. */
enum { OPEN_FOLDERS = 16 };

void runfolder_init(struct runfolder *what, const char *run)
{
	*what = (struct runfolder){
		.run = run,
		.boot = "boot-1",
		.release = "6.1",
		.model = "M",
		.thp = "madvise",
	};
}

static FILE *open_in(const char *folder, const char *name, const char *mode)
{
	char *path;
	FILE *file;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return NULL;
	file = fopen(path, mode);
	free(path);
	return file;
}

static void put_text(FILE *file, const char *name, const char *text)
{
	if (text)
		fprintf(file, " \"%s\": \"%s\",\n", name, text);
	else
		fprintf(file, " \"%s\": null,\n", name);
}

int runfolder_write(const char *folder, const struct runfolder *what)
{
	FILE *file;

	if (mkdir(folder, 0777) && errno != EEXIST)
		return -errno;
	file = open_in(folder, "env.json", "we");
	if (!file)
		return -errno;
	fprintf(file, "{\"v\": 1, \"run\": \"%s\", \"boot\": \"%s\",\n",
		what->run, what->boot);
	put_text(file, "label", what->label);
	put_text(file, "start", what->start);
	fprintf(file, " \"command\": %s,\n",
		what->command ? what->command : "null");
	fputs(" \"tools\": {", file);
	put_text(file, "commit", what->commit);
	fputs(" \"dirtybench\": \"0.1.0\"},\n", file);
	fprintf(file, " \"kernel\": {\"release\": \"%s\"},\n", what->release);
	fprintf(file, " \"cpu\": {\"model\": \"%s\"},\n", what->model);
	fprintf(file, " \"memory\": {\"page_bytes\": 4096},\n");
	fprintf(file, " \"thp\": {\"enabled\": \"%s\"}}\n", what->thp);
	return fclose(file) ? -errno : 0;
}

int runfolder_add_lines(const char *folder, const char *text, size_t length)
{
	FILE *file = open_in(folder, "samples.jsonl", "ae");
	size_t written;

	if (!file)
		return -errno;
	written = fwrite(text, 1, length, file);
	return fclose(file) || written != length ? -EIO : 0;
}

int runfolder_add_text(const char *folder, const char *text)
{
	return runfolder_add_lines(folder, text, strlen(text));
}

int runfolder_add(const char *folder, const struct runfolder *what,
		  struct sample *sample)
{
	struct reason why;
	size_t length;
	char *line;
	int err;

	snprintf(sample->run, sizeof(sample->run), "%s", what->run);
	snprintf(sample->boot, sizeof(sample->boot), "%s", what->boot);
	err = record_encode(sample, &line, &length, &why);
	if (err)
		return err;
	err = runfolder_add_lines(folder, line, length);
	free(line);
	return err;
}

static int remove_one(const char *path,
		      const struct stat *status __attribute__((unused)),
		      int type __attribute__((unused)),
		      struct FTW *place __attribute__((unused)))
{
	return remove(path);
}

int runfolder_remove(const char *folder)
{
	return nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS)
		       ? -errno
		       : 0;
}
