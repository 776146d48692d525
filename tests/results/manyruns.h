/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders of as many runs as a test of size needs. */
#ifndef DIRTYBENCH_MANYRUNS_H
#define DIRTYBENCH_MANYRUNS_H

/*
 * Writes @lines sample lines, some 1 KB each, into folders of @folder: run-0,
 * run-1 and so on, where @first is 0. A run has 60 cells of 10 processes of 7
 * epochs, a boot ten runs; the last run is cut where the lines end. Runs of
 * other numbers differ in name and boot alone. 0 or -errno.
 */
int manyruns_write(const char *folder, int first, int lines);

#endif
