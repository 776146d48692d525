// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a whole file, and makes a tree of the JSON in it. */
#include "results/side/jsonfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	/* An env.json has some 8 KiB: one or two reads. */
	FIRST_BYTES = 16 << 10,
	/* Half a million repetitions in a file of Google Benchmark. */
	MAX_BYTES = 256 << 20,
};

struct content {
	char *text;
	size_t length, size;
};

static int make_room(struct content *content)
{
	size_t size = content->size ? 2 * content->size : FIRST_BYTES;
	char *text;

	if (content->length > MAX_BYTES)
		return -EFBIG;
	/* One byte stays free for the final zero. */
	if (content->length + 1 < content->size)
		return 0;
	text = realloc(content->text, size);
	if (!text)
		return -ENOMEM;
	content->text = text;
	content->size = size;
	return 0;
}

static int read_all(int fd, struct content *content)
{
	ssize_t bytes;
	int err;

	for (;;) {
		err = make_room(content);
		if (err)
			return err;
		bytes = read(fd, content->text + content->length,
			     content->size - content->length - 1);
		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes < 0)
			return -errno;
		if (!bytes)
			return 0;
		content->length += (size_t)bytes;
	}
}

int jsonfile_read(const char *path, char **text, size_t *length,
		  struct reason *why)
{
	struct content content = { .text = NULL };
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return reason_errno(why, -errno, "cannot open %s", path);
	err = read_all(fd, &content);
	close(fd);
	if (err) {
		free(content.text);
		return reason_errno(why, err, "cannot read %s", path);
	}
	content.text[content.length] = '\0';
	*text = content.text;
	*length = content.length;
	return 0;
}

int jsonfile_parse(const char *path, const char *text, size_t length,
		   const char *right, json_t **value, struct reason *why)
{
	json_error_t error;

	*value = json_loadb(text, length, 0, &error);
	if (*value)
		return 0;
	if (json_error_code(&error) == json_error_out_of_memory)
		return reason_set(why, -ENOMEM, "no memory to read %s", path);
	return reason_set(why, -EBADMSG, "%s:%d: not JSON; %s", path,
			  error.line, right);
}
