// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs all epochs of a cell in a child of the test, instead of in a target. */
#include "tests/kernel/epochs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/registry.h"

enum { MEASURED = 2 };

int failures;

static void keep_worst(struct outcome *outcome,
		       const struct epoch_result *result)
{
	if (outcome->status != STATUS_OK)
		return;
	outcome->status = result->status;
	outcome->why = result->why;
}

static void fail(struct outcome *outcome, const struct reason *why)
{
	outcome->status = STATUS_FAIL;
	outcome->why = *why;
}

static enum epoch_kind kind_of(unsigned int number)
{
	if (number == 0)
		return EPOCH_FIRST;
	if (number <= MEASURED)
		return EPOCH_MEASURED;
	return number == MEASURED + 1 ? EPOCH_IDLE : EPOCH_READ;
}

static void run_all(struct session *session, struct outcome *outcome)
{
	struct sample_figures left;
	struct epoch_result result;
	struct reason why = { "" };

	for (unsigned int i = 0; i < MEASURED + 3; i++) {
		struct epoch epoch = { .number = i, .kind = kind_of(i) };

		session_epoch(session, &epoch, &result);
		keep_worst(outcome, &result);
		if (result.status == STATUS_FAIL)
			return;
		if (i != MEASURED)
			continue;
		outcome->figures = result.figures;
		if (session_replay(session, &epoch, &outcome->figures, &why) ||
		    session_check_rest(session, &epoch, &result, &why)) {
			fail(outcome, &why);
			return;
		}
		keep_worst(outcome, &result);
	}
	if (session_finish(session, &outcome->figures, &why)) {
		fail(outcome, &why);
		return;
	}
	sample_figures_clear(&left);
	if (session_aftermath(session,
			      &(struct epoch){ MEASURED + 3, EPOCH_MEASURED },
			      &left, &why))
		fail(outcome, &why);
}

static void run_session(const struct cell *cell, struct outcome *outcome)
{
	const struct placement anywhere = { .other_cpu = -1 };
	struct session session;
	struct reason why = { "" };

	outcome->status = STATUS_OK;
	if (session_create(&session, cell, &anywhere, &why))
		fail(outcome, &why);
	else
		run_all(&session, outcome);
	session_destroy(&session);
}

void run_epochs(const struct cell *cell, struct outcome *outcome)
{
	struct outcome *shared =
		mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t pid;

	if (shared == MAP_FAILED)
		abort();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		run_session(cell, shared);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status) {
		shared->status = STATUS_FAIL;
		reason_set(&shared->why, 0, "ended with status 0x%x", status);
	}
	*outcome = *shared;
	munmap(shared, sizeof(*shared));
}

void make_cell(struct cell *cell, const struct workload *workload,
	       const struct tracker *tracker, const char *pairs)
{
	struct reason why = { "" };
	char copy[256];
	char *rest = copy;
	char *name, *value;
	int ret;

	snprintf(copy, sizeof(copy), "%s", pairs);
	ret = cell_init(cell, workload, tracker, &why);
	while (!ret && rest && *rest) {
		value = strsep(&rest, " ");
		name = strsep(&value, "=");
		ret = cell_set(cell, name, value, &why);
	}
	if (ret) {
		printf("%s with %s: %s\n", workload->name, pairs, why.text);
		abort();
	}
}

int check_trackers(const struct workload *workload, const char *pairs)
{
	struct outcome outcome;
	struct reason why;
	struct cell cell;
	int nr = 0;

	for (int i = 0; trackers[i]; i++) {
		if (trackers[i]->hidden)
			continue;
		make_cell(&cell, workload, trackers[i], pairs);
		if (cell_check_kernel(&cell, &why)) {
			printf("%s: %s\n", cell.key, why.text);
			continue;
		}
		run_epochs(&cell, &outcome);
		if (outcome.status != STATUS_OK)
			printf("%s: %s\n", cell.key, outcome.why.text);
		CHECK(outcome.status == STATUS_OK);
		nr++;
	}
	return nr;
}

static void check_liar(const struct workload *workload, const char *name,
		       const char *pairs, enum sample_status status)
{
	struct outcome outcome;
	struct reason why;
	struct cell cell;

	make_cell(&cell, workload, tracker_find(name, &why), pairs);
	run_epochs(&cell, &outcome);
	if (outcome.status != status)
		printf("%s: status %d %s\n", cell.key, (int)outcome.status,
		       outcome.why.text);
	CHECK(outcome.status == status);
}

void check_liars(const struct workload *workload, const char *pairs)
{
	check_liar(workload, "liar", pairs, STATUS_LIED);
	check_liar(workload, "liar-all", pairs, STATUS_INEXACT);
	check_liar(workload, "liar-stale", pairs, STATUS_INEXACT);
}
