// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a package with a small file that looks like a kernel. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "madekernel.h"

enum { MAX_FILES = 3 };

static const char *below(const char *folder, const char *release,
			 const char *name)
{
	static char paths[MAX_FILES][256];
	static int nr;

	snprintf(paths[nr], sizeof(paths[0]), "%s%s%s", folder, release, name);
	return paths[nr++];
}

/* make-kernel-deb DEB RELEASE WORD...: what the words name of a kernel. */
int main(int argc, char **argv)
{
	static const char usr[] = "usr/lib/modules/";
	struct made_file files[MAX_FILES];
	size_t nr = 0, bytes;
	char *module;

	if (argc < 3 || argc > 3 + MAX_FILES)
		errx(2, "usage: %s DEB RELEASE [boot|image|config|module]...",
		     argv[0]);
	module = made_module("", &bytes);
	for (int i = 3; i < argc; i++) {
		struct made_file *file = &files[nr++];

		*file = (struct made_file){ .bytes = MADE_IMAGE_BYTES };
		if (!strcmp(argv[i], "boot")) {
			file->path = below("boot/vmlinuz-", argv[2], "");
			file->data = made_image(argv[2]);
		} else if (!strcmp(argv[i], "image")) {
			file->path = below(usr, argv[2], "/vmlinuz.unsigned");
			file->data = made_image(argv[2]);
		} else if (!strcmp(argv[i], "config")) {
			file->path = below(usr, argv[2], "/config");
			file->data = "CONFIG_MEM_SOFT_DIRTY=y\n";
			file->bytes = strlen(file->data);
		} else if (!strcmp(argv[i], "module")) {
			file->path = below(usr, argv[2], "/zram.ko.xz");
			file->data = made_compressed(".xz", module, bytes,
						     &file->bytes);
		} else {
			errx(2, "no part '%s'", argv[i]);
		}
	}
	made_deb(argv[1], files, nr);
	return 0;
}
