// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads /proc/swaps: the swap areas that are active. */
#include "harness/machine/swaplist.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "harness/machine/sysfile.h"

/* A line a swap area; paths in /run and /var are far below 512 characters. */
#define SWAPS_BYTES (SWAP_AREAS_MAX * 512)

/* A path is seen from this process's root, which need not be the system's: of
 * the path of a device only the last word is certain. */
static enum swap_backend backend_of(const char *path, const char *type)
{
	const char *name = strrchr(path, '/');

	if (strcmp(type, "partition") || !name ||
	    strncmp(name, "/zram", strlen("/zram")))
		return SWAP_FILE;
	return SWAP_ZRAM;
}

static int parse_line(struct swap_area *area, const char *line)
{
	/* The kernel writes blanks in a path as \040, so a word is a path. */
	char path[512], type[16];
	uint64_t size_kb, used_kb;

	if (sscanf(line, "%511s %15s %" SCNu64 " %" SCNu64 " %d", path, type,
		   &size_kb, &used_kb, &area->priority) != 5)
		return -EINVAL;
	area->bytes = size_kb * 1024;
	area->used_bytes = used_kb * 1024;
	area->backend = backend_of(path, type);
	return 0;
}

int swaplist_parse(struct swap_list *list, const char *text)
{
	int err;

	list->count = 0;
	if (strncmp(text, "Filename", 8) != 0)
		return -EINVAL;
	while ((text = strchr(text, '\n'))) {
		text++;
		if (!*text)
			break;
		if (list->count == SWAP_AREAS_MAX)
			return -EINVAL;
		err = parse_line(&list->areas[list->count], text);
		if (err)
			return err;
		list->count++;
	}
	return 0;
}

int swaplist_read(struct swap_list *list)
{
	char text[SWAPS_BYTES];
	int err;

	list->count = 0;
	err = sysfile_read("/proc/swaps", text, sizeof(text));
	if (err == -ENOENT)
		return 0;
	return err ? err : swaplist_parse(list, text);
}

uint64_t swaplist_first_free_bytes(const struct swap_list *list,
				   enum swap_backend backend)
{
	uint64_t free_bytes = 0;
	int top = INT_MIN;
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->areas[i].priority > top)
			top = list->areas[i].priority;
	for (i = 0; i < list->count; i++) {
		if (list->areas[i].priority < top)
			continue;
		if (list->areas[i].backend != backend)
			return 0;
		free_bytes += list->areas[i].bytes - list->areas[i].used_bytes;
	}
	return free_bytes;
}
