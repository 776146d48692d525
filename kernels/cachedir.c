// SPDX-License-Identifier: GPL-2.0-or-later
/* Where fetched kernels are kept, and handling folders of files. */
#include "kernels/cachedir.h"

#include <errno.h>
#include <fts.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cachedir_path(char **path, const char *name, struct reason *why)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int ret;

	/* "Relative paths are invalid", says the XDG specification. */
	if (cache && *cache == '/')
		ret = asprintf(path, "%s/dirtybench/%s", cache, name);
	else if (home && *home == '/')
		ret = asprintf(path, "%s/.cache/dirtybench/%s", home, name);
	else
		return reason_set(why, -ENOENT,
				  "no folder for kernels: set XDG_CACHE_HOME "
				  "or HOME");
	return ret < 0 ? reason_errno(why, -ENOMEM, "%s", name) : 0;
}

int folder_make(const char *path, struct reason *why)
{
	char *copy = strdup(path);
	char *slash = copy;
	int err = 0;

	if (!copy)
		return reason_errno(why, -ENOMEM, "%s", path);
	while (!err && slash) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(copy, 0755) && errno != EEXIST)
			err = reason_errno(why, -errno, "%s", copy);
		if (slash)
			*slash = '/';
	}
	free(copy);
	return err;
}

uint64_t folder_bytes(const char *path)
{
	char *const roots[] = { (char *)path, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	uint64_t bytes = 0;
	FTSENT *entry;

	if (!walk)
		return 0;
	while ((entry = fts_read(walk)))
		if (entry->fts_info == FTS_F)
			bytes += (uint64_t)entry->fts_statp->st_size;
	fts_close(walk);
	return bytes;
}

static int remove_one(const char *path, const struct stat *stat, int type,
		      struct FTW *where)
{
	(void)stat;
	(void)where;
	return (type == FTW_DP ? rmdir(path) : unlink(path)) ? -errno : 0;
}

int folder_remove(const char *path, struct reason *why)
{
	/* Few descriptors: kernels' folders are two deep. */
	int err = nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	if (err == -1)
		err = -errno;
	if (!err || err == -ENOENT)
		return 0;
	return reason_errno(why, err, "%s", path);
}
