// SPDX-License-Identifier: GPL-2.0-or-later
/* Formats a swap area and switches it on and off. */
#include "harness/machine/swaparea.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "harness/machine/errand.h"

/* union swap_header of include/linux/swap.h: no header of user space has it. */
#define HEADER_OFFSET	   1024 /* behind room for a boot block */
#define HEADER_VERSION	   1
#define HEADER_MAGIC	   "SWAPSPACE2" /* the last bytes of the page */
#define HEADER_MAGIC_BYTES (sizeof(HEADER_MAGIC) - 1)
#define HEADER_LABEL	   "dirtybench"

struct header {
	uint32_t version;
	uint32_t last_page;
	uint32_t bad_pages;
	uint8_t uuid[16];
	char label[16];
};

/* A disk that reads 10 MB/s at random brings 256 MiB back in this time. */
#define SWAPOFF_LIMIT_MS 30000

uint64_t swaparea_bytes(uint64_t bytes)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t cpus = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);

	bytes += bytes / 8 + cpus * (2 << 20) + page;
	return (bytes + page - 1) / page * page;
}

int swaparea_format(int fd, uint64_t area_bytes)
{
	struct header header = { .version = HEADER_VERSION,
				 .label = HEADER_LABEL };
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	int err = 0;
	ssize_t put;
	char *page;

	if (area_bytes / page_bytes < 2 || area_bytes / page_bytes > UINT32_MAX)
		return -EINVAL;
	page = calloc(1, page_bytes);
	if (!page)
		return -ENOMEM;
	header.last_page = (uint32_t)(area_bytes / page_bytes - 1);
	memcpy(page + HEADER_OFFSET, &header, sizeof(header));
	memcpy(page + page_bytes - HEADER_MAGIC_BYTES, HEADER_MAGIC,
	       HEADER_MAGIC_BYTES);
	put = pwrite(fd, page, page_bytes, 0);
	if (put < 0 || fsync(fd))
		err = -errno;
	else if ((size_t)put != page_bytes)
		err = -EIO;
	free(page);
	return err;
}

bool swaparea_is_ours(const char *path)
{
	struct header header = { 0 };
	ssize_t got;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = pread(fd, &header, sizeof(header), HEADER_OFFSET);
	close(fd);
	return got == sizeof(header) &&
	       !memcmp(header.label, HEADER_LABEL, sizeof(HEADER_LABEL));
}

int swaparea_on(const char *path, struct reason *why)
{
	int err;

	if (!swapon(path, SWAP_FLAG_PREFER | SWAP_FLAG_PRIO_MASK))
		return 0;
	err = -errno;
	return reason_errno(why, err, "cannot swap to %s", path);
}

static int swapoff_in_child(void *argument)
{
	return swapoff(argument) ? -errno : 0;
}

int swaparea_off(const char *path, struct reason *why)
{
	int err;

	/*
	 * In a child, because the OOM killer takes whoever is in swapoff before
	 * anybody else, whatever its oom_score_adj.
	 */
	err = errand_run(swapoff_in_child, (void *)path, SWAPOFF_LIMIT_MS);
	if (!err || err == -EINVAL || err == -ENOENT || err == -ENXIO)
		return 0;
	return reason_errno(why, err, "cannot switch swap off at %s", path);
}
