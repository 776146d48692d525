// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs the epochs of a cell, in the way that its workload wants them. */
#include "harness/runner.h"

int runner_create(struct runner *runner, const struct cell *cell,
		  const struct placement *place, struct reason *why)
{
	const struct workload *workload = cell->workload;
	struct session *s = &runner->session;
	struct concurrency concurrency;
	struct pursuit pursuit;
	int ret;

	runner->way = RUNNER_AT_REST;
	ret = session_create(s, cell, place, why);
	if (ret)
		return ret;
	if (workload->concurrent &&
	    workload->concurrent(&cell->params, &concurrency)) {
		runner->way = RUNNER_WATCH;
		return watch_create(&runner->watch, s, &concurrency, why);
	}
	if (workload->pursued && workload->pursued(&cell->params, &pursuit)) {
		runner->way = RUNNER_PREDUMP;
		return predump_create(&runner->predump, s, &pursuit, why);
	}
	return 0;
}

const struct sample_detail *runner_epoch(struct runner *runner,
					 const struct epoch *epoch,
					 bool timeline,
					 struct epoch_result *result)
{
	switch (runner->way) {
	case RUNNER_AT_REST:
		session_epoch(&runner->session, epoch, result);
		return NULL;
	case RUNNER_WATCH:
		watch_epoch(&runner->watch, epoch, timeline, result);
		return runner->watch.detail;
	case RUNNER_PREDUMP:
		predump_epoch(&runner->predump, epoch, result);
		return runner->predump.detail;
	}
	return NULL;
}

void runner_destroy(struct runner *runner)
{
	if (runner->way == RUNNER_WATCH)
		watch_destroy(&runner->watch);
	if (runner->way == RUNNER_PREDUMP)
		predump_destroy(&runner->predump);
	session_destroy(&runner->session);
}
