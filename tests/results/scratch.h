/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file in a folder of its own, for tests of what reads files. */
#ifndef DIRTYBENCH_SCRATCH_H
#define DIRTYBENCH_SCRATCH_H

/* Valid between the two below; nothing is at the file's path yet. */
extern char scratch_folder[64];
extern char scratch_path[96];

/* Set-up and tear-down of a group of tests. */
int scratch_make(void **state);
int scratch_remove(void **state);

/* The file is @text, with every ' in it made a ". */
void scratch_write(const char *text);

#endif
