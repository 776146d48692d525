// SPDX-License-Identifier: GPL-2.0-or-later
/* Soft-dirty bits, cleared through clear_refs and found with PAGEMAP_SCAN. */
#include "harness/softscan.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/clearrefs.h"
#include "harness/uapi.h"

static int seen(int pagemap, const struct probe_memory *memory, const void *arg,
		struct reason *why)
{
	int known = scanner_knows(pagemap, PAGE_IS_SOFT_DIRTY);
	int ret;

	if (known == -ENOTTY)
		return scanner_absent(why);
	if (!known)
		return reason_set(
			why, -EOPNOTSUPP,
			"PAGEMAP_SCAN of this kernel does not know "
			"PAGE_IS_SOFT_DIRTY (Linux 6.8 and later do)");
	ret = scanner_sees(pagemap, memory->start, memory->end, arg);
	return ret < 0 ? reason_errno(why, ret, "PAGEMAP_SCAN") : ret;
}

int softscan_probe(const struct scan_query *query, struct reason *why)
{
	return clearrefs_probe(seen, query, why);
}

int softscan_open(struct tracking *t, const struct scan_query *query)
{
	struct softscan *soft = calloc(1, sizeof(*soft));
	int ret;

	if (!soft)
		return reason_set(&t->why, -ENOMEM, "no memory");
	soft->query = *query;
	soft->clear_refs = clearrefs_open(t);
	if (soft->clear_refs < 0) {
		ret = soft->clear_refs;
		goto out_free;
	}
	ret = scanner_open(&soft->scanner, t);
	if (ret)
		goto out_close;
	t->state = soft;
	return 0;

out_close:
	clearrefs_close(t, soft->clear_refs);
out_free:
	free(soft);
	return ret;
}

int softscan_arm(struct tracking *t)
{
	struct softscan *soft = t->state;

	return clearrefs_arm(t, soft->clear_refs);
}

int softscan_collect(struct tracking *t, struct region_array *out)
{
	struct softscan *soft = t->state;

	return scanner_collect(&soft->scanner, t, out, &soft->query, false);
}

void softscan_close(struct tracking *t)
{
	struct softscan *soft = t->state;

	scanner_close(&soft->scanner, t);
	clearrefs_close(t, soft->clear_refs);
	free(soft);
}
