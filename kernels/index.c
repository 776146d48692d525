// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel packages that an archive's lists have. */
#include "kernels/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/rawfile.h"

/* The value of a field in a zero-terminated paragraph, "" without it. Fields
 * of more than one line are not asked for. */
static char *copy_field(const char *paragraph, const char *field)
{
	size_t length = strlen(field);
	const char *line = paragraph;

	while (line && *line) {
		if (!strncmp(line, field, length) && line[length] == ':') {
			line += length + 1;
			line += strspn(line, " \t");
			return strndup(line, strcspn(line, "\n"));
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return strdup("");
}

static void package_free(struct package *package)
{
	free(package->name);
	free(package->version);
	free(package->depends);
	free(package->sha256);
	free(package->suite);
}

static int package_parse(struct package *package, const char *paragraph,
			 const char *suite)
{
	char *bytes = copy_field(paragraph, "Size");

	*package = (struct package){
		.name = copy_field(paragraph, "Package"),
		.version = copy_field(paragraph, "Version"),
		.depends = copy_field(paragraph, "Depends"),
		.sha256 = copy_field(paragraph, "SHA256"),
		.suite = strdup(suite),
		.bytes = bytes ? strtoull(bytes, NULL, 10) : 0,
	};
	free(bytes);
	if (bytes && package->name && package->version && package->depends &&
	    package->sha256 && package->suite)
		return 0;
	package_free(package);
	return -ENOMEM;
}

static int add(struct package_index *index, const char *paragraph,
	       const char *suite)
{
	size_t room = index->room ? index->room * 2 : 256;
	struct package *v;
	int err;

	if (index->nr == index->room) {
		v = reallocarray(index->v, room, sizeof(*v));
		if (!v)
			return -ENOMEM;
		index->v = v;
		index->room = room;
	}
	v = &index->v[index->nr];
	err = package_parse(v, paragraph, suite);
	if (err)
		return err;
	if (package_index_find(index, v->name, v->version))
		package_free(v);
	else
		index->nr++;
	return 0;
}

int package_index_add(struct package_index *index, const char *path,
		      const char *suite, struct reason *why)
{
	static const char first[] = "Package: linux-";
	char *text, *paragraph, *end;
	size_t length;
	int err;

	err = rawfile_read(path, &text, &length, why);
	if (err)
		return err;
	for (paragraph = text; !err && paragraph; paragraph = end) {
		end = strstr(paragraph, "\n\n");
		if (end) {
			*end = '\0';
			end += 2;
		}
		if (!strncmp(paragraph, first, sizeof(first) - 1))
			err = add(index, paragraph, suite);
	}
	free(text);
	return err ? reason_errno(why, err, "%s", path) : 0;
}

const struct package *package_index_find(const struct package_index *index,
					 const char *name, const char *version)
{
	for (size_t i = 0; i < index->nr; i++)
		if (!strcmp(index->v[i].name, name) &&
		    !strcmp(index->v[i].version, version))
			return &index->v[i];
	return NULL;
}

void package_index_free(struct package_index *index)
{
	for (size_t i = 0; i < index->nr; i++)
		package_free(&index->v[i]);
	free(index->v);
	*index = (struct package_index){ .v = NULL };
}
