// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest says on its serial port: lines, and files between them. */
#include "kernels/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const char *const words[NR_WIRE_WORDS] = {
	[WIRE_HELLO] = "hello",	  [WIRE_CELL] = "cell",
	[WIRE_SAMPLE] = "sample", [WIRE_AGREEMENT] = "agreement",
	[WIRE_FILE] = "file",	  [WIRE_TROUBLE] = "trouble",
	[WIRE_END] = "end",
};

/* The largest file is the kernel's log or the topology of a large machine. */
enum { MESSAGE_MAX_BYTES = 16 << 20 };

int wire_open(const char *path)
{
	struct termios raw;
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	/* As it is, a terminal puts a carriage return before each newline. */
	if (!tcgetattr(fd, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(fd, TCSANOW, &raw);
	}
	return fd;
}

static int write_all(int fd, const char *bytes, size_t length)
{
	ssize_t written;

	while (length) {
		written = write(fd, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written ? -errno : -EIO;
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

static int send_parts(int fd, const char *head, const char *bytes,
		      size_t length)
{
	int ret;

	ret = write_all(fd, head, strlen(head));
	if (!ret)
		ret = write_all(fd, bytes, length);
	if (!ret && (!length || bytes[length - 1] != '\n'))
		ret = write_all(fd, "\n", 1);
	/* Not a terminal: nothing to wait for. */
	if (!ret && tcdrain(fd) && errno != ENOTTY && errno != EINVAL)
		ret = -errno;
	return ret;
}

int wire_send(int fd, enum wire_word word, const char *text)
{
	char head[32];

	snprintf(head, sizeof(head), "@%s ", words[word]);
	return send_parts(fd, head, text, strcspn(text, "\n"));
}

int wire_send_file(int fd, const char *name, const void *bytes, size_t length)
{
	char head[128];
	int ret;

	snprintf(head, sizeof(head), "@%s %s %zu\n", words[WIRE_FILE], name,
		 length);
	ret = write_all(fd, head, strlen(head));
	if (!ret)
		ret = write_all(fd, bytes, length);
	return ret ? ret : send_parts(fd, "", "\n", 1);
}

static int find_word(const char *name, size_t length)
{
	for (int i = 0; i < NR_WIRE_WORDS; i++)
		if (strlen(words[i]) == length &&
		    !strncmp(words[i], name, length))
			return i;
	return -1;
}

static int give_file(char *text, const char *bytes, size_t left,
		     const struct wire_sink *sink, size_t *taken)
{
	char *space = strrchr(text, ' ');
	unsigned long long length;
	char *end;

	if (!space)
		return 0;
	length = strtoull(space + 1, &end, 10);
	if (*end || end == space + 1)
		return 0;
	if (length > MESSAGE_MAX_BYTES)
		return -EOVERFLOW;
	if (left < length + 1) {
		*taken = 0;
		return -EAGAIN;
	}
	*space = '\0';
	*taken += length + 1;
	return sink->message(sink->arg, WIRE_FILE, text, bytes, length);
}

/* One message from the start of the buffer; -EAGAIN when it is not whole. */
static int give_one(struct wire_reader *reader, const struct wire_sink *sink,
		    size_t start, size_t *taken)
{
	const char *from = reader->buffer + start;
	size_t left = reader->used - start;
	const char *newline = memchr(from, '\n', left);
	char *line;
	size_t length, name;
	int word = -1, ret = 0;

	*taken = 0;
	if (!newline)
		return -EAGAIN;
	length = (size_t)(newline - from);
	*taken = length + 1;
	line = strndup(from, length);
	if (!line)
		return -ENOMEM;
	name = strcspn(line, " ");
	if (line[0] == '@' && line[name])
		word = find_word(line + 1, name - 1);
	if (word < 0)
		reader->strays++;
	else if (word == WIRE_FILE)
		ret = give_file(line + name + 1, newline + 1, left - *taken,
				sink, taken);
	else
		ret = sink->message(sink->arg, (enum wire_word)word,
				    line + name + 1, NULL, 0);
	free(line);
	return ret;
}

static int make_room(struct wire_reader *reader, size_t length)
{
	size_t size = reader->used + length;
	char *grown;

	if (size <= reader->size)
		return 0;
	/* The head of a file is part of the message. */
	if (size > 2 * (size_t)MESSAGE_MAX_BYTES)
		return -EOVERFLOW;
	size *= 2;
	grown = realloc(reader->buffer, size);
	if (!grown)
		return -ENOMEM;
	reader->buffer = grown;
	reader->size = size;
	return 0;
}

int wire_feed(struct wire_reader *reader, const char *bytes, size_t length,
	      const struct wire_sink *sink)
{
	size_t start = 0, taken;
	int ret;

	ret = make_room(reader, length);
	if (ret)
		return ret;
	memcpy(reader->buffer + reader->used, bytes, length);
	reader->used += length;
	do {
		ret = give_one(reader, sink, start, &taken);
		start += taken;
	} while (!ret);
	memmove(reader->buffer, reader->buffer + start, reader->used - start);
	reader->used -= start;
	return ret == -EAGAIN ? 0 : ret;
}

void wire_reader_free(struct wire_reader *reader)
{
	free(reader->buffer);
	*reader = (struct wire_reader){ .buffer = NULL };
}
