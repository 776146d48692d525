/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the JSON file of any program that uses Google Benchmark. */
#ifndef DIRTYBENCH_GBFILE_H
#define DIRTYBENCH_GBFILE_H

#include <jansson.h>
#include <stdbool.h>

#include "harness/reason.h"

/*
 * Whom the entries are handed to, in the order of the file. @cell is the name
 * of the run ("BM_copy/4096/threads:2"); texts are valid during the call. A
 * call may end the load by returning not 0.
 */
struct gbfile_sink {
	/*
	 * One repetition: one process of the cell, though all of them share one
	 * process of the system. Times are for one iteration, in ns; NAN where
	 * the file has none above zero, of which no ratio can be made.
	 */
	int (*process)(void *arg, const char *cell, double real_ns,
		       double cpu_ns);
	/* One repetition that has no time, and what it said. */
	int (*failed)(void *arg, const char *cell, const char *message);
	int (*skipped)(void *arg, const char *cell, const char *message);
	void *arg;
};

/*
 * Whether @path is a regular file that begins as such a file does: an object
 * whose first member is "context". False where it cannot be read. Sample files
 * and env.json begin otherwise.
 */
bool gbfile_is_one(const char *path);

/*
 * Hands over every repetition. Means, medians and what else is computed over
 * repetitions is left out, and so are fitted complexities (BigO, RMS); a file
 * that holds nothing else is refused. Versions before 1.5 tell these apart by
 * the end of the name only: _mean, _median, _stddev, _BigO, _RMS. NaN and
 * Infinity, which Google Benchmark writes bare, are no time.
 *
 * *@environment gets what setting_compare() understands, {"context": …}; the
 * caller drops the reference. It tells the number of processors and the caches
 * (another machine when they differ), their frequency, scaling and the build
 * of the library (named when they differ); the name of the host and the load
 * are ignored, as a host may be renamed and two hosts may be alike.
 *
 * These files do not tell the boot. All files of a side are to count as one
 * boot, and the path as the name of the run: verdicts stay exploratory.
 *
 * Returns 0, what the sink returned, or a negative errno and @why, which
 * begins with the path: -ENOENT and what else open() and read() say, -ENOMEM,
 * -EBADMSG not JSON, -EINVAL not a file of Google Benchmark, an entry without
 * a name or times, a time unit that is not known, or aggregates only.
 */
int gbfile_load(const char *path, const struct gbfile_sink *sink,
		json_t **environment, struct reason *why);

#endif
