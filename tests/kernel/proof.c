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
#include "harness/session.h"
#include "harness/watch.h"

/* One epoch, in the way of the workload. */
static void run_epoch(struct session *s, struct watch *watch,
		      const struct epoch *epoch, struct epoch_result *result)
{
	if (watch)
		watch_epoch(watch, epoch, false, result);
	else
		session_epoch(s, epoch, result);
}

static enum sample_status run_epochs(struct session *s, struct watch *watch,
				     struct reason *why)
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
		run_epoch(s, watch, &epoch, &result);
		if (i == 2 && !watch && result.status == STATUS_OK &&
		    session_check_rest(s, &epoch, &result, &result.why))
			result.status = STATUS_FAIL;
	}
	*why = result.why;
	return result.status;
}

static enum sample_status run_concurrent(struct session *s,
					 const struct concurrency *plan,
					 struct reason *why)
{
	enum sample_status status = STATUS_FAIL;
	struct watch watch;

	if (!watch_create(&watch, s, plan, why))
		status = run_epochs(s, &watch, why);
	watch_destroy(&watch);
	return status;
}

static enum sample_status run_cell(const char *key, struct reason *why)
{
	struct placement place = { .writer_cpu = sched_getcpu(),
				   .other_cpu = -1 };
	enum sample_status status = STATUS_FAIL;
	struct concurrency plan;
	struct session session;
	struct cell cell;

	if (cell_parse(&cell, key, why))
		return STATUS_FAIL;
	if (cell_check(&cell, why))
		return STATUS_SKIP;
	if (session_create(&session, &cell, &place, why))
		goto out;
	if (cell.workload->concurrent &&
	    cell.workload->concurrent(&cell.params, &plan))
		status = run_concurrent(&session, &plan, why);
	else
		status = run_epochs(&session, NULL, why);
out:
	session_destroy(&session);
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
