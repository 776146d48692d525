// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a process's address space is mapped and populated, and how. */
#include "tests/kernel/shadowed.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/uapi.h"
#include "workloads/shadow-layout.h"

/* A page that nothing else maps, unlike the zero page. */
#define PAGEMAP_SINGLE	(1ULL << 56)
#define PAGES_AT_A_TIME 4096

void describe_part(pid_t pid, uint64_t at, struct part *part)
{
	char path[40], line[512], access[8];
	unsigned long long start, end;
	bool inside = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	memset(part, 0, sizeof(*part));
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx-%llx %7s", &start, &end, access) == 3) {
			inside = at >= start && at < end;
			if (!inside)
				continue;
			part->start = start;
			part->end = end;
			snprintf(part->access, sizeof(part->access), "%s",
				 access);
		} else if (inside && !strncmp(line, "VmFlags:", 8)) {
			memcpy(part->flags, line + 8, sizeof(part->flags) - 1);
		}
	}
	fclose(file);
	assert_int_not_equal(part->end, 0);
}

static enum kind kind_of(uint64_t entry)
{
	if (entry & PAGEMAP_PRESENT)
		return entry & PAGEMAP_SINGLE ? WRITTEN : ZERO;
	return entry & PAGEMAP_SWAPPED ? WRITTEN : HOLE;
}

static void count_page(struct kinds *kinds, enum kind kind)
{
	kinds->written += kind == WRITTEN;
	kinds->zero += kind == ZERO;
	kinds->runs += kind != HOLE && kind != kinds->last;
	kinds->clusters += kind != HOLE && kinds->last == HOLE;
	kinds->others |= kind != WRITTEN;
	kinds->leading += !kinds->others;
	kinds->looked++;
	if (kind != HOLE)
		kinds->span = kinds->looked;
	kinds->last = kind;
}

void count_kinds(int pagemap, uint64_t start, uint64_t end, struct kinds *kinds)
{
	static uint64_t entries[PAGES_AT_A_TIME];
	uint64_t pages, bytes;

	memset(kinds, 0, sizeof(*kinds));
	for (; start < end; start += pages * SHADOW_PAGE) {
		pages = (end - start) / SHADOW_PAGE;
		if (pages > PAGES_AT_A_TIME)
			pages = PAGES_AT_A_TIME;
		bytes = pages * sizeof(entries[0]);
		assert_int_equal(pread(pagemap, entries, bytes,
				       (off_t)(start / SHADOW_PAGE *
					       sizeof(entries[0]))),
				 bytes);
		for (uint64_t i = 0; i < pages; i++)
			count_page(kinds, kind_of(entries[i]));
	}
}

pid_t start_reference(const char *path)
{
	int out[2];
	char line[64];
	ssize_t got;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		abort();
	pid = fork();
	if (!pid) {
		/* Older runtimes cannot live with all of the randomisation. */
		personality(ADDR_NO_RANDOMIZE);
		dup2(out[1], STDOUT_FILENO);
		execl(path, path, (char *)NULL);
		_exit(1);
	}
	close(out[1]);
	got = pid < 0 ? -1 : read(out[0], line, sizeof(line));
	close(out[0]);
	if (got > 0 && !strncmp(line, "ready", 5))
		return pid;
	printf("the reference program did not start\n");
	exit(1);
}
