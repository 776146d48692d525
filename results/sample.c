// SPDX-License-Identifier: GPL-2.0-or-later
// Empty samples, and the words of the sample file.
#include <stdio.h>
#include <string.h>

#include "results/sample.h"

static void phases_clear(struct sample_phases *phases)
{
	*phases = (struct sample_phases){
		.open = SAMPLE_NULL,
		.arm = SAMPLE_NULL,
		.change = SAMPLE_NULL,
		.write = SAMPLE_NULL,
		.collect = SAMPLE_NULL,
		.collect_arm = SAMPLE_NULL,
		.disarm = SAMPLE_NULL,
		.close = SAMPLE_NULL,
		.read = SAMPLE_NULL,
	};
}

static void concurrent_clear(struct sample_concurrent *concurrent)
{
	*concurrent = (struct sample_concurrent){
		.collections = SAMPLE_NULL,
		.late = SAMPLE_NULL,
		.duration_ns = SAMPLE_NULL,
		.writes = SAMPLE_NULL,
		.recorded = SAMPLE_NULL,
		.recorded_ns = SAMPLE_NULL,
		.bare = SAMPLE_NULL,
		.bare_ns = SAMPLE_NULL,
		.writer_cpus = SAMPLE_NULL,
		.collector_cpu = SAMPLE_NULL,
	};
}

static void pursuit_clear(struct sample_pursuit *pursuit)
{
	*pursuit = (struct sample_pursuit){
		.iterations = SAMPLE_NULL,
		.copied_pages = SAMPLE_NULL,
		.left_pages = SAMPLE_NULL,
		.stopped_ns = SAMPLE_NULL,
		.pause_ns = SAMPLE_NULL,
		.duration_ns = SAMPLE_NULL,
		.stores = SAMPLE_NULL,
	};
}

void sample_figures_clear(struct sample_figures *figures)
{
	memset(figures, 0, sizeof(*figures));
	figures->pages.range = SAMPLE_NULL;
	figures->pages.resident = SAMPLE_NULL;
	figures->pages.dirtied = SAMPLE_NULL;
	figures->pages.unit = SAMPLE_NULL;
	figures->pages.reported = SAMPLE_NULL;
	figures->pages.missed = SAMPLE_NULL;
	figures->pages.extra = SAMPLE_NULL;
	figures->pages.extra_in_granule = SAMPLE_NULL;
	figures->pages.part_range = SAMPLE_NULL;
	figures->pages.part_resident = SAMPLE_NULL;
	phases_clear(&figures->ns);
	phases_clear(&figures->insn);
	figures->regions.final = SAMPLE_NULL;
	figures->regions.ideal = SAMPLE_NULL;
	figures->records = SAMPLE_NULL;
	figures->output_bytes = SAMPLE_NULL;
	figures->syscalls = SAMPLE_NULL;
	figures->change_calls = SAMPLE_NULL;
	figures->vmas.before = SAMPLE_NULL;
	figures->vmas.armed = SAMPLE_NULL;
	figures->vmas.peak = SAMPLE_NULL;
	figures->vmas.after = SAMPLE_NULL;
	figures->pagetable_kb.before = SAMPLE_NULL;
	figures->pagetable_kb.peak = SAMPLE_NULL;
	figures->pagetable_kb.after = SAMPLE_NULL;
	figures->anon_huge_kb.before = SAMPLE_NULL;
	figures->anon_huge_kb.after = SAMPLE_NULL;
	figures->faults.minor = SAMPLE_NULL;
	figures->faults.major = SAMPLE_NULL;
	figures->switches.voluntary = SAMPLE_NULL;
	figures->switches.involuntary = SAMPLE_NULL;
	figures->placement.writer_cpu = SAMPLE_NULL;
	figures->placement.other_cpu = SAMPLE_NULL;
	figures->placement.memory_node = SAMPLE_NULL;
	concurrent_clear(&figures->concurrent);
	pursuit_clear(&figures->pursuit);
}

void sample_add_counter(struct sample_figures *figures, const char *name,
			int64_t value)
{
	struct sample_counter *counter;

	if (figures->nr_counters == SAMPLE_MAX_COUNTERS)
		return;
	counter = &figures->counters[figures->nr_counters++];
	snprintf(counter->name, sizeof(counter->name), "%s", name);
	counter->value = value;
}

void sample_clear(struct sample *sample)
{
	/* Texts and parameters end at the first zero: the rest may be old. */
	sample->v = SAMPLE_VERSION;
	sample->seq = 0;
	sample->run[0] = '\0';
	sample->label[0] = '\0';
	sample->boot[0] = '\0';
	sample->cell[0] = '\0';
	sample->workload[0] = '\0';
	sample->workload_version = 0;
	sample->tracker[0] = '\0';
	sample->nr_params = 0;
	sample->process = SAMPLE_NULL;
	sample->epoch = SAMPLE_NULL;
	sample->kind = KIND_NONE;
	sample->status = STATUS_OK;
	sample->reason[0] = '\0';
	sample_figures_clear(&sample->figures);
	sample->detail = NULL;
}

bool sample_phases_empty(const struct sample_phases *phases)
{
	return phases->open == SAMPLE_NULL && phases->arm == SAMPLE_NULL &&
	       phases->change == SAMPLE_NULL && phases->write == SAMPLE_NULL &&
	       phases->collect == SAMPLE_NULL &&
	       phases->collect_arm == SAMPLE_NULL &&
	       phases->disarm == SAMPLE_NULL && phases->close == SAMPLE_NULL &&
	       phases->read == SAMPLE_NULL;
}

const char *sample_kind_name(enum sample_kind kind)
{
	static const char *const names[NR_KINDS] = {
		[KIND_FIRST] = "first", [KIND_MEASURED] = "measured",
		[KIND_IDLE] = "idle",	[KIND_READ] = "read",
		[KIND_AFTER] = "after",
	};

	return (unsigned int)kind < NR_KINDS ? names[kind] : NULL;
}

const char *sample_status_name(enum sample_status status)
{
	static const char *const names[NR_STATUSES] = {
		[STATUS_OK] = "ok",	      [STATUS_SKIP] = "skip",
		[STATUS_FAIL] = "fail",	      [STATUS_LIED] = "lied",
		[STATUS_INEXACT] = "inexact",
	};

	return (unsigned int)status < NR_STATUSES ? names[status] : NULL;
}
