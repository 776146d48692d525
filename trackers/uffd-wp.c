// SPDX-License-Identifier: GPL-2.0-or-later
/* userfaultfd write protection; handler threads resolve every fault. */
#include <errno.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/syncwp.h"
#include "harness/uapi.h"
#include "harness/uffd.h"
#include "trackers/tracker.h"

/* Messages a read: more than there are threads that could wait. Of several
 * handlers each takes one, so that the others get theirs. */
enum { BATCH = 16 };

/* More than that wait for each other in the kernel's locks. */
enum { HANDLERS_MAX = 16 };

struct uffd_wp {
	struct syncwp wp;
	pthread_t handlers[HANDLERS_MAX];
	int nr_handlers; /* that run */
	size_t read_bytes;
	_Atomic uint64_t messages, syscalls;
	_Atomic int error; /* what the handler failed with; 0 */
};

static const struct param params[] = {
	{ .name = "handler",
	  .type = PARAM_CHOICE,
	  .fallback = "same",
	  .choices = "other|same|free",
	  .help = "handler thread: on another core than the writer, on the "
		  "same, or where the scheduler puts it" },
	{ .name = "handlers",
	  .type = PARAM_COUNT,
	  .fallback = "1",
	  .min = 1,
	  .max = HANDLERS_MAX,
	  .quiet = true,
	  .help = "handler threads; with handler=same each is on the "
		  "processor of another writer, as long as there are any" },
	UFFD_PARAMS,
	{ .name = NULL },
};

static void resolve(struct tracking *t, struct uffd_wp *u,
		    const struct uffd_msg *msg)
{
	uint64_t address = msg->arg.pagefault.address;
	const struct mapped_range *range = faultlog_range(t, address);
	int ret;

	if (msg->event != UFFD_EVENT_PAGEFAULT || !range)
		return;
	atomic_fetch_add_explicit(&u->messages, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&u->syscalls, 1, memory_order_relaxed);
	ret = syncwp_resolve(&u->wp, t, range, address);
	if (!ret)
		return;
	atomic_store(&u->error, ret);
	/* Nobody else would ever wake the writer. */
	uffd_unregister(u->wp.uffd, range->start, range->end);
}

static void *handle(void *arg)
{
	struct tracking *t = arg;
	struct uffd_wp *u = t->state;
	struct uffd_msg msg[BATCH];
	ssize_t got;

	for (;;) {
		/* Is cancelled here. A message goes to one reader only. */
		got = read(u->wp.uffd, msg, u->read_bytes);
		atomic_fetch_add_explicit(&u->syscalls, 1,
					  memory_order_relaxed);
		for (ssize_t i = 0; i < got / (ssize_t)sizeof(msg[0]); i++)
			resolve(t, u, &msg[i]);
	}
	return NULL;
}

static int probe(enum page_kind kind, const struct params *values,
		 struct reason *why)
{
	cpu_set_t allowed;
	int ret;

	if (params_is(values, "handler", "other") &&
	    !sched_getaffinity(0, sizeof(allowed), &allowed) &&
	    CPU_COUNT(&allowed) < 2)
		return reason_set(why, -EOPNOTSUPP,
				  "handler=other needs two processors and "
				  "one is allowed: choose handler=same");
	ret = uffd_probe_filling(values, why);
	return ret ? ret
		   : uffd_probe(kind, uffd_features(values), UFFD_FEATURE_NAMES,
				why);
}

static int handler_cpu(const struct tracking *t, int nr)
{
	if (params_is(t->params, "handler", "other"))
		return placement_other(t->place, nr);
	return placement_same(t->place, nr, t->storing_cpus);
}

static int place_handler(struct tracking *t, int nr, pthread_attr_t *attr)
{
	cpu_set_t set;
	int cpu;

	CPU_ZERO(&set);
	if (params_is(t->params, "handler", "free")) {
		memset(&set, 0xff, sizeof(set));
		return pthread_attr_setaffinity_np(attr, sizeof(set), &set);
	}
	cpu = handler_cpu(t, nr);
	if (cpu < 0)
		return ENODEV;
	CPU_SET(cpu, &set);
	return pthread_attr_setaffinity_np(attr, sizeof(set), &set);
}

static int start_handler(struct tracking *t, struct uffd_wp *u, int nr)
{
	pthread_attr_t attr;
	int ret;

	pthread_attr_init(&attr);
	ret = place_handler(t, nr, &attr);
	if (!ret) {
		t->counts.syscalls++;
		ret = pthread_create(&u->handlers[nr], &attr, handle, t);
	}
	pthread_attr_destroy(&attr);
	return -ret;
}

static void stop_handlers(struct uffd_wp *u)
{
	for (int i = 0; i < u->nr_handlers; i++)
		pthread_cancel(u->handlers[i]);
	for (int i = 0; i < u->nr_handlers; i++)
		pthread_join(u->handlers[i], NULL);
}

static int start_handlers(struct tracking *t, struct uffd_wp *u)
{
	int nr = (int)params_value(t->params, "handlers");
	int ret;

	u->read_bytes = (nr > 1 ? 1 : BATCH) * sizeof(struct uffd_msg);
	t->handlers = nr;
	for (; u->nr_handlers < nr; u->nr_handlers++) {
		ret = start_handler(t, u, u->nr_handlers);
		if (!ret)
			continue;
		stop_handlers(u);
		return reason_errno(&t->why, ret, "starting handler %d of %d",
				    u->nr_handlers + 1, nr);
	}
	return 0;
}

static int open_uffd_wp(struct tracking *t)
{
	struct uffd_wp *u = calloc(1, sizeof(*u));
	int ret;

	if (!u)
		return reason_set(&t->why, -ENOMEM, "no memory");
	ret = syncwp_open(&u->wp, t, uffd_features(t->params));
	if (ret)
		goto out_free;
	t->state = u;
	ret = start_handlers(t, u);
	if (!ret)
		return 0;
	syncwp_close(&u->wp, t);
out_free:
	free(u);
	return ret;
}

static int arm(struct tracking *t)
{
	struct uffd_wp *u = t->state;

	return syncwp_arm(&u->wp, t);
}

static int collect(struct tracking *t, struct region_array *out)
{
	struct uffd_wp *u = t->state;
	uint64_t messages = atomic_exchange(&u->messages, 0);
	int error = atomic_load(&u->error);

	t->counts.records += messages;
	t->counts.output_bytes += messages * sizeof(struct uffd_msg);
	t->counts.syscalls += atomic_exchange(&u->syscalls, 0);
	if (error)
		return reason_errno(&t->why, error,
				    "UFFDIO_WRITEPROTECT in the handler");
	return faultlog_collect(&u->wp.log, t, out);
}

static int disarm(struct tracking *t)
{
	struct uffd_wp *u = t->state;

	return syncwp_disarm(&u->wp, t);
}

static void close_uffd_wp(struct tracking *t)
{
	struct uffd_wp *u = t->state;

	syncwp_unregister(&u->wp, t);
	stop_handlers(u);
	syncwp_close(&u->wp, t);
	free(u);
}

const struct tracker tracker_uffd_wp = {
	.name = "uffd-wp",
	.summary = "uffd write protection; a thread reads and resolves faults",
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
	.open = open_uffd_wp,
	.arm = arm,
	.collect = collect,
	.disarm = disarm,
	.close = close_uffd_wp,
};
