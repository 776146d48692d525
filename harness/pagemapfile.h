/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/pagemap: opening it and reading its entries. */
#ifndef DIRTYBENCH_PAGEMAPFILE_H
#define DIRTYBENCH_PAGEMAPFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/reason.h"
#include "harness/region.h"
#include "trackers/tracker.h"

/* Open /proc/PID/pagemap. The descriptor or -errno. */
int pagemap_open(pid_t pid, struct reason *why);

/* The entry of the page at @address. -errno. */
int pagemap_entry(int fd, uint64_t address, uint64_t *entry);

/*
 * Whether the entry of every page of @range, of this process, has @bits among
 * those of @mask: 1 or 0; -errno with @why.
 */
int pagemap_all(const struct mapped_range *range, uint64_t mask, uint64_t bits,
		struct reason *why);

/* Walks the parts of a tracking; resumable. Made by *_open(). */
struct pagemap_reader {
	int fd;
	int part;	 /* index of the one that is being read */
	uint64_t next;	 /* first address not read yet; 0 at first */
	uint64_t *entry; /* PAGEMAP_READ_BYTES from tracking->buffers */
	size_t at, nr;	 /* entries used and there */
};

/* Bytes a read: the entries of 32 MiB, which stay in the second-level cache
 * while they are decoded; larger reads were no faster. */
enum { PAGEMAP_READ_BYTES = 1 << 16 };

int pagemap_reader_open(struct pagemap_reader *reader, struct tracking *t);
void pagemap_reader_close(struct pagemap_reader *reader, struct tracking *t);

/*
 * Append the pages whose entry has any bit of @any and none of @none. As
 * tracker.collect: 1 when @out is full and there is more.
 */
int pagemap_collect(struct pagemap_reader *reader, struct tracking *t,
		    struct region_array *out, uint64_t any, uint64_t none);

#endif
