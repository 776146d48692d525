/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers and sentences as a person reads them on a terminal. */
#ifndef DIRTYBENCH_TEXT_H
#define DIRTYBENCH_TEXT_H

#include <stdio.h>

/*
 * What fits a terminal; and what fits a mail, where git indents a message by
 * four and each reply quotes by two.
 */
enum { TEXT_COLUMNS = 80, TEXT_MAIL_COLUMNS = 72 };

/* Room for every number that the functions below write. */
enum { TEXT_NUMBER_BYTES = 24 };

/*
 * Three significant digits, at most four behind the point; whole numbers below
 * a million keep all of theirs; "2.08e6" from a million on; "-" for NAN.
 */
void text_figure(char buffer[TEXT_NUMBER_BYTES], double value);

/* For "%d %s": a number and its noun, "1 row" and "2 rows". */
#define TEXT_NOUN(nr, one, more) (nr), (nr) == 1 ? (one) : (more)

/* @c, or a question mark in place of what is not printable ASCII. */
char text_ascii(char c);

/* A line, without the blanks at its end. */
void text_trimmed(FILE *out, const char *line);

/* A field of RFC 4180, in quotes where it needs them. */
void text_csv(FILE *out, const char *field);

/* The nearest whole number; "-" for NAN. */
void text_count(char buffer[TEXT_NUMBER_BYTES], double value);

/*
 * A change as a fraction (0.05) in per cent: "+5.0%"; no decimals from 100 %
 * on; from 10000 % on as a factor, "x123"; what would round to -100 % without
 * being it, "-99.9%"; "-" for NAN. At most six characters.
 */
void text_percent(char buffer[TEXT_NUMBER_BYTES], double change);

/*
 * Prints @text in lines of @columns, broken at spaces and within words that
 * fill a line; lines after the first begin with @indent spaces, below
 * @columns / 2. Whatever is not printable ASCII becomes a question mark.
 * Errors stay in @out, for ferror().
 */
void text_wrap_at(FILE *out, int columns, int indent, const char *text);

/* The same in TEXT_COLUMNS. */
void text_wrap(FILE *out, int indent, const char *text);

/* The same of what @format makes. 0 or -ENOMEM. */
int text_wrap_format(FILE *out, int columns, int indent, const char *format,
		     ...) __attribute__((format(printf, 4, 5)));

#endif
