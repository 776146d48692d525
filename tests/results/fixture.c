// SPDX-License-Identifier: GPL-2.0-or-later
// Samples to test with.
#include <stdio.h>
#include <string.h>

#include "tests/results/fixture.h"

/* "name=value name=value" as parameters, and as the end of the cell's key. */
static void set_params(struct sample *sample, const char *params)
{
	while (*params) {
		struct sample_param *param =
			&sample->params[sample->nr_params++];
		size_t name = strcspn(params, "=");
		size_t value = strcspn(params + name + 1, " ");
		size_t used = strlen(sample->cell);

		snprintf(param->name, sizeof(param->name), "%.*s", (int)name,
			 params);
		snprintf(param->value, sizeof(param->value), "%.*s", (int)value,
			 params + name + 1);
		snprintf(sample->cell + used, sizeof(sample->cell) - used,
			 "/%s:%s", param->name, param->value);
		params += name + 1 + value;
		params += *params == ' ';
	}
}

static void set_cell(struct sample *sample, const char *workload,
		     const char *tracker, const char *params)
{
	memset(sample, 0, sizeof(*sample));
	sample_clear(sample);
	sample->seq = 1;
	snprintf(sample->run, sizeof(sample->run), "run-1");
	snprintf(sample->boot, sizeof(sample->boot),
		 "01234567-89ab-cdef-0123-456789abcdef");
	snprintf(sample->workload, sizeof(sample->workload), "%s", workload);
	sample->workload_version = 1;
	snprintf(sample->tracker, sizeof(sample->tracker), "%s", tracker);
	snprintf(sample->cell, sizeof(sample->cell), "%s/%s", workload,
		 tracker);
	set_params(sample, params);
}

void fixture_epoch(struct sample *sample, const char *workload,
		   const char *tracker, const char *params)
{
	struct sample_figures *figures = &sample->figures;

	set_cell(sample, workload, tracker, params);
	sample->process = 0;
	sample->epoch = 1;
	sample->kind = KIND_MEASURED;
	figures->pages.range = 1000;
	figures->pages.resident = 500;
	figures->pages.dirtied = 100;
	figures->pages.unit = 1;
	figures->pages.reported = 100;
	figures->pages.missed = 0;
	figures->pages.extra = 0;
	figures->pages.extra_in_granule = 0;
	figures->ns.arm = 5000;
	figures->ns.write = 20000;
	figures->ns.collect = 1000;
	figures->regions.final = 50;
	figures->regions.ideal = 50;
	figures->records = 50;
	figures->output_bytes = 1200;
	figures->syscalls = 3;
	figures->vmas.before = 20;
	figures->vmas.peak = 20;
	figures->pagetable_kb.before = 100;
	figures->pagetable_kb.peak = 104;
}

void fixture_none(struct sample *sample, const char *workload,
		  const char *params)
{
	struct sample_figures *figures = &sample->figures;

	fixture_epoch(sample, workload, "none", params);
	figures->ns.arm = SAMPLE_NULL;
	figures->ns.collect = SAMPLE_NULL;
	figures->ns.write = 1353;
	figures->pages.reported = SAMPLE_NULL;
	figures->pages.missed = SAMPLE_NULL;
	figures->pages.extra = SAMPLE_NULL;
	figures->regions.final = SAMPLE_NULL;
	figures->records = SAMPLE_NULL;
}

void fixture_row(struct sample *sample, const char *workload,
		 const char *tracker, const char *params,
		 enum sample_status status, const char *reason)
{
	set_cell(sample, workload, tracker, params);
	sample->status = status;
	snprintf(sample->reason, sizeof(sample->reason), "%s", reason);
}

void fixture_full(struct sample *sample)
{
	struct sample_figures *figures = &sample->figures;

	fixture_epoch(sample, "dense", "scan",
		      "collect=separate dirty=25% seed=1 size=64m");
	sample->seq = 17;
	snprintf(sample->label, sizeof(sample->label),
		 "patched \"v2\" \\ f\xc3\xbcnf");
	sample->process = 3;
	sample->epoch = 2;
	sample->status = STATUS_LIED;
	snprintf(sample->reason, sizeof(sample->reason),
		 "1 page was written and not reported");
	figures->pages.missed = 1;
	figures->pages.extra = 2;
	figures->pages.extra_in_granule = 3;
	figures->ns.open = 11;
	figures->ns.change = 13;
	figures->change_calls = 14;
	figures->ns.disarm = 12;
	figures->ns.close = INT64_MAX;
	figures->ns.read = 13;
	figures->pages.part_range = 14;
	figures->pages.part_resident = 15;
	figures->pagetable_kb.after = 16;
	figures->vmas.armed = 21;
	figures->vmas.after = 22;
	figures->anon_huge_kb.before = 2048;
	figures->anon_huge_kb.after = 0;
	figures->faults.minor = 100;
	figures->faults.major = 4;
	figures->switches.voluntary = 5;
	figures->switches.involuntary = 6;
	figures->placement.writer_cpu = 3;
	figures->placement.memory_node = 0;
	figures->concurrent = (struct sample_concurrent){
		.collections = 31,
		.late = 32,
		.duration_ns = 33,
		.writes = 34,
		.recorded = 35,
		.recorded_ns = 36,
		.bare = 37,
		.bare_ns = 38,
		.writer_cpus = 39,
		.collector_cpu = SAMPLE_NULL,
	};
	figures->pursuit = (struct sample_pursuit){
		.iterations = 41,
		.copied_pages = 42,
		.left_pages = 43,
		.stopped_ns = 44,
		.pause_ns = 45,
		.duration_ns = 46,
		.stores = SAMPLE_NULL,
	};
	figures->nr_counters = 2;
	snprintf(figures->counters[0].name, sizeof(figures->counters[0].name),
		 "uffd_messages");
	figures->counters[0].value = 42;
	snprintf(figures->counters[1].name, sizeof(figures->counters[1].name),
		 "signals");
	figures->counters[1].value = SAMPLE_NULL;
}
