// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a whole file that may be compressed. */
#include "kernels/rawfile.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* The largest index of packages has 60 MB, and the largest module less. */
#define MAX_BYTES ((size_t)512 << 20)

static int fail(struct archive *archive, const char *path, struct reason *why)
{
	const char *text = archive_error_string(archive);
	int err = archive_errno(archive);

	return reason_set(why, err > 0 ? -err : -EINVAL, "%s: %s", path,
			  text ? text : "cannot be read");
}

static int read_all(struct archive *archive, const char *path, char **text,
		    size_t *length, struct reason *why)
{
	size_t room = (size_t)1 << 20;
	char *more;
	ssize_t got;

	*length = 0;
	for (;;) {
		more = realloc(*text, room + 1);
		if (!more)
			return reason_errno(why, -ENOMEM, "%s", path);
		*text = more;
		got = archive_read_data(archive, *text + *length,
					room - *length);
		if (got < 0)
			return fail(archive, path, why);
		if (!got)
			break;
		*length += (size_t)got;
		if (*length < room)
			continue;
		room *= 2;
		if (room > MAX_BYTES)
			return reason_errno(why, -EFBIG, "%s", path);
	}
	(*text)[*length] = '\0';
	return 0;
}

/* To libarchive an empty file has no content at all. */
static int take_nothing(const char *path, char **text, size_t *length,
			struct reason *why)
{
	*length = 0;
	*text = calloc(1, 1);
	return *text ? 0 : reason_errno(why, -ENOMEM, "%s", path);
}

int rawfile_read(const char *path, char **text, size_t *length,
		 struct reason *why)
{
	/* A block as large as a pipe. */
	const size_t block_bytes = 64 << 10;
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	int ret, err;

	*text = NULL;
	if (!archive)
		return reason_errno(why, -ENOMEM, "%s", path);
	archive_read_support_filter_all(archive);
	archive_read_support_format_raw(archive);
	archive_read_support_format_empty(archive);
	ret = archive_read_open_filename(archive, path, block_bytes);
	if (ret == ARCHIVE_OK)
		ret = archive_read_next_header(archive, &entry);
	if (ret < ARCHIVE_WARN)
		err = fail(archive, path, why);
	else if (ret == ARCHIVE_EOF)
		err = take_nothing(path, text, length, why);
	else
		err = read_all(archive, path, text, length, why);
	archive_read_free(archive);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}
