// SPDX-License-Identifier: GPL-2.0-or-later
/* Packs files for another machine: a guest's first file system, or a tar. */
#include "kernels/packing.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct packing {
	struct archive *out;
	int fd;
	int64_t inode; /* of the entry before */
	char **folders;
	int nr_folders;
};

static bool set_format(struct archive *out, enum packing_format format)
{
	int ret = format == PACKING_INITRAMFS
			  ? archive_write_set_format_cpio_newc(out)
			  : archive_write_set_format_ustar(out);

	if (ret == ARCHIVE_OK)
		ret = format == PACKING_TAR_XZ
			      ? archive_write_add_filter_xz(out)
			      : archive_write_add_filter_none(out);
	/* Padded to what tapes want, a small one would be mostly that. */
	archive_write_set_bytes_in_last_block(out, 1);
	return ret == ARCHIVE_OK;
}

int packing_create(struct packing **archive, enum packing_format format,
		   struct reason *why)
{
	struct packing *made = calloc(1, sizeof(*made));

	if (!made)
		return reason_set(why, -ENOMEM, "no memory");
	made->fd = memfd_create("packing", 0);
	made->out = archive_write_new();
	if (made->fd >= 0 && made->out && set_format(made->out, format) &&
	    archive_write_open_fd(made->out, made->fd) == ARCHIVE_OK) {
		*archive = made;
		return 0;
	}
	if (made->fd < 0)
		reason_errno(why, -errno, "memory for an archive");
	else
		reason_set(why, -ENOMEM, "libarchive cannot write this format");
	packing_discard(made);
	return -ENOMEM;
}

static int complain(struct packing *archive, const char *path,
		    struct reason *why)
{
	const char *said = archive_error_string(archive->out);

	return reason_set(why, -EIO, "archiving %s: %s", path,
			  said ? said : "libarchive failed");
}

/* @path without its first slash is how the kernel wants it. */
static int add(struct packing *archive, const char *path, mode_t mode,
	       dev_t device, const void *bytes, size_t length,
	       struct reason *why)
{
	struct archive_entry *entry = archive_entry_new();
	int ret = 0;

	if (!entry)
		return reason_set(why, -ENOMEM, "no memory");
	archive_entry_set_pathname(entry, path + 1);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_ino64(entry, ++archive->inode);
	archive_entry_set_nlink(entry, S_ISDIR(mode) ? 2 : 1);
	archive_entry_set_rdev(entry, device);
	archive_entry_set_mtime(entry, 0, 0);
	/* newc wants one for folders and devices as well. */
	archive_entry_set_size(entry, (int64_t)length);
	if (S_ISLNK(mode)) {
		archive_entry_set_symlink(entry, bytes);
		archive_entry_set_size(entry, 0);
		length = 0;
	}
	if (archive_write_header(archive->out, entry) != ARCHIVE_OK ||
	    (length && archive_write_data(archive->out, bytes, length) !=
			       (la_ssize_t)length))
		ret = complain(archive, path, why);
	archive_entry_free(entry);
	return ret;
}

static bool has_folder(const struct packing *archive, const char *path)
{
	for (int i = 0; i < archive->nr_folders; i++)
		if (!strcmp(archive->folders[i], path))
			return true;
	return false;
}

static int note_folder(struct packing *archive, const char *path,
		       struct reason *why)
{
	char **grown;

	grown = realloc(archive->folders,
			(size_t)(archive->nr_folders + 1) * sizeof(*grown));
	if (!grown)
		return reason_set(why, -ENOMEM, "no memory");
	archive->folders = grown;
	grown[archive->nr_folders] = strdup(path);
	if (!grown[archive->nr_folders])
		return reason_set(why, -ENOMEM, "no memory");
	archive->nr_folders++;
	return 0;
}

/* Every folder above @path that is not there yet. */
static int add_parents(struct packing *archive, const char *path,
		       struct reason *why)
{
	char folder[PATH_MAX];
	const char *slash = path;
	size_t length;
	int ret = 0;

	while (!ret && (slash = strchr(slash + 1, '/'))) {
		length = (size_t)(slash - path);
		if (length >= sizeof(folder))
			return reason_set(why, -ENAMETOOLONG, "%s", path);
		memcpy(folder, path, length);
		folder[length] = '\0';
		ret = packing_folder(archive, folder, why);
	}
	return ret;
}

int packing_folder(struct packing *archive, const char *path,
		   struct reason *why)
{
	int ret;

	if (has_folder(archive, path))
		return 0;
	ret = add_parents(archive, path, why);
	if (!ret)
		ret = note_folder(archive, path, why);
	return ret ? ret : add(archive, path, S_IFDIR | 0755, 0, NULL, 0, why);
}

int packing_device(struct packing *archive, const char *path, mode_t kind,
		   unsigned int major, unsigned int minor, struct reason *why)
{
	/* As libarchive takes it apart again. */
	dev_t device = (dev_t)((unsigned long long)major << 8 | minor);
	int ret = add_parents(archive, path, why);

	return ret ? ret
		   : add(archive, path, kind | 0600, device, NULL, 0, why);
}

int packing_link(struct packing *archive, const char *path, const char *target,
		 struct reason *why)
{
	int ret = add_parents(archive, path, why);

	return ret ? ret
		   : add(archive, path, S_IFLNK | 0777, 0, target,
			 strlen(target), why);
}

int packing_bytes(struct packing *archive, const char *path, mode_t mode,
		  const void *bytes, size_t length, struct reason *why)
{
	int ret = add_parents(archive, path, why);

	return ret ? ret
		   : add(archive, path, S_IFREG | mode, 0, bytes, length, why);
}

int packing_copy(struct packing *archive, const char *path, const char *from,
		 mode_t mode, struct reason *why)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	void *bytes = NULL;
	struct stat info;
	int ret = 0;

	if (fd < 0)
		return reason_errno(why, -errno, "cannot read %s", from);
	if (fstat(fd, &info))
		ret = reason_errno(why, -errno, "cannot read %s", from);
	else if (info.st_size)
		bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE,
			     fd, 0);
	if (bytes == MAP_FAILED)
		ret = reason_errno(why, -errno, "cannot read %s", from);
	close(fd);
	if (ret)
		return ret;
	ret = packing_bytes(archive, path, mode, bytes, (size_t)info.st_size,
			    why);
	if (bytes)
		munmap(bytes, (size_t)info.st_size);
	return ret;
}

int packing_finish(struct packing *archive, struct reason *why)
{
	int fd = archive->fd;
	int ret = 0;

	if (archive_write_close(archive->out) != ARCHIVE_OK)
		ret = complain(archive, "the end", why);
	if (!ret)
		archive->fd = -1;
	packing_discard(archive);
	return ret ? ret : fd;
}

void packing_discard(struct packing *archive)
{
	if (archive->out)
		archive_write_free(archive->out);
	if (archive->fd >= 0)
		close(archive->fd);
	for (int i = 0; i < archive->nr_folders; i++)
		free(archive->folders[i]);
	free(archive->folders);
	free(archive);
}
