/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts gnuplot on a data file, and makes its characters fit a mail. */
#ifndef DIRTYBENCH_GNUPLOT_H
#define DIRTYBENCH_GNUPLOT_H

#include <stdio.h>

#include "harness/reason.h"

/*
 * Runs SCRIPT on the file @data in @folder to make @image there; the suffix of
 * @image (.svg, .png, .txt) chooses what. Neither name has a '/' or begins with
 * what means something to gnuplot. Errors as plot_gnuplot(), or -EIO with what
 * gnuplot said first; then there is no @image.
 */
int gnuplot_run(const char *script, const char *folder, const char *data,
		const char *image, struct reason *why);

/*
 * Copies a plot in characters: without form feeds, spaces at the ends of lines,
 * empty lines around and more than one between; what is not ASCII becomes a
 * question mark. 0 or -EIO.
 */
int gnuplot_copy_text(FILE *out, FILE *in);

#endif
