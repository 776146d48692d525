// SPDX-License-Identifier: GPL-2.0-or-later
/* Copying a process that goes on, again and again: how, and when that ends. */
#include "harness/pursuit.h"

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
