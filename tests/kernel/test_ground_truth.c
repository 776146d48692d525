// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a workload says that it wrote is what it wrote: of every workload of
 * this build that this machine has what it needs for, with each value of its
 * parameters. Content is compared, page by page, without any tracker.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/cell.h"
#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/registry.h"
#include "harness/uapi.h"
#include "tests/kernel/tracked.h"

enum { MAX_TESTS = 256, MAX_PAGE_BYTES = 65536, CHUNK_PAGES = 8192 };

static const uint64_t GUARD = UINT64_MAX;

/* Whatever can be small is. */
#define SMALL "4m"

extern const struct tracker tracker_none;

static struct work work;

/* A number for the content of each page of all ranges, 0 for zeros and holes.
 * Any store that changes one word changes it. It is GUARD for guard pages:
 * their entries count as swapped, but they hold nothing. */
struct picture {
	uint64_t *content;
	size_t nr;
	size_t resident; /* present or swapped */
};

static pid_t tracked_process(void)
{
	return work.tracked ? work.tracked : getpid();
}

static size_t count_pages(void)
{
	uint64_t bytes = 0;

	for (int i = 0; i < work.nr_ranges; i++)
		bytes += work.ranges[i].end - work.ranges[i].start;
	return bytes / page_bytes();
}

static uint64_t digest(const uint64_t *words)
{
	uint64_t sum = 0;

	/* The factor is odd: no difference in one word is lost. */
	for (size_t i = 0; i < page_bytes() / sizeof(*words); i++)
		sum = sum * 0x9e3779b97f4a7c15ULL + words[i];
	return sum;
}

static uint64_t read_content(int mem, uint64_t address)
{
	uint64_t words[MAX_PAGE_BYTES / sizeof(uint64_t)];
	ssize_t ret = pread(mem, words, page_bytes(), (off_t)address);

	/* Nobody may read a guard, this file included. */
	if (ret < 0 && errno == EIO)
		return GUARD;
	assert_int_equal(ret, page_bytes());
	return digest(words);
}

static void take_page(struct picture *picture, int mem, uint64_t address)
{
	uint64_t content = read_content(mem, address);

	picture->content[picture->nr] = content;
	picture->resident += content != GUARD;
}

static void take_range(struct picture *picture,
		       const struct mapped_range *range, int pagemap, int mem)
{
	static uint64_t entries[CHUNK_PAGES];
	size_t nr;

	for (uint64_t at = range->start; at < range->end;
	     at += nr * page_bytes()) {
		nr = (range->end - at) / page_bytes();
		nr = nr < CHUNK_PAGES ? nr : CHUNK_PAGES;
		assert_int_equal(pread(pagemap, entries, nr * 8,
				       (off_t)(at / page_bytes() * 8)),
				 nr * 8);
		for (size_t i = 0; i < nr; i++, picture->nr++)
			if (entries[i] & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED))
				take_page(picture, mem, at + i * page_bytes());
	}
}

static void take(struct picture *picture)
{
	pid_t pid = tracked_process();
	int pagemap = pagemap_open(pid, NULL);
	char path[32];
	int mem;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(pagemap >= 0 && mem >= 0);
	picture->nr = 0;
	picture->resident = 0;
	/* One more, so that no workload makes it none. */
	picture->content = calloc(count_pages() + 1, sizeof(uint64_t));
	assert_non_null(picture->content);
	for (int i = 0; i < work.nr_ranges; i++)
		take_range(picture, &work.ranges[i], pagemap, mem);
	close(mem);
	close(pagemap);
}

static void drop(struct picture *picture)
{
	free(picture->content);
}

/* A page that has become a guard was not stored to. */
static bool differs(uint64_t before, uint64_t after)
{
	return before != after && after != GUARD;
}

/* What stores have changed between two pictures, as regions. */
static void compare(const struct picture *before, const struct picture *after,
		    struct region_array *changed)
{
	const struct mapped_range *range;
	size_t page = 0;

	assert_int_equal(before->nr, after->nr);
	changed->nr = 0;
	for (int i = 0; i < work.nr_ranges; i++) {
		range = &work.ranges[i];
		for (uint64_t at = range->start; at < range->end;
		     at += page_bytes(), page++)
			if (differs(before->content[page],
				    after->content[page]))
				assert_true(region_append(changed, at,
							  at + page_bytes()));
	}
}

static void check_same(const struct region_array *a,
		       const struct region_array *b)
{
	assert_int_equal(a->nr, b->nr);
	for (size_t i = 0; i < a->nr; i++) {
		assert_int_equal(a->v[i].start, b->v[i].start);
		assert_int_equal(a->v[i].end, b->v[i].end);
	}
}

static size_t pages_in(const struct region_array *regions)
{
	size_t pages = 0;

	for (size_t i = 0; i < regions->nr; i++)
		pages += (regions->v[i].end - regions->v[i].start) /
			 page_bytes();
	return pages;
}

static void make_array(struct region_array *regions)
{
	regions->nr = 0;
	regions->max = work.stores.nr_candidates + 1;
	regions->v = calloc(regions->max, sizeof(*regions->v));
	assert_non_null(regions->v);
}

static void check_hook(int ret)
{
	if (ret < 0)
		fail_msg("%s", work.why.text);
}

static void come_between(enum phase done)
{
	if (work.workload->between)
		check_hook(work.workload->between(&work, done));
}

/* New mappings hold nothing: stores are judged by what they found. */
static void change(struct picture *before_stores)
{
	if (work.workload->change) {
		check_hook(work.workload->change(&work));
		assert_true(work.change_calls > 0);
	}
	take(before_stores);
}

static void prepare(unsigned int number, enum epoch_kind kind)
{
	const struct epoch epoch = { .number = number, .kind = kind };

	check_hook(work.workload->prepare(&work, &epoch));
}

/* Half of the stores change no more than half of the pages. */
static void write_in_parts(const struct picture *before,
			   struct region_array *changed)
{
	size_t half = work.stores.nr / 2;
	struct picture now;

	work.workload->write(&work, 0, half);
	take(&now);
	compare(before, &now, changed);
	assert_in_range(pages_in(changed), 0, half);
	drop(&now);
	work.workload->write(&work, half, work.stores.nr - half);
}

static size_t unit_pages(void)
{
	return work.stores.unit_bytes / page_bytes();
}

static void check_epoch(unsigned int number, struct region_array *expected)
{
	struct picture before, found, after;
	struct region_array changed;
	size_t filled;

	prepare(number, number ? EPOCH_MEASURED : EPOCH_FIRST);
	make_array(&changed);
	take(&before);
	assert_int_equal(before.resident, work.resident_pages);
	come_between(PHASE_ARM);
	change(&found);
	if (number == 2)
		write_in_parts(&found, &changed);
	else
		work.workload->write(&work, 0, work.stores.nr);
	come_between(PHASE_WRITE);
	take(&after);
	/* Stores are to resident pages, or to holes all, and none is lost. */
	filled = work.resident_pages ? 0 : work.stores.nr * unit_pages();
	assert_int_equal(after.resident, found.resident + filled);
	compare(&before, &after, &changed);
	expected->nr = 0;
	work.workload->expected(&work, expected);
	check_same(&changed, expected);
	drop(&before);
	drop(&found);
	drop(&after);
	free(changed.v);
}

static void check_reading(void)
{
	struct picture before, after;
	struct region_array changed;

	prepare(4, EPOCH_READ);
	make_array(&changed);
	take(&before);
	come_between(PHASE_ARM);
	work.workload->read(&work);
	come_between(PHASE_WRITE);
	take(&after);
	compare(&before, &after, &changed);
	assert_int_equal(changed.nr, 0);
	drop(&before);
	drop(&after);
	free(changed.v);
}

/* One VMA, and inaccessible ones on both sides that nothing can merge with. */
static void check_vma(const struct mapped_range *range)
{
	FILE *file = fopen("/proc/self/maps", "re");
	bool before = false, itself = false, behind = false;
	uint64_t start, end;
	char line[512], access[8];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &start, &end,
			   access) != 3)
			continue;
		itself |= start == range->start && end == range->end;
		before |= end == range->start && !strncmp(access, "---", 3);
		behind |= start == range->end && !strncmp(access, "---", 3);
	}
	fclose(file);
	assert_true(itself);
	assert_true(before);
	assert_true(behind);
}

/* Ranges are as the workload's needs say, apart from each other and from all
 * else that is mapped. */
static void check_ranges(const struct cell *cell)
{
	struct reason why;
	struct needs needs;
	uint64_t end = 0;

	assert_int_equal(cell_needs(cell, &needs, &why), 0);
	assert_in_range(work.nr_ranges, 1, WORK_MAX_RANGES);
	assert_int_equal(count_pages() * page_bytes(), needs.range_bytes);
	for (int i = 0; i < work.nr_ranges; i++) {
		const struct mapped_range *range = &work.ranges[i];

		assert_true(range->start > end);
		assert_int_equal(range->kind, needs.kind);
		assert_int_equal(range->start % range->unit_bytes, 0);
		assert_int_equal(range->end % range->unit_bytes, 0);
		check_vma(range);
		end = range->end;
	}
}

static bool fills_holes(const struct cell *cell)
{
	struct reason why;
	struct needs needs;

	assert_int_equal(cell_needs(cell, &needs, &why), 0);
	return needs.event == EVENT_FILL || needs.event == EVENT_FILL_HUGETLB;
}

static void begin(const struct cell *cell)
{
	struct reason why;
	int ret;

	memset(&work, 0, sizeof(work));
	work.workload = cell->workload;
	work.params = &cell->params;
	ret = cell->workload->open(&work);
	/* Another program's swap, or its huge pages, may be gone by now. */
	if (ret && cell_check(cell, &why))
		skip();
	check_hook(ret);
	/* Holes that stores fill are not resident before. */
	assert_int_equal(work.resident_pages > 0, !fills_holes(cell));
	assert_true(work.stores.nr_candidates > 0);
}

/* Where there is a choice, an epoch stores to other pages than the one before:
 * whoever reports the old ones is caught. */
static void check_another(const struct region_array *expected,
			  const struct region_array *before)
{
	size_t pages = pages_in(expected);

	if (!work.workload->change)
		assert_in_range(pages, 0, work.stores.nr);
	if (!pages || work.stores.nr == work.stores.nr_candidates)
		return;
	assert_true(expected->nr != before->nr ||
		    memcmp(expected->v, before->v,
			   expected->nr * sizeof(*expected->v)) != 0);
}

static void it_writes_what_it_says(void **state)
{
	const struct cell *cell = *state;
	struct region_array expected, before;

	begin(cell);
	check_ranges(cell);
	make_array(&expected);
	make_array(&before);
	for (unsigned int number = 0; number < 4; number++) {
		check_epoch(number, &expected);
		check_another(&expected, &before);
		before.nr = expected.nr;
		memcpy(before.v, expected.v, expected.nr * sizeof(*before.v));
	}
	check_reading();
	cell->workload->close(&work);
	assert_int_equal(work.nr_ranges, 0);
	free(expected.v);
	free(before.v);
}

static int clean(void **state)
{
	(void)state;
	if (work.nr_ranges)
		work.workload->close(&work);
	return 0;
}

static struct CMUnitTest tests[MAX_TESTS];
static size_t nr_tests;

/* Keeps a size that does not go with the rest as it was. */
static void make_small(struct cell *cell, const struct param *param)
{
	char before[PARAM_TEXT_BYTES];
	struct reason why;
	struct needs needs;

	memcpy(before, params_find(&cell->params, param->name)->text,
	       sizeof(before));
	if (cell_set(cell, param->name, SMALL, &why))
		return;
	if (cell_needs(cell, &needs, &why))
		cell_set(cell, param->name, before, &why);
}

/* A value that is a default as well. */
static bool is_listed(const char *key)
{
	for (size_t i = 0; i < nr_tests; i++)
		if (!strcmp(tests[i].name, key))
			return true;
	return false;
}

/* Tells why not, once for cells that have the same reason. */
static bool can_run(const struct cell *cell)
{
	static struct reason told;
	struct reason why = { "" };

	if (!cell_check(cell, &why))
		return true;
	if (strcmp(told.text, why.text) != 0)
		printf("%s: %s\n", cell->key, why.text);
	told = why;
	return false;
}

static void add_test(const struct workload *workload, const char *name,
		     const char *text)
{
	struct cell *cell = malloc(sizeof(*cell));
	struct reason why = { "" };
	const struct param *param;

	if (!cell || nr_tests == MAX_TESTS ||
	    cell_init(cell, workload, &tracker_none, &why))
		abort();
	for (param = workload->params; param->name; param++)
		if (param->type == PARAM_BYTES)
			make_small(cell, param);
	if (name && cell_set(cell, name, text, &why))
		abort();
	if (is_listed(cell->key) || !can_run(cell)) {
		free(cell);
		return;
	}
	tests[nr_tests++] = (struct CMUnitTest){
		.name = cell->key,
		.test_func = it_writes_what_it_says,
		.teardown_func = clean,
		.initial_state = cell,
	};
}

static void add_choices(const struct workload *workload,
			const struct param *param)
{
	const char *at = param->choices;
	char text[PARAM_TEXT_BYTES];
	size_t len;

	for (;; at += len + 1) {
		len = strcspn(at, "|");
		snprintf(text, sizeof(text), "%.*s", (int)len, at);
		if (!param->fallback || strcmp(text, param->fallback) != 0)
			add_test(workload, param->name, text);
		if (!at[len])
			return;
	}
}

static void add_workload(const struct workload *workload)
{
	add_test(workload, NULL, NULL);
	for (const struct param *param = workload->params; param->name;
	     param++) {
		if (param->type == PARAM_CHOICE)
			add_choices(workload, param);
		if (param->type != PARAM_PORTION)
			continue;
		add_test(workload, param->name, "100%");
		add_test(workload, param->name, "1");
	}
}

int main(void)
{
	int ret;

	/* Those who store when they like have none that is known. */
	for (int i = 0; workloads[i]; i++)
		if (workloads[i]->write)
			add_workload(workloads[i]);
	if (!nr_tests)
		return EXIT_SKIP;
	ret = _cmocka_run_group_tests("ground truth", tests, nr_tests, NULL,
				      NULL);
	for (size_t i = 0; i < nr_tests; i++)
		free(tests[i].initial_state);
	return ret;
}
