/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packs files for another machine: a guest's first file system, or a tar. */
#ifndef DIRTYBENCH_PACKING_H
#define DIRTYBENCH_PACKING_H

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
struct packing;

enum packing_format {
	PACKING_INITRAMFS, /* newc, as the kernel takes it */
	PACKING_TAR,
	PACKING_TAR_XZ,
};

int packing_create(struct packing **archive, enum packing_format format,
		   struct reason *why);
int packing_folder(struct packing *archive, const char *path,
		   struct reason *why);
int packing_link(struct packing *archive, const char *path, const char *target,
		 struct reason *why);
/* @kind is S_IFCHR. */
int packing_device(struct packing *archive, const char *path, mode_t kind,
		   unsigned int major, unsigned int minor, struct reason *why);
int packing_bytes(struct packing *archive, const char *path, mode_t mode,
		  const void *bytes, size_t length, struct reason *why);
/* The file @from of this machine, by its content. */
int packing_copy(struct packing *archive, const char *path, const char *from,
		 mode_t mode, struct reason *why);

/* Ends the archive: a descriptor of memory that holds it, for the caller to
 * close. @archive is freed in any case. -errno. */
int packing_finish(struct packing *archive, struct reason *why);
void packing_discard(struct packing *archive);

#endif
