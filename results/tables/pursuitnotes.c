// SPDX-License-Identifier: GPL-2.0-or-later
/* Why copying a process that goes on ended, where it did not converge. */
#include "results/tables/pursuitnotes.h"

#include <inttypes.h>

#include "results/tables/text.h"

static void put_param(FILE *out, const struct summary_cell *cell,
		      const char *name)
{
	const char *value = summary_cell_param(cell, name);

	fputs(name, out);
	if (value)
		fprintf(out, "=%s", value);
}

void pursuitnotes_print(FILE *out, int indent, const struct summary_cell *cell)
{
	int64_t stalled = cell->ended[PURSUIT_STALLED];
	int64_t limited = cell->ended[PURSUIT_LIMIT];
	int64_t all = cell->ended[PURSUIT_CONVERGED] + stalled + limited;

	if (!stalled && !limited)
		return;
	fprintf(out, "%*sof %" PRId64 " %s, ", indent, "",
		TEXT_NOUN(all, "epoch", "epochs"));
	if (stalled)
		fprintf(out, "%" PRId64 " ended as sets no longer shrank",
			stalled);
	if (limited) {
		fprintf(out,
			stalled ? ", %" PRId64 " at " : "%" PRId64 " ended at ",
			limited);
		put_param(out, cell, "max-iterations");
	}
	fputc('\n', out);
}
