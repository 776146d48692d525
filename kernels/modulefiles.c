// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of kernel modules below a folder, found by the module's name. */
#include "kernels/modulefiles.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/side/jsonfile.h"

static const char *const endings[] = { ".ko", ".ko.xz", ".ko.zst", ".ko.gz" };

enum { NR_ENDINGS = sizeof(endings) / sizeof(endings[0]) };

static bool ends_in(const char *path, size_t length, const char *ending)
{
	size_t bytes = strlen(ending);

	return length > bytes && !memcmp(path + length - bytes, ending, bytes);
}

/* Bytes of @path before the ending of a module; 0: it has none. */
static size_t stem_length(const char *path, size_t length)
{
	for (int i = 0; i < NR_ENDINGS; i++)
		if (ends_in(path, length, endings[i]))
			return length - strlen(endings[i]);
	/* What modules.order has since 6.3. */
	if (ends_in(path, length, ".o"))
		return length - 2;
	return 0;
}

static char *copy_name(const char *stem, size_t length)
{
	const char *slash = memrchr(stem, '/', length);
	const char *start = slash ? slash + 1 : stem;
	char *name = strndup(start, length - (size_t)(start - stem));

	for (char *c = name; c && *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

bool module_name(const char *path, char **name)
{
	size_t length = stem_length(path, strlen(path));

	*name = length ? copy_name(path, length) : NULL;
	return *name != NULL;
}

static int add(struct module_files *files, const char *folder, const char *stem,
	       size_t length)
{
	struct module_file *file;
	size_t room = files->room ? files->room * 2 : 64;

	if (files->nr == files->room) {
		file = reallocarray(files->v, room, sizeof(*file));
		if (!file)
			return -ENOMEM;
		files->v = file;
		files->room = room;
	}
	file = &files->v[files->nr];
	file->name = copy_name(stem, length);
	if (!file->name)
		return -ENOMEM;
	if (asprintf(&file->stem, "%s%s%.*s", folder ? folder : "",
		     folder ? "/" : "", (int)length, stem) < 0) {
		free(file->name);
		return -ENOMEM;
	}
	files->nr++;
	return 0;
}

static int add_ordered(struct module_files *files, const char *folder,
		       const char *order)
{
	/* Up to 5.12 this stands before each, and in a build tree is not there:
	 * one of the two paths will be found to exist. */
	static const char installed[] = "kernel/";
	const size_t prefix = sizeof(installed) - 1;
	size_t line, stem;
	int err = 0;

	for (; *order && !err; order += line + (order[line] == '\n')) {
		line = strcspn(order, "\n");
		stem = stem_length(order, line);
		if (!stem)
			continue;
		if (stem > prefix && !strncmp(order, installed, prefix))
			err = add(files, folder, order + prefix, stem - prefix);
		if (!err)
			err = add(files, folder, order, stem);
	}
	return err;
}

static int add_found(struct module_files *files, const char *folder)
{
	char *const roots[] = { (char *)folder, NULL };
	FTS *walk =
		fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	FTSENT *entry;
	size_t stem;
	int err = 0;

	if (!walk)
		return -errno;
	while (!err && (entry = fts_read(walk))) {
		if (entry->fts_info != FTS_F && entry->fts_info != FTS_NSOK)
			continue;
		stem = stem_length(entry->fts_path, entry->fts_pathlen);
		if (stem && !ends_in(entry->fts_path, entry->fts_pathlen, ".o"))
			err = add(files, NULL, entry->fts_path, stem);
	}
	fts_close(walk);
	return err;
}

int module_files_read(struct module_files *files, const char *folder,
		      struct reason *why)
{
	struct stat stat_;
	char *path, *order;
	size_t length;
	int err = 0;

	*files = (struct module_files){ .v = NULL };
	if (stat(folder, &stat_))
		return reason_errno(why, -errno, "no folder of modules %s",
				    folder);
	if (!S_ISDIR(stat_.st_mode))
		return reason_set(why, -ENOENT, "%s is not a folder of modules",
				  folder);
	if (asprintf(&path, "%s/modules.order", folder) < 0)
		return reason_errno(why, -ENOMEM, "%s", folder);
	if (access(path, R_OK)) {
		err = add_found(files, folder);
	} else {
		err = jsonfile_read(path, &order, &length, why);
		if (err)
			goto out;
		err = add_ordered(files, folder, order);
		free(order);
	}
	if (err) {
		module_files_free(files);
		reason_errno(why, err, "%s", folder);
	}
out:
	free(path);
	return err;
}

void module_files_free(struct module_files *files)
{
	for (size_t i = 0; i < files->nr; i++) {
		free(files->v[i].name);
		free(files->v[i].stem);
	}
	free(files->v);
	*files = (struct module_files){ .v = NULL };
}

static bool same_name(const char *kernels, const char *asked)
{
	for (; *kernels && *asked; kernels++, asked++)
		if (*kernels != (*asked == '-' ? '_' : *asked))
			return false;
	return *kernels == *asked;
}

char *module_files_path(const struct module_files *files, const char *name)
{
	char *path;

	for (size_t i = 0; i < files->nr; i++) {
		if (!same_name(files->v[i].name, name))
			continue;
		for (int j = 0; j < NR_ENDINGS; j++) {
			if (asprintf(&path, "%s%s", files->v[i].stem,
				     endings[j]) < 0)
				return NULL;
			if (!access(path, R_OK))
				return path;
			free(path);
		}
	}
	return NULL;
}
