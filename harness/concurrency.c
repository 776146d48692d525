// SPDX-License-Identifier: GPL-2.0-or-later
/* Writers that do not stop: how many, and how often they are collected from. */
#include "harness/concurrency.h"

static const int64_t ms = 1000000;

void concurrency_read(const struct params *params, struct concurrency *out)
{
	*out = (struct concurrency){
		.writers = (int)params_value(params, "threads"),
		.random = params_is(params, "access", "random"),
		.delay_ns = (int64_t)params_value(params, "delay-ms") * ms,
		.epoch_ns = (int64_t)params_value(params, "epoch-ms") * ms,
		.apart = params_is(params, "collector", "apart"),
		.seed = params_value(params, "seed"),
	};
}
