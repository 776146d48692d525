// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the samples of a run, one after the other, in bounded memory.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/load.h"
#include "results/record.h"

#define SAMPLE_FILE "samples.jsonl"

/* Some two hundred lines a read; as much is added for a longer line. */
enum { BUFFER_BYTES = 256 << 10 };

struct reader {
	char name[PATH_MAX];
	int fd;
	char *buffer;
	size_t size, start, end; /* unread bytes are [start, end) */
	unsigned long long line;
	struct sample sample;
	struct sample_detail detail;
};

struct line {
	const char *text;
	size_t length;
	bool terminated;
	bool too_long; /* @text is not valid */
};

static int open_file(struct reader *reader, const char *path,
		     struct reason *why)
{
	struct stat status;
	int length = snprintf(reader->name, sizeof(reader->name), "%s", path);

	if (stat(path, &status) < 0)
		return reason_errno(why, -errno, "cannot open %s", path);
	if (S_ISDIR(status.st_mode))
		length = snprintf(reader->name, sizeof(reader->name), "%s/%s",
				  path, SAMPLE_FILE);
	if (length >= (int)sizeof(reader->name))
		return reason_errno(why, -ENAMETOOLONG, "cannot open %s", path);
	reader->fd = open(reader->name, O_RDONLY | O_CLOEXEC);
	if (reader->fd < 0)
		return reason_errno(why, -errno, "cannot open %s",
				    reader->name);
	return 0;
}

static int make_room(struct reader *reader, struct reason *why)
{
	char *buffer;

	memmove(reader->buffer, reader->buffer + reader->start,
		reader->end - reader->start);
	reader->end -= reader->start;
	reader->start = 0;
	if (reader->end < reader->size)
		return 0;
	buffer = realloc(reader->buffer, reader->size + BUFFER_BYTES);
	if (!buffer)
		return reason_set(why, -ENOMEM, "no memory to read %s",
				  reader->name);
	reader->buffer = buffer;
	reader->size += BUFFER_BYTES;
	return 0;
}

/* Bytes read behind the unread ones, 0 at the end of the file. */
static ssize_t refill(struct reader *reader, struct reason *why)
{
	ssize_t bytes;
	int err;

	if (reader->end == reader->size) {
		err = make_room(reader, why);
		if (err)
			return err;
	}
	do
		bytes = read(reader->fd, reader->buffer + reader->end,
			     reader->size - reader->end);
	while (bytes < 0 && errno == EINTR);
	if (bytes < 0)
		return reason_errno(why, -errno, "cannot read %s",
				    reader->name);
	reader->end += bytes;
	return bytes;
}

/* 1 with the next line, which is valid until the next call; 0 at the end. */
static int next_line(struct reader *reader, struct line *line,
		     struct reason *why)
{
	size_t searched = 0;
	char *newline = NULL;

	*line = (struct line){ .text = NULL };
	for (;;) {
		size_t length = reader->end - reader->start;
		ssize_t bytes;

		if (length > searched)
			newline = memchr(reader->buffer + reader->start +
						 searched,
					 '\n', length - searched);
		if (newline)
			break;
		searched = length;
		if (length > RECORD_MAX_BYTES) {
			line->too_long = true;
			reader->start = reader->end;
			searched = 0;
		}
		bytes = refill(reader, why);
		if (bytes < 0)
			return (int)bytes;
		if (bytes == 0)
			break;
	}
	reader->line++;
	line->terminated = newline != NULL;
	line->text = reader->buffer + reader->start;
	line->length =
		(newline ? newline : reader->buffer + reader->end) - line->text;
	reader->start += line->length + line->terminated;
	line->too_long |= line->length > RECORD_MAX_BYTES;
	return line->length || line->terminated || line->too_long;
}

static int decode_line(struct reader *reader, const struct line *line,
		       struct reason *why)
{
	int err;

	if (line->too_long)
		return reason_set(why, -EOVERFLOW,
				  "the line is longer than %d bytes",
				  RECORD_MAX_BYTES);
	err = record_decode_detail(line->text, line->length, &reader->sample,
				   &reader->detail, why);
	if (err == -ENODATA && line->terminated)
		return -EBADMSG;
	if (err == -ENODATA)
		return reason_set(why, err, "the last line is cut off");
	return err;
}

static int take_line(struct reader *reader, const struct line *line,
		     const struct load_sink *sink, struct reason *why)
{
	struct reason damage, placed;
	int err;

	err = decode_line(reader, line, &damage);
	if (!err)
		return sink->sample(sink->arg, &reader->sample);
	reason_set(&placed, err, "%s:%llu: %s", reader->name, reader->line,
		   damage.text);
	if (sink->damaged)
		return sink->damaged(sink->arg, err, &placed);
	return reason_set(why, err, "%s", placed.text);
}

static int read_lines(struct reader *reader, const struct load_sink *sink,
		      struct reason *why)
{
	struct line line;
	int err = 0;
	int more;

	while (!err) {
		more = next_line(reader, &line, why);
		if (more <= 0)
			return more;
		err = take_line(reader, &line, sink, why);
	}
	return err;
}

int load_samples(const char *path, const struct load_sink *sink,
		 struct reason *why)
{
	struct reader *reader;
	int err;

	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return reason_set(why, -ENOMEM, "no memory to read %s", path);
	reader->size = BUFFER_BYTES;
	reader->buffer = malloc(reader->size);
	if (!reader->buffer) {
		err = reason_set(why, -ENOMEM, "no memory to read %s", path);
		goto free_reader;
	}
	err = open_file(reader, path, why);
	if (err)
		goto free_buffer;
	err = read_lines(reader, sink, why);
	close(reader->fd);
free_buffer:
	free(reader->buffer);
free_reader:
	free(reader);
	return err;
}
