// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernels that were fetched: one folder each, named after the release. */
#include "kernels/kernelcache.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernels/imagename.h"
#include "kernels/modulefiles.h"
#include "results/side/jsonfile.h"

static void kernel_free(struct cached_kernel *kernel)
{
	free(kernel->release);
	free(kernel->folder);
	free(kernel->package);
}

static int read_record(struct cached_kernel *kernel, struct reason *why)
{
	struct reason unread;
	char *path;
	size_t length;
	int err;

	if (asprintf(&path, "%s/package", kernel->folder) < 0)
		return reason_errno(why, -ENOMEM, "%s", kernel->folder);
	err = jsonfile_read(path, &kernel->package, &length, &unread);
	free(path);
	/* Without it the kernel boots all the same. */
	if (err)
		kernel->package = strdup("");
	return kernel->package
		       ? 0
		       : reason_errno(why, -ENOMEM, "%s", kernel->folder);
}

static int measure(struct cached_kernel *kernel, struct reason *why)
{
	char *const roots[] = { kernel->folder, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	char *name;

	if (!walk)
		return reason_errno(why, -errno, "%s", kernel->folder);
	while ((entry = fts_read(walk))) {
		if (entry->fts_info != FTS_F)
			continue;
		kernel->bytes += (uint64_t)entry->fts_statp->st_size;
		kernel->has_config |= !strcmp(entry->fts_name, "config");
		if (module_name(entry->fts_path, &name)) {
			kernel->modules++;
			free(name);
		}
	}
	fts_close(walk);
	return 0;
}

static int add(struct kernel_cache *cache, const char *folder,
	       const char *release, struct reason *why)
{
	struct cached_kernel kernel = { .release = strdup(release) };
	struct cached_kernel *v;
	int err = 0;

	v = reallocarray(cache->v, cache->nr + 1, sizeof(*v));
	if (v)
		cache->v = v;
	if (asprintf(&kernel.folder, "%s/%s", folder, release) < 0)
		kernel.folder = NULL;
	if (!v || !kernel.folder || !kernel.release)
		err = reason_errno(why, -ENOMEM, "%s", release);
	if (!err)
		err = read_record(&kernel, why);
	if (!err)
		err = measure(&kernel, why);
	if (err)
		kernel_free(&kernel);
	else
		cache->v[cache->nr++] = kernel;
	return err;
}

static int by_release(const void *a, const void *b)
{
	const struct cached_kernel *one = a;
	const struct cached_kernel *other = b;

	return strverscmp(one->release, other->release);
}

int kernel_cache_read(struct kernel_cache *cache, const char *folder,
		      struct reason *why)
{
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	*cache = (struct kernel_cache){ .v = NULL };
	dir = opendir(folder);
	if (!dir)
		return errno == ENOENT
			       ? 0
			       : reason_errno(why, -errno, "%s", folder);
	while (!err && (entry = readdir(dir)))
		/* A kernel that is being fetched has a dot before its name. */
		if (series_length(entry->d_name))
			err = add(cache, folder, entry->d_name, why);
	closedir(dir);
	if (err)
		kernel_cache_free(cache);
	else if (cache->nr)
		qsort(cache->v, cache->nr, sizeof(*cache->v), by_release);
	return err;
}

void kernel_cache_free(struct kernel_cache *cache)
{
	for (size_t i = 0; i < cache->nr; i++)
		kernel_free(&cache->v[i]);
	free(cache->v);
	*cache = (struct kernel_cache){ .v = NULL };
}

/* 6.1.192 is in no release of Debian's 6.1 (6.1.0-56-amd64). */
static int is_named(const struct cached_kernel *kernel, const char *word)
{
	char *version;
	int named;

	if (!strcmp(kernel->release, word) ||
	    kernel_word_matches(word, kernel->release))
		return 1;
	version = package_record_field(kernel->package, "Version");
	named = version && kernel_word_matches(word, version);
	free(version);
	return named;
}

const struct cached_kernel *kernel_cache_find(const struct kernel_cache *cache,
					      const char *word)
{
	for (size_t i = cache->nr; i > 0; i--)
		if (is_named(&cache->v[i - 1], word))
			return &cache->v[i - 1];
	return NULL;
}

const struct cached_kernel *
kernel_cache_find_parts(const struct kernel_cache *cache,
			const struct kernel_parts *parts)
{
	char *record = package_record(parts);
	const struct cached_kernel *found = NULL;

	for (size_t i = 0; record && !found && i < cache->nr; i++)
		if (!strcmp(cache->v[i].package, record))
			found = &cache->v[i];
	free(record);
	return found;
}

char *package_record(const struct kernel_parts *parts)
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	if (!file)
		return NULL;
	for (size_t i = 0; i < parts->nr; i++)
		fprintf(file,
			"%sPackage: %s\nVersion: %s\nSuite: %s\nSize: %llu\n"
			"SHA256: %s\n",
			i ? "\n" : "", parts->v[i]->name, parts->v[i]->version,
			parts->v[i]->suite,
			(unsigned long long)parts->v[i]->bytes,
			parts->v[i]->sha256);
	if (fclose(file)) {
		free(text);
		return NULL;
	}
	return text;
}

char *package_record_field(const char *record, const char *field)
{
	const char *end = strstr(record, "\n\n");
	size_t length = strlen(field);
	const char *line = record;

	while (*line && (!end || line < end)) {
		if (!strncmp(line, field, length) &&
		    !strncmp(line + length, ": ", 2)) {
			line += length + 2;
			return strndup(line, strcspn(line, "\n"));
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return strdup("");
}
