// SPDX-License-Identifier: GPL-2.0-or-later
/* The exit code that agreements come to. */
#include "cli/agreecode.h"

#include "cli/commands.h"

int agree_code(const struct agreement_kernel *kernels, int nr)
{
	bool has[NR_AGREEMENT_OUTCOMES] = { false };

	for (int i = 0; i < nr; i++) {
		has[AGREEMENT_FAILED] |= kernels[i].why.text[0] != '\0';
		for (int j = 0; j < kernels[i].nr; j++)
			has[agreement_outcome(&kernels[i].v[j])] = true;
	}
	if (has[AGREEMENT_DIFFER])
		return EXIT_LIED;
	if (has[AGREEMENT_FAILED])
		return EXIT_FAILED;
	return has[AGREEMENT_AGREE] || has[AGREEMENT_DECLARED]
		       ? EXIT_MEASURED
		       : EXIT_ALL_SKIPPED;
}
