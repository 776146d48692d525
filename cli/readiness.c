// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine as cells need it, and whether they can be run on it. */
#include "cli/readiness.h"

#include <unistd.h>

#include "harness/memoryguard.h"
#include "harness/scratchfile.h"

void readiness_start(struct readiness *readiness, const struct plan *plan,
		     const char *folder)
{
	struct machine_needs needs;

	if (geteuid() || !plan_needs(plan, &needs))
		return;
	if (prepare_start(&readiness->prep, &needs,
			  folder[0] ? folder : scratch_folder(),
			  &readiness->unprepared))
		readiness->prep = NULL;
}

/* What preparing the machine has to say of a need that is not met. */
static void explain_preparation(const struct readiness *readiness,
				const struct needs *needs, struct reason *why)
{
	const struct preparation *prep = readiness->prep;
	const struct reason *said = NULL;

	if (!prep)
		said = &readiness->unprepared;
	else if (needs->hugetlb_bytes)
		said = prepare_hugetlb_reason(prep);
	else if (needs->swap_bytes)
		said = prepare_swap_reason(prep, needs->swap);
	else if (needs->folio_bytes)
		said = prepare_folio_reason(prep);
	else if (needs->thp)
		said = prepare_thp_reason(prep);
	if (said && said->text[0])
		*why = *said;
}

int readiness_take_turn(struct readiness *readiness, const struct cell *cell,
			struct reason *why)
{
	struct needs needs;
	int ret;

	ret = cell_needs(cell, &needs, why);
	if (ret || !readiness->prep)
		return ret;
	if (needs.swap_bytes)
		ret = prepare_swap(readiness->prep, needs.swap, why);
	if (!ret)
		ret = prepare_folio(readiness->prep, needs.folio_bytes, why);
	return ret;
}

int readiness_check(struct readiness *readiness, const struct cell *cell,
		    struct reason *why)
{
	struct needs needs;
	int ret;

	ret = cell_check_kernel(cell, why);
	if (ret)
		return ret;
	readiness_take_turn(readiness, cell, NULL);
	ret = guard_check(cell, why);
	if (!ret)
		return 0;
	if (!cell_needs(cell, &needs, NULL) &&
	    (needs.hugetlb_bytes || needs.swap_bytes || needs.thp ||
	     needs.folio_bytes))
		explain_preparation(readiness, &needs, why);
	return ret;
}
