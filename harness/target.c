// SPDX-License-Identifier: GPL-2.0-or-later
/* The target: a fresh process in which one cell runs once. */
#include "harness/target.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "harness/cellplace.h"
#include "harness/gathering.h"
#include "harness/idlers.h"
#include "harness/runner.h"

/* As the order says. */
static bool lockstep;
static enum clock_meaning meaning;

/* Phases were timed with a clock that may be no clock. */
static void say_what_was_counted(struct sample_figures *figures)
{
	struct sample_figures nothing;

	if (meaning == CLOCK_TIME)
		return;
	sample_figures_clear(&nothing);
	if (meaning == CLOCK_INSTRUCTIONS)
		figures->insn = figures->ns;
	figures->ns = nothing.ns;
	figures->pursuit.stopped_ns = SAMPLE_NULL;
	figures->pursuit.pause_ns = SAMPLE_NULL;
	figures->pursuit.duration_ns = SAMPLE_NULL;
}

/* Of a clock that is none, distributions say nothing. */
static int send_message(struct target_report *report)
{
	struct iovec parts[] = {
		{ report, sizeof(*report) },
		{ (void *)(uintptr_t)report->detail, sizeof(*report->detail) },
	};
	bool detailed = report->detail && meaning == CLOCK_TIME;
	struct msghdr message = { .msg_iov = parts,
				  .msg_iovlen = 1 + detailed };
	size_t bytes = parts[0].iov_len + detailed * parts[1].iov_len;

	return sendmsg(TARGET_SOCKET, &message, MSG_NOSIGNAL) == (ssize_t)bytes
		       ? 0
		       : -EPIPE;
}

static int send_report(struct target_report *report)
{
	char taken;

	say_what_was_counted(&report->result.figures);
	if (send_message(report))
		return -EPIPE;
	if (lockstep && recv(TARGET_SOCKET, &taken, 1, 0) != 1)
		return -EPIPE;
	return 0;
}

static int report_failure(const struct reason *why)
{
	struct target_report report = { .kind = KIND_NONE };

	report.result.status = STATUS_FAIL;
	report.result.why = *why;
	sample_figures_clear(&report.result.figures);
	return send_report(&report);
}

/* The epochs of a target, in order; two control epochs end it. */
static void plan_epoch(unsigned int number, int measured, struct epoch *epoch,
		       enum sample_kind *kind)
{
	epoch->number = number;
	if (number == 0) {
		epoch->kind = EPOCH_FIRST;
		*kind = KIND_FIRST;
	} else if (number <= (unsigned int)measured) {
		epoch->kind = EPOCH_MEASURED;
		*kind = KIND_MEASURED;
	} else if (number == (unsigned int)measured + 1) {
		epoch->kind = EPOCH_IDLE;
		*kind = KIND_IDLE;
	} else {
		epoch->kind = EPOCH_READ;
		*kind = KIND_READ;
	}
}

/* What an epoch at rest shows once it was judged. */
static int look_again(struct session *s, const struct epoch *epoch,
		      struct epoch_result *result, struct reason *why)
{
	int ret;

	ret = session_replay(s, epoch, &result->figures, why);
	return ret ? ret : session_check_rest(s, epoch, result, why);
}

static void describe_placement(const struct placement *place,
			       struct sample_figures *figures)
{
	figures->placement.writer_cpu = place->writer_cpu;
	figures->placement.memory_node = place->node;
	if (place->other_cpu >= 0)
		figures->placement.other_cpu = place->other_cpu;
}

/* 0 to go on; what fails after the verdict gets a row of its own. */
static int run_epoch(struct runner *runner, unsigned int number, int measured)
{
	struct session *s = &runner->session;
	bool last = number == (unsigned int)measured;
	struct target_report report = { .epoch = number };
	struct epoch_result *result = &report.result;
	struct reason why = { "" };
	struct epoch epoch;
	int ret = 0;

	plan_epoch(number, measured, &epoch, &report.kind);
	report.detail = runner_epoch(runner, &epoch, last, result);
	if (result->status != STATUS_FAIL && last &&
	    runner->way == RUNNER_AT_REST)
		ret = look_again(s, &epoch, result, &why);
	if (result->status != STATUS_FAIL && epoch.kind == EPOCH_READ)
		ret = session_finish(s, &result->figures, &why);
	if (result->status != STATUS_FAIL)
		describe_placement(s->follower.tracking.place,
				   &result->figures);
	if (send_report(&report))
		return -EPIPE;
	if (ret)
		report_failure(&why);
	return ret || result->status == STATUS_FAIL;
}

/* What the epochs before number @number leave behind: no epoch itself. Where
 * another process stores, that is counted and nothing else done. */
static int run_aftermath(struct runner *runner, unsigned int number)
{
	const struct epoch epoch = { number, EPOCH_MEASURED };
	struct target_report report = { .kind = KIND_AFTER, .epoch = number };
	struct sample_figures *figures = &report.result.figures;
	struct reason why = { "" };
	int ret = 0;

	sample_figures_clear(figures);
	if (runner->way == RUNNER_PREDUMP)
		session_count_left(&runner->session, figures);
	else
		ret = session_aftermath(&runner->session, &epoch, figures,
					&why);
	if (ret) {
		report_failure(&why);
		return -EIO;
	}
	return send_report(&report);
}

static int create(struct runner *runner, const struct cell *cell,
		  const struct placement *place, struct reason *why)
{
	struct session *s = &runner->session;
	int ret;

	ret = runner_create(runner, cell, place, why);
	s->cools_down = meaning == CLOCK_TIME;
	s->follower.await_tick =
		meaning == CLOCK_INSTRUCTIONS && runner->way == RUNNER_AT_REST;
	return ret;
}

static int run_epochs(const struct target_order *order, const struct cell *cell)
{
	struct runner runner;
	struct reason why = { "" };
	int epochs = target_epochs(order->measured_epochs);
	int ret;

	ret = create(&runner, cell, &order->place, &why);
	if (ret)
		report_failure(&why);
	for (int i = 0; !ret && i < epochs; i++)
		ret = run_epoch(&runner, (unsigned int)i,
				order->measured_epochs);
	if (!ret)
		ret = run_aftermath(&runner, (unsigned int)epochs);
	runner_destroy(&runner);
	return ret;
}

static int run_cell(const struct target_order *order)
{
	struct idlers idlers = { .nr = 0 };
	struct reason why = { "" };
	struct cell cell;
	int ret;

	ret = cell_parse(&cell, order->key, &why);
	/* Before anything of the process is counted. */
	if (!ret)
		ret = idlers_start(&idlers, &cell.params, &order->place,
				   cellplace_writers(&cell, &order->place),
				   &why);
	if (ret)
		report_failure(&why);
	else
		ret = run_epochs(order, &cell);
	idlers_stop(&idlers);
	return ret != 0;
}

static int parse_cells(const struct target_order *order, struct cell *cells,
		       struct reason *why)
{
	int ret;

	ret = cell_parse(&cells[0], order->key, why);
	for (int i = 0; !ret && i < order->nr_others; i++)
		ret = cell_parse(&cells[i + 1], order->others[i], why);
	return ret;
}

static int compare_cells(const struct target_order *order)
{
	static struct cell cells[TESTIMONIES_MAX];
	struct gathering gathering = { .records = TARGET_RECORDS };
	struct target_report report = { .epoch = 0 };
	struct reason why = { "" };
	struct epoch epoch;
	int ret;

	ret = parse_cells(order, cells, &why);
	if (ret) {
		report_failure(&why);
		return 1;
	}
	ret = gathering_create(&gathering, cells, order->nr_others + 1,
			       &order->place, &why);
	if (ret)
		report_failure(&why);
	for (int i = 0; !ret && i < target_epochs(order->measured_epochs);
	     i++) {
		report.epoch = (unsigned int)i;
		plan_epoch(report.epoch, order->measured_epochs, &epoch,
			   &report.kind);
		gathering_epoch(&gathering, &epoch, &report.result);
		ret = send_report(&report);
		if (report.result.status == STATUS_FAIL)
			ret = -ECANCELED;
	}
	gathering_destroy(&gathering);
	return ret != 0;
}

int target_main(void)
{
	static struct target_order order;
	ssize_t got = recv(TARGET_SOCKET, &order, sizeof(order), 0);

	if (got != sizeof(order))
		return 2;
	order.key[sizeof(order.key) - 1] = '\0';
	for (int i = 0; i < order.nr_others; i++)
		order.others[i][sizeof(order.others[i]) - 1] = '\0';
	lockstep = order.lockstep;
	meaning = order.clock;
	return order.nr_others ? compare_cells(&order) : run_cell(&order);
}
