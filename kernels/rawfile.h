/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a whole file that may be compressed. */
#ifndef DIRTYBENCH_RAWFILE_H
#define DIRTYBENCH_RAWFILE_H

#include <stddef.h>

#include "harness/reason.h"

/*
 * *@text gets all of @path, decompressed where it is compressed, and a final
 * zero; *@length its bytes without that. The caller frees it. -errno and a
 * sentence that names the file; -EINVAL or -EILSEQ where it is damaged, -EFBIG
 * beyond 512 MiB.
 */
int rawfile_read(const char *path, char **text, size_t *length,
		 struct reason *why);

#endif
