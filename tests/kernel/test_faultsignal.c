// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults of others go on to whoever handled the signal before a tracker did. */
#include "harness/faultsignal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/kernel/tracked.h"

enum { PAGES = 8 };

static const size_t sizes[] = { PAGES, 3, 0 };

extern const struct tracker tracker_none;

/* Read-only memory that no tracker knows of. */
static char *outside;

/* What the resolver and the handlers below have seen. */
static volatile sig_atomic_t resolved, handed_on;
static volatile int handed_signal;
static void *volatile handed_address;
static const struct mapped_range *volatile resolved_range;

static void make_writable(uint64_t address)
{
	uint64_t start = address & ~(page_bytes() - 1);

	mprotect((void *)(uintptr_t)start, page_bytes(),
		 PROT_READ | PROT_WRITE);
}

static bool resolve(struct tracking *t, const struct mapped_range *range,
		    uint64_t address)
{
	(void)t;
	resolved++;
	resolved_range = range;
	make_writable(address);
	errno = EINTR;
	return true;
}

static bool give_up(struct tracking *t, const struct mapped_range *range,
		    uint64_t address)
{
	(void)t;
	(void)range;
	(void)address;
	resolved++;
	return false;
}

/* A previous handler of each kind; both let the store through. */
static void handle_with_info(int signal, siginfo_t *info, void *context)
{
	handed_on++;
	handed_signal = signal;
	handed_address = context ? info->si_addr : NULL;
	make_writable((uint64_t)(uintptr_t)info->si_addr);
	errno = EINTR;
}

static void handle_plainly(int signal)
{
	handed_on++;
	handed_signal = signal;
	make_writable((uint64_t)(uintptr_t)outside);
	errno = EINTR;
}

static void protect(const struct tracked *s)
{
	const struct mapped_range *range;

	for (int i = 0; i < s->work.nr_ranges; i++) {
		range = &s->work.ranges[i];
		mprotect((void *)(uintptr_t)range->start,
			 range->end - range->start, PROT_READ);
	}
	mprotect(outside, page_bytes(), PROT_READ);
}

static void begin(struct tracked *s, struct sigaction *previous)
{
	tracked_map(s, sizes, true);
	tracked_use(s, &tracker_none, NULL);
	outside = mmap(NULL, page_bytes(), PROT_READ,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(outside, MAP_FAILED);
	sigemptyset(&previous->sa_mask);
	assert_int_equal(sigaction(SIGSEGV, previous, NULL), 0);
	resolved = 0;
	handed_on = 0;
	handed_signal = 0;
	handed_address = NULL;
	protect(s);
}

static void end(struct tracked *s)
{
	faultsignal_remove(SIGSEGV);
	signal(SIGSEGV, SIG_DFL);
	munmap(outside, page_bytes());
	tracked_unmap(s);
}

static void faults_inside_are_resolved(void **state)
{
	struct sigaction previous = { .sa_handler = handle_plainly };
	struct tracked s;

	(void)state;
	begin(&s, &previous);
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, resolve), 0);
	for (size_t i = 0; i < s.pages; i++) {
		tracked_store(&s, i);
		assert_int_equal(resolved, i + 1);
		assert_ptr_equal(resolved_range, &s.work.ranges[i >= PAGES]);
	}
	assert_int_equal(handed_on, 0);
	assert_int_equal(s.t.counts.syscalls, 1);
	end(&s);
}

static void faults_outside_go_on_with_their_information(void **state)
{
	struct sigaction previous = { .sa_flags = SA_SIGINFO };
	struct tracked s;

	(void)state;
	previous.sa_sigaction = handle_with_info;
	begin(&s, &previous);
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, resolve), 0);
	*(volatile char *)(outside + 5) = 1;
	assert_int_equal(handed_on, 1);
	assert_int_equal(handed_signal, SIGSEGV);
	assert_ptr_equal(handed_address, outside + 5);
	assert_int_equal(resolved, 0);
	/* And the next one inside is resolved as before. */
	tracked_store(&s, 2);
	assert_int_equal(resolved, 1);
	assert_int_equal(handed_on, 1);
	end(&s);
}

static void faults_outside_go_on_to_a_plain_handler(void **state)
{
	struct sigaction previous = { .sa_handler = handle_plainly };
	struct tracked s;

	(void)state;
	begin(&s, &previous);
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, resolve), 0);
	*(volatile char *)outside = 1;
	assert_int_equal(handed_on, 1);
	assert_int_equal(handed_signal, SIGSEGV);
	assert_int_equal(resolved, 0);
	end(&s);
}

static void faults_that_are_not_resolved_go_on(void **state)
{
	struct sigaction previous = { .sa_flags = SA_SIGINFO };
	struct tracked s;

	(void)state;
	previous.sa_sigaction = handle_with_info;
	begin(&s, &previous);
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, give_up), 0);
	tracked_store(&s, 1);
	assert_int_equal(resolved, 1);
	assert_int_equal(handed_on, 1);
	assert_int_equal((uint64_t)(uintptr_t)handed_address,
			 tracked_address(&s, 1));
	end(&s);
}

static void errno_survives_a_fault(void **state)
{
	struct sigaction previous = { .sa_handler = handle_plainly };
	struct tracked s;

	(void)state;
	begin(&s, &previous);
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, resolve), 0);
	errno = EDOM;
	tracked_store(&s, 0);
	assert_int_equal(errno, EDOM);
	*(volatile char *)outside = 1;
	assert_int_equal(errno, EDOM);
	assert_int_equal(resolved + handed_on, 2);
	end(&s);
}

static void one_tracking_has_the_signal(void **state)
{
	struct sigaction previous = { .sa_handler = handle_plainly };
	struct tracked s;
	struct tracking other = { .nr_ranges = 0 };

	(void)state;
	begin(&s, &previous);
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, resolve), 0);
	assert_int_equal(faultsignal_install(SIGSEGV, &other, give_up), -EBUSY);
	assert_string_equal(other.why.text,
			    "another tracker handles the signal");
	/* The first one is not disturbed, and the other signal is free. */
	assert_int_equal(faultsignal_install(SIGBUS, &other, give_up), 0);
	tracked_store(&s, 0);
	assert_int_equal(resolved, 1);
	faultsignal_remove(SIGBUS);
	faultsignal_remove(SIGSEGV);
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, resolve), 0);
	end(&s);
}

static void removing_puts_the_handler_back(void **state)
{
	struct sigaction previous = { .sa_flags = SA_SIGINFO | SA_NODEFER };
	struct sigaction now;
	struct tracked s;

	(void)state;
	previous.sa_sigaction = handle_with_info;
	begin(&s, &previous);
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, resolve), 0);
	faultsignal_remove(SIGSEGV);
	assert_int_equal(s.t.counts.syscalls, 2);
	sigaction(SIGSEGV, NULL, &now);
	assert_ptr_equal(now.sa_sigaction, handle_with_info);
	assert_int_equal(now.sa_flags & (SA_SIGINFO | SA_NODEFER),
			 SA_SIGINFO | SA_NODEFER);
	/* Twice does no harm. */
	faultsignal_remove(SIGSEGV);
	assert_int_equal(s.t.counts.syscalls, 2);
	tracked_store(&s, 0);
	assert_int_equal(resolved, 0);
	assert_int_equal(handed_on, 1);
	end(&s);
}

static void a_signal_that_cannot_be_handled_is_an_error(void **state)
{
	struct sigaction previous = { .sa_handler = handle_plainly };
	struct tracked s;

	(void)state;
	begin(&s, &previous);
	assert_int_equal(faultsignal_install(SIGKILL, &s.t, resolve), -EINVAL);
	assert_non_null(strstr(s.t.why.text, "sigaction"));
	assert_int_equal(faultsignal_install(SIGSEGV, &s.t, resolve), 0);
	end(&s);
}

/* What a child dies of that has @previous and does @what; 0 if it lives. */
static int death_with(void (*previous)(int), void (*what)(struct tracked *))
{
	struct sigaction action = { .sa_handler = previous };
	struct rlimit no_core = { 0, 0 };
	struct tracked s;
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (!child) {
		setrlimit(RLIMIT_CORE, &no_core);
		alarm(20); /* rather than faulting for ever */
		begin(&s, &action);
		faultsignal_install(SIGSEGV, &s.t, resolve);
		tracked_store(&s, 0);
		if (resolved != 1)
			_exit(1);
		what(&s);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void store_outside(struct tracked *s)
{
	(void)s;
	*(volatile char *)outside = 1;
}

static void store_inside(struct tracked *s)
{
	tracked_store(s, 1);
}

static void send_the_signal(struct tracked *s)
{
	raise(SIGSEGV);
	/* The tracker is still there. */
	tracked_store(s, 1);
	if (resolved != 2)
		_exit(1);
}

static void without_a_handler_a_fault_kills(void **state)
{
	(void)state;
	assert_int_equal(death_with(SIG_DFL, store_inside), 0);
	assert_int_equal(death_with(SIG_DFL, store_outside), SIGSEGV);
}

/* A fault cannot be ignored. */
static void where_it_was_ignored_a_fault_kills(void **state)
{
	(void)state;
	assert_int_equal(death_with(SIG_IGN, store_inside), 0);
	assert_int_equal(death_with(SIG_IGN, store_outside), SIGSEGV);
}

/* Sent by a process, it does not come again by itself. */
static void a_signal_that_was_sent_goes_on(void **state)
{
	(void)state;
	assert_int_equal(death_with(SIG_DFL, send_the_signal), SIGSEGV);
	assert_int_equal(death_with(SIG_IGN, send_the_signal), 0);
	assert_int_equal(death_with(handle_plainly, send_the_signal), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TRACKED_TEST(faults_inside_are_resolved),
		TRACKED_TEST(faults_outside_go_on_with_their_information),
		TRACKED_TEST(faults_outside_go_on_to_a_plain_handler),
		TRACKED_TEST(faults_that_are_not_resolved_go_on),
		TRACKED_TEST(errno_survives_a_fault),
		TRACKED_TEST(one_tracking_has_the_signal),
		TRACKED_TEST(removing_puts_the_handler_back),
		TRACKED_TEST(a_signal_that_cannot_be_handled_is_an_error),
		TRACKED_TEST(without_a_handler_a_fault_kills),
		TRACKED_TEST(where_it_was_ignored_a_fault_kills),
		TRACKED_TEST(a_signal_that_was_sent_goes_on),
	};

	/* A fault that nobody resolves comes again for ever. */
	alarm(60);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
