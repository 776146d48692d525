/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a run, told and counted. */
#ifndef DIRTYBENCH_PROBLEM_H
#define DIRTYBENCH_PROBLEM_H

/* Print what is wrong and where; only the first ones of many. */
__attribute__((format(printf, 2, 3))) void problem(const char *where,
						   const char *format, ...);

/* How often problem() was called. */
int problem_count(void);

#endif
