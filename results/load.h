/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the samples of a run, one after the other, in bounded memory. */
#ifndef DIRTYBENCH_LOAD_H
#define DIRTYBENCH_LOAD_H

#include "harness/reason.h"
#include "results/sample.h"

/* Who gets what was read; each call may end the load by returning not 0. */
struct load_sink {
	/* Required. @sample is valid during the call. */
	int (*sample)(void *arg, const struct sample *sample);
	/*
	 * Not required: without it the first damaged line ends the load with
	 * its error. Otherwise called with each; 0 reads on behind it. @err as
	 * record_decode(), where -ENODATA is a last line that was cut off (by
	 * a crash) and a line cut in the middle of the file is -EBADMSG;
	 * -EOVERFLOW is a line beyond RECORD_MAX_BYTES. @why begins with
	 * "FILE:LINE: ".
	 */
	int (*damaged)(void *arg, int err, const struct reason *why);
	void *arg;
};

/*
 * @path is a sample file or a folder with samples.jsonl in it. Returns 0, what
 * the sink returned, or a negative errno with @why filled: -ENOENT and what
 * else open() and read() say, -ENOMEM, or the error of a damaged line.
 * An empty file is fine and has no samples.
 */
int load_samples(const char *path, const struct load_sink *sink,
		 struct reason *why);

#endif
