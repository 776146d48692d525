/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debian's names of kernel packages, and what a user calls a kernel. */
#ifndef DIRTYBENCH_IMAGENAME_H
#define DIRTYBENCH_IMAGENAME_H

#include <stdbool.h>
#include <stddef.h>

/* Debian's flavours, the one to be preferred first; NULL ends. */
extern const char *const kernel_flavours[];

/*
 * The release in the name of a package that has a kernel image, or leads to
 * one: linux-image-RELEASE, linux-image-RELEASE-unsigned,
 * linux-binary-RELEASE, linux-binary-unsigned-RELEASE. Its length goes to
 * *@length. NULL: another package.
 */
const char *image_name_release(const char *name, size_t *length);

/* Whether the package's name is that of a linux-binary-..., whose modules and
 * configuration are packages of their own. */
bool image_name_is_binary(const char *name);

/* Whether a release of @length characters ends in "-FLAVOUR", with no other
 * flavour before it: 6.12.117+deb13-rt-amd64 is not of flavour amd64. */
bool release_has_flavour(const char *release, size_t length,
			 const char *flavour);

/* Whether @word can name kernels: begins with two numbers and a dot between,
 * and has nothing that a version has not. */
bool kernel_word_valid(const char *word);

/* Whether @version begins with @word and goes on with another number than
 * @word's last: 6.1 names 6.1.192 and 6.1~rc3, not 6.12. */
bool kernel_word_matches(const char *word, const char *version);

/* Bytes of the series that @version belongs to: its first two numbers. */
size_t series_length(const char *version);

#endif
