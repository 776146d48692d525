// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking: PAGEMAP_SCAN for PAGE_IS_WRITTEN, armed by asynchronous uffd-wp. */
#include "scanner-repro.c"
