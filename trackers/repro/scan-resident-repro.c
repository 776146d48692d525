// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking: PAGEMAP_SCAN for written and resident pages; async uffd-wp. */
#define REPRO_ONLY_RESIDENT
#include "scanner-repro.c"
