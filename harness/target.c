// SPDX-License-Identifier: GPL-2.0-or-later
/* The target: a fresh process in which one cell runs once. */
#include "harness/target.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/gathering.h"

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
}

static int send_report(struct target_report *report)
{
	char taken;

	say_what_was_counted(&report->result.figures);
	if (send(TARGET_SOCKET, report, sizeof(*report), MSG_NOSIGNAL) !=
	    sizeof(*report))
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

/* 0 to go on; what fails after the verdict gets a row of its own. */
static int run_epoch(struct session *s, unsigned int number, int measured)
{
	struct target_report report = { .epoch = number };
	struct epoch_result *result = &report.result;
	struct reason why = { "" };
	struct epoch epoch;
	int ret = 0;

	plan_epoch(number, measured, &epoch, &report.kind);
	session_epoch(s, &epoch, result);
	if (result->status != STATUS_FAIL && number == (unsigned int)measured) {
		ret = session_replay(s, &epoch, &result->figures, &why);
		if (!ret)
			ret = session_check_rest(s, &epoch, result, &why);
	}
	if (result->status != STATUS_FAIL && epoch.kind == EPOCH_READ)
		ret = session_finish(s, &result->figures, &why);
	if (send_report(&report))
		return -EPIPE;
	if (ret)
		report_failure(&why);
	return ret || result->status == STATUS_FAIL;
}

/* What the epochs before number @number leave behind: no epoch itself. */
static int run_aftermath(struct session *s, unsigned int number)
{
	const struct epoch epoch = { number, EPOCH_MEASURED };
	struct target_report report = { .kind = KIND_AFTER, .epoch = number };
	struct reason why = { "" };

	sample_figures_clear(&report.result.figures);
	if (session_aftermath(s, &epoch, &report.result.figures, &why)) {
		report_failure(&why);
		return -EIO;
	}
	return send_report(&report);
}

static int run_cell(const struct target_order *order)
{
	struct session session;
	struct reason why = { "" };
	struct cell cell;
	int epochs = target_epochs(order->measured_epochs);
	int ret;

	ret = cell_parse(&cell, order->key, &why);
	if (ret) {
		report_failure(&why);
		return 1;
	}
	ret = session_create(&session, &cell, &order->place, &why);
	if (ret)
		report_failure(&why);
	session.follower.await_tick = meaning == CLOCK_INSTRUCTIONS;
	session.cools_down = meaning == CLOCK_TIME;
	for (int i = 0; !ret && i < epochs; i++)
		ret = run_epoch(&session, (unsigned int)i,
				order->measured_epochs);
	if (!ret)
		ret = run_aftermath(&session, (unsigned int)epochs);
	session_destroy(&session);
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
