// SPDX-License-Identifier: GPL-2.0-or-later
/* The log of faults: what comes out is sorted, merged, whole, or an error. */
#include "harness/faultlog.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/page.h"

/* Range 0 has base pages, range 1 huge units of 4. */
enum { PAGES = 64, UNITS = 16, UNIT_PAGES = 4, GRANULES = PAGES + UNITS };

static const struct tracker tracker = {
	.name = "logger",
	.granule = { [PAGE_KIND_BASE] = GRANULE_PAGE,
		     [PAGE_KIND_HUGETLB] = GRANULE_UNIT },
};

struct scene {
	struct mapped_range ranges[2];
	struct buffers buffers;
	struct tracking t;
	struct faultlog log;
};

static void open_scene(struct scene *scene, uint64_t resident_pages)
{
	uint64_t base = 0x200000000000;
	uint64_t unit = UNIT_PAGES * page_bytes();

	memset(scene, 0, sizeof(*scene));
	scene->ranges[0] =
		(struct mapped_range){ base, base + PAGES * page_bytes(),
				       PAGE_KIND_BASE, page_bytes() };
	base += 1ULL << 30;
	scene->ranges[1] = (struct mapped_range){ base, base + UNITS * unit,
						  PAGE_KIND_HUGETLB, unit };
	scene->t = (struct tracking){
		.tracker = &tracker,
		.ranges = scene->ranges,
		.nr_ranges = 2,
		.parts = scene->ranges,
		.nr_parts = 2,
		.resident_pages = resident_pages,
		.buffers = &scene->buffers,
	};
	assert_int_equal(faultlog_open(&scene->log, &scene->t), 0);
}

static void close_scene(struct scene *scene)
{
	faultlog_close(&scene->log, &scene->t);
	assert_int_equal(scene->buffers.nr, 0);
}

/* Note a fault in a granule, anywhere in it; granules of range 1 follow. */
static void fault(struct scene *scene, unsigned int granule)
{
	const struct mapped_range *range = &scene->ranges[granule >= PAGES];
	uint64_t bytes = tracking_granule(&scene->t, range);
	uint64_t start = range->start +
			 (granule >= PAGES ? granule - PAGES : granule) * bytes;

	assert_ptr_equal(faultlog_range(&scene->t, start), range);
	assert_int_equal(faultlog_append(&scene->log, start + bytes - 8, bytes),
			 start);
}

static void faults(struct scene *scene, const char *granules)
{
	char *end;

	for (; *granules; granules = end + strspn(end, " "))
		fault(scene, (unsigned int)strtoul(granules, &end, 10));
}

/* Mark what @regions hold; each granule once, and in order. */
static void mark(const struct scene *scene, const struct region_array *regions,
		 bool seen[GRANULES])
{
	for (size_t i = 0; i < regions->nr; i++) {
		const struct region *region = &regions->v[i];
		int r = region->start >= scene->ranges[1].start;
		const struct mapped_range *range = &scene->ranges[r];
		uint64_t bytes = tracking_granule(&scene->t, range);

		assert_true(region->start < region->end);
		assert_true(region->end <= range->end);
		for (uint64_t at = region->start; at < region->end;
		     at += bytes) {
			size_t granule =
				(at - range->start) / bytes + (r ? PAGES : 0);

			assert_false(seen[granule]);
			seen[granule] = true;
		}
	}
}

/* Collect with an array of @max; the number of calls that it took. */
static int collect(struct scene *scene, size_t max, bool seen[GRANULES])
{
	struct region v[GRANULES];
	struct region_array out = { .v = v, .max = max };
	uint64_t end = 0;
	int calls = 0;
	int ret;

	memset(seen, 0, GRANULES * sizeof(*seen));
	do {
		out.nr = 0;
		ret = faultlog_collect(&scene->log, &scene->t, &out);
		calls++;
		assert_true(ret == 0 || ret == 1);
		assert_true(ret == 0 || out.nr == max);
		assert_true(!out.nr || v[0].start >= end);
		end = out.nr ? v[out.nr - 1].end : end;
		mark(scene, &out, seen);
	} while (ret == 1);
	return calls;
}

static void check(const char *granules, size_t max, const char *expected)
{
	bool seen[GRANULES], right[GRANULES] = { false };
	struct scene scene;
	char *end;

	open_scene(&scene, GRANULES);
	faults(&scene, granules);
	for (; *expected; expected = end + strspn(end, " "))
		right[strtoul(expected, &end, 10)] = true;
	collect(&scene, max, seen);
	assert_memory_equal(seen, right, sizeof(right));
	/* The log stays as it is until it is cleared. */
	collect(&scene, max, seen);
	assert_memory_equal(seen, right, sizeof(right));
	faultlog_clear(&scene.log, &scene.t);
	collect(&scene, max, seen);
	memset(right, 0, sizeof(right));
	assert_memory_equal(seen, right, sizeof(right));
	close_scene(&scene);
}

static void what_was_logged_comes_out(void **state)
{
	(void)state;
	check("", 8, "");
	check("5", 8, "5");
	check("1 2 3 9", 8, "1 2 3 9");
	check("0 63 64 79", 8, "0 63 64 79");
}

static void the_order_of_faults_does_not_matter(void **state)
{
	(void)state;
	check("9 3 2 1", 8, "1 2 3 9");
	check("70 5", 8, "5 70");
	check("5 70 4", 8, "4 5 70");
	check("79 0 64 63", 8, "0 63 64 79");
	/* More regions than fit, so that it has to be sorted first. */
	check("9 7 5 3 1", 2, "1 3 5 7 9");
	check("70 9 72 7 74 5", 1, "5 7 9 70 72 74");
}

static void a_granule_that_faults_twice_is_reported_once(void **state)
{
	(void)state;
	check("5 5", 8, "5");
	check("5 9 5 9 5", 8, "5 9");
	check("64 64 65 64", 8, "64 65");
	check("5 5 7 7 9 9", 1, "5 7 9");
}

static void adjacent_granules_are_one_region(void **state)
{
	struct region v[4];
	struct region_array out = { .v = v, .max = 4 };
	struct scene scene;

	(void)state;
	open_scene(&scene, GRANULES);
	faults(&scene, "3 1 2 64 66 65");
	assert_int_equal(faultlog_collect(&scene.log, &scene.t, &out), 0);
	assert_int_equal(out.nr, 2);
	assert_int_equal(v[0].start, scene.ranges[0].start + page_bytes());
	assert_int_equal(v[0].end, scene.ranges[0].start + 4 * page_bytes());
	assert_int_equal(v[1].start, scene.ranges[1].start);
	assert_int_equal(v[1].end, scene.ranges[1].start +
					   3ULL * UNIT_PAGES * page_bytes());
	close_scene(&scene);
}

static void collecting_goes_on_where_the_array_was_full(void **state)
{
	bool seen[GRANULES];
	struct scene scene;

	(void)state;
	for (size_t max = 1; max <= 10; max++) {
		open_scene(&scene, GRANULES);
		faults(&scene, "0 2 4 6 8 64 66 68 70 72");
		assert_int_equal(collect(&scene, max, seen),
				 (10 + max - 1) / max);
		assert_int_equal(scene.log.at, 0);
		close_scene(&scene);
	}
}

static void what_the_array_held_before_stays(void **state)
{
	struct region v[4] = { { .start = 0x1000, .end = 0x2000 } };
	struct region_array out = { .v = v, .nr = 1, .max = 4 };
	struct scene scene;

	(void)state;
	open_scene(&scene, GRANULES);
	faults(&scene, "9 5");
	assert_int_equal(faultlog_collect(&scene.log, &scene.t, &out), 0);
	assert_int_equal(out.nr, 3);
	assert_int_equal(v[0].start, 0x1000);
	assert_int_equal(v[0].end, 0x2000);
	close_scene(&scene);
}

static void a_log_that_was_too_small_says_so(void **state)
{
	struct region v[GRANULES];
	struct region_array out = { .v = v, .max = GRANULES };
	struct scene scene;

	(void)state;
	open_scene(&scene, 2);
	assert_int_equal(scene.log.max, 4);
	faults(&scene, "1 2 3 4");
	assert_int_equal(faultlog_collect(&scene.log, &scene.t, &out), 0);
	fault(&scene, 5);
	out.nr = 0;
	assert_int_equal(faultlog_collect(&scene.log, &scene.t, &out),
			 -EOVERFLOW);
	assert_string_equal(scene.t.why.text, "5 faults, and a log for 4");
	assert_int_equal(out.nr, 0);
	/* Nothing was written behind its end, and clearing makes it good. */
	assert_int_equal(scene.log.granule[scene.log.max], 0);
	faultlog_clear(&scene.log, &scene.t);
	fault(&scene, 7);
	assert_int_equal(faultlog_collect(&scene.log, &scene.t, &out), 0);
	assert_int_equal(out.nr, 1);
	close_scene(&scene);
}

static void no_memory_for_a_log_is_told(void **state)
{
	struct buffers buffers = { .nr = 0 };
	struct tracking t = { .resident_pages = 1ULL << 50,
			      .buffers = &buffers };
	struct faultlog log;

	(void)state;
	assert_int_equal(faultlog_open(&log, &t), -ENOMEM);
	assert_non_null(strstr(t.why.text, "2251799813685248 faults"));
}

static void an_address_belongs_to_its_range_only(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 1);
	for (int i = 0; i < 2; i++) {
		const struct mapped_range *range = &scene.ranges[i];

		assert_ptr_equal(faultlog_range(&scene.t, range->start), range);
		assert_ptr_equal(faultlog_range(&scene.t, range->end - 1),
				 range);
		assert_null(faultlog_range(&scene.t, range->start - 1));
		assert_null(faultlog_range(&scene.t, range->end));
	}
	assert_null(faultlog_range(&scene.t, 0));
	close_scene(&scene);
}

static void random_logs_come_out_whole(void **state)
{
	bool seen[GRANULES], right[GRANULES];
	struct scene scene;
	unsigned int nr, granule;

	(void)state;
	srandom(1);
	for (int i = 0; i < 3000; i++) {
		open_scene(&scene, GRANULES);
		memset(right, 0, sizeof(right));
		nr = (unsigned int)random() % (2 * GRANULES);
		for (unsigned int j = 0; j < nr; j++) {
			granule = (unsigned int)random() % GRANULES;
			fault(&scene, granule);
			right[granule] = true;
		}
		collect(&scene, 1 + (size_t)random() % GRANULES, seen);
		assert_memory_equal(seen, right, sizeof(right));
		close_scene(&scene);
	}
}

/* Granules of a scene that is narrowed. */
static bool is_looked_at(size_t granule)
{
	return (granule >= 8 && granule < 24) ||
	       (granule >= 40 && granule < 41) ||
	       (granule >= PAGES + 3 && granule < PAGES + 9);
}

static void narrow(struct scene *scene, struct mapped_range parts[3])
{
	const struct mapped_range *ranges = scene->ranges;

	parts[0] = ranges[0];
	parts[0].start = ranges[0].start + 8 * page_bytes();
	parts[0].end = ranges[0].start + 24 * page_bytes();
	parts[1] = ranges[0];
	parts[1].start = ranges[0].start + 40 * page_bytes();
	parts[1].end = parts[1].start + page_bytes();
	parts[2] = ranges[1];
	parts[2].start = ranges[1].start + 3 * ranges[1].unit_bytes;
	parts[2].end = ranges[1].start + 9 * ranges[1].unit_bytes;
	scene->t.parts = parts;
	scene->t.nr_parts = 3;
}

static void widen(struct scene *scene)
{
	scene->t.parts = scene->ranges;
	scene->t.nr_parts = 2;
}

/* Other faults neither come out nor go away. */
static void parts_are_collected_and_cleared_alone(void **state)
{
	bool seen[GRANULES], inside[GRANULES], outside[GRANULES];
	struct mapped_range parts[3];
	struct scene scene;
	size_t granule;

	(void)state;
	srandom(2);
	for (int i = 0; i < 3000; i++) {
		open_scene(&scene, GRANULES);
		memset(inside, 0, sizeof(inside));
		memset(outside, 0, sizeof(outside));
		for (long j = random() % (2L * GRANULES); j > 0; j--) {
			granule = (size_t)random() % GRANULES;
			fault(&scene, (unsigned int)granule);
			if (is_looked_at(granule))
				inside[granule] = true;
			else
				outside[granule] = true;
		}
		narrow(&scene, parts);
		collect(&scene, 1 + (size_t)random() % GRANULES, seen);
		assert_memory_equal(seen, inside, sizeof(inside));
		faultlog_clear(&scene.log, &scene.t);
		widen(&scene);
		collect(&scene, 1 + (size_t)random() % GRANULES, seen);
		assert_memory_equal(seen, outside, sizeof(outside));
		close_scene(&scene);
	}
}

static void clearing_parts_hides_no_loss(void **state)
{
	struct region v[GRANULES];
	struct region_array out = { .v = v, .max = GRANULES };
	struct mapped_range parts[3];
	struct scene scene;

	(void)state;
	open_scene(&scene, 2);
	faults(&scene, "8 9 10 11 12");
	narrow(&scene, parts);
	faultlog_clear(&scene.log, &scene.t);
	assert_int_equal(faultlog_collect(&scene.log, &scene.t, &out),
			 -EOVERFLOW);
	close_scene(&scene);
}

static void every_thread_has_room_in_every_page(void **state)
{
	struct scene scene;
	size_t alone;

	(void)state;
	open_scene(&scene, PAGES);
	alone = scene.log.max;
	assert_int_equal(alone, 2 * PAGES);
	close_scene(&scene);
	scene.t.storing_threads = 3;
	assert_int_equal(faultlog_open(&scene.log, &scene.t), 0);
	assert_int_equal(scene.log.max, 3 * alone);
	close_scene(&scene);
}

/* Each handler notes its own granules, over and over. */
enum { HANDLERS = 4, TURNS = 100000 };

struct handler {
	struct scene *scene;
	unsigned int nr;
};

static void *note_own(void *arg)
{
	struct handler *handler = arg;
	struct faultlog *log = &handler->scene->log;
	uint64_t start = handler->scene->ranges[0].start;

	for (unsigned int turn = 0; turn < TURNS; turn++)
		for (unsigned int i = handler->nr; i < PAGES; i += HANDLERS) {
			faultgate_enter(&log->gate);
			faultlog_append(log, start + i * page_bytes(),
					page_bytes());
			faultgate_leave(&log->gate);
		}
	return NULL;
}

static void several_handlers_lose_nothing(void **state)
{
	struct handler handlers[HANDLERS];
	pthread_t threads[HANDLERS];
	struct scene scene;
	unsigned int found[PAGES] = { 0 };

	(void)state;
	open_scene(&scene, PAGES);
	faultlog_close(&scene.log, &scene.t);
	scene.t.storing_threads = TURNS;
	assert_int_equal(faultlog_open(&scene.log, &scene.t), 0);
	for (unsigned int i = 0; i < HANDLERS; i++) {
		handlers[i] = (struct handler){ &scene, i };
		assert_int_equal(pthread_create(&threads[i], NULL, note_own,
						&handlers[i]),
				 0);
	}
	for (int i = 0; i < HANDLERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(scene.log.nr, TURNS * PAGES);
	for (size_t i = 0; i < scene.log.nr; i++)
		found[(scene.log.granule[i] - scene.ranges[0].start) /
		      page_bytes()]++;
	for (int i = 0; i < PAGES; i++)
		assert_int_equal(found[i], TURNS);
	close_scene(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_logged_comes_out),
		cmocka_unit_test(the_order_of_faults_does_not_matter),
		cmocka_unit_test(a_granule_that_faults_twice_is_reported_once),
		cmocka_unit_test(adjacent_granules_are_one_region),
		cmocka_unit_test(collecting_goes_on_where_the_array_was_full),
		cmocka_unit_test(what_the_array_held_before_stays),
		cmocka_unit_test(a_log_that_was_too_small_says_so),
		cmocka_unit_test(no_memory_for_a_log_is_told),
		cmocka_unit_test(an_address_belongs_to_its_range_only),
		cmocka_unit_test(random_logs_come_out_whole),
		cmocka_unit_test(parts_are_collected_and_cleared_alone),
		cmocka_unit_test(clearing_parts_hides_no_loss),
		cmocka_unit_test(every_thread_has_room_in_every_page),
		cmocka_unit_test(several_handlers_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
