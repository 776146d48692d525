// SPDX-License-Identifier: GPL-2.0-or-later
/* The gate of fault handlers: who closes it is alone, and all get in again. */
#include "harness/faultgate.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HANDLERS = 4, PASSES = 20000, CLOSINGS = 2000 };

struct scene {
	struct faultgate gate;
	/* No atomics: only the gate orders who touches them. Each handler has
	 * its own, which differ while it is inside. */
	volatile uint64_t begun[HANDLERS], ended[HANDLERS];
};

struct handler {
	struct scene *scene;
	int nr;
};

static void *pass(void *arg)
{
	struct handler *handler = arg;
	struct scene *scene = handler->scene;

	for (int i = 0; i < PASSES; i++) {
		faultgate_enter(&scene->gate);
		scene->begun[handler->nr]++;
		scene->ended[handler->nr]++;
		faultgate_leave(&scene->gate);
	}
	return NULL;
}

static void nobody_is_inside_a_closed_gate(void **state)
{
	struct scene scene = { .begun = { 0 } };
	struct handler handlers[HANDLERS];
	pthread_t threads[HANDLERS];
	uint64_t ended;

	(void)state;
	for (int i = 0; i < HANDLERS; i++) {
		handlers[i] = (struct handler){ &scene, i };
		assert_int_equal(
			pthread_create(&threads[i], NULL, pass, &handlers[i]),
			0);
	}
	for (int i = 0; i < CLOSINGS; i++) {
		faultgate_close(&scene.gate);
		for (int j = 0; j < HANDLERS; j++) {
			ended = scene.ended[j];
			assert_int_equal(scene.begun[j], ended);
			assert_int_equal(scene.ended[j], ended);
		}
		faultgate_open(&scene.gate);
	}
	for (int i = 0; i < HANDLERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(scene.ended[i], PASSES);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_inside_a_closed_gate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
