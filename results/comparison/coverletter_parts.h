/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a cover letter that have files of their own. */
#ifndef DIRTYBENCH_COVERLETTER_PARTS_H
#define DIRTYBENCH_COVERLETTER_PARTS_H

#include "results/comparison/coverletter.h"

/*
 * The commands that made the runs, each once, as a shell reads them, without
 * the folders of the program and of the runs; and the program by hand. Lines of
 * TEXT_MAIL_COLUMNS of printable ASCII. 0 or -ENOMEM.
 */
int coverletter_again(FILE *out, const struct coverletter *letter);

#endif
