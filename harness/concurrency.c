// SPDX-License-Identifier: GPL-2.0-or-later
/* Writers that do not stop: how many, and how often they are collected from. */
#include "harness/concurrency.h"

#include <errno.h>
#include <string.h>

static const int64_t ms = 1000000;

bool concurrency_read(const struct params *params, struct concurrency *out)
{
	*out = (struct concurrency){
		.writers = (int)params_value(params, "threads"),
		.random = params_is(params, "access", "random"),
		.delay_ns = (int64_t)params_value(params, "delay-ms") * ms,
		.epoch_ns = (int64_t)params_value(params, "epoch-ms") * ms,
		.apart = params_is(params, "collector", "apart"),
		.seed = params_value(params, "seed"),
	};
	return out->writers > 0;
}

int concurrency_cpus(const struct concurrency *plan,
		     const struct placement *place)
{
	int cpus = placement_writers(place, plan->apart);

	return plan->writers < cpus ? plan->writers : cpus;
}

/* What says nothing would look as if it did. */
static int check_alone(const struct params *params, struct reason *why)
{
	static const char *const names[] = { "access", "delay-ms", "epoch-ms",
					     "collector" };
	const struct param_value *value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = params_find(params, names[i]);
		if (strcmp(value->text, value->param->fallback) != 0)
			return reason_set(why, -EINVAL,
					  "%s=%s is of threads that do not "
					  "stop: choose threads=1 or more",
					  names[i], value->text);
	}
	return 0;
}

int concurrency_check(const struct params *params, struct reason *why)
{
	struct concurrency plan;

	if (!concurrency_read(params, &plan))
		return check_alone(params, why);
	if (params_find(params, "order") &&
	    params_is(params, "order", "shuffled"))
		return reason_set(why, -EINVAL,
				  "order=shuffled is of stores one after the "
				  "other: with threads=%d choose access=",
				  plan.writers);
	if (plan.delay_ns < plan.epoch_ns)
		return 0;
	return reason_set(why, -EINVAL,
			  "an epoch of epoch-ms=%lld ends before a delay of "
			  "delay-ms=%lld does",
			  (long long)(plan.epoch_ns / ms),
			  (long long)(plan.delay_ns / ms));
}
