// SPDX-License-Identifier: GPL-2.0-or-later
// Appends samples to a file that never holds half a line.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/record.h"
#include "results/writer.h"

struct record_writer {
	int fd;
	off_t whole_bytes; /* the file up to its last whole line */
	char *path;
};

int record_writer_open(const char *path, struct record_writer **writer,
		       struct reason *why)
{
	struct record_writer *new;
	int err;

	new = calloc(1, sizeof(*new));
	if (!new)
		return reason_set(why, -ENOMEM, "no memory to open %s", path);
	new->path = strdup(path);
	if (!new->path) {
		err = reason_set(why, -ENOMEM, "no memory to open %s", path);
		goto free_writer;
	}
	new->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
		       0666);
	if (new->fd < 0) {
		err = reason_errno(why, -errno, "cannot create %s", path);
		goto free_path;
	}
	*writer = new;
	return 0;

free_path:
	free(new->path);
free_writer:
	free(new);
	return err;
}

/* A short write is followed by another, which says what is wrong. */
static int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		if (written == 0)
			return -EIO;
		bytes += written;
		length -= written;
	}
	return 0;
}

int record_writer_append(struct record_writer *writer,
			 const struct sample *sample, struct reason *why)
{
	char *line;
	size_t length;
	int err;

	err = record_encode(sample, &line, &length, why);
	if (err)
		return err;
	err = write_all(writer->fd, line, length);
	free(line);
	if (!err) {
		writer->whole_bytes += (off_t)length;
		return 0;
	}
	reason_errno(why, err, "cannot write to %s", writer->path);
	if (ftruncate(writer->fd, writer->whole_bytes) < 0)
		return reason_errno(why, -errno,
				    "half a line is left at the end of %s",
				    writer->path);
	return err;
}

int record_writer_close(struct record_writer *writer, struct reason *why)
{
	int err = 0;

	if (!writer)
		return 0;
	if (fsync(writer->fd) < 0)
		err = reason_errno(why, -errno, "cannot write %s to its disk",
				   writer->path);
	if (close(writer->fd) < 0 && !err)
		err = reason_errno(why, -errno, "cannot close %s",
				   writer->path);
	free(writer->path);
	free(writer);
	return err;
}
