// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory: base pages that threads store to without an end. */
#define REPRO_SKELETON "watch-repro.c"
#define REPRO_NO_FAULT_LOG
#include "basepages-repro.c"
