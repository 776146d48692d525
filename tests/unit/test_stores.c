// SPDX-License-Identifier: GPL-2.0-or-later
/* Which pages an epoch stores to: what every pattern and order promises. */
#include "harness/stores.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "harness/page.h"
#include "workloads/workload.h"

/* Units in a cluster of pattern=clustered. */
enum { CLUSTER = 16 };

static const char *const patterns[] = { "sequential", "stride", "random",
					"clustered" };
static const char *const orders[] = { "ascending", "shuffled" };

static const struct param table[] = {
	STORES_PARAMS("64m", "25%", "random"),
	{ .name = NULL },
};

static void set(struct params *params, const char *name, const char *text)
{
	struct reason why = { "" };

	assert_int_equal(params_set(params, name, text, &why), 0);
}

static void make_params(struct params *params, const char *pattern,
			const char *order, const char *dirty)
{
	memset(params, 0, sizeof(*params));
	assert_int_equal(params_add(params, table), 0);
	set(params, "pattern", pattern);
	set(params, "order", order);
	set(params, "dirty", dirty);
}

/* Candidates at @start, in two parts with a hole between them. */
static void make_stores(struct stores *stores, uint64_t start, size_t nr,
			uint64_t unit_bytes)
{
	size_t half = nr / 2;

	*stores = (struct stores){ 0 };
	assert_int_equal(stores_create(stores, nr, unit_bytes), 0);
	stores_add(stores, start, start + half * unit_bytes);
	stores_add(stores, start + (half + 7) * unit_bytes,
		   start + (nr + 7) * unit_bytes);
	assert_int_equal(stores->nr_candidates, nr);
}

static const uint64_t far = 0x200000000000;

static bool is_candidate(const struct stores *stores, uint64_t unit)
{
	size_t low = 0;
	size_t high = stores->nr_candidates;
	size_t middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (stores->candidates[middle] == unit)
			return true;
		if (stores->candidates[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Ascending pages in units of their own, and one word stored to in each. */
static void check_choice(const struct stores *stores)
{
	uint64_t unit, before = 0;
	uint64_t *sorted = malloc((stores->nr + 1) * sizeof(*sorted));

	memcpy(sorted, stores->order, stores->nr * sizeof(*sorted));
	qsort(sorted, stores->nr, sizeof(*sorted), compare);
	for (size_t i = 0; i < stores->nr; i++) {
		unit = stores->picked[i] / stores->unit_bytes *
		       stores->unit_bytes;
		assert_true(is_candidate(stores, unit));
		assert_true(unit > before);
		assert_int_equal(stores->picked[i] % page_bytes(), 0);
		assert_int_equal(sorted[i] / page_bytes() * page_bytes(),
				 stores->picked[i]);
		assert_int_equal(sorted[i] % sizeof(uint64_t), 0);
		before = unit;
	}
	free(sorted);
}

static void check_counts(struct stores *stores, const char *pattern,
			 const char *order)
{
	static const char *const dirty[] = { "1",   "2",   "15",   "16",
					     "17",  "3%",  "25%",  "50%",
					     "60%", "99%", "100%", "5000" };
	size_t nr;
	struct params params;

	for (size_t i = 0; i < sizeof(dirty) / sizeof(dirty[0]); i++) {
		make_params(&params, pattern, order, dirty[i]);
		nr = params_portion(&params, "dirty", stores->nr_candidates);
		for (unsigned int epoch = 0; epoch < 8; epoch++) {
			stores_choose(stores, &params, epoch);
			assert_int_equal(stores->nr, nr);
			check_choice(stores);
		}
	}
}

static void check_every_count(const size_t *candidates, size_t nr)
{
	struct stores stores;

	for (size_t i = 0; i < nr; i++) {
		make_stores(&stores, far, candidates[i], page_bytes());
		for (size_t j = 0; j < 4; j++)
			for (size_t k = 0; k < 2; k++)
				check_counts(&stores, patterns[j], orders[k]);
		stores_destroy(&stores);
	}
}

static void as_many_as_asked_for_are_chosen(void **state)
{
	static const size_t candidates[] = { 1, 2, 3, 15, 16, 32, 160, 1024 };

	(void)state;
	check_every_count(candidates,
			  sizeof(candidates) / sizeof(candidates[0]));
}

/* The last cluster of the grid is then cut short. */
static void as_many_are_chosen_beside_an_odd_end(void **state)
{
	static const size_t candidates[] = { 17, 31, 33, 100, 1000 };

	(void)state;
	check_every_count(candidates,
			  sizeof(candidates) / sizeof(candidates[0]));
}

/* Whether a choice is the one of other parameters. */
static bool same_choice(struct stores *stores, const struct params *params,
			unsigned int epoch, const struct params *others,
			unsigned int other_epoch)
{
	uint64_t *copy;
	bool same;
	size_t nr;

	stores_choose(stores, params, epoch);
	nr = stores->nr;
	copy = malloc(nr * sizeof(*copy));
	memcpy(copy, stores->picked, nr * sizeof(*copy));
	stores_choose(stores, others, other_epoch);
	same = stores->nr == nr &&
	       !memcmp(copy, stores->picked, nr * sizeof(*copy));
	free(copy);
	return same;
}

static void every_epoch_has_another_set(void **state)
{
	static const char *const dirty[] = { "3%", "25%", "50%" };
	struct stores stores;
	struct params params;

	(void)state;
	make_stores(&stores, far, 4096, page_bytes());
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < 3; j++) {
			make_params(&params, patterns[i], "ascending",
				    dirty[j]);
			for (unsigned int epoch = 1; epoch < 16; epoch++)
				assert_false(same_choice(&stores, &params,
							 epoch - 1, &params,
							 epoch));
		}
	}
	stores_destroy(&stores);
}

/* Also where more than half of the candidates leave no steps to move by. */
static void every_epoch_has_another_set_of_many(void **state)
{
	struct stores stores;
	struct params params;

	(void)state;
	make_stores(&stores, far, 4096, page_bytes());
	for (size_t i = 0; i < 4; i++) {
		make_params(&params, patterns[i], "ascending", "60%");
		for (unsigned int epoch = 1; epoch < 16; epoch++)
			assert_false(same_choice(&stores, &params, epoch - 1,
						 &params, epoch));
	}
	stores_destroy(&stores);
}

static void a_seed_gives_the_same_choice_again(void **state)
{
	struct params params, moved;
	struct stores stores;
	uint64_t first_at, value;

	(void)state;
	make_stores(&stores, far, 4096, page_bytes());
	for (size_t i = 0; i < 4; i++) {
		make_params(&params, patterns[i], "shuffled", "25%");
		moved = params;
		set(&moved, "seed", "4");
		assert_true(same_choice(&stores, &params, 5, &params, 5));
		first_at = stores.order[0];
		value = stores.value;
		/* Seed 1 in epoch 5 is seed 4 in epoch 2. */
		assert_true(same_choice(&stores, &params, 5, &moved, 2));
		assert_int_equal(stores.order[0], first_at);
		stores_choose(&stores, &params, 5);
		assert_int_equal(stores.value, value);
	}
	stores_destroy(&stores);
}

static void every_epoch_stores_another_value(void **state)
{
	struct stores stores;
	struct params params;
	uint64_t values[64];

	(void)state;
	make_stores(&stores, far, 16, page_bytes());
	make_params(&params, "random", "ascending", "1");
	for (unsigned int i = 0; i < 64; i++) {
		stores_choose(&stores, &params, i);
		values[i] = stores.value;
		assert_int_not_equal(values[i], 0);
		for (unsigned int j = 0; j < i; j++)
			assert_int_not_equal(values[i], values[j]);
	}
	stores_destroy(&stores);
}

/* Neighbours in the list of stores that come in falling order. */
static size_t count_falls(const struct stores *stores)
{
	size_t falls = 0;

	for (size_t i = 1; i < stores->nr; i++)
		falls += stores->order[i] < stores->order[i - 1];
	return falls;
}

static void the_order_is_what_was_asked_for(void **state)
{
	struct stores stores;
	struct params params;

	(void)state;
	make_stores(&stores, far, 4096, page_bytes());
	for (size_t i = 0; i < 4; i++) {
		make_params(&params, patterns[i], "ascending", "50%");
		stores_choose(&stores, &params, 3);
		assert_int_equal(count_falls(&stores), 0);
		make_params(&params, patterns[i], "shuffled", "50%");
		stores_choose(&stores, &params, 3);
		/* About half of them. */
		assert_in_range(count_falls(&stores), stores.nr / 3,
				stores.nr * 2 / 3);
	}
	stores_destroy(&stores);
}

static void stores_are_spread_over_the_page(void **state)
{
	uint64_t words = page_bytes() / sizeof(uint64_t);
	struct stores stores;
	struct params params;
	size_t halves[2] = { 0, 0 };

	(void)state;
	make_stores(&stores, far, 4096, page_bytes());
	make_params(&params, "sequential", "ascending", "50%");
	stores_choose(&stores, &params, 0);
	for (size_t i = 0; i < stores.nr; i++)
		halves[stores.order[i] % page_bytes() / sizeof(uint64_t) >=
		       words / 2]++;
	assert_in_range(halves[0], stores.nr / 3, stores.nr * 2 / 3);
	stores_destroy(&stores);
}

/* Index of the candidate that was picked. */
static size_t index_of(const struct stores *stores, size_t nr)
{
	const uint64_t *at =
		bsearch(&stores->picked[nr], stores->candidates,
			stores->nr_candidates, sizeof(uint64_t), compare);

	assert_non_null(at);
	return (size_t)(at - stores->candidates);
}

static void sequential_is_one_run_that_wraps(void **state)
{
	struct stores stores;
	struct params params;
	size_t wrapped = 0;
	size_t gaps;

	(void)state;
	make_stores(&stores, far, 100, page_bytes());
	make_params(&params, "sequential", "ascending", "30");
	for (unsigned int epoch = 0; epoch < 64; epoch++) {
		stores_choose(&stores, &params, epoch);
		gaps = 0;
		for (size_t i = 1; i < stores.nr; i++)
			gaps += index_of(&stores, i) !=
				index_of(&stores, i - 1) + 1;
		assert_true(gaps <= 1);
		if (!gaps)
			continue;
		assert_int_equal(index_of(&stores, 0), 0);
		assert_int_equal(index_of(&stores, stores.nr - 1), 99);
		wrapped++;
	}
	/* Of 100 places to start at, 29 make it wrap. */
	assert_in_range(wrapped, 1, 63);
	stores_destroy(&stores);
}

static void stride_has_equal_steps(void **state)
{
	struct stores stores;
	struct params params;

	(void)state;
	make_stores(&stores, far, 4096, page_bytes());
	make_params(&params, "stride", "ascending", "256");
	for (unsigned int epoch = 0; epoch < 8; epoch++) {
		stores_choose(&stores, &params, epoch);
		for (size_t i = 1; i < stores.nr; i++)
			assert_int_equal(index_of(&stores, i),
					 index_of(&stores, i - 1) + 16);
	}
	stores_destroy(&stores);
}

/* Runs of adjacent candidates. */
static size_t count_runs(const struct stores *stores)
{
	size_t runs = 1;

	for (size_t i = 1; i < stores->nr; i++)
		runs += index_of(stores, i) != index_of(stores, i - 1) + 1;
	return runs;
}

static void clustered_comes_in_clusters(void **state)
{
	struct stores stores;
	struct params params;
	size_t runs;

	(void)state;
	make_stores(&stores, far, 4096, page_bytes());
	make_params(&params, "clustered", "ascending", "512");
	for (unsigned int epoch = 0; epoch < 8; epoch++) {
		stores_choose(&stores, &params, epoch);
		runs = count_runs(&stores);
		/* Clusters may touch; not all of them do. */
		assert_in_range(runs, 512 / CLUSTER / 2, 512 / CLUSTER);
		for (size_t i = 0; i < stores.nr; i += CLUSTER)
			assert_int_equal(index_of(&stores, i) % CLUSTER, 0);
	}
	make_params(&params, "random", "ascending", "512");
	stores_choose(&stores, &params, 0);
	assert_true(count_runs(&stores) > 400);
	stores_destroy(&stores);
}

static void every_candidate_gets_its_turn(void **state)
{
	struct stores stores;
	struct params params;
	size_t seen[128];

	(void)state;
	make_stores(&stores, far, 128, page_bytes());
	for (size_t i = 0; i < 4; i++) {
		memset(seen, 0, sizeof(seen));
		make_params(&params, patterns[i], "ascending", "25%");
		for (unsigned int epoch = 0; epoch < 400; epoch++) {
			stores_choose(&stores, &params, epoch);
			for (size_t j = 0; j < stores.nr; j++)
				seen[index_of(&stores, j)]++;
		}
		/* 100 times each, by chance. */
		for (size_t j = 0; j < 128; j++)
			assert_in_range(seen[j], 50, 160);
	}
	stores_destroy(&stores);
}

static void a_huge_unit_gets_one_page(void **state)
{
	struct stores stores;
	struct params params;
	size_t elsewhere = 0;

	(void)state;
	make_stores(&stores, far, 64, 512 * page_bytes());
	for (size_t i = 0; i < 4; i++) {
		make_params(&params, patterns[i], "shuffled", "50%");
		stores_choose(&stores, &params, 0);
		assert_int_equal(stores.nr, 32);
		check_choice(&stores);
		for (size_t j = 0; j < stores.nr; j++)
			elsewhere += stores.picked[j] % stores.unit_bytes != 0;
	}
	/* At a hashed offset, not at the unit's start. */
	assert_true(elsewhere > 100);
	stores_destroy(&stores);
}

/* Real memory, and the workload hooks on it. */
enum { REAL_PAGES = 64 };

struct field {
	struct work work;
	struct params params;
	char *memory;
	size_t bytes;
};

static void make_field(struct field *field)
{
	struct stores *stores = &field->work.stores;
	uint64_t start;

	field->work = (struct work){ .params = &field->params };
	field->bytes = REAL_PAGES * page_bytes();
	field->memory = mmap(NULL, field->bytes, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(field->memory, MAP_FAILED);
	start = (uint64_t)(uintptr_t)field->memory;
	assert_int_equal(stores_create(stores, REAL_PAGES, page_bytes()), 0);
	stores_add(stores, start, start + field->bytes);
	make_params(&field->params, "random", "shuffled", "50%");
	stores_choose(stores, &field->params, 0);
}

static void destroy_field(struct field *field)
{
	munmap(field->memory, field->bytes);
	stores_destroy(&field->work.stores);
}

static size_t count_stored(const struct field *field)
{
	const uint64_t *words = (const uint64_t *)field->memory;
	size_t nr = 0;

	for (size_t i = 0; i < field->bytes / sizeof(*words); i++)
		nr += words[i] != 0;
	return nr;
}

static void storing_stores_what_was_chosen(void **state)
{
	struct field field;
	const struct stores *stores = &field.work.stores;

	(void)state;
	make_field(&field);
	stores_write(&field.work, 0, 0);
	assert_int_equal(count_stored(&field), 0);
	stores_write(&field.work, 3, 4);
	assert_int_equal(count_stored(&field), 4);
	for (size_t i = 3; i < 7; i++)
		assert_int_equal(*(uint64_t *)(uintptr_t)stores->order[i],
				 stores->value);
	stores_write(&field.work, 0, stores->nr);
	assert_int_equal(count_stored(&field), stores->nr);
	stores_read(&field.work);
	assert_int_equal(count_stored(&field), stores->nr);
	destroy_field(&field);
}

static void expected_is_every_page_stored_to(void **state)
{
	struct region v[REAL_PAGES];
	struct region_array out = { .v = v, .max = REAL_PAGES };
	struct field field;
	const struct stores *stores = &field.work.stores;
	size_t pages = 0;

	(void)state;
	make_field(&field);
	stores_expected(&field.work, &out);
	for (size_t i = 0; i < out.nr; i++) {
		assert_true(!i || v[i].start > v[i - 1].end);
		for (uint64_t at = v[i].start; at < v[i].end;
		     at += page_bytes())
			assert_int_equal(stores->picked[pages++], at);
	}
	assert_int_equal(pages, stores->nr);
	destroy_field(&field);
}

/* What reading costs once a huge page was split is seen in none but all. */
static void a_huge_unit_is_read_page_by_page(void **state)
{
	enum { UNIT_PAGES = 8, UNITS = 4, SPAN = (UNITS + 7) * UNIT_PAGES };
	uint64_t bytes = SPAN * page_bytes();
	unsigned char core[SPAN];
	struct work work = { .nr_ranges = 0 };
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(at, MAP_FAILED);
	madvise(at, bytes, MADV_NOHUGEPAGE);
	make_stores(&work.stores, (uint64_t)(uintptr_t)at, UNITS,
		    UNIT_PAGES * page_bytes());
	stores_read(&work);
	assert_int_equal(mincore(at, bytes, core), 0);
	for (size_t i = 0; i < SPAN; i++) {
		bool hole = i / UNIT_PAGES >= UNITS / 2 &&
			    i / UNIT_PAGES < UNITS / 2 + 7;

		assert_int_equal(core[i] & 1, !hole);
	}
	stores_destroy(&work.stores);
	munmap(at, bytes);
}

/* A workload with a choice of its own keeps it. */
static void only_what_was_chosen_here_moves_on(void **state)
{
	struct stores stores, other;
	struct params params;

	(void)state;
	make_params(&params, "random", "ascending", "25%");
	make_stores(&stores, 1 << 20, 64, page_bytes());
	stores_move_on(&stores, &params, 1);
	assert_int_equal(stores.nr, 0);
	make_stores(&other, 1 << 20, 64, page_bytes());
	stores_choose(&stores, &params, 0);
	stores_choose(&other, &params, 1);
	stores_move_on(&stores, &params, 1);
	assert_int_equal(stores.nr, 16);
	assert_memory_equal(stores.order, other.order,
			    16 * sizeof(*stores.order));
	assert_int_equal(stores.value, other.value);
	stores_destroy(&stores);
	stores_destroy(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_as_asked_for_are_chosen),
		cmocka_unit_test(as_many_are_chosen_beside_an_odd_end),
		cmocka_unit_test(every_epoch_has_another_set),
		cmocka_unit_test(every_epoch_has_another_set_of_many),
		cmocka_unit_test(a_seed_gives_the_same_choice_again),
		cmocka_unit_test(every_epoch_stores_another_value),
		cmocka_unit_test(the_order_is_what_was_asked_for),
		cmocka_unit_test(stores_are_spread_over_the_page),
		cmocka_unit_test(sequential_is_one_run_that_wraps),
		cmocka_unit_test(stride_has_equal_steps),
		cmocka_unit_test(clustered_comes_in_clusters),
		cmocka_unit_test(every_candidate_gets_its_turn),
		cmocka_unit_test(a_huge_unit_gets_one_page),
		cmocka_unit_test(storing_stores_what_was_chosen),
		cmocka_unit_test(expected_is_every_page_stored_to),
		cmocka_unit_test(a_huge_unit_is_read_page_by_page),
		cmocka_unit_test(only_what_was_chosen_here_moves_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
