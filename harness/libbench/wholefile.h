/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that appears whole under its name or not at all. */
#ifndef LIBBENCH_WHOLEFILE_H
#define LIBBENCH_WHOLEFILE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Text goes into a temporary file beside @path, onto the disk, and only then
 * under the name, in place of what was there. A link is followed. Devices and
 * pipes are written in place. Both return 0 or a negative errno.
 */

/* Whether @path could be written now, by trying; leaves nothing behind. */
int wholefile_check(const char *path);

/* On failure what was under the name is untouched. */
int wholefile_write(const char *path, const char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
