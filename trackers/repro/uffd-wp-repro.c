// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking: uffd-wp, faults resolved in a thread (old glibc: cc -pthread). */
#define REPRO_THREAD
#define REPRO_PART     "writeprotect-repro.c"
#define REPRO_FEATURES 0
#include "uffd-repro.c"
