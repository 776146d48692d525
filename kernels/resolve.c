// SPDX-License-Identifier: GPL-2.0-or-later
/* Which packages of an archive make the newest kernel of a series. */
#include "kernels/resolve.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/imagename.h"
#include "kernels/program.h"

static void add_part(struct kernel_parts *parts,
		     const struct package_index *index, const char *name,
		     const char *version)
{
	const struct package *package =
		package_index_find(index, name, version);

	if (!package && !*parts->missing)
		snprintf(parts->missing, sizeof(parts->missing), "%s", name);
	if (!package || parts->nr == KERNEL_MAX_PARTS)
		return;
	for (size_t i = 0; i < parts->nr; i++)
		if (parts->v[i] == package)
			return;
	parts->v[parts->nr++] = package;
}

/* Whether the name, which need not end where @length does, is that of a
 * package with a part of one certain kernel. */
static bool is_part(const char *name, size_t length)
{
	static const char *const prefixes[] = { "linux-image-", "linux-binary-",
						"linux-modules-",
						"linux-base-" };
	static const char unsigned_[] = "unsigned-";

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t prefix = strlen(prefixes[i]);

		if (length <= prefix || strncmp(name, prefixes[i], prefix) != 0)
			continue;
		if (!strncmp(name + prefix, unsigned_, sizeof(unsigned_) - 1))
			prefix += sizeof(unsigned_) - 1;
		return isdigit((unsigned char)name[prefix]);
	}
	return false;
}

/* Add what @package depends on and is a part; whether there was any but a
 * linux-base-, which has no image. */
static bool add_depends(struct kernel_parts *parts,
			const struct package_index *index,
			const struct package *package)
{
	const char *rest = package->depends;
	bool leads_on = false;
	char name[160];
	size_t length;

	while (*rest) {
		rest += strspn(rest, " ,");
		length = strcspn(rest, " ,|:(");
		if (is_part(rest, length) && length < sizeof(name)) {
			memcpy(name, rest, length);
			name[length] = '\0';
			add_part(parts, index, name, package->version);
			leads_on |= strncmp(name, "linux-base-",
					    strlen("linux-base-")) != 0;
		}
		rest += strcspn(rest, ",");
	}
	return leads_on;
}

/* Nothing depends on the modules but the metapackage, which comes late. */
static void add_modules(struct kernel_parts *parts,
			const struct package_index *index,
			const struct package *binary)
{
	size_t length = 0;
	const char *release = image_name_release(binary->name, &length);
	char *name;

	if (!release ||
	    asprintf(&name, "linux-modules-%.*s", (int)length, release) < 0)
		return;
	add_part(parts, index, name, binary->version);
	free(name);
}

static void collect_parts(struct kernel_parts *parts,
			  const struct package_index *index,
			  const struct package *start)
{
	bool whole = false;
	size_t length;

	*parts = (struct kernel_parts){ .v = { start }, .nr = 1 };
	for (size_t i = 0; i < parts->nr; i++) {
		const struct package *package = parts->v[i];
		bool leads_on = add_depends(parts, index, package);

		if (image_name_is_binary(package->name)) {
			add_modules(parts, index, package);
			parts->image = true;
		} else if (!leads_on &&
			   image_name_release(package->name, &length)) {
			parts->image = true;
			whole = true;
		}
	}
	/* Such an image has all that is needed in itself, whatever else it
	 * depends on. */
	if (whole)
		*parts->missing = '\0';
}

/* 0: no; 1: yes; -errno. */
static int is_newer(const char *version, const char *than, struct reason *why)
{
	const char *const argv[] = { "dpkg",  "--compare-versions",
				     version, "gt",
				     than,    NULL };
	const struct program dpkg = { .argv = argv };
	char *out;
	int err;

	err = program_run(&dpkg, &out, why);
	free(out);
	if (err == -EIO)
		return 0;
	return err ? err : 1;
}

/* What is signed and has all in one name comes first: it is what people run,
 * and what an archive keeps longest. */
static int rank(const struct package *package)
{
	return (strstr(package->name, "unsigned") ? 2 : 0) +
	       (image_name_is_binary(package->name) ? 1 : 0);
}

/* As is_newer(), of @parts and the best so far, which may be none. */
static int is_better(const struct kernel_parts *parts,
		     const struct kernel_parts *best, struct reason *why)
{
	bool whole = !*parts->missing;

	if (!parts->image)
		return 0;
	if (!best->nr)
		return 1;
	if (whole != !*best->missing)
		return whole;
	if (!strcmp(parts->v[0]->version, best->v[0]->version))
		return rank(parts->v[0]) < rank(best->v[0]);
	return is_newer(parts->v[0]->version, best->v[0]->version, why);
}

static bool matches(const struct package *package, const char *word,
		    const char *flavour)
{
	size_t length = 0;
	const char *release = image_name_release(package->name, &length);

	if (!release)
		return false;
	if (length == strlen(word) && !strncmp(release, word, length))
		return true;
	return release_has_flavour(release, length, flavour) &&
	       kernel_word_matches(word, package->version);
}

static int resolve_flavour(struct kernel_parts *best,
			   const struct package_index *index, const char *word,
			   const char *flavour, struct reason *why)
{
	struct kernel_parts parts;
	int ret;

	for (size_t i = 0; i < index->nr; i++) {
		if (!matches(&index->v[i], word, flavour))
			continue;
		collect_parts(&parts, index, &index->v[i]);
		ret = is_better(&parts, best, why);
		if (ret < 0)
			return ret;
		if (ret)
			*best = parts;
	}
	return 0;
}

static int compare_series(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

static int tell_series(const struct package_index *index, const char *word,
		       struct reason *why)
{
	const char **v = calloc(index->nr + 1, sizeof(*v));
	char text[300] = "";
	size_t nr = 0, used = 0, length;

	for (size_t i = 0; v && i < index->nr; i++)
		if (image_name_release(index->v[i].name, &length))
			v[nr++] = index->v[i].version;
	if (nr)
		qsort(v, nr, sizeof(*v), compare_series);
	for (size_t i = 0; i < nr && used < sizeof(text); i++) {
		length = series_length(v[i]);
		if (!length || (i && series_length(v[i - 1]) == length &&
				!strncmp(v[i], v[i - 1], length)))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%.*s", used ? ", " : "",
					 (int)length, v[i]);
	}
	free(v);
	if (!used)
		return reason_set(why, -ENOENT,
				  "the archive offers no kernel %s, nor any",
				  word);
	return reason_set(why, -ENOENT,
			  "the archive offers no kernel %s; it has %s", word,
			  text);
}

int kernel_resolve(struct kernel_parts *parts,
		   const struct package_index *index, const char *word,
		   struct reason *why)
{
	struct kernel_parts other;
	int ret;

	*parts = (struct kernel_parts){ .nr = 0 };
	for (int i = 0; kernel_flavours[i]; i++) {
		other = (struct kernel_parts){ .nr = 0 };
		ret = resolve_flavour(&other, index, word, kernel_flavours[i],
				      why);
		if (ret)
			return ret;
		/* Being whole counts for more than the flavour. */
		if (other.nr &&
		    (!parts->nr || (*parts->missing && !*other.missing)))
			*parts = other;
	}
	return parts->nr ? 0 : tell_series(index, word, why);
}
