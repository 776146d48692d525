/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sample as one line of JSON, and back. */
#ifndef DIRTYBENCH_RECORD_H
#define DIRTYBENCH_RECORD_H

#include <stddef.h>

#include "harness/reason.h"
#include "results/sample.h"

/* Longer lines are damaged ones: the longest sample has some 6 KiB. */
enum { RECORD_MAX_BYTES = 1 << 20 };

/*
 * *@line gets the JSON object and a newline, *@length its bytes, the final
 * zero not counted; the caller frees it. -EINVAL, and @why names the field,
 * when the sample breaks a rule of the format or a text is not UTF-8; -ENOMEM.
 */
int record_encode(const struct sample *sample, char **line, size_t *length,
		  struct reason *why);

/*
 * Strict: every field has to be there once, with its type and within its
 * range. Fields that are not of this version are ignored, and so are
 * histograms{} and timeline. @why gets one sentence that names the field.
 *Errors: -ENODATA		the text ends before the object does
 *	-EPROTONOSUPPORT	another format version
 *	-EBADMSG		not JSON
 *	-EINVAL			JSON, but not a sample
 */
int record_decode(const char *line, size_t length, struct sample *sample,
		  struct reason *why);

/*
 * The same, and the sample's detail goes to @detail: histograms{} and timeline,
 * in which members and histograms of other names are ignored. The sample's
 * detail is NULL where the line has none.
 */
int record_decode_detail(const char *line, size_t length, struct sample *sample,
			 struct sample_detail *detail, struct reason *why);

#endif
