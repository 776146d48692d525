/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers and sentences as a person reads them on a terminal. */
#ifndef DIRTYBENCH_TEXT_H
#define DIRTYBENCH_TEXT_H

#include <stdio.h>

/* What fits a mail and a narrow terminal. */
enum { TEXT_COLUMNS = 80 };

/* Room for every number that text_figure() and text_count() write. */
enum { TEXT_NUMBER_BYTES = 24 };

/*
 * Three significant digits, at most four behind the point; whole numbers below
 * a million keep all of theirs; "2.08e6" from a million on; "-" for NAN.
 */
void text_figure(char buffer[TEXT_NUMBER_BYTES], double value);

/* The nearest whole number; "-" for NAN. */
void text_count(char buffer[TEXT_NUMBER_BYTES], double value);

/*
 * Prints @text in lines of TEXT_COLUMNS, broken at spaces and within words
 * that fill a line; lines after the first begin with @indent spaces, below
 * TEXT_COLUMNS / 2. Whatever is not printable ASCII becomes a question mark.
 * Errors stay in @out, for ferror().
 */
void text_wrap(FILE *out, int indent, const char *text);

#endif
