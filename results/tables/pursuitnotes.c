// SPDX-License-Identifier: GPL-2.0-or-later
/* Why copying a process that goes on ended, where it did not converge. */
#include "results/tables/pursuitnotes.h"

#include <inttypes.h>

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
	fprintf(out, "%*sdid not converge: ", indent, "");
	if (stalled)
		fprintf(out,
			"%" PRId64 " of %" PRId64
			", as the set no longer shrank",
			stalled, all);
	if (stalled && limited)
		fputs("; ", out);
	if (limited) {
		fprintf(out, "%" PRId64 " of %" PRId64 ", at ", limited, all);
		put_param(out, cell, "max-iterations");
	}
	fputc('\n', out);
}
