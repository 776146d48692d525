// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking: uffd-wp; the writer notes and resolves its faults in SIGBUS. */
#define REPRO_SIGBUS
#define REPRO_SIGNAL
#define REPRO_PART     "writeprotect-repro.c"
#define REPRO_FEATURES UFFD_FEATURE_SIGBUS
#include "uffd-repro.c"
