/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The profile of a boot: from what its parts tell to profile.jsonl. */
#ifndef DIRTYBENCH_PROFILING_H
#define DIRTYBENCH_PROFILING_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/reason.h"
#include "results/sample.h"

struct profiling;

struct profiling_request {
	const char *program; /* what runs in the guest */
	const char *vmlinux; /* with debugging information; NULL */
};

/*
 * Before the guest starts: -ENOENT with @why where there is no plugin beside
 * this program. profiling_end() in any case.
 */
int profiling_begin(struct profiling **profiling,
		    const struct profiling_request *request,
		    struct reason *why);

/* For struct emulator_request. */
const char *profiling_plugin(const struct profiling *profiling);
int profiling_blocks(const struct profiling *profiling);

/* What the guest sends, in its order: each sample, and files, of which those
 * that are not for a profile are passed over. 0 or -ENOMEM. */
int profiling_take_sample(struct profiling *profiling,
			  const struct sample *sample);
int profiling_take_file(struct profiling *profiling, const char *name,
			const char *bytes, size_t length);

/*
 * When the emulator is gone: write profile.jsonl into @folder. -ENODATA: there
 * is nothing to write, and @why tells what is missing; -errno. @note tells why
 * it is without inlined functions and lines although there is a vmlinux, or is
 * empty.
 */
int profiling_write(struct profiling *profiling, const char *folder,
		    struct reason *note, struct reason *why);

void profiling_end(struct profiling *profiling);

#endif
