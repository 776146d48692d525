// SPDX-License-Identifier: GPL-2.0-or-later
/* Gets kernels from Debian's archive into the cache. */
#include "kernels/fetch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernels/cachedir.h"
#include "kernels/kernelcache.h"
#include "kernels/unpack.h"

/* What is not finished is in one folder of the cache, which nothing else
 * looks at; whoever fetches next removes what a killed one has left. */
static const char work_name[] = ".unfinished";

struct work {
	char *folder;
	char *debs;    /* the packages */
	char *scratch; /* their modules */
	char *kernel;  /* what becomes the cache's */
};

static void work_close(struct work *work)
{
	struct reason unsaid;

	if (work->folder)
		folder_remove(work->folder, &unsaid);
	free(work->folder);
	free(work->debs);
	free(work->scratch);
	free(work->kernel);
}

static int work_open(struct work *work, const char *cache, struct reason *why)
{
	int err = 0;

	*work = (struct work){ .folder = NULL };
	if (asprintf(&work->folder, "%s/%s", cache, work_name) < 0)
		work->folder = NULL;
	else if (asprintf(&work->debs, "%s/debs", work->folder) < 0)
		work->debs = NULL;
	else if (asprintf(&work->scratch, "%s/scratch", work->folder) < 0)
		work->scratch = NULL;
	else if (asprintf(&work->kernel, "%s/kernel", work->folder) < 0)
		work->kernel = NULL;
	if (!work->kernel)
		err = reason_errno(why, -ENOMEM, "%s", cache);
	if (!err)
		err = folder_remove(work->folder, why);
	if (!err)
		err = folder_make(work->debs, why);
	if (!err)
		err = folder_make(work->scratch, why);
	if (!err)
		err = folder_make(work->kernel, why);
	if (err)
		work_close(work);
	return err;
}

static int unpack(const struct work *work, char release[RELEASE_BYTES],
		  struct reason *why)
{
	glob_t debs = { .gl_pathc = 0 };
	char *pattern;
	int err;

	if (asprintf(&pattern, "%s/*.deb", work->debs) < 0)
		return reason_errno(why, -ENOMEM, "%s", work->debs);
	if (glob(pattern, 0, NULL, &debs))
		err = reason_set(why, -EIO, "apt-get downloaded nothing");
	else
		err = unpack_kernel(debs.gl_pathv, debs.gl_pathc, work->kernel,
				    work->scratch, release, why);
	globfree(&debs);
	free(pattern);
	return err;
}

static int write_record(const struct work *work,
			const struct kernel_parts *parts, struct reason *why)
{
	char *record = package_record(parts);
	char *path = NULL;
	FILE *file = NULL;
	int err = 0;

	if (!record || asprintf(&path, "%s/package", work->kernel) < 0) {
		path = NULL;
		err = reason_errno(why, -ENOMEM, "package");
	} else if (!(file = fopen(path, "wxe"))) {
		err = -errno;
	} else {
		fputs(record, file);
		if (fclose(file))
			err = -errno;
	}
	if (err && path)
		reason_errno(why, err, "%s", path);
	free(path);
	free(record);
	return err;
}

/* An older build of the same release gives way in the same instant. */
static int move_in(const struct work *work, const char *cache,
		   const char *release, struct reason *why)
{
	char *path;
	int err = 0;

	if (asprintf(&path, "%s/%s", cache, release) < 0)
		return reason_errno(why, -ENOMEM, "%s", release);
	if (rename(work->kernel, path) &&
	    ((errno != EEXIST && errno != ENOTEMPTY) ||
	     renameat2(AT_FDCWD, work->kernel, AT_FDCWD, path,
		       RENAME_EXCHANGE)))
		err = reason_errno(why, -errno, "%s", path);
	free(path);
	return err;
}

static int make_kernel(struct fetching *fetching, const struct work *work,
		       const struct kernel_parts *parts,
		       char release[RELEASE_BYTES], struct reason *why)
{
	int err;

	err = apt_root_download(&fetching->apt, parts, work->debs, why);
	if (!err)
		err = unpack(work, release, why);
	if (!err)
		err = write_record(work, parts, why);
	if (!err)
		err = move_in(work, fetching->folder, release, why);
	return err;
}

static void describe(struct fetched *fetched,
		     const struct cached_kernel *kernel)
{
	snprintf(fetched->release, sizeof(fetched->release), "%s",
		 kernel->release);
	fetched->cache_bytes = kernel->bytes;
	fetched->modules = kernel->modules;
	fetched->has_config = kernel->has_config;
}

/* Fill @fetched with what the cache has; -ENOENT: nothing of these packages. */
static int look_up(const struct fetching *fetching,
		   const struct kernel_parts *parts, struct fetched *fetched,
		   struct reason *why)
{
	const struct cached_kernel *kernel;
	struct kernel_cache cache;
	int err;

	err = kernel_cache_read(&cache, fetching->folder, why);
	if (err)
		return err;
	kernel = kernel_cache_find_parts(&cache, parts);
	if (kernel)
		describe(fetched, kernel);
	kernel_cache_free(&cache);
	return kernel ? 0 : -ENOENT;
}

/* Whether a kernel of the cache is still what it was. */
static bool is_whole(const struct fetching *fetching,
		     const struct fetched *fetched)
{
	char release[RELEASE_BYTES];
	struct reason unsaid;
	char *path;
	int err;

	if (asprintf(&path, "%s/%s/vmlinuz", fetching->folder,
		     fetched->release) < 0)
		return false;
	err = bzimage_release(path, release, &unsaid);
	free(path);
	return !err;
}

int fetch_kernel(struct fetching *fetching, const struct kernel_parts *parts,
		 struct fetched *fetched, struct reason *why)
{
	struct work work;
	int err;

	*fetched = (struct fetched){ .download_bytes = 0 };
	err = look_up(fetching, parts, fetched, why);
	if (!err && is_whole(fetching, fetched)) {
		fetched->was_there = true;
		return 0;
	}
	if (err && err != -ENOENT)
		return err;
	err = work_open(&work, fetching->folder, why);
	if (err)
		return err;
	err = make_kernel(fetching, &work, parts, fetched->release, why);
	work_close(&work);
	for (size_t i = 0; i < parts->nr; i++)
		fetched->download_bytes += parts->v[i]->bytes;
	return err ? err : look_up(fetching, parts, fetched, why);
}

/* The index is what counts; the update's error is told where it matters. */
static int read_archive(struct fetching *fetching, bool *stale,
			struct reason *why)
{
	struct reason unread;
	int updated, err;

	updated = apt_root_update(&fetching->apt, why);
	*stale = updated != 0;
	if (updated && updated != -EIO)
		return updated;
	err = apt_root_index(&fetching->apt, &fetching->index, &unread);
	if (err) {
		*why = unread;
		return err;
	}
	if (fetching->index.nr)
		return 0;
	if (!updated)
		reason_set(why, 0, "the archive has no kernels at all");
	return -EIO;
}

int fetch_open(struct fetching *fetching, bool *stale, struct reason *why)
{
	char *apt_folder;
	int err;

	*fetching = (struct fetching){ .apt = { .lock = -1 } };
	err = cachedir_path(&fetching->folder, "kernels", why);
	if (err)
		return err;
	err = cachedir_path(&apt_folder, "apt", why);
	if (!err) {
		err = apt_root_open(&fetching->apt, apt_folder, why);
		free(apt_folder);
	}
	if (!err)
		err = read_archive(fetching, stale, why);
	if (err)
		fetch_close(fetching);
	return err;
}

void fetch_close(struct fetching *fetching)
{
	package_index_free(&fetching->index);
	apt_root_close(&fetching->apt);
	free(fetching->folder);
	fetching->folder = NULL;
}
