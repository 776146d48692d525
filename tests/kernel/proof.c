// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs cells for tests of workloads and says how their epochs were judged. */
#include "proof.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/registry.h"
#include "harness/runner.h"

static enum sample_status run_epochs(struct runner *runner, struct reason *why)
{
	static const enum epoch_kind kinds[] = { EPOCH_FIRST, EPOCH_MEASURED,
						 EPOCH_MEASURED, EPOCH_IDLE,
						 EPOCH_READ };
	struct epoch_result result = { .status = STATUS_OK };
	struct epoch epoch;

	for (unsigned int i = 0;
	     i < sizeof(kinds) / sizeof(kinds[0]) && result.status == STATUS_OK;
	     i++) {
		epoch.number = i;
		epoch.kind = kinds[i];
		runner_epoch(runner, &epoch, false, &result);
		if (i == 2 && runner->way == RUNNER_AT_REST &&
		    result.status == STATUS_OK &&
		    session_check_rest(&runner->session, &epoch, &result,
				       &result.why))
			result.status = STATUS_FAIL;
	}
	*why = result.why;
	return result.status;
}

static enum sample_status run_cell(const char *key, struct reason *why)
{
	struct placement place = { .writer_cpu = sched_getcpu(),
				   .other_cpu = -1 };
	enum sample_status status = STATUS_FAIL;
	struct runner runner;
	struct cell cell;

	if (cell_parse(&cell, key, why))
		return STATUS_FAIL;
	if (cell_check(&cell, why))
		return STATUS_SKIP;
	if (!runner_create(&runner, &cell, &place, why))
		status = run_epochs(&runner, why);
	runner_destroy(&runner);
	return status;
}

enum sample_status proof_run(const char *key, struct reason *why)
{
	struct reason *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t child;

	if (told == MAP_FAILED) {
		reason_set(why, 0, "no memory");
		return STATUS_FAIL;
	}
	fflush(NULL);
	child = fork();
	if (!child)
		_exit(run_cell(key, told));
	waitpid(child, &status, 0);
	*why = *told;
	munmap(told, sizeof(*told));
	if (child > 0 && WIFEXITED(status))
		return (enum sample_status)WEXITSTATUS(status);
	reason_set(why, 0, "ended by signal %d", WTERMSIG(status));
	return STATUS_FAIL;
}

/* 1 where it was run and proved, 0 where it was skipped, -1 where it failed. */
static int prove(const char *key)
{
	struct reason why = { "" };
	enum sample_status status = proof_run(key, &why);

	if (status == STATUS_OK)
		return 1;
	printf("%s: %s\n", key, why.text);
	return status == STATUS_SKIP ? 0 : -1;
}

int proof_run_all(const char *workload, const char *params)
{
	char key[CELL_KEY_BYTES];
	int failed = 0;
	int proved = 0;
	int ret;

	for (int i = 0; trackers[i]; i++) {
		if (trackers[i]->hidden)
			continue;
		snprintf(key, sizeof(key), "%s/%s/%s", workload,
			 trackers[i]->name, params);
		ret = prove(key);
		failed += ret < 0;
		proved += ret > 0;
		if (!trackers[i]->collect_and_arm)
			continue;
		snprintf(key, sizeof(key), "%s/%s/%s/collect:atomic", workload,
			 trackers[i]->name, params);
		failed += prove(key) < 0;
	}
	return failed || proved > 1 ? failed : -1;
}

int proof_run_liars(const char *workload, const char *params)
{
	static const char *const liars[] = { "liar", "liar-all", "liar-stale" };
	enum sample_status status;
	char key[CELL_KEY_BYTES];
	struct reason why;
	int uncaught = 0;

	for (size_t i = 0; i < sizeof(liars) / sizeof(liars[0]); i++) {
		snprintf(key, sizeof(key), "%s/%s/%s", workload, liars[i],
			 params);
		why.text[0] = '\0';
		status = proof_run(key, &why);
		if (status == STATUS_LIED || status == STATUS_INEXACT)
			continue;
		printf("%s was not caught: %s\n", key, why.text);
		uncaught++;
	}
	return uncaught;
}
