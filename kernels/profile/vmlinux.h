/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What debugging information of a kernel tells of an instruction. */
#ifndef DIRTYBENCH_VMLINUX_H
#define DIRTYBENCH_VMLINUX_H

#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"
#include "kernels/profile/codeplace.h"

struct vmlinux;

/*
 * -errno with @why: the file is not there or no ELF file; -ENODATA: it has no
 * debugging information. vmlinux_close() in any case; it takes NULL.
 */
int vmlinux_open(struct vmlinux **vmlinux, const char *path,
		 struct reason *why);
void vmlinux_close(struct vmlinux *vmlinux);

/*
 * Whether it is of the kernel whose notes (/sys/kernel/notes) these are:
 * -EINVAL with @why where it is of another build, or where that cannot be told.
 */
int vmlinux_check(const struct vmlinux *vmlinux, const void *notes,
		  size_t length, struct reason *why);

/* Sets what is inlined at @address, and its line, where that is known. Texts
 * are valid until vmlinux_close(). */
void vmlinux_find(struct vmlinux *vmlinux, uint64_t address,
		  struct code_place *place);

#endif
