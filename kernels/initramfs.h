/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds a guest's first file system: an archive of format newc. */
#ifndef DIRTYBENCH_INITRAMFS_H
#define DIRTYBENCH_INITRAMFS_H

#include <stddef.h>
#include <sys/types.h>

#include "harness/reason.h"

/*
 * Entries appear in the order in which they are added; folders above them are
 * made as needed. Whatever could differ from one making to the next (owner,
 * time, inode) is set, so that equal entries make an equal archive. Nothing
 * here takes root, and nothing is a file on a disk.
 *
 * Each returns 0 or -errno with the reason filled.
 */
struct initramfs;

int initramfs_create(struct initramfs **archive, struct reason *why);
int initramfs_folder(struct initramfs *archive, const char *path,
		     struct reason *why);
/* @kind is S_IFCHR. */
int initramfs_device(struct initramfs *archive, const char *path, mode_t kind,
		     unsigned int major, unsigned int minor,
		     struct reason *why);
int initramfs_bytes(struct initramfs *archive, const char *path, mode_t mode,
		    const void *bytes, size_t length, struct reason *why);
/* The file @from of this machine, by its content. */
int initramfs_copy(struct initramfs *archive, const char *path,
		   const char *from, mode_t mode, struct reason *why);

/* Ends the archive: a descriptor of memory that holds it, for the caller to
 * close. @archive is freed in any case. -errno. */
int initramfs_finish(struct initramfs *archive, struct reason *why);
void initramfs_discard(struct initramfs *archive);

#endif
