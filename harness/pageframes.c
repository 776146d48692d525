// SPDX-License-Identifier: GPL-2.0-or-later
/* Page frames: whether those that map a range are folios of a given size. */
#include "harness/pageframes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/page.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"

/* Documentation/admin-guide/mm/pagemap.rst: a word of flags for each frame. */
#define FLAGS_PATH    "/proc/kpageflags"
#define COMPOUND_HEAD (1ULL << 15)
#define COMPOUND_TAIL (1ULL << 16)

/* Bits 0 to 54 of a pagemap entry; zero for those who may not see it. */
#define FRAME_MASK ((1ULL << 55) - 1)

static int frame_at(int pagemap, uint64_t address, uint64_t *frame)
{
	uint64_t entry;
	int ret = pagemap_entry(pagemap, address, &entry);

	*frame = !ret && (entry & PAGEMAP_PRESENT) ? entry & FRAME_MASK : 0;
	return ret;
}

static int open_flags(struct reason *why)
{
	int fd = open(FLAGS_PATH, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? reason_errno(why, -errno, FLAGS_PATH) : fd;
}

int pageframes_probe(struct reason *why)
{
	volatile uint64_t present = 1;
	uint64_t frame = 0;
	int pagemap, flags, ret;

	flags = open(FLAGS_PATH, O_RDONLY | O_CLOEXEC);
	pagemap = pagemap_open(getpid(), NULL);
	ret = frame_at(pagemap, (uint64_t)(uintptr_t)&present, &frame);
	close(pagemap);
	close(flags);
	if (!ret && frame && flags >= 0)
		return 0;
	return reason_set(why, -EPERM,
			  "only root is shown page frames (" FLAGS_PATH
			  ", CAP_SYS_ADMIN), which tell how large folios are: "
			  "run as root");
}

/* A head, as many tails as it takes, and no tail behind: 1; else 0. */
static int is_folio(const struct folios *folios, uint64_t first_frame)
{
	size_t bytes = (folios->pages + 1) * sizeof(uint64_t);
	uint64_t *word = folios->word;
	ssize_t got;

	got = pread(folios->flags, word, bytes,
		    (off_t)(first_frame * sizeof(uint64_t)));
	if (got < 0)
		return -errno;
	/* There is none behind the last of memory. */
	if ((size_t)got < bytes)
		word[folios->pages] = 0;
	for (uint64_t i = 0; i <= folios->pages; i++)
		if (!!(word[i] & COMPOUND_TAIL) != (i > 0 && i < folios->pages))
			return 0;
	return (word[0] & COMPOUND_HEAD) != 0;
}

/* The first frame that maps [start, end), if the others follow it; else 0. */
static int first_of(int pagemap, uint64_t start, uint64_t end, uint64_t *first)
{
	uint64_t frame = 0;
	int ret;

	ret = frame_at(pagemap, start, first);
	for (uint64_t at = start; !ret && *first && at < end;
	     at += page_bytes()) {
		ret = frame_at(pagemap, at, &frame);
		if (frame != *first + (at - start) / page_bytes())
			*first = 0;
	}
	return ret;
}

static int find_all(struct folios *folios, const struct mapped_range *range,
		    uint64_t folio_bytes, int pagemap, struct reason *why)
{
	uint64_t *frame = folios->first_frame;
	uint64_t at = range->start;
	int ret;

	for (; at < range->end; at += folio_bytes) {
		ret = first_of(pagemap, at, at + folio_bytes, frame);
		if (ret)
			return reason_errno(why, ret, "reading pagemap");
		if (!*frame++)
			return 0;
	}
	return folios_check(folios, 1, why);
}

int folios_find(struct folios *folios, const struct mapped_range *range,
		uint64_t folio_bytes, struct reason *why)
{
	int pagemap, ret;

	*folios = (struct folios){
		.nr = (range->end - range->start) / folio_bytes,
		.pages = folio_bytes / page_bytes(),
		.flags = -1,
	};
	folios->first_frame = calloc(folios->nr, sizeof(uint64_t));
	folios->word = calloc(folios->pages + 1, sizeof(uint64_t));
	if (!folios->first_frame || !folios->word) {
		folios_destroy(folios);
		return reason_set(why, -ENOMEM, "no memory for page frames");
	}
	ret = folios->flags = open_flags(why);
	if (ret >= 0)
		ret = pagemap = pagemap_open(getpid(), why);
	if (ret >= 0) {
		ret = find_all(folios, range, folio_bytes, pagemap, why);
		close(pagemap);
	}
	if (ret <= 0)
		folios_destroy(folios);
	return ret;
}

int folios_check(const struct folios *folios, size_t step, struct reason *why)
{
	int ret = 1;

	for (size_t i = 0; ret == 1 && i < folios->nr; i += step)
		ret = is_folio(folios, folios->first_frame[i]);
	return ret < 0 ? reason_errno(why, ret, FLAGS_PATH) : ret;
}

void folios_destroy(struct folios *folios)
{
	free(folios->first_frame);
	free(folios->word);
	if (folios->nr && folios->flags >= 0)
		close(folios->flags);
	*folios = (struct folios){ 0 };
}
