/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes small files that look like kernels, modules and packages. */
#ifndef DIRTYBENCH_MADEKERNEL_H
#define DIRTYBENCH_MADEKERNEL_H

#include <stddef.h>

/* What an image of made_image() has in all. */
enum { MADE_IMAGE_BYTES = 16 << 10 };

/* A file of a package: @data is of @bytes. */
struct made_file {
	const char *path;
	const char *data;
	size_t bytes;
};

/* Everything here ends the program where a file cannot be written. */

/* An image of the release: a header, and nothing that would boot. The caller
 * frees it. */
char *made_image(const char *release);

/* A module of the kernel, as far as its dependencies go: "zsmalloc,lz4". The
 * caller frees it. */
char *made_module(const char *depends, size_t *bytes);

/* Compress as the ending of @path wants it (.xz, .zst, or not at all), and
 * write it there. */
void made_write(const char *path, const char *data, size_t bytes);

/* The same to memory, as the ending of @name wants it; the caller frees it. */
char *made_compressed(const char *name, const char *data, size_t bytes,
		      size_t *packed_bytes);

/* A package with @nr files at "./PATH". */
void made_deb(const char *path, const struct made_file *files, size_t nr);

/* A folder of this test alone, to be removed with made_folder_remove(). */
char *made_folder(void);
void made_folder_remove(char *folder);

/* @folder/@name, with the folders above it made; in turn one of eight. */
const char *made_path(const char *folder, const char *name);

#endif
