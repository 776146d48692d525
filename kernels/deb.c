// SPDX-License-Identifier: GPL-2.0-or-later
/* Goes through the files that a Debian package would install. */
#include "kernels/deb.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/interrupt.h"

/* A block as large as a pipe. */
enum { BLOCK_BYTES = 64 << 10 };

/* The archive in the archive: data.tar.xz inside of ar's. */
struct deb {
	const char *path;
	struct archive *outer;
	struct archive *inner;
	char block[BLOCK_BYTES];
	struct reason *why;
};

static int damaged(struct deb *deb, struct archive *archive)
{
	const char *text = archive_error_string(archive);

	return reason_set(deb->why, -EINVAL, "%s is damaged or no package: %s",
			  deb->path, text ? text : "it ends too early");
}

static ssize_t read_outer(struct archive *inner, void *arg, const void **block)
{
	struct deb *deb = arg;
	ssize_t got;

	got = archive_read_data(deb->outer, deb->block, sizeof(deb->block));
	if (got < 0)
		archive_set_error(inner, EINVAL, "%s",
				  archive_error_string(deb->outer));
	*block = deb->block;
	return got < 0 ? -1 : got;
}

static const char *below_root(const char *path)
{
	while (path && (!strncmp(path, "./", 2) || *path == '/'))
		path += *path == '/' ? 1 : 2;
	return path;
}

static int visit_files(struct deb *deb, deb_file_fn each, void *arg)
{
	struct archive_entry *entry;
	const char *path;
	int ret, err = 0;

	while (!err) {
		if (interrupt_signal())
			return reason_errno(deb->why, -ECANCELED, "%s",
					    deb->path);
		ret = archive_read_next_header(deb->inner, &entry);
		if (ret == ARCHIVE_EOF)
			return 0;
		if (ret < ARCHIVE_WARN)
			return damaged(deb, deb->inner);
		path = below_root(archive_entry_pathname(entry));
		if (path && archive_entry_filetype(entry) == AE_IFREG)
			err = each(path, deb->inner, arg, deb->why);
	}
	return err;
}

static int visit_data(struct deb *deb, deb_file_fn each, void *arg)
{
	int err;

	deb->inner = archive_read_new();
	if (!deb->inner)
		return reason_errno(deb->why, -ENOMEM, "%s", deb->path);
	archive_read_support_filter_all(deb->inner);
	archive_read_support_format_tar(deb->inner);
	archive_read_support_format_gnutar(deb->inner);
	if (archive_read_open(deb->inner, deb, NULL, read_outer, NULL) !=
	    ARCHIVE_OK)
		err = damaged(deb, deb->inner);
	else
		err = visit_files(deb, each, arg);
	archive_read_free(deb->inner);
	return err;
}

/* Go to the member that has the files. */
static int find_data(struct deb *deb)
{
	struct archive_entry *entry;
	const char *name;
	int ret;

	for (;;) {
		ret = archive_read_next_header(deb->outer, &entry);
		if (ret == ARCHIVE_EOF)
			return reason_set(deb->why, -EINVAL,
					  "%s is no package: it has no "
					  "data.tar",
					  deb->path);
		if (ret < ARCHIVE_WARN)
			return damaged(deb, deb->outer);
		name = archive_entry_pathname(entry);
		if (name && !strncmp(name, "data.tar", strlen("data.tar")))
			return 0;
	}
}

int deb_each_file(const char *path, deb_file_fn each, void *arg,
		  struct reason *why)
{
	struct deb deb = { .path = path, .why = why };
	int err;

	deb.outer = archive_read_new();
	if (!deb.outer)
		return reason_errno(why, -ENOMEM, "%s", path);
	archive_read_support_format_ar(deb.outer);
	if (archive_read_open_filename(deb.outer, path, BLOCK_BYTES) !=
	    ARCHIVE_OK)
		err = damaged(&deb, deb.outer);
	else
		err = find_data(&deb);
	if (!err)
		err = visit_data(&deb, each, arg);
	archive_read_free(deb.outer);
	return err;
}

static int save_failed(struct archive *content, const char *path,
		       struct reason *why)
{
	const char *text = archive_error_string(content);
	int err = archive_errno(content);

	/* What write() says; the errors of reading are libarchive's own. */
	if (err == ENOSPC || err == EDQUOT || err == EFBIG)
		return reason_errno(why, -err, "%s", path);
	return reason_set(why, -EINVAL, "%s cannot be unpacked: %s", path,
			  text ? text : "it ends too early");
}

int deb_save(struct archive *content, const char *path, struct reason *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int err = 0;

	if (fd < 0)
		return reason_errno(why, -errno, "%s", path);
	if (archive_read_data_into_fd(content, fd) < ARCHIVE_WARN)
		err = save_failed(content, path, why);
	/* Some file systems tell only here that the disk is full. */
	if (close(fd) && !err)
		err = reason_errno(why, -errno, "%s", path);
	return err;
}
