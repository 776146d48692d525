/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dirtybench bundle, which is done by the program beside it. */
#ifndef DIRTYBENCH_BUNDLE_H
#define DIRTYBENCH_BUNDLE_H

/* What tells the program beside it which of the two commands is meant. */
#define BUNDLE_COMMAND "dirtybench bundle"

#endif
