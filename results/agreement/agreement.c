// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether trackers said the same of the same pages, and on which not. */
#include "results/agreement/agreement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum agreement_outcome agreement_outcome(const struct agreement *agreement)
{
	bool declared = agreement->nr_regions != 0;

	for (size_t i = 0; i < agreement->nr_regions; i++)
		if (agreement->regions[i].because & BECAUSE_NOTHING)
			return AGREEMENT_DIFFER;
	if (agreement->failed)
		return AGREEMENT_FAILED;
	for (int i = 0; i < agreement->nr_trackers; i++)
		if (agreement->trackers[i].failed)
			return AGREEMENT_FAILED;
	if (!agreement->nr_rounds)
		return AGREEMENT_NOTHING;
	return declared ? AGREEMENT_DECLARED : AGREEMENT_AGREE;
}

const char *agreement_outcome_name(enum agreement_outcome outcome)
{
	static const char *const names[NR_AGREEMENT_OUTCOMES] = {
		[AGREEMENT_NOTHING] = "nothing",
		[AGREEMENT_AGREE] = "agree",
		[AGREEMENT_DECLARED] = "declared",
		[AGREEMENT_FAILED] = "failed",
		[AGREEMENT_DIFFER] = "differ",
	};

	return names[outcome];
}

int agreement_add_region(struct agreement *agreement,
			 const struct agreement_region *region)
{
	struct agreement_region *grown;
	size_t max;

	if (agreement->nr_regions == agreement->max_regions) {
		max = 2 * agreement->max_regions + 16;
		grown = realloc(agreement->regions, max * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		agreement->regions = grown;
		agreement->max_regions = max;
	}
	agreement->regions[agreement->nr_regions++] = *region;
	return 0;
}

void agreement_free(struct agreement *agreement)
{
	free(agreement->regions);
	agreement->regions = NULL;
	agreement->nr_regions = 0;
	agreement->max_regions = 0;
}

int agreement_kernel_add(struct agreement_kernel *kernel,
			 const struct agreement *agreement)
{
	struct agreement *grown;

	grown = realloc(kernel->v, (size_t)(kernel->nr + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	kernel->v = grown;
	kernel->v[kernel->nr++] = *agreement;
	return 0;
}

void agreement_kernel_free(struct agreement_kernel *kernel)
{
	for (int i = 0; i < kernel->nr; i++)
		agreement_free(&kernel->v[i]);
	free(kernel->v);
	kernel->v = NULL;
	kernel->nr = 0;
}

int agreement_format_find(const char *name, enum agreement_format *format,
			  struct reason *why)
{
	static const char *const names[NR_AGREEMENT_FORMATS] = {
		[AGREEMENT_TEXT] = "text",
		[AGREEMENT_JSON] = "json",
	};

	for (int i = 0; i < NR_AGREEMENT_FORMATS; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		*format = (enum agreement_format)i;
		return 0;
	}
	return reason_set(why, -EINVAL, "--format %s: has to be text or json",
			  name);
}
