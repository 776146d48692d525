// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory: populated anonymous base pages. */
#include "basepages-repro.c"
