/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Appends samples to a file that never holds half a line. */
#ifndef DIRTYBENCH_WRITER_H
#define DIRTYBENCH_WRITER_H

#include "harness/reason.h"
#include "results/sample.h"

struct record_writer;

/*
 * Makes the file @path, which must not exist yet: -EEXIST, or what open()
 * said. record_writer_close() ends *@writer.
 */
int record_writer_open(const char *path, struct record_writer **writer,
		       struct reason *why);

/*
 * Appends one line with one write(2), so that it survives whatever happens to
 * this process next. -EINVAL as record_encode(); -ENOSPC, -EIO, -EFBIG or what
 * else write() said: then the part that was written is cut off again, the
 * file holds whole lines only, and a later sample may be tried.
 */
int record_writer_append(struct record_writer *writer,
			 const struct sample *sample, struct reason *why);

/*
 * Flushes the file to its disk and frees @writer, also on error; NULL is
 * fine. -EIO, -ENOSPC or -EDQUOT where the kernel finds out only now.
 */
int record_writer_close(struct record_writer *writer, struct reason *why);

#endif
