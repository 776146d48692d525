// SPDX-License-Identifier: GPL-2.0-or-later
// The words for what a sample tells beyond its figures.
#include "results/detail.h"

const char *detail_name(enum detail_id id)
{
	static const char *const names[NR_DETAILS] = {
		[DETAIL_WRITE] = "write_ns",
		[DETAIL_TRACKED_WRITE] = "tracked_write_ns",
		[DETAIL_COLLECT] = "collect_ns",
		[DETAIL_ARM] = "arm_ns",
		[DETAIL_COLLECT_ARM] = "collect_arm_ns",
		[DETAIL_PAGES] = "reported_pages",
		[DETAIL_REGIONS] = "regions",
		[DETAIL_RECORDING_MORE] = "recording_more_ns",
		[DETAIL_RECORDING_LESS] = "recording_less_ns",
	};

	return names[id];
}

const char *iteration_column_name(enum iteration_column column)
{
	static const char *const names[NR_ITERATION_COLUMNS] = {
		[ITERATION_PAGES] = "pages",
		[ITERATION_BYTES] = "bytes",
		[ITERATION_COLLECT] = "collect_ns",
		[ITERATION_ARM] = "arm_ns",
		[ITERATION_COLLECT_ARM] = "collect_arm_ns",
		[ITERATION_STOPPED] = "stopped_ns",
		[ITERATION_COPY] = "copy_ns",
		[ITERATION_DURATION] = "duration_ns",
	};

	return names[column];
}

const char *pursuit_end_name(enum pursuit_end end)
{
	static const char *const names[PURSUIT_ENDS] = {
		[PURSUIT_CONVERGED] = "ended_converged",
		[PURSUIT_STALLED] = "ended_no_longer_shrinks",
		[PURSUIT_LIMIT] = "ended_at_limit",
	};

	return names[end];
}
