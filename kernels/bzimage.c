// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a file is a whole x86 kernel image, and which release it is. */
#include "kernels/bzimage.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Offsets of Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
enum {
	SETUP_SECTS = 0x1f1,
	SYSSIZE = 0x1f4, /* of what is behind the setup, in 16 bytes */
	BOOT_FLAG = 0x1fe,
	MAGIC = 0x202,
	PROTOCOL = 0x206,
	VERSION_OFFSET = 0x20e, /* less the 0x200 of the boot sector */
	SECTOR_BYTES = 512,
	/* 255 sectors of setup at most, and the boot sector. */
	SETUP_BYTES = 256 * SECTOR_BYTES
};

/* From 2.04 on syssize has 32 bits; that was Linux 2.6.14. */
#define OLDEST_PROTOCOL 0x0204

struct setup {
	unsigned char bytes[SETUP_BYTES];
	size_t nr;
	uint64_t file_bytes;
};

static unsigned int read_16(const struct setup *setup, size_t offset)
{
	uint16_t value;

	memcpy(&value, setup->bytes + offset, sizeof(value));
	return le16toh(value);
}

static uint32_t read_32(const struct setup *setup, size_t offset)
{
	uint32_t value;

	memcpy(&value, setup->bytes + offset, sizeof(value));
	return le32toh(value);
}

static int setup_read(struct setup *setup, const char *path, struct reason *why)
{
	struct stat stat = { .st_size = 0 };
	ssize_t got = 1;
	int err = 0;
	int fd;

	setup->nr = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return reason_errno(why, -errno, "%s", path);
	if (fstat(fd, &stat))
		err = -errno;
	else if (!S_ISREG(stat.st_mode))
		err = -EINVAL;
	while (!err && got && setup->nr < SETUP_BYTES) {
		got = read(fd, setup->bytes + setup->nr,
			   SETUP_BYTES - setup->nr);
		if (got > 0)
			setup->nr += (size_t)got;
		else if (got < 0 && errno != EINTR)
			err = -errno;
	}
	close(fd);
	if (err == -EINVAL)
		return reason_set(why, err, "%s is not a file", path);
	setup->file_bytes = (uint64_t)stat.st_size;
	return err ? reason_errno(why, err, "%s", path) : 0;
}

static bool has_header(const struct setup *setup)
{
	return setup->nr > VERSION_OFFSET + 2 &&
	       read_16(setup, BOOT_FLAG) == 0xaa55 &&
	       !memcmp(setup->bytes + MAGIC, "HdrS", 4) &&
	       read_16(setup, PROTOCOL) >= OLDEST_PROTOCOL;
}

static int refuse_kind(const struct setup *setup, const char *path,
		       struct reason *why)
{
	if (!setup->nr)
		return reason_set(why, -EINVAL, "%s is empty", path);
	if (setup->nr > 4 && !memcmp(setup->bytes, "\177ELF", 4))
		return reason_set(why, -EINVAL,
				  "%s is an ELF file, not a kernel image: the "
				  "image is arch/x86/boot/bzImage",
				  path);
	return reason_set(why, -EINVAL,
			  "%s is not an x86 kernel image: it has no boot "
			  "header",
			  path);
}

static uint64_t setup_bytes(const struct setup *setup)
{
	unsigned int sectors = setup->bytes[SETUP_SECTS];

	/* 0 means 4, for the oldest of boot loaders. */
	return (uint64_t)((sectors ? sectors : 4) + 1) * SECTOR_BYTES;
}

/* The version string's first word. */
static int copy_release(const struct setup *setup, const char *path,
			char release[RELEASE_BYTES], struct reason *why)
{
	size_t start = read_16(setup, VERSION_OFFSET) + 0x200u;
	const char *text = (const char *)setup->bytes + start;
	size_t length = 0;

	if (start == 0x200 || start >= setup->nr)
		return reason_set(why, -EINVAL, "%s does not tell its release",
				  path);
	while (start + length < setup->nr && text[length] > ' ' &&
	       length < RELEASE_BYTES)
		length++;
	/* It will be a folder's name. */
	if (!length || length == RELEASE_BYTES || start + length == setup->nr ||
	    text[0] == '.' || memchr(text, '/', length))
		return reason_set(why, -EINVAL, "%s does not tell its release",
				  path);
	memcpy(release, text, length);
	release[length] = '\0';
	return 0;
}

int bzimage_release(const char *path, char release[RELEASE_BYTES],
		    struct reason *why)
{
	struct setup setup;
	uint64_t need;
	int err;

	err = setup_read(&setup, path, why);
	if (err)
		return err;
	if (!has_header(&setup))
		return refuse_kind(&setup, path, why);
	need = setup_bytes(&setup) + (uint64_t)read_32(&setup, SYSSIZE) * 16;
	if (setup.file_bytes < need)
		return reason_set(why, -EINVAL,
				  "%s is cut short: it has %llu of %llu bytes",
				  path, (unsigned long long)setup.file_bytes,
				  (unsigned long long)need);
	return copy_release(&setup, path, release, why);
}
