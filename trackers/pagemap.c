// SPDX-License-Identifier: GPL-2.0-or-later
/* Armed as scan-resident is, learnt by reading /proc/PID/pagemap. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/asyncwp.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "trackers/tracker.h"

/* The asyncwp hooks find their part at the start. */
struct pagemap {
	struct asyncwp wp;
	struct pagemap_reader reader;
};

static int probe(enum page_kind kind, const struct params *params,
		 struct reason *why)
{
	(void)params;
	return scanner_probe(kind, &asyncwp_resident, why);
}

static int open_pagemap(struct tracking *t)
{
	struct pagemap *pm;
	int ret;

	ret = asyncwp_open(t, &asyncwp_resident, NULL);
	if (ret)
		return ret;
	pm = realloc(t->state, sizeof(*pm));
	if (!pm) {
		asyncwp_close(t);
		return reason_set(&t->why, -ENOMEM, "no memory");
	}
	t->state = pm;
	ret = pagemap_reader_open(&pm->reader, t);
	if (ret)
		asyncwp_close(t);
	return ret;
}

static int collect(struct tracking *t, struct region_array *out)
{
	struct pagemap *pm = t->state;

	return pagemap_collect(&pm->reader, t, out,
			       PAGEMAP_PRESENT | PAGEMAP_SWAPPED,
			       PAGEMAP_UFFD_WP);
}

static void close_pagemap(struct tracking *t)
{
	struct pagemap *pm = t->state;

	pagemap_reader_close(&pm->reader, t);
	asyncwp_close(t);
}

const struct tracker tracker_pagemap = {
	.name = "pagemap",
	.summary = "pagemap entries without bit 57, armed as scan-resident",
	/* An entry does not tell the zero page that a read has mapped into a
	 * hole without a page table from a written page. */
	.claim = CLAIM_SUPERSET,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), KINDS_HUGETLB(GRANULE_UNIT),
		     [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE },
	.other_process = true,
	.misled_by = asyncwp_misled_by,
	.probe = probe,
	.open = open_pagemap,
	.arm = asyncwp_arm,
	.collect = collect,
	.disarm = asyncwp_disarm,
	.close = close_pagemap,
};
