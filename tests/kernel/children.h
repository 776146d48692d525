/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Children of a test, which end with it, also where an assertion fails. */
#ifndef DIRTYBENCH_TESTS_CHILDREN_H
#define DIRTYBENCH_TESTS_CHILDREN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

/*
 * A test that starts children and waits for them. It fails where it takes
 * longer than two minutes, whatever it waits for then, and none of its children
 * is left, however it ends.
 */
#define CHILDREN_TEST(test) \
	cmocka_unit_test_setup_teardown(test, children_begin, children_end)

int children_begin(void **state);
int children_end(void **state);

/* As fork(), for such a test, which fails where there is no child. It is killed
 * with this program, and does not get to a teardown: it has to _exit(). */
pid_t children_start(void);

/* The status of one that ends by itself, as of waitpid(). */
int children_wait(pid_t pid);

/* Kill it and wait for it. */
void children_kill(pid_t pid);

/* Fail where @condition, which others make true, does not become so. What may
 * take long on a busy machine is far below half a minute. */
#define AWAIT(condition)                                                 \
	do {                                                             \
		for (int await_ms = 0; !(condition) && await_ms < 30000; \
		     await_ms++)                                         \
			usleep(1000);                                    \
		assert_true(condition);                                  \
	} while (0)

#endif
