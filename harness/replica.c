// SPDX-License-Identifier: GPL-2.0-or-later
/* A copy of another process's memory, and whether it is one still. */
#include "harness/replica.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "harness/page.h"

/* Regions that one call copies: the kernel keeps eight on its stack and gets
 * memory for more; a hundred spread the price of a call well enough. */
enum { PARTS_A_CALL = 128 };

/* Compared at a time: half of a second-level cache. */
enum { COMPARE_BYTES = 1 << 18 };

int replica_open(struct replica *replica, pid_t pid,
		 const struct mapped_range *ranges, int nr_ranges)
{
	void *copy;

	*replica = (struct replica){ .pid = pid,
				     .ranges = ranges,
				     .nr_ranges = nr_ranges };
	for (int i = 0; i < nr_ranges; i++)
		replica->bytes += ranges[i].end - ranges[i].start;
	copy = mmap(NULL, replica->bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (copy == MAP_FAILED)
		return -errno;
	replica->copy = copy;
	/* Of a sparse range it would get pages that nobody has. EINVAL where
	 * the kernel has no huge pages. */
	madvise(copy, replica->bytes, MADV_NOHUGEPAGE);
	replica->theirs = malloc(COMPARE_BYTES);
	return replica->theirs ? 0 : -ENOMEM;
}

void replica_close(struct replica *replica)
{
	free(replica->theirs);
	if (replica->copy)
		munmap(replica->copy, replica->bytes);
	replica->copy = NULL;
	replica->theirs = NULL;
}

/* Where the copies of addresses are; these never decrease. */
struct place {
	const struct replica *replica;
	int range;
	uint64_t before; /* bytes of the ranges before it */
};

static unsigned char *find(struct place *place, uint64_t address)
{
	const struct mapped_range *range =
		&place->replica->ranges[place->range];

	while (address >= range->end) {
		place->before += range->end - range->start;
		place->range++;
		range++;
	}
	return place->replica->copy + place->before + (address - range->start);
}

void replica_populate(struct replica *replica,
		      const struct region_array *regions)
{
	struct place place = { .replica = replica };
	volatile unsigned char *at;

	for (size_t i = 0; i < regions->nr; i++) {
		uint64_t bytes = regions->v[i].end - regions->v[i].start;

		at = find(&place, regions->v[i].start);
		for (uint64_t off = 0; off < bytes; off += page_bytes())
			at[off] = at[off];
	}
}

/* What is copied next: from an address within a region on. */
struct progress {
	const struct region_array *regions;
	size_t region;
	uint64_t address; /* 0: from its start */
};

static bool is_over(const struct progress *progress)
{
	return progress->region == progress->regions->nr;
}

static uint64_t next_address(const struct progress *progress)
{
	return progress->address ? progress->address
				 : progress->regions->v[progress->region].start;
}

static void advance(struct progress *progress, uint64_t bytes)
{
	uint64_t left;

	while (bytes) {
		left = progress->regions->v[progress->region].end -
		       next_address(progress);
		if (bytes < left) {
			progress->address = next_address(progress) + bytes;
			return;
		}
		bytes -= left;
		progress->region++;
		progress->address = 0;
	}
}

/* The next parts, theirs and ours: how many. */
static unsigned long list_parts(struct progress from, struct place *place,
				struct iovec *theirs, struct iovec *ours)
{
	unsigned long nr = 0;
	uint64_t start;

	for (; nr < PARTS_A_CALL && !is_over(&from); nr++) {
		start = next_address(&from);
		theirs[nr].iov_base = (void *)(uintptr_t)start;
		theirs[nr].iov_len = from.regions->v[from.region].end - start;
		ours[nr].iov_base = find(place, start);
		ours[nr].iov_len = theirs[nr].iov_len;
		from.region++;
		from.address = 0;
	}
	return nr;
}

int replica_update(struct replica *replica, const struct region_array *regions)
{
	struct iovec theirs[PARTS_A_CALL], ours[PARTS_A_CALL];
	struct progress progress = { .regions = regions };
	struct place place = { .replica = replica };
	unsigned long nr;
	ssize_t got;

	while (!is_over(&progress)) {
		struct place ahead = place;

		nr = list_parts(progress, &ahead, theirs, ours);
		got = process_vm_readv(replica->pid, ours, nr, theirs, nr, 0);
		if (got < 0 && errno != EFAULT)
			return -errno;
		/* The page behind what could be read is there no more. */
		advance(&progress, got > 0 ? (uint64_t)got : page_bytes());
	}
	return 0;
}

/* How many bytes were compared, or are passed over because the page there
 * cannot be read: a guard page has no contents. -errno. */
static int64_t compare_part(struct replica *replica, struct place *place,
			    uint64_t start, uint64_t bytes,
			    struct replica_verdict *verdict)
{
	struct iovec ours = { replica->theirs, bytes };
	struct iovec theirs = { (void *)(uintptr_t)start, bytes };
	const unsigned char *copy = find(place, start);
	int64_t page = (int64_t)page_bytes();
	int64_t at;
	ssize_t got;

	got = process_vm_readv(replica->pid, &ours, 1, &theirs, 1, 0);
	if (got < 0 && errno != EFAULT)
		return -errno;
	for (at = 0; at + page <= got; at += page) {
		if (!memcmp(copy + at, replica->theirs + at, (size_t)page))
			continue;
		if (!verdict->pages++)
			verdict->first = start + (uint64_t)at;
	}
	return at ? at : page;
}

int replica_compare(struct replica *replica, const struct region_array *regions,
		    struct replica_verdict *verdict)
{
	struct place place = { .replica = replica };
	uint64_t bytes;
	int64_t ret;

	*verdict = (struct replica_verdict){ .pages = 0 };
	for (size_t i = 0; i < regions->nr; i++)
		for (uint64_t at = regions->v[i].start; at < regions->v[i].end;
		     at += (uint64_t)ret) {
			bytes = regions->v[i].end - at;
			if (bytes > COMPARE_BYTES)
				bytes = COMPARE_BYTES;
			ret = compare_part(replica, &place, at, bytes, verdict);
			if (ret < 0)
				return (int)ret;
		}
	return 0;
}
