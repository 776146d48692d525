// SPDX-License-Identifier: GPL-2.0-or-later
/* mprotect to PROT_READ; a SIGSEGV handler notes the page and unprotects. */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "harness/faultlog.h"
#include "harness/faultsignal.h"
#include "trackers/tracker.h"

struct mprotect {
	struct faultlog log;
	/* The process ran out of VMAs, after so many faults: nothing is tracked
	 * from there on. SIZE_MAX while it did not. */
	_Atomic size_t exhausted_after;
	/* Counted by the handler, in any thread; given to tracking->counts by
	 * collect. */
	_Atomic uint64_t faults, syscalls;
};

static int protect(uint64_t start, uint64_t end, int prot)
{
	return mprotect((void *)(uintptr_t)start, end - start, prot) ? -errno
								     : 0;
}

static void count(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* Every isolated page makes two VMAs more, and a process can have
 * vm.max_map_count of them. One call over a populated range merges them again;
 * VMAs of holes that were filled one by one stay apart. */
static bool give_up(struct mprotect *mp, const struct mapped_range *range)
{
	size_t not_yet = SIZE_MAX;

	atomic_compare_exchange_strong(&mp->exhausted_after, &not_yet,
				       atomic_load(&mp->faults));
	count(&mp->syscalls);
	return !protect(range->start, range->end, PROT_READ | PROT_WRITE);
}

static bool resolve(struct tracking *t, const struct mapped_range *range,
		    uint64_t address)
{
	struct mprotect *mp = t->state;
	uint64_t bytes = tracking_granule(t, range);
	uint64_t start;
	bool resolved = true;

	faultgate_enter(&mp->log.gate);
	start = faultlog_append(&mp->log, address, bytes);
	count(&mp->syscalls);
	if (protect(start, start + bytes, PROT_READ | PROT_WRITE))
		resolved = give_up(mp, range);
	else
		count(&mp->faults);
	faultgate_leave(&mp->log.gate);
	return resolved;
}

static int probe(enum page_kind kind, const struct params *params,
		 struct reason *why)
{
	(void)kind;
	(void)params;
	(void)why;
	return 0; /* POSIX */
}

static int open_mprotect(struct tracking *t)
{
	struct mprotect *mp = calloc(1, sizeof(*mp));
	int ret;

	if (!mp)
		return reason_set(&t->why, -ENOMEM, "no memory");
	atomic_init(&mp->exhausted_after, SIZE_MAX);
	ret = faultlog_open(&mp->log, t);
	if (ret)
		goto out_free;
	ret = faultsignal_install(SIGSEGV, t, resolve);
	if (ret)
		goto out_close_log;
	t->state = mp;
	return 0;

out_close_log:
	faultlog_close(&mp->log, t);
out_free:
	free(mp);
	return ret;
}

static int protect_all(struct tracking *t, const struct mapped_range *v, int nr,
		       int prot)
{
	int ret;

	for (int i = 0; i < nr; i++) {
		t->counts.syscalls++;
		ret = protect(v[i].start, v[i].end, prot);
		if (ret)
			return reason_errno(&t->why, ret, "mprotect");
	}
	return 0;
}

static int arm(struct tracking *t)
{
	struct mprotect *mp = t->state;

	faultlog_clear(&mp->log, t);
	return protect_all(t, t->parts, t->nr_parts, PROT_READ);
}

static int report_exhaustion(struct tracking *t, size_t after)
{
	t->counts.counters[0].name = "pages_until_enomem";
	t->counts.counters[0].value = (int64_t)after;
	t->counts.nr_counters = 1;
	return reason_set(&t->why, -ENOMEM,
			  "out of VMAs after %zu pages were unprotected "
			  "(mprotect: ENOMEM): raise vm.max_map_count or "
			  "choose a smaller dirty=",
			  after);
}

static int collect(struct tracking *t, struct region_array *out)
{
	struct mprotect *mp = t->state;
	size_t after = atomic_load(&mp->exhausted_after);
	uint64_t faults = atomic_exchange(&mp->faults, 0);

	t->counts.records += faults;
	t->counts.output_bytes += faults * sizeof(siginfo_t);
	/* One more a fault: returning from the handler is a call as well. */
	t->counts.syscalls += atomic_exchange(&mp->syscalls, 0) + faults;
	if (after != SIZE_MAX)
		return report_exhaustion(t, after);
	return faultlog_collect(&mp->log, t, out);
}

static int disarm(struct tracking *t)
{
	return protect_all(t, t->ranges, t->nr_ranges, PROT_READ | PROT_WRITE);
}

static void close_mprotect(struct tracking *t)
{
	struct mprotect *mp = t->state;

	disarm(t);
	faultsignal_remove(SIGSEGV);
	faultlog_close(&mp->log, t);
	free(mp);
}

static const char *misled_by(enum mapping_event event,
			     const struct params *params)
{
	(void)params;
	if (event == EVENT_MAP_OVER)
		return "a new mapping is writable, and that it took the place "
		       "of protected pages is missed";
	if (event == EVENT_UNPROTECT)
		return "the program's own calls of mprotect make protected "
		       "pages writable, and stores to them are missed";
	return NULL;
}

const struct tracker tracker_mprotect = {
	.name = "mprotect",
	.summary =
		"PROT_READ; a SIGSEGV handler logs the page and unprotects it",
	.claim = CLAIM_EXACT,
	.granule = { KINDS_ANON(GRANULE_PAGE), KINDS_SHMEM(GRANULE_PAGE),
		     KINDS_FILE(GRANULE_PAGE), KINDS_HUGETLB(GRANULE_UNIT),
		     [PAGE_KIND_THP] = GRANULE_PAGE,
		     [PAGE_KIND_FOLIO_HOLES] = GRANULE_PAGE },
	.user_space_records = true,
	.turn = TURN_FIRST,
	.misled_by = misled_by,
	.probe = probe,
	.open = open_mprotect,
	.arm = arm,
	.collect = collect,
	.disarm = disarm,
	.close = close_mprotect,
};
