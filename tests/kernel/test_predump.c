// SPDX-License-Identifier: GPL-2.0-or-later
/* A process that goes on is copied as it is, and who lies about it is caught.
 *
 * usage: test_predump PROGRAM, which is followed
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/procfs.h"
#include "harness/runner.h"
#include "tests/kernel/children.h"
#include "tests/kernel/proof.h"

/* Small, and a bandwidth at which copying all takes some ten milliseconds. */
#define SMALL "size:8m/bandwidth:512m"

static const char *program;

/* A process that is not of this program, and has begun. */
static pid_t follow_me(const char *threads)
{
	char line[16] = "";
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = children_start();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		execl(program, program, threads, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	assert_true(read(ends[0], line, sizeof(line) - 1) > 0);
	close(ends[0]);
	return pid;
}

static const char *key_of(const char *tracker, const char *params, pid_t pid)
{
	static char key[CELL_KEY_BYTES];

	snprintf(key, sizeof(key), "pre-dump/%s/%s/pid:%d", tracker, params,
		 (int)pid);
	return key;
}

/* On a busy machine the process may not get to store anything meanwhile. */
enum { TRIES = 5 };

/* Until it is @wanted, so often; what it is. */
static enum sample_status prove(const char *key, enum sample_status wanted,
				struct reason *why)
{
	enum sample_status status = STATUS_FAIL;

	for (int i = 0; i < TRIES && status != wanted; i++)
		status = proof_run(key, why);
	return status;
}

static bool scans(void)
{
	struct reason why;

	return proof_run("pre-dump/scan-resident/" SMALL, &why) != STATUS_SKIP;
}

static void every_tracker_is_right(void **state)
{
	(void)state;
	assert_int_equal(proof_run_all("pre-dump", SMALL), scans() ? 0 : -1);
}

static void a_process_that_never_pauses_is_followed(void **state)
{
	(void)state;
	if (!scans())
		skip();
	assert_int_equal(proof_run_all("pre-dump", SMALL "/rate:0"), 0);
	assert_int_equal(
		proof_run_all("pre-dump", SMALL "/rate:0/access:sequential"),
		0);
}

/* In one call nothing is lost, whether the process is stopped or not. */
static void one_call_loses_nothing(void **state)
{
	static const char *const keys[] = {
		"pre-dump/scan/" SMALL "/stop:no/collect:atomic/rate:500000",
		"pre-dump/scan-resident/" SMALL
		"/stop:no/collect:atomic/rate:500000/hot:100%",
	};
	struct reason why = { "" };

	(void)state;
	if (!scans())
		skip();
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (proof_run(keys[i], &why) != STATUS_OK)
			fail_msg("%s: %s", keys[i], why.text);
}

static void liars_are_caught(void **state)
{
	struct reason why = { "" };

	(void)state;
	if (!scans())
		skip();
	assert_int_equal(prove("pre-dump/liar-afar/" SMALL "/hot:100%",
			       STATUS_LIED, &why),
			 STATUS_LIED);
	assert_non_null(strstr(why.text, "written while they were copied"));
	assert_non_null(strstr(why.text, ", first 0x"));
	assert_int_equal(prove("pre-dump/liar-afar-all/" SMALL "/rate:10",
			       STATUS_INEXACT, &why),
			 STATUS_INEXACT);
	assert_non_null(strstr(why.text, "stored nothing"));
}

/* Of its pages few are written while some are copied. */
#define RACE "size:32m/hot:100%/rate:30000"

/* It is the claim that is wrong: two calls may lose as much. */
static void a_race_is_caught(void **state)
{
	struct reason why = { "" };

	(void)state;
	if (!scans())
		skip();
	assert_int_equal(prove("pre-dump/racer-afar/" RACE "/collect:atomic",
			       STATUS_LIED, &why),
			 STATUS_LIED);
	assert_int_equal(
		proof_run("pre-dump/racer-afar/" RACE "/stop:no", &why),
		STATUS_OK);
	/* And not where the process is stopped for both. */
	assert_int_equal(proof_run("pre-dump/racer-afar/" RACE, &why),
			 STATUS_OK);
}

/* Epoch 1 of a cell in this process and, where it is wanted, one behind it in
 * which nothing is stored. The detail is that of the first. */
static void run_two(const char *key, struct epoch_result *result,
		    struct sample_detail *detail, struct epoch_result *idle)
{
	const struct placement place = { .other_cpu = -1 };
	const struct epoch epochs[] = { { 1, EPOCH_MEASURED },
					{ 2, EPOCH_IDLE } };
	struct reason why = { "" };
	struct runner runner;
	struct cell cell;

	assert_int_equal(cell_parse(&cell, key, &why), 0);
	if (runner_create(&runner, &cell, &place, &why))
		fail_msg("%s: %s", key, why.text);
	*detail = *runner_epoch(&runner, &epochs[0], false, result);
	if (idle)
		runner_epoch(&runner, &epochs[1], false, idle);
	runner_destroy(&runner);
}

static void run_one(const char *key, struct epoch_result *result,
		    struct sample_detail *detail)
{
	run_two(key, result, detail, NULL);
}

static int64_t counter(const struct epoch_result *result, const char *name)
{
	for (int i = 0; i < result->figures.nr_counters; i++)
		if (!strcmp(result->figures.counters[i].name, name))
			return result->figures.counters[i].value;
	return -1;
}

/* Every iteration is in the detail, and the figures are their sum. */
static void iterations_are_told(void **state)
{
	static struct sample_detail detail;
	const struct iterations *rows = &detail.iterations;
	struct sample_pursuit *figures;
	struct epoch_result result;
	uint64_t copied = 0;

	(void)state;
	if (!scans())
		skip();
	run_one("pre-dump/scan-resident/" SMALL "/rate:50000", &result,
		&detail);
	figures = &result.figures.pursuit;
	assert_int_equal(result.status, STATUS_OK);
	assert_int_equal(rows->nr, figures->iterations + 1);
	assert_int_equal(rows->column[ITERATION_PAGES][0], 2048);
	assert_int_equal(rows->column[ITERATION_BYTES][0], 8 << 20);
	for (uint64_t i = 0; i < rows->nr; i++) {
		copied += rows->column[ITERATION_PAGES][i];
		assert_int_equal(rows->column[ITERATION_COLLECT][i] > 0, i > 0);
		assert_int_equal(rows->column[ITERATION_ARM][i] > 0,
				 i + 1 < rows->nr);
		assert_true(rows->column[ITERATION_STOPPED][i] > 0);
		/* No faster than the bandwidth, while it goes on. */
		if (i + 1 < rows->nr)
			assert_true(rows->column[ITERATION_DURATION][i] >=
				    rows->column[ITERATION_BYTES][i] * 1000 /
					    537);
	}
	assert_int_equal(copied, figures->copied_pages);
	assert_int_equal(rows->column[ITERATION_PAGES][rows->nr - 1],
			 figures->left_pages);
	assert_int_equal(rows->column[ITERATION_STOPPED][rows->nr - 1],
			 figures->stopped_ns);
	/* What it takes to collect, and 512 MiB a second. */
	assert_in_range((uint64_t)figures->pause_ns -
				rows->column[ITERATION_COLLECT][rows->nr - 1],
			(uint64_t)figures->left_pages * 4096 * 1000 / 537,
			(uint64_t)figures->left_pages * 4096 * 1000 / 536);
	assert_int_equal(counter(&result, "lost_in_gap"), -1);
}

/* Those of an epoch are not those of the one before it. */
static void stores_are_of_their_epoch(void **state)
{
	static struct sample_detail detail;
	struct epoch_result result, idle;
	int64_t stores = 0;

	(void)state;
	if (!scans())
		skip();
	for (int i = 0; i < TRIES && !stores; i++) {
		run_two("pre-dump/scan-resident/" SMALL "/rate:50000", &result,
			&detail, &idle);
		stores = result.figures.pursuit.stores;
	}
	assert_true(stores > 0);
	assert_int_equal(idle.status, STATUS_OK);
	assert_int_equal(idle.figures.pursuit.stores, 0);
}

static void check_end(const char *key, const char *name)
{
	static struct sample_detail detail;
	struct epoch_result result;
	int64_t ended = 0;

	for (int i = 0; i < TRIES && ended != 1; i++) {
		run_one(key, &result, &detail);
		ended = counter(&result, name);
	}
	assert_int_equal(ended, 1);
	assert_int_equal(detail.iterations.nr,
			 result.figures.pursuit.iterations + 1);
}

static void it_is_told_why_it_ended(void **state)
{
	(void)state;
	if (!scans())
		skip();
	check_end("pre-dump/scan-resident/" SMALL "/rate:100",
		  "ended_converged");
	check_end("pre-dump/scan-resident/" SMALL "/rate:0",
		  "ended_no_longer_shrinks");
	check_end("pre-dump/scan-resident/" SMALL "/rate:50000/threshold:0/"
		  "max-iterations:1",
		  "ended_at_limit");
}

/* Without stopping it, what may be lost is counted, and no lie. */
static void losses_between_two_calls_are_counted(void **state)
{
	static struct sample_detail detail;
	struct epoch_result result;
	int64_t lost = 0;

	(void)state;
	if (!scans())
		skip();
	for (int i = 0; i < TRIES && lost <= 0; i++) {
		run_one("pre-dump/racer-afar/" RACE "/stop:no", &result,
			&detail);
		assert_int_equal(result.status, STATUS_OK);
		assert_int_equal(result.figures.pages.missed, 0);
		lost = counter(&result, "lost_in_gap");
	}
	assert_true(lost > 0);
}

static const char *status_of(pid_t pid)
{
	static char path[32];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return path;
}

/* What is to be as it was. */
struct look {
	int64_t vmas;
	int files;
	int registered; /* mappings with a userfaultfd */
	int64_t tracer;
	char state;
};

static int count_in(pid_t pid, const char *file, const char *text)
{
	char path[32], line[512];
	int nr = 0;
	FILE *stream;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	stream = fopen(path, "re");
	while (stream && fgets(line, sizeof(line), stream))
		nr += strstr(line, text) != NULL;
	if (stream)
		fclose(stream);
	return nr;
}

static void look_at(pid_t pid, struct look *look)
{
	char path[32];
	DIR *folder;

	memset(look, 0, sizeof(*look));
	look->vmas = procfs_vmas(pid);
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	folder = opendir(path);
	while (folder && readdir(folder))
		look->files++;
	if (folder)
		closedir(folder);
	look->registered = count_in(pid, "smaps", " uw");
	look->tracer = procfs_line(status_of(pid), "TracerPid");
	/* It may be on its way back to sleep. */
	for (int ms = 0; look->state != 'S' && ms < 1000; ms++) {
		look->state = count_in(pid, "status", "State:\tS") ? 'S' : '?';
		usleep(1000);
	}
}

static void a_real_process_is_followed_and_left_as_it_was(void **state)
{
	pid_t pid = follow_me("3");
	struct look before, after;
	struct reason why = { "" };

	(void)state;
	look_at(pid, &before);
	assert_int_equal(before.state, 'S');
	if (proof_run(key_of("softdirty", "bandwidth:512m", pid), &why) ==
	    STATUS_LIED)
		fail_msg("softdirty: %s", why.text);
	if (scans()) {
		if (proof_run(key_of("scan-resident", "bandwidth:512m", pid),
			      &why) != STATUS_OK)
			fail_msg("scan-resident: %s", why.text);
		if (proof_run(key_of("scan",
				     "bandwidth:512m/collect:atomic/stop:no",
				     pid),
			      &why) != STATUS_OK)
			fail_msg("scan: %s", why.text);
		/* The proof is of its contents. */
		assert_int_equal(
			proof_run(key_of("liar-afar", "bandwidth:32m", pid),
				  &why),
			STATUS_LIED);
	}
	look_at(pid, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	children_kill(pid);
}

/* A process that sends @signal to @pid once that is followed, and @ms later. */
static pid_t signal_later(pid_t pid, int signal, int ms)
{
	pid_t sender = children_start();

	if (sender)
		return sender;
	while (!count_in(pid, "smaps", " uw"))
		usleep(1000);
	usleep((useconds_t)ms * 1000);
	_exit(kill(pid, signal) != 0);
}

/* Below what five epochs take, of a quarter of a second each. */
static const int delays_ms[] = { 0, 90, 180, 300 };

static void check_told(const char *threads, int signal, const char *said)
{
	struct reason why = { "" };
	pid_t pid, sender;

	if (!scans())
		skip();
	for (size_t i = 0; i < sizeof(delays_ms) / sizeof(delays_ms[0]); i++) {
		pid = follow_me(threads);
		sender = signal_later(pid, signal, delays_ms[i]);
		assert_int_equal(
			proof_run(key_of("scan-resident", "bandwidth:32m", pid),
				  &why),
			STATUS_FAIL);
		if (!strstr(why.text, said))
			fail_msg("not '%s': %s", said, why.text);
		assert_int_equal(children_wait(sender), 0);
		children_kill(pid);
	}
}

static void the_end_of_a_real_process_is_told(void **state)
{
	(void)state;
	check_told("2", SIGKILL, "ended while it was followed");
}

/* And its other memory is not compared with what was copied before. It has one
 * thread: one of several that executes a program waits for the others to end,
 * those that are traced until they are waited for, and tracing another one
 * waits for it: both wait for good. */
static void another_program_is_told(void **state)
{
	(void)state;
	check_told("0", SIGUSR1, "executed another program");
}

/* Far more than it had when there was made room for them. */
static void a_process_that_gets_more_threads_is_followed(void **state)
{
	const struct placement place = { .other_cpu = -1 };
	const struct epoch epochs[] = { { 0, EPOCH_FIRST },
					{ 1, EPOCH_MEASURED } };
	pid_t pid = follow_me("1");
	struct reason why = { "" };
	struct epoch_result result;
	struct runner runner;
	struct cell cell;

	(void)state;
	if (!scans())
		skip();
	assert_int_equal(
		cell_parse(&cell,
			   key_of("scan-resident", "bandwidth:512m", pid),
			   &why),
		0);
	assert_int_equal(runner_create(&runner, &cell, &place, &why), 0);
	kill(pid, SIGUSR2);
	while (procfs_line(status_of(pid), "Threads") < 200)
		usleep(1000);
	for (size_t i = 0; i < sizeof(epochs) / sizeof(epochs[0]); i++) {
		runner_epoch(&runner, &epochs[i], false, &result);
		if (result.status != STATUS_OK)
			fail_msg("%s", result.why.text);
	}
	runner_destroy(&runner);
	children_kill(pid);
}

static void check_refused(pid_t pid, const char *said)
{
	struct reason why = { "" };

	assert_int_equal(
		proof_run(key_of("scan-resident", "rate:1", pid), &why),
		STATUS_SKIP);
	if (!strstr(why.text, said))
		fail_msg("not '%s': %s", said, why.text);
}

static pid_t other_thread(pid_t pid)
{
	struct dirent *entry;
	char path[32];
	pid_t tid = pid;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	folder = opendir(path);
	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			tid = (pid_t)strtol(entry->d_name, NULL, 10);
	if (folder)
		closedir(folder);
	return tid;
}

/* No process, ours, a kernel thread, a thread, one that has ended. */
static void who_cannot_be_followed_is_refused(void **state)
{
	pid_t pid = follow_me("1");

	(void)state;
	check_refused(getpid(), "is one of this program");
	check_refused(2, "it is a kernel thread");
	check_refused(other_thread(pid), "is a thread of process");
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT);
	/* Of a process that is not waited for, what is left has no memory. */
	check_refused(pid, "has ended");
	children_wait(pid);
	check_refused(pid, "there is no process");
}

static void without_the_right_it_is_refused(void **state)
{
	pid_t pid = follow_me("1");
	struct reason why = { "" };
	int status = 0;
	pid_t other;

	(void)state;
	if (getuid())
		skip();
	other = children_start();
	if (!other) {
		if (setuid(65534))
			_exit(2);
		status =
			proof_run(key_of("scan-resident", "rate:1", pid), &why);
		_exit(status == STATUS_SKIP &&
				      strstr(why.text, "CAP_SYS_PTRACE")
			      ? 0
			      : 1);
	}
	assert_int_equal(children_wait(other), 0);
	children_kill(pid);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		CHILDREN_TEST(every_tracker_is_right),
		CHILDREN_TEST(a_process_that_never_pauses_is_followed),
		CHILDREN_TEST(one_call_loses_nothing),
		CHILDREN_TEST(liars_are_caught),
		CHILDREN_TEST(a_race_is_caught),
		CHILDREN_TEST(iterations_are_told),
		CHILDREN_TEST(stores_are_of_their_epoch),
		CHILDREN_TEST(it_is_told_why_it_ended),
		CHILDREN_TEST(losses_between_two_calls_are_counted),
		CHILDREN_TEST(a_real_process_is_followed_and_left_as_it_was),
		CHILDREN_TEST(the_end_of_a_real_process_is_told),
		CHILDREN_TEST(another_program_is_told),
		CHILDREN_TEST(a_process_that_gets_more_threads_is_followed),
		CHILDREN_TEST(who_cannot_be_followed_is_refused),
		CHILDREN_TEST(without_the_right_it_is_refused),
	};

	if (argc != 2)
		return EXIT_FAILURE;
	program = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
