// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Targets: what they report, and that nothing of them stays, however they end.
 *
 * The program that is executed as a target is this one. Keys that start with
 * '!' make it behave as no cell does.
 */
#include "harness/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/interrupt.h"
#include "harness/machine/sysfile.h"
#include "tests/kernel/children.h"
#include "tests/kernel/tracked.h"

#define MS  1000000LL
#define SEC (1000 * MS)
#define MIB (1ULL << 20)

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* A sanitizer's shadow is data that no limit of a test's leaves room for. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DATA_LIMIT (1ULL << 60)
#else
#define DATA_LIMIT (256 * MIB)
#endif

#define DENSE(tracker) "dense/" tracker "/size:2m"

/*
 * The write end of a pipe, which every process of a target inherits: when the
 * read end is at its end of file, none of them is left. The number is above
 * TARGET_SOCKET, which the target's socket takes.
 */
enum { LIFELINE = 50, MAX_REPORTS = 16 };

struct heard {
	struct target_report reports[MAX_REPORTS];
	int nr;
};

static void hear(const struct target_report *report, void *arg)
{
	struct heard *heard = arg;

	if (heard->nr < MAX_REPORTS)
		heard->reports[heard->nr++] = *report;
}

static struct spawn_request make_request(const char *key, int64_t limit_ns)
{
	struct spawn_request request = { .time_limit_ns = limit_ns };

	snprintf(request.order.key, sizeof(request.order.key), "%s", key);
	request.order.place = (struct placement){ .other_cpu = -1 };
	request.order.measured_epochs = 2;
	return request;
}

/* The read end of a new lifeline. */
static int open_lifeline(void)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(dup2(ends[1], LIFELINE), LIFELINE);
	close(ends[1]);
	return ends[0];
}

/* On a busy machine, too. Far below what anything here takes by itself. */
enum { SOON_MS = 20000 };

/* Whether every process with the other end is gone soon. */
static bool is_cut(int lifeline)
{
	struct pollfd fd = { .fd = lifeline };
	int got;

	close(LIFELINE);
	got = poll(&fd, 1, SOON_MS);
	close(lifeline);
	return got == 1 && (fd.revents & POLLHUP);
}

/* Run a target to its end and see that there is nothing left of it. */
static int run(const struct spawn_request *request, struct heard *heard,
	       struct reason *why)
{
	int lifeline = open_lifeline();
	int ret;

	heard->nr = 0;
	why->text[0] = '\0';
	ret = spawn_target(request, hear, heard, why);
	assert_true(is_cut(lifeline));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return ret;
}

static void every_epoch_is_reported(void **state)
{
	static const enum sample_kind kinds[] = { KIND_FIRST,	 KIND_MEASURED,
						  KIND_MEASURED, KIND_IDLE,
						  KIND_READ,	 KIND_AFTER };
	struct spawn_request request =
		make_request(DENSE("mprotect"), 60 * SEC);
	const struct target_report *reports;
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), 0);
	assert_int_equal(heard.nr, 6);
	reports = heard.reports;
	for (int i = 0; i < 6; i++) {
		assert_int_equal(reports[i].kind, kinds[i]);
		assert_int_equal(reports[i].epoch, i);
		assert_int_equal(reports[i].result.status, STATUS_OK);
		/* What a replay shows is in the last measured epoch. */
		assert_int_equal(reports[i].result.figures.vmas.peak !=
					 SAMPLE_NULL,
				 i == 2);
		assert_int_equal(reports[i].result.figures.ns.close !=
					 SAMPLE_NULL,
				 i == 4);
	}
}

/* Of a clock that is none, not one figure may look like time. */
static int64_t vmas_before(const char *key)
{
	struct spawn_request request = make_request(key, 60 * SEC);
	struct heard heard;
	struct reason why;

	assert_int_equal(run(&request, &heard, &why), 0);
	return heard.reports[1].result.figures.vmas.before;
}

/* Each has a stack, and there is one before anything is counted. */
static void idle_threads_are_there_from_the_beginning(void **state)
{
	int64_t alone = vmas_before(DENSE("mprotect"));

	(void)state;
	assert_true(vmas_before(DENSE("mprotect") "/idle-threads:5") >=
		    alone + 5);
}

static void where_it_ran_is_in_every_epoch(void **state)
{
	struct spawn_request request =
		make_request(DENSE("mprotect"), 60 * SEC);
	struct sample_figures *figures;
	struct reason why;
	struct heard heard;

	(void)state;
	request.order.place.node = 6;
	request.order.place.other_cpu = 5;
	assert_int_equal(run(&request, &heard, &why), 0);
	for (int i = 0; i < 5; i++) {
		figures = &heard.reports[i].result.figures;
		assert_int_equal(figures->placement.writer_cpu, 0);
		assert_int_equal(figures->placement.other_cpu, 5);
		assert_int_equal(figures->placement.memory_node, 6);
	}
	request.order.place.other_cpu = -1;
	assert_int_equal(run(&request, &heard, &why), 0);
	figures = &heard.reports[1].result.figures;
	assert_int_equal(figures->placement.other_cpu, SAMPLE_NULL);
}

static void phases_are_named_after_the_clock(void **state)
{
	struct spawn_request request = make_request(DENSE("none"), 60 * SEC);
	struct sample_figures *figures;
	struct heard heard;
	struct reason why;

	(void)state;
	request.order.clock = CLOCK_INSTRUCTIONS;
	assert_int_equal(run(&request, &heard, &why), 0);
	assert_true(heard.nr > 0);
	for (int i = 0; i < heard.nr; i++) {
		figures = &heard.reports[i].result.figures;
		assert_true(sample_phases_empty(&figures->ns));
		assert_false(sample_phases_empty(&figures->insn));
	}
	request.order.clock = CLOCK_NOTHING;
	assert_int_equal(run(&request, &heard, &why), 0);
	assert_true(heard.nr > 0);
	for (int i = 0; i < heard.nr; i++) {
		figures = &heard.reports[i].result.figures;
		assert_true(sample_phases_empty(&figures->ns));
		assert_true(sample_phases_empty(&figures->insn));
	}
}

static void a_liar_is_no_broken_target(void **state)
{
	struct spawn_request request = make_request(DENSE("liar"), 60 * SEC);
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), 0);
	assert_int_equal(heard.nr, 6);
	assert_int_equal(heard.reports[0].result.status, STATUS_LIED);
	assert_int_equal(heard.reports[4].result.status, STATUS_OK);
}

static void check_crash(const char *key)
{
	struct spawn_request request = make_request(key, 60 * SEC);
	struct reason why;
	struct heard heard;

	assert_int_equal(run(&request, &heard, &why), -ECHILD);
	assert_string_equal(why.text, "the target died of signal 11 "
				      "(Segmentation fault)");
	assert_int_equal(heard.nr, 0);
}

static void a_crash_is_told_by_its_signal(void **state)
{
	(void)state;
	check_crash(DENSE("crasher"));
}

/* Writers that do not stop: the epochs are the same, with details. They are
 * long enough for a writer to get a processor on a busy machine, too. */
static void concurrent_epochs_are_reported_as_others(void **state)
{
	struct spawn_request request = make_request(
		"write-watch/mprotect/pages:64/threads:2/delay-ms:1/"
		"epoch-ms:300",
		60 * SEC);
	const struct sample_figures *figures;
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), 0);
	assert_int_equal(heard.nr, 6);
	for (int i = 0; i < 6; i++) {
		figures = &heard.reports[i].result.figures;
		assert_int_equal(heard.reports[i].result.status, STATUS_OK);
		assert_int_equal(heard.reports[i].detail != NULL, i < 5);
		assert_int_equal(figures->concurrent.collections > 0, i < 5);
		assert_int_equal(figures->concurrent.writes > 0,
				 i < 3 || i == 4);
		assert_int_equal(figures->nr_counters, i < 5);
		if (i < 5)
			assert_string_equal(figures->counters[0].name,
					    "lost_in_gap");
	}
}

static void writers_store_to_what_an_epoch_has_chosen(void **state)
{
	struct spawn_request request =
		make_request("dense/scan/size:2m/dirty:8/threads:2/delay-ms:1/"
			     "epoch-ms:300",
			     60 * SEC);
	struct sample_figures *figures;
	struct reason why;
	struct heard heard;

	(void)state;
	if (run(&request, &heard, &why)) {
		print_message("no scan here: %s\n", why.text);
		return;
	}
	for (int i = 0; i < 3; i++) {
		figures = &heard.reports[i].result.figures;
		assert_in_range(figures->pages.reported, 8,
				8 * figures->concurrent.collections);
	}
}

/* A writer that dies takes its cell along, and nothing else. */
static void a_writer_that_dies_is_told_by_its_signal(void **state)
{
	(void)state;
	check_crash("write-watch/strander/pages:64/threads:2/epoch-ms:20");
}

static void a_hang_ends_at_its_limit(void **state)
{
	struct spawn_request request =
		make_request(DENSE("sleeper"), 1000 * MS);
	int64_t start_ns = clock_now_ns();
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), -ETIMEDOUT);
	assert_string_equal(why.text, "did not end within 1 s");
	assert_true(clock_now_ns() - start_ns >= 1000 * MS);
	assert_int_equal(heard.nr, 0);
}

/* The target of '!family' has a child, which ignores what can be ignored. */
static void its_children_end_with_it(void **state)
{
	struct spawn_request request = make_request("!family", 500 * MS);
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), -ETIMEDOUT);
	/* Also where the target itself ends in time. */
	request = make_request("!orphan", 60 * SEC);
	assert_int_equal(run(&request, &heard, &why), -ECHILD);
	assert_non_null(strstr(why.text, "exit status 9"));
}

static void out_of_memory_is_the_cells_own(void **state)
{
	struct spawn_request request = make_request(DENSE("hog"), 60 * SEC);
	struct rusage usage;
	struct reason why;
	struct heard heard;

	(void)state;
	if (DATA_LIMIT > 256 * MIB)
		skip();
	request.data_limit = DATA_LIMIT;
	assert_int_equal(run(&request, &heard, &why), 0);
	assert_int_equal(heard.nr, 1);
	assert_int_equal(heard.reports[0].result.status, STATUS_FAIL);
	assert_string_equal(heard.reports[0].result.why.text,
			    "allocating without end: Cannot allocate memory");
	getrusage(RUSAGE_CHILDREN, &usage);
	assert_in_range((uint64_t)usage.ru_maxrss * 1024, 64 * MIB, 320 * MIB);
}

static void a_key_that_is_none_is_reported(void **state)
{
	struct spawn_request request = make_request("dense/nonsense", 60 * SEC);
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), 0);
	assert_int_equal(heard.nr, 1);
	assert_int_equal(heard.reports[0].kind, KIND_NONE);
	assert_int_equal(heard.reports[0].result.status, STATUS_FAIL);
	assert_non_null(strstr(heard.reports[0].result.why.text,
			       "no tracker 'nonsense'"));
	assert_true(sample_phases_empty(&heard.reports[0].result.figures.ns));
}

static void silence_is_told_with_the_exit_status(void **state)
{
	struct spawn_request request = make_request("!silent", 60 * SEC);
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), -ECHILD);
	assert_string_equal(why.text, "the target ended without a report, exit "
				      "status 7");
}

static void who_was_killed_may_be_out_of_memory(void **state)
{
	struct spawn_request request = make_request("!killed", 60 * SEC);
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), -ECHILD);
	assert_non_null(strstr(why.text, "out of memory"));
}

/* One report, and then it dies: the report counts. */
static void what_was_reported_before_the_end_is_kept(void **state)
{
	struct spawn_request request = make_request("!halfway", 60 * SEC);
	struct reason why;
	struct heard heard;

	(void)state;
	assert_int_equal(run(&request, &heard, &why), -ECHILD);
	assert_int_equal(heard.nr, 3);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(heard.reports[i].epoch, i);
	assert_non_null(strstr(why.text, "signal 6 (Aborted)"));
}

/* Three fine reports and a clean exit: the controls never ran. */
static void who_ends_early_has_proved_nothing(void **state)
{
	struct spawn_request request = make_request("!early", 60 * SEC);
	struct reason why;
	struct heard heard;

	(void)state;
	request.order.measured_epochs = 2;
	assert_int_equal(run(&request, &heard, &why), -ECHILD);
	assert_int_equal(heard.nr, 3);
	assert_string_equal(why.text, "the target ended after 3 of 6 reports, "
				      "exit status 0");
}

/* '!state' exits with the number of the first thing that is not as it should
 * be in a target; see check_state(). */
static void a_target_is_prepared(void **state)
{
	struct spawn_request request = make_request("!state", 60 * SEC);
	struct reason why = { "" };
	struct heard heard;

	(void)state;
	request.data_limit = DATA_LIMIT;
	assert_int_equal(placement_topology(&request.topology, &why), 0);
	assert_int_equal(placement_choose(request.topology, PLACE_NEAR,
					  &request.order.place, &why),
			 0);
	assert_int_equal(run(&request, &heard, &why), -ECHILD);
	assert_string_equal(why.text, "the target ended without a report, exit "
				      "status 0");
	hwloc_topology_destroy(request.topology);
}

/* Start @body in a child, a runner of its own, with a hanging target. */
static pid_t start_runner(int (*body)(const struct spawn_request *))
{
	struct spawn_request request = make_request(DENSE("sleeper"), 60 * SEC);
	pid_t runner;

	fflush(NULL);
	runner = children_start();
	if (!runner)
		_exit(body(&request));
	return runner;
}

static int wait_for_target(const struct spawn_request *request)
{
	struct heard heard = { .nr = 0 };
	struct reason why;

	return -spawn_target(request, hear, &heard, &why);
}

static int wait_interruptibly(const struct spawn_request *request)
{
	if (interrupt_install())
		return 1;
	return wait_for_target(request);
}

/* The child of @runner that hangs as a sleeper; it takes a while to exec. */
static bool has_target(pid_t runner)
{
	const struct timespec rest = { .tv_nsec = 10 * MS };
	char path[64], children[64] = "";

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)runner,
		 (int)runner);
	for (int i = 0; i < 500 && !children[0]; i++) {
		nanosleep(&rest, NULL);
		if (sysfile_read(path, children, sizeof(children)))
			return false;
	}
	/* Time for it to become what it is to be. */
	for (int i = 0; i < 20; i++)
		nanosleep(&rest, NULL);
	return children[0];
}

static void a_killed_runner_takes_its_target_along(void **state)
{
	int lifeline = open_lifeline();
	pid_t runner = start_runner(wait_for_target);
	int status;

	(void)state;
	assert_true(has_target(runner));
	kill(runner, SIGKILL);
	status = children_wait(runner);
	assert_true(WIFSIGNALED(status));
	assert_true(is_cut(lifeline));
}

/* And not with its target, which goes on for a minute. */
static void an_interrupted_runner_stops_soon(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	int64_t start_ns;
	int lifeline, status;
	pid_t runner;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		lifeline = open_lifeline();
		runner = start_runner(wait_interruptibly);
		assert_true(has_target(runner));
		start_ns = clock_now_ns();
		kill(runner, signals[i]);
		status = children_wait(runner);
		assert_true(clock_now_ns() - start_ns < SOON_MS * MS);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), ECANCELED);
		assert_true(is_cut(lifeline));
	}
}

static int spawn_without_processes(const struct spawn_request *request)
{
	struct rlimit none = { 0, 0 };

	/* Root may have any number. */
	if (setgid(65534) || setuid(65534) || setrlimit(RLIMIT_NPROC, &none))
		return ENOSYS;
	return wait_for_target(request);
}

static void a_target_that_cannot_be_forked_is_told(void **state)
{
	int lifeline = open_lifeline();
	int status;

	(void)state;
	status = children_wait(start_runner(spawn_without_processes));
	assert_true(is_cut(lifeline));
	if (WIFEXITED(status) && WEXITSTATUS(status) == ENOSYS)
		skip();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EAGAIN);
}

/* From here on: in the target. */

static void sleep_on(void)
{
	for (;;)
		pause();
}

static void fork_stubborn_child(void)
{
	if (fork())
		return;
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_IGN);
	sleep_on();
}

static int report_thrice(void)
{
	struct target_report report = { .kind = KIND_MEASURED };

	for (; report.epoch < 3; report.epoch++)
		if (send(TARGET_SOCKET, &report, sizeof(report), 0) < 0)
			return 1;
	return 0;
}

static int check_state(void)
{
	struct target_order order;
	struct rlimit data, core;
	char score[16] = "";
	cpu_set_t cpus;

	if (recv(TARGET_SOCKET, &order, sizeof(order), 0) != sizeof(order))
		return 1;
	if (sysfile_read("/proc/self/oom_score_adj", score, sizeof(score)) ||
	    strcmp(score, "1000") != 0)
		return 2;
	if (getpgrp() != getpid())
		return 3;
	if (getrlimit(RLIMIT_DATA, &data) || data.rlim_max != DATA_LIMIT)
		return 4;
	if (getrlimit(RLIMIT_CORE, &core) || core.rlim_max)
		return 5;
	if (sched_getaffinity(0, sizeof(cpus), &cpus) ||
	    CPU_COUNT(&cpus) != 1 ||
	    !CPU_ISSET((size_t)order.place.writer_cpu, &cpus))
		return 6;
	if (order.measured_epochs != 2 || strcmp(order.key, "!state") != 0)
		return 7;
	return 0;
}

static int misbehave(const char *how)
{
	if (!strcmp(how, "!state"))
		return check_state();
	if (!strcmp(how, "!early"))
		return report_thrice();
	if (!strcmp(how, "!halfway")) {
		report_thrice();
		abort();
	}
	if (!strcmp(how, "!killed"))
		raise(SIGKILL);
	if (!strcmp(how, "!silent"))
		return 7;
	fork_stubborn_child();
	if (!strcmp(how, "!orphan"))
		return 9;
	sleep_on();
	return 0;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		CHILDREN_TEST(every_epoch_is_reported),
		CHILDREN_TEST(idle_threads_are_there_from_the_beginning),
		CHILDREN_TEST(where_it_ran_is_in_every_epoch),
		CHILDREN_TEST(phases_are_named_after_the_clock),
		CHILDREN_TEST(a_liar_is_no_broken_target),
		CHILDREN_TEST(a_crash_is_told_by_its_signal),
		CHILDREN_TEST(concurrent_epochs_are_reported_as_others),
		CHILDREN_TEST(writers_store_to_what_an_epoch_has_chosen),
		CHILDREN_TEST(a_writer_that_dies_is_told_by_its_signal),
		CHILDREN_TEST(a_hang_ends_at_its_limit),
		CHILDREN_TEST(its_children_end_with_it),
		CHILDREN_TEST(out_of_memory_is_the_cells_own),
		CHILDREN_TEST(a_key_that_is_none_is_reported),
		CHILDREN_TEST(silence_is_told_with_the_exit_status),
		CHILDREN_TEST(who_was_killed_may_be_out_of_memory),
		CHILDREN_TEST(what_was_reported_before_the_end_is_kept),
		CHILDREN_TEST(who_ends_early_has_proved_nothing),
		CHILDREN_TEST(a_target_is_prepared),
		CHILDREN_TEST(a_killed_runner_takes_its_target_along),
		CHILDREN_TEST(an_interrupted_runner_stops_soon),
		CHILDREN_TEST(a_target_that_cannot_be_forked_is_told),
	};
	int pidfd;

	if (argc > 2 && !strcmp(argv[1], TARGET_COMMAND))
		return argv[2][0] == '!' ? misbehave(argv[2]) : target_main();
	pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (pidfd < 0) {
		printf("skipped: this kernel has no pidfd_open (Linux 5.3 and "
		       "later have it)\n");
		return EXIT_SKIP;
	}
	close(pidfd);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
