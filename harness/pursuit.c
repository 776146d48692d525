// SPDX-License-Identifier: GPL-2.0-or-later
/* Copying a process that goes on, again and again: how, and when that ends. */
#include "harness/pursuit.h"

#include <stddef.h>

void pursuit_read(const struct params *params, struct pursuit *out)
{
	*out = (struct pursuit){
		.bandwidth = params_value(params, "bandwidth"),
		.max_iterations =
			(unsigned int)params_value(params, "max-iterations"),
		.threshold = params_value(params, "threshold"),
		.stop = params_is(params, "stop", "yes"),
	};
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

enum pursuit_end pursuit_judge(const struct pursuit *pursuit,
			       unsigned int iteration, uint64_t before,
			       uint64_t pages)
{
	if (pages <= pursuit->threshold)
		return PURSUIT_CONVERGED;
	if (pages >= before)
		return PURSUIT_STALLED;
	if (iteration >= pursuit->max_iterations)
		return PURSUIT_LIMIT;
	return PURSUIT_GOES_ON;
}
