// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory: base pages of a process that goes on while it is copied. */
#define REPRO_SKELETON "pursuit-repro.c"
#define REPRO_NO_FAULT_LOG
#include "basepages-repro.c"
