// SPDX-License-Identifier: GPL-2.0-or-later
/* Soft-dirty bits: cleared through clear_refs, read from pagemap. */
#include <errno.h>
#include <stdlib.h>

#include "harness/clearrefs.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "trackers/tracker.h"

struct softdirty {
	int clear_refs;
	struct pagemap_reader reader;
};

static int seen(int pagemap, const struct probe_memory *memory, const void *arg,
		struct reason *why)
{
	uint64_t entry;
	int ret = pagemap_entry(pagemap, memory->start, &entry);

	(void)arg;
	if (ret)
		return reason_errno(why, ret, "reading pagemap");
	return !!(entry & PAGEMAP_SOFT_DIRTY);
}

static int probe(enum page_kind kind, const struct params *params,
		 struct reason *why)
{
	(void)kind;
	(void)params;
	return clearrefs_probe(seen, NULL, why);
}

static int open_softdirty(struct tracking *t)
{
	struct softdirty *sd = calloc(1, sizeof(*sd));
	int ret;

	if (!sd)
		return reason_set(&t->why, -ENOMEM, "no memory");
	sd->clear_refs = clearrefs_open(t);
	if (sd->clear_refs < 0) {
		ret = sd->clear_refs;
		goto out_free;
	}
	ret = pagemap_reader_open(&sd->reader, t);
	if (ret)
		goto out_close;
	t->state = sd;
	return 0;

out_close:
	clearrefs_close(t, sd->clear_refs);
out_free:
	free(sd);
	return ret;
}

static int arm(struct tracking *t)
{
	struct softdirty *sd = t->state;

	return clearrefs_arm(t, sd->clear_refs);
}

static int collect(struct tracking *t, struct region_array *out)
{
	struct softdirty *sd = t->state;

	return pagemap_collect(&sd->reader, t, out, PAGEMAP_SOFT_DIRTY, 0);
}

static void close_softdirty(struct tracking *t)
{
	struct softdirty *sd = t->state;

	pagemap_reader_close(&sd->reader, t);
	clearrefs_close(t, sd->clear_refs);
	free(sd);
}

const struct tracker tracker_softdirty = {
	.name = "softdirty",
	.summary = "4 to clear_refs; bit 55 of pagemap entries",
	.claim = CLAIM_EXACT,
	/* A store to a hole makes every page of the folio new, and new pages
	 * are written ones. */
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), [PAGE_KIND_THP] = GRANULE_UNIT,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_UNIT },
	.cannot = { KINDS_HUGETLB("the kernel keeps no soft-dirty bit for "
				  "pages of hugetlbfs") },
	.arms_more = CLEARREFS_ARMS_MORE,
	.other_process = true,
	.misled_by = clearrefs_misled_by,
	.probe = probe,
	.open = open_softdirty,
	.arm = arm,
	.collect = collect,
	.disarm = clearrefs_disarm,
	.close = close_softdirty,
};
