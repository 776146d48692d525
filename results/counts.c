// SPDX-License-Identifier: GPL-2.0-or-later
// The figures of an epoch that are counted, not timed: exact, no statistics.
#include "results/counts.h"

static int64_t growth(int64_t to, int64_t from)
{
	if (to == SAMPLE_NULL || from == SAMPLE_NULL)
		return SAMPLE_NULL;
	return to - from;
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

static int64_t huge_lost(const struct sample_figures *figures)
{
	return growth(figures->anon_huge_kb.before,
		      figures->anon_huge_kb.after);
}

static int64_t vmas_left(const struct sample_figures *figures)
{
	return growth(figures->vmas.after, figures->vmas.before);
}

static int64_t pagetables_left(const struct sample_figures *figures)
{
	return growth(figures->pagetable_kb.after,
		      figures->pagetable_kb.before);
}

static const struct count counts[NR_COUNTS] = {
	[COUNT_REGIONS] = { "regions", "regions", false, regions },
	[COUNT_RECORDS] = { "records", "records", false, records },
	[COUNT_OUTPUT_BYTES] = { "output_bytes", "bytes", false, output_bytes },
	[COUNT_SYSCALLS] = { "syscalls", "calls", false, syscalls },
	[COUNT_EXTRA_PAGES] = { "extra_pages", "pages", false, extra_pages },
	[COUNT_VMA_GROWTH] = { "vma_growth", "VMAs", false, vma_growth },
	[COUNT_PAGETABLE_GROWTH] = { "pagetable_growth_kb", "kB", false,
				     pagetable_growth },
	[COUNT_MINOR_FAULTS] = { "minor_faults", "faults", false,
				 minor_faults },
	[COUNT_MAJOR_FAULTS] = { "major_faults", "faults", false,
				 major_faults },
	[COUNT_HUGE_LOST] = { "after_huge_lost_kb", "kB", true, huge_lost },
	[COUNT_VMAS_LEFT] = { "after_vmas_left", "VMAs", true, vmas_left },
	[COUNT_PAGETABLES_LEFT] = { "after_pagetables_left_kb", "kB", true,
				    pagetables_left },
};

bool counts_hold(const struct sample_figures *figures)
{
	return figures->concurrent.collections == SAMPLE_NULL &&
	       figures->pursuit.iterations == SAMPLE_NULL;
}

const struct count *count_get(enum count_id id)
{
	return &counts[id];
}
