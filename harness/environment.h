/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records the machine, the kernel and the command of a run: env.json. */
#ifndef DIRTYBENCH_ENVIRONMENT_H
#define DIRTYBENCH_ENVIRONMENT_H

#include <jansson.h>

#include "harness/noise.h"
#include "harness/reason.h"

/* The format that this program writes. */
enum { ENVIRONMENT_VERSION = 1 };

/* Every string may be NULL, and is null in the file then. */
struct environment_request {
	/* Directory that stands in for /, NULL for this machine. The clock is
	 * measured and the processor asked for its hypervisor here only. */
	const char *root;
	const char *run;
	const char *label;
	int argc; /* the command that runs */
	char *const *argv;
	const char *version;		 /* of this program */
	const char *commit;		 /* that it was built from */
	const char *hwloc_version;	 /* of the library in use */
	const char *benchmark_version;	 /* of Google Benchmark */
	const struct noise_ticks *since; /* as in struct noise_input */
};

/*
 * Everything that env.json holds, with the findings of noise_find() under
 * "noise". What the machine does not tell is null. Left out are the names of
 * the host and of the user, environment variables, serial numbers, paths of
 * swap files and, in the kernel's command line, values that identify the
 * machine; the caller's home directory reads "~" in the command.
 *
 * Takes some milliseconds and starts gzip where there is a /proc/config.gz.
 * The caller owns the reference. NULL: out of memory.
 */
json_t *environment_capture(const struct environment_request *request);

/*
 * Write @environment to @path: the file is there whole, or as it was before.
 * -errno of creating, writing or renaming it. "@path.part" is used meanwhile.
 */
int environment_write(const json_t *environment, const char *path,
		      struct reason *why);

#endif
