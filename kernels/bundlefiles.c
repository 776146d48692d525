// SPDX-License-Identifier: GPL-2.0-or-later
/* The program with all that it needs, to be unpacked and run elsewhere. */
#include "kernels/bundlefiles.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/elfinterp.h"
#include "kernels/loaded.h"
#include "kernels/rawfile.h"

/* packing.h wants a slash in front, and leaves it out. */
#define TOP	  "/" BUNDLE_FOLDER "/"
#define LIBRARIES TOP BUNDLE_LIBRARIES "/"

static const char readme[] =
	"dirtybench, with the libraries that it needs. It runs from where it "
	"lies:\n\n"
	"  ./" BUNDLE_FOLDER "/dirtybench doctor\n"
	"  ./" BUNDLE_FOLDER "/dirtybench run --preset quick -o run\n\n"
	"/proc has to be mounted. To unpack is to install; to remove the "
	"folder is to\nuninstall.\n";

struct bundle {
	struct packing *archive;
	char loader[PATH_MAX]; /* of the program, as it was built */
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int add_library(void *arg, const char *path, struct reason *why)
{
	const struct bundle *bundle = arg;
	char to[PATH_MAX];

	snprintf(to, sizeof(to), LIBRARIES "%s",
		 strcmp(path, bundle->loader) ? name_of(path)
					      : name_of(BUNDLE_LOADER));
	return packing_copy(bundle->archive, to, path, 0755, why);
}

/* The program, which is found to have been built with a loader, or not. */
static int add_program(struct bundle *bundle, const char *program, char *image,
		       size_t length, struct reason *why)
{
	const char *built = elfinterp_get(image, length);
	int ret;

	snprintf(bundle->loader, sizeof(bundle->loader), "%s",
		 built ? built : "");
	ret = elfinterp_set(image, length, BUNDLE_LOADER, why);
	if (!ret)
		ret = packing_bytes(bundle->archive, TOP "bin/dirtybench", 0755,
				    image, length, why);
	return ret ? ret : loaded_each(program, add_library, bundle, why);
}

/* bench-WORKLOAD are names of the program; the starter hands them on. */
static int add_links(struct bundle *bundle, const char *program,
		     struct reason *why)
{
	char pattern[PATH_MAX], to[PATH_MAX];
	glob_t found;
	int ret = 0;

	snprintf(pattern, sizeof(pattern), "%.*sbench-*",
		 (int)(name_of(program) - program), program);
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; !ret && i < found.gl_pathc; i++) {
		char target[PATH_MAX];
		char *real = realpath(found.gl_pathv[i], target);

		if (!real || strcmp(real, program) != 0)
			continue;
		snprintf(to, sizeof(to), TOP "%s", name_of(found.gl_pathv[i]));
		ret = packing_link(bundle->archive, to, "dirtybench", why);
	}
	globfree(&found);
	return ret;
}

static int add_all(struct bundle *bundle, const char *program,
		   const char *starter, struct reason *why)
{
	size_t length;
	char *image;
	int ret;

	ret = packing_bytes(bundle->archive, TOP "README", 0644, readme,
			    sizeof(readme) - 1, why);
	if (!ret)
		ret = packing_copy(bundle->archive, TOP "dirtybench", starter,
				   0755, why);
	if (!ret)
		ret = rawfile_read(program, &image, &length, why);
	if (ret)
		return ret;
	ret = add_program(bundle, program, image, length, why);
	free(image);
	return ret ? ret : add_links(bundle, program, why);
}

int bundle_files(const char *program, const char *starter,
		 enum packing_format format, struct reason *why)
{
	struct bundle bundle = { .archive = NULL };
	int ret;

	ret = packing_create(&bundle.archive, format, why);
	if (ret)
		return ret;
	ret = add_all(&bundle, program, starter, why);
	if (!ret)
		return packing_finish(bundle.archive, why);
	packing_discard(bundle.archive);
	return ret;
}
