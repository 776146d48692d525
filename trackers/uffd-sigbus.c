// SPDX-License-Identifier: GPL-2.0-or-later
/* userfaultfd write protection; the writer resolves its fault in SIGBUS. */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "harness/faultsignal.h"
#include "harness/syncwp.h"
#include "harness/uapi.h"
#include "harness/uffd.h"
#include "trackers/tracker.h"

struct uffd_sigbus {
	struct syncwp wp;
	/* Counted by the handler, in any thread; moved by collect. */
	_Atomic uint64_t faults;
};

static const struct param params[] = {
	UFFD_PARAMS,
	{ .name = NULL },
};

static uint64_t features(const struct params *values)
{
	return uffd_features(values) | UFFD_FEATURE_SIGBUS;
}

static bool resolve(struct tracking *t, const struct mapped_range *range,
		    uint64_t address)
{
	struct uffd_sigbus *u = t->state;

	atomic_fetch_add_explicit(&u->faults, 1, memory_order_relaxed);
	return !syncwp_resolve(&u->wp, t, range, address);
}

static int probe(enum page_kind kind, const struct params *values,
		 struct reason *why)
{
	int ret = uffd_probe_filling(values, why);

	return ret ? ret
		   : uffd_probe(kind, features(values), UFFD_FEATURE_NAMES,
				why);
}

static int open_uffd_sigbus(struct tracking *t)
{
	struct uffd_sigbus *u = calloc(1, sizeof(*u));
	int ret;

	if (!u)
		return reason_set(&t->why, -ENOMEM, "no memory");
	ret = syncwp_open(&u->wp, t, features(t->params));
	if (ret)
		goto out_free;
	t->state = u;
	ret = faultsignal_install(SIGBUS, t, resolve);
	if (!ret)
		return 0;
	syncwp_close(&u->wp, t);
out_free:
	free(u);
	return ret;
}

static int arm(struct tracking *t)
{
	struct uffd_sigbus *u = t->state;

	return syncwp_arm(&u->wp, t);
}

static int collect(struct tracking *t, struct region_array *out)
{
	struct uffd_sigbus *u = t->state;
	uint64_t faults = atomic_exchange(&u->faults, 0);

	t->counts.records += faults;
	t->counts.output_bytes += faults * sizeof(siginfo_t);
	/* A fault: UFFDIO_WRITEPROTECT and the return from the handler. */
	t->counts.syscalls += 2 * faults;
	return faultlog_collect(&u->wp.log, t, out);
}

static int disarm(struct tracking *t)
{
	struct uffd_sigbus *u = t->state;

	return syncwp_disarm(&u->wp, t);
}

static void close_uffd_sigbus(struct tracking *t)
{
	struct uffd_sigbus *u = t->state;

	syncwp_unregister(&u->wp, t);
	faultsignal_remove(SIGBUS);
	syncwp_close(&u->wp, t);
	free(u);
}

const struct tracker tracker_uffd_sigbus = {
	.name = "uffd-sigbus",
	.summary = "uffd write protection; the writer resolves it in SIGBUS",
	.claim = CLAIM_EXACT,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), KINDS_HUGETLB(GRANULE_UNIT),
		     [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE },
	.params = params,
	.user_space_records = true,
	.arms_holes = uffd_arms_holes,
	.misled_by = uffd_misled_by,
	.probe = probe,
	.probe_chain = uffd_probe_chain,
	.open = open_uffd_sigbus,
	.arm = arm,
	.collect = collect,
	.disarm = disarm,
	.close = close_uffd_sigbus,
};
