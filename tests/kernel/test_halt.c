// SPDX-License-Identifier: GPL-2.0-or-later
/* Other processes are stopped and made to call, and left as they were. */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/halt.h"
#include "harness/page.h"
#include "harness/remoteuffd.h"
#include "harness/uapi.h"
#include "harness/uffd.h"
#include "tests/kernel/children.h"

/* What the test sees of its child. */
struct seen {
	volatile uint64_t counted[4]; /* by threads that never call anything */
	volatile uint64_t slept_ms;
	volatile uint64_t handled; /* signals */
	volatile uint64_t poll_ended;
};

static struct seen *seen;

enum { LONG_US = 20000 };

static void *count(void *arg)
{
	volatile uint64_t *counter = arg;

	for (;;)
		(*counter)++;
	return NULL;
}

static void handle(int signal)
{
	(void)signal;
	__atomic_fetch_add(&seen->handled, 1, __ATOMIC_RELAXED);
}

/* Interrupted system calls go on for as long as they were to take. */
static void *sleep_once(void *arg)
{
	int64_t start_ns = clock_now_ns();
	struct pollfd none = { .fd = -1 };

	(void)arg;
	poll(&none, 1, 300);
	seen->slept_ms = (uint64_t)(clock_now_ns() - start_ns) / 1000000;
	seen->poll_ended = 1;
	return NULL;
}

static void become_busy(int threads)
{
	pthread_t thread;

	signal(SIGRTMIN, handle);
	for (int i = 1; i < threads; i++)
		pthread_create(&thread, NULL, count, (void *)&seen->counted[i]);
	pthread_create(&thread, NULL, sleep_once, NULL);
	count((void *)&seen->counted[0]);
}

static pid_t start_busy(int threads)
{
	pid_t pid;

	memset((void *)seen, 0, sizeof(*seen));
	pid = children_start();
	if (!pid)
		become_busy(threads);
	for (int i = 0; i < threads; i++)
		AWAIT(seen->counted[i]);
	return pid;
}

static bool counts_on(int threads)
{
	uint64_t before[4];
	bool any = false;

	for (int i = 0; i < threads; i++)
		before[i] = seen->counted[i];
	usleep(LONG_US);
	for (int i = 0; i < threads; i++)
		any |= before[i] != seen->counted[i];
	return any;
}

/* A busy machine may let it wait. */
static bool goes_on(int threads)
{
	for (int i = 0; i < 250; i++)
		if (counts_on(threads))
			return true;
	return false;
}

/* State of the process, as the letter of its stat file. */
static char state_of(pid_t pid)
{
	char path[32], line[256], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fgets(line, sizeof(line), file) && strrchr(line, ')'))
		state = strrchr(line, ')')[2];
	fclose(file);
	return state;
}

static int count_in(pid_t pid, const char *what)
{
	char path[32];
	int nr = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	folder = opendir(path);
	while (folder && readdir(folder))
		nr++;
	if (folder)
		closedir(folder);
	return nr;
}

static int open_files(pid_t pid)
{
	return count_in(pid, "fd");
}

static int count_threads(pid_t pid)
{
	return count_in(pid, "task") - 2; /* . and .. */
}

static void all_threads_are_stopped_and_go_on(void **state)
{
	pid_t pid = start_busy(4);
	struct reason why = { "" };
	struct halt halt;

	(void)state;
	assert_int_equal(halt_create(&halt, pid), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(halt_stop(&halt, &why), 0);
		assert_false(counts_on(4));
		halt_release(&halt);
		assert_true(goes_on(4));
	}
	AWAIT(seen->poll_ended);
	assert_true(seen->slept_ms >= 300);
	halt_destroy(&halt);
	children_kill(pid);
}

/* ThreadSanitizer keeps a signal until the program makes a call. */
#ifdef __SANITIZE_THREAD__
static const bool signals_are_kept = true;
#else
static const bool signals_are_kept = false;
#endif

/* What is sent is of real time: of such none takes the place of another. */
static struct {
	pid_t to;    /* a process; 0 for none */
	uint64_t nr; /* that were sent between */
} between;

long __real_ptrace(enum __ptrace_request request, ...);
long __wrap_ptrace(enum __ptrace_request request, ...);

static bool has_ended(pid_t tid)
{
	char now = state_of(tid);

	return !now || now == 'Z' || now == 'X';
}

/* For halt.c, by the linker: a signal may stop the thread that was seized
 * before it is interrupted. */
long __wrap_ptrace(enum __ptrace_request request, ...)
{
	void *addr, *data;
	va_list args;
	pid_t tid;

	va_start(args, request);
	tid = va_arg(args, pid_t);
	addr = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);
	if (request == PTRACE_INTERRUPT && between.to &&
	    !syscall(SYS_tgkill, between.to, tid, SIGRTMIN)) {
		/* Of one that is ending no signal is left. */
		AWAIT(state_of(tid) == 't' || has_ended(tid));
		between.nr += !has_ended(tid);
	}
	return __real_ptrace(request, tid, addr, data);
}

/* While a thread is being stopped, and while it is. */
static void signals_that_come_meanwhile_are_delivered(void **state)
{
	struct reason why = { "" };
	struct halt halt;
	pid_t pid;

	(void)state;
	if (signals_are_kept)
		skip();
	pid = start_busy(1);
	between.to = pid;
	between.nr = 0;
	assert_int_equal(halt_create(&halt, pid), 0);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(halt_stop(&halt, &why), 0);
		kill(pid, SIGRTMIN);
		halt_release(&halt);
	}
	between.to = 0;
	assert_true(between.nr >= 100);
	AWAIT(seen->handled == between.nr + 100);
	halt_destroy(&halt);
	children_kill(pid);
}

/* Each thread starts the next one and ends. */
static void *come_and_go(void *arg)
{
	pthread_attr_t detached;
	pthread_t thread;

	__atomic_fetch_add(&seen->counted[0], 1, __ATOMIC_RELAXED);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	while (pthread_create(&thread, &detached, come_and_go, NULL))
		;
	return arg;
}

static void become_restless(void)
{
	for (int i = 0; i < 3; i++)
		come_and_go(NULL);
	for (;;)
		pause();
}

static void threads_that_come_and_go_are_no_trouble(void **state)
{
	struct reason why = { "" };
	struct halt halt;
	uint64_t before;
	pid_t pid;

	(void)state;
	memset((void *)seen, 0, sizeof(*seen));
	pid = children_start();
	if (!pid)
		become_restless();
	AWAIT(seen->counted[0]);
	assert_int_equal(halt_create(&halt, pid), 0);
	for (int i = 0; i < 500; i++) {
		if (halt_stop(&halt, &why))
			fail_msg("%s", why.text);
		before = seen->counted[0];
		usleep(200);
		assert_int_equal(seen->counted[0], before);
		halt_release(&halt);
		usleep(200);
	}
	assert_true(goes_on(1));
	/* None of those that have ended is left. */
	usleep(LONG_US);
	assert_true(count_threads(pid) <= 32);
	halt_destroy(&halt);
	children_kill(pid);
}

/* As by a debugger. */
static void who_is_traced_already_is_refused(void **state)
{
	pid_t pid = start_busy(1);
	struct reason why = { "" };
	struct halt halt;
	pid_t tracer;
	int ready[2];

	(void)state;
	assert_int_equal(pipe(ready), 0);
	tracer = children_start();
	if (!tracer) {
		if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &(char){ 0 }, 1), 1);
	close(ready[0]);
	assert_int_equal(halt_create(&halt, pid), 0);
	assert_int_equal(halt_stop(&halt, &why), -EPERM);
	assert_non_null(strstr(why.text, "is traced by process"));
	children_kill(tracer);
	halt_destroy(&halt);
	children_kill(pid);
}

/* Whoever stopped it is killed in the midst of it. */
static void nobody_stays_stopped(void **state)
{
	pid_t pid = start_busy(3);
	struct reason why = { "" };
	struct halt halt;
	pid_t stopper;

	(void)state;
	stopper = children_start();
	if (!stopper) {
		if (halt_create(&halt, pid) || halt_stop(&halt, &why))
			_exit(1);
		raise(SIGKILL);
	}
	assert_true(WIFSIGNALED(children_wait(stopper)));
	assert_true(goes_on(3));
	assert_int_equal(state_of(pid), 'R');
	children_kill(pid);
}

static void the_end_of_a_process_is_told(void **state)
{
	pid_t pid = start_busy(2);
	struct reason why = { "" };
	struct halt halt;

	(void)state;
	assert_int_equal(halt_create(&halt, pid), 0);
	assert_int_equal(halt_stop(&halt, &why), 0);
	kill(pid, SIGKILL);
	halt_release(&halt);
	children_wait(pid);
	assert_int_equal(halt_stop(&halt, &why), -ESRCH);
	assert_non_null(strstr(why.text, "ended while it was followed"));
	assert_int_equal(remote_userfaultfd(pid, 0, &why), -ESRCH);
	halt_destroy(&halt);
}

/* As others leave it: stopped by a signal, and still so when we are done. */
static void a_process_that_is_stopped_stays_so(void **state)
{
	pid_t pid = start_busy(2);
	struct reason why = { "" };
	struct halt halt;
	int fd;

	(void)state;
	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	assert_int_equal(halt_create(&halt, pid), 0);
	assert_int_equal(halt_stop(&halt, &why), 0);
	halt_release(&halt);
	usleep(LONG_US);
	assert_int_equal(state_of(pid), 'T');
	fd = remote_userfaultfd(pid, UFFD_USER_MODE_ONLY, &why);
	assert_true(fd >= 0);
	close(fd);
	usleep(LONG_US);
	assert_int_equal(state_of(pid), 'T');
	kill(pid, SIGCONT);
	assert_true(goes_on(2));
	halt_destroy(&halt);
	children_kill(pid);
}

/* It works on the memory of the other process, which keeps no descriptor. */
static void its_userfaultfd_is_had(void **state)
{
	uint64_t bytes = 4 * page_bytes();
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	struct reason why = { "" };
	pid_t pid = start_busy(2);
	int files = open_files(pid);
	int fd;

	(void)state;
	/* Fewer mappings here than there. */
	munmap(at, bytes);
	fd = uffd_open(pid, 0, "", &why);
	assert_true(fd >= 0);
	assert_int_equal(open_files(pid), files);
	assert_int_equal(uffd_register(fd, (uint64_t)(uintptr_t)at,
				       (uint64_t)(uintptr_t)at + bytes),
			 0);
	assert_true(goes_on(2));
	/* To the thread that made the call. */
	assert_int_equal(syscall(SYS_tgkill, pid, pid, SIGRTMIN), 0);
	AWAIT(seen->handled == 1 || signals_are_kept);
	AWAIT(seen->poll_ended);
	assert_true(seen->slept_ms >= 300);
	close(fd);
	children_kill(pid);
}

static void without_the_right_it_is_refused(void **state)
{
	pid_t pid = start_busy(1);
	struct reason why = { "" };
	struct halt halt;
	pid_t other;

	(void)state;
	if (getuid())
		skip();
	other = children_start();
	if (!other) {
		if (halt_create(&halt, pid) || setuid(65534) ||
		    halt_stop(&halt, &why) != -EPERM ||
		    !strstr(why.text, "CAP_SYS_PTRACE"))
			_exit(1);
		if (remote_userfaultfd(pid, 0, &why) != -EPERM ||
		    !strstr(why.text, "ptrace_scope"))
			_exit(2);
		_exit(0);
	}
	assert_int_equal(children_wait(other), 0);
	assert_true(goes_on(1));
	children_kill(pid);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CHILDREN_TEST(all_threads_are_stopped_and_go_on),
		CHILDREN_TEST(signals_that_come_meanwhile_are_delivered),
		CHILDREN_TEST(threads_that_come_and_go_are_no_trouble),
		CHILDREN_TEST(who_is_traced_already_is_refused),
		CHILDREN_TEST(nobody_stays_stopped),
		CHILDREN_TEST(the_end_of_a_process_is_told),
		CHILDREN_TEST(a_process_that_is_stopped_stays_so),
		CHILDREN_TEST(its_userfaultfd_is_had),
		CHILDREN_TEST(without_the_right_it_is_refused),
	};

	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
