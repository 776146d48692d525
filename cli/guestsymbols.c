// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest tells of its kernel, for a profile. */
#include "cli/guestsymbols.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/rooted.h"
#include "kernels/order.h"
#include "kernels/wire.h"

/* Names of functions have some 20 characters, the longest 512. */
enum { LINE_BYTES = 700 };

/* More than the notes of any kernel have. */
enum { NOTES_BYTES = 1 << 16 };

/* Room before a function, where nothing runs, has a name of its own. */
static bool is_padding(const char *name)
{
	return !strncmp(name, "__pfx_", 6) || !strncmp(name, "__cfi_", 6);
}

/*
 * Functions only, and of several names of one the first, which is what the
 * kernel calls it: a byte takes the guest 400 instructions to send.
 */
static void put_function(FILE *out, const char *line, uint64_t *last)
{
	char type, name[512];
	uint64_t address;

	if (sscanf(line, "%" SCNx64 " %c %511s", &address, &type, name) != 3 ||
	    !strchr("tTwW", type) || address == *last || is_padding(name))
		return;
	fprintf(out, "%" PRIx64 " %s\n", address - *last, name);
	*last = address;
}

static int send_functions(int channel)
{
	FILE *in = fopen("/proc/kallsyms", "re"), *out;
	char line[LINE_BYTES], *text = NULL;
	uint64_t last = 0;
	size_t length = 0;
	int ret = -ENOMEM;

	if (!in)
		return 0;
	out = open_memstream(&text, &length);
	while (out && fgets(line, sizeof(line), in))
		put_function(out, line, &last);
	fclose(in);
	if (out && !fclose(out))
		ret = wire_send_file(channel, ORDER_SYMBOLS_FILE, text, length);
	free(text);
	return ret;
}

static int send_notes(int channel)
{
	char notes[NOTES_BYTES];
	int fd = open("/sys/kernel/notes", O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return 0;
	length = read_up_to(fd, notes, sizeof(notes));
	close(fd);
	return length < 0 ? 0
			  : wire_send_file(channel, ORDER_NOTES_FILE, notes,
					   (size_t)length);
}

int guest_send_symbols(int channel)
{
	int ret = send_functions(channel);

	return ret ? ret : send_notes(channel);
}
