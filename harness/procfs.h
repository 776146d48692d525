/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /proc says of a process: VMAs, page tables, huge pages. */
#ifndef DIRTYBENCH_PROCFS_H
#define DIRTYBENCH_PROCFS_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Each reads /proc/PID afresh, without allocating, and takes time with the
 * number of VMAs or mapped pages: never for use inside a phase. INT64_MIN
 * (SAMPLE_NULL) where the file or the line is missing.
 */

/* VMAs of the process: lines of its maps. */
int64_t procfs_vmas(pid_t pid);

/* VmPTE of its status: kB of page tables. */
int64_t procfs_pagetable_kb(pid_t pid);

/* AnonHugePages of its smaps_rollup: kB mapped by a PMD. */
int64_t procfs_anon_huge_kb(pid_t pid);

/* A line "KEY:  number" of any file of that form; INT64_MIN without it. */
int64_t procfs_line(const char *path, const char *key);

#endif
