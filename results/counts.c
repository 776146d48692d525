// SPDX-License-Identifier: GPL-2.0-or-later
// The figures of an epoch that are counted, not timed: exact, no statistics.
#include "results/counts.h"

static int64_t growth(int64_t peak, int64_t before)
{
	if (peak == SAMPLE_NULL || before == SAMPLE_NULL)
		return SAMPLE_NULL;
	return peak - before;
}

static int64_t regions(const struct sample_figures *figures)
{
	return figures->regions.final;
}

static int64_t records(const struct sample_figures *figures)
{
	return figures->records;
}

static int64_t output_bytes(const struct sample_figures *figures)
{
	return figures->output_bytes;
}

static int64_t syscalls(const struct sample_figures *figures)
{
	return figures->syscalls;
}

static int64_t extra_pages(const struct sample_figures *figures)
{
	return figures->pages.extra;
}

static int64_t vma_growth(const struct sample_figures *figures)
{
	return growth(figures->vmas.peak, figures->vmas.before);
}

static int64_t pagetable_growth(const struct sample_figures *figures)
{
	return growth(figures->pagetable_kb.peak, figures->pagetable_kb.before);
}

static int64_t minor_faults(const struct sample_figures *figures)
{
	return figures->faults.minor;
}

static int64_t major_faults(const struct sample_figures *figures)
{
	return figures->faults.major;
}

static const struct count counts[NR_COUNTS] = {
	[COUNT_REGIONS] = { "regions", "regions", regions },
	[COUNT_RECORDS] = { "records", "records", records },
	[COUNT_OUTPUT_BYTES] = { "output_bytes", "bytes", output_bytes },
	[COUNT_SYSCALLS] = { "syscalls", "calls", syscalls },
	[COUNT_EXTRA_PAGES] = { "extra_pages", "pages", extra_pages },
	[COUNT_VMA_GROWTH] = { "vma_growth", "VMAs", vma_growth },
	[COUNT_PAGETABLE_GROWTH] = { "pagetable_growth_kb", "kB",
				     pagetable_growth },
	[COUNT_MINOR_FAULTS] = { "minor_faults", "faults", minor_faults },
	[COUNT_MAJOR_FAULTS] = { "major_faults", "faults", major_faults },
};

const struct count *count_get(enum count_id id)
{
	return &counts[id];
}
