// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc/PID/pagemap: opening it and reading its entries. */
#include "harness/pagemapfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/page.h"

int pagemap_open(pid_t pid, struct reason *why)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return reason_errno(why, -errno, "%s", path);
	return fd;
}

int pagemap_entry(int fd, uint64_t address, uint64_t *entry)
{
	off_t at = (off_t)(address / page_bytes() * sizeof(*entry));
	ssize_t got = pread(fd, entry, sizeof(*entry), at);

	if (got == sizeof(*entry))
		return 0;
	return got < 0 ? -errno : -ENODATA;
}

int pagemap_all(const struct mapped_range *range, uint64_t mask, uint64_t bits,
		struct reason *why)
{
	uint64_t entry;
	bool all = true;
	int fd, ret = 0;

	fd = pagemap_open(getpid(), why);
	if (fd < 0)
		return fd;
	for (uint64_t at = range->start; !ret && all && at < range->end;
	     at += page_bytes()) {
		ret = pagemap_entry(fd, at, &entry);
		all = !ret && (entry & mask) == bits;
	}
	close(fd);
	return ret ? reason_errno(why, ret, "reading pagemap") : all;
}

static void rewind_reader(struct pagemap_reader *reader)
{
	reader->part = 0;
	reader->next = 0;
	reader->at = 0;
	reader->nr = 0;
}

int pagemap_reader_open(struct pagemap_reader *reader, struct tracking *t)
{
	reader->entry = buffers_alloc(t->buffers, PAGEMAP_READ_BYTES);
	if (!reader->entry)
		return reason_set(&t->why, -ENOMEM,
				  "no memory for pagemap entries");
	t->counts.syscalls++;
	reader->fd = pagemap_open(t->pid, &t->why);
	if (reader->fd < 0) {
		buffers_free(t->buffers, reader->entry);
		return reader->fd;
	}
	rewind_reader(reader);
	return 0;
}

void pagemap_reader_close(struct pagemap_reader *reader, struct tracking *t)
{
	t->counts.syscalls++;
	close(reader->fd);
	buffers_free(t->buffers, reader->entry);
}

/* Read the next entries; reader->nr is 0 when all parts are done. */
static int fill(struct pagemap_reader *reader, struct tracking *t)
{
	uint64_t page = page_bytes();
	size_t bytes = PAGEMAP_READ_BYTES;
	uint64_t left;
	ssize_t got;

	reader->at = 0;
	reader->nr = 0;
	if (!reader->next)
		reader->next = t->parts[0].start;
	if (reader->next == t->parts[reader->part].end) {
		if (reader->part + 1 == t->nr_parts)
			return 0;
		reader->next = t->parts[++reader->part].start;
	}
	left = (t->parts[reader->part].end - reader->next) / page;
	if (left < bytes / sizeof(uint64_t))
		bytes = left * sizeof(uint64_t);
	t->counts.syscalls++;
	got = pread(reader->fd, reader->entry, bytes,
		    (off_t)(reader->next / page * sizeof(uint64_t)));
	if (got <= 0)
		return reason_errno(&t->why, got ? -errno : -ENODATA,
				    "reading pagemap");
	t->counts.output_bytes += (uint64_t)got;
	reader->nr = (size_t)got / sizeof(uint64_t);
	t->counts.records += reader->nr;
	reader->next += reader->nr * page;
	return 0;
}

/* Decode what is buffered; false when @out is full. In locals, because the
 * compiler has to take any store to a region for one to the reader. */
static bool decode(struct pagemap_reader *reader, struct region_array *out,
		   uint64_t any, uint64_t none)
{
	const uint64_t *entry = reader->entry;
	struct region_array regions = *out;
	uint64_t page = page_bytes();
	uint64_t first = reader->next - reader->nr * page;
	size_t nr = reader->nr;
	size_t at;

	for (at = reader->at; at < nr; at++) {
		if (!(entry[at] & any) || (entry[at] & none))
			continue;
		if (!region_append(&regions, first + at * page,
				   first + (at + 1) * page))
			break;
	}
	reader->at = at;
	*out = regions;
	return at == nr;
}

int pagemap_collect(struct pagemap_reader *reader, struct tracking *t,
		    struct region_array *out, uint64_t any, uint64_t none)
{
	int ret;

	for (;;) {
		if (!decode(reader, out, any, none))
			return 1;
		ret = fill(reader, t);
		if (ret || !reader->nr) {
			rewind_reader(reader);
			return ret;
		}
	}
}
