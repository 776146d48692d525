/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that a person reads, compared with files of tests/golden/. */
#ifndef DIRTYBENCH_GOLDEN_H
#define DIRTYBENCH_GOLDEN_H

/*
 * Fails the running cmocka test when @text differs from tests/golden/@name by
 * a byte. With DIRTYBENCH_GOLDEN=rewrite in the environment the file is
 * written instead.
 */
void golden_compare(const char *name, const char *text);

/*
 * Fails the running test unless every line of @text is printable ASCII, ends
 * in no space and fits @columns.
 */
void golden_check_shape(const char *text, int columns);

#endif
