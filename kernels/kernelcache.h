/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernels that were fetched: one folder each, named after the release. */
#ifndef DIRTYBENCH_KERNELCACHE_H
#define DIRTYBENCH_KERNELCACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/reason.h"
#include "kernels/resolve.h"

/*
 * A folder has vmlinuz; config and modules/ where the archive had them; and
 * package, which says where they came from: a paragraph as in Packages for
 * each of them, the first being the one that named the kernel.
 */
struct cached_kernel {
	char *release;
	char *folder;
	char *package; /* the text of that file, "" without it */
	uint64_t bytes;
	int modules; /* how many */
	bool has_config;
};

struct kernel_cache {
	struct cached_kernel *v; /* by release, older ones first */
	size_t nr;
};

/* What is in the cache's folder; nothing where there is none. -errno. */
int kernel_cache_read(struct kernel_cache *cache, const char *folder,
		      struct reason *why);

void kernel_cache_free(struct kernel_cache *cache);

/* The newest kernel that @word names (as kernel_resolve()), or NULL. */
const struct cached_kernel *kernel_cache_find(const struct kernel_cache *cache,
					      const char *word);

/* The one that was made of exactly these packages, or NULL. */
const struct cached_kernel *
kernel_cache_find_parts(const struct kernel_cache *cache,
			const struct kernel_parts *parts);

/* The text of the file `package`, which the caller frees; NULL: no memory. */
char *package_record(const struct kernel_parts *parts);

/* A field of the first paragraph, which the caller frees: "" without it. */
char *package_record_field(const char *record, const char *field);

#endif
