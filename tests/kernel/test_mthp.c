// SPDX-License-Identifier: GPL-2.0-or-later
/* mthp: folios have the size that is named, and every tracker that can follow
 * them does; for the time of the test the machine gives that size. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/memory.h"
#include "harness/pageframes.h"
#include "harness/pagemapfile.h"
#include "harness/prepare.h"
#include "harness/uapi.h"
#include "tests/kernel/proof.h"
#include "workloads/workload.h"

extern const struct workload workload_mthp;

#define SKIP 77

/* Another test or run may have the machine prepared for as long. */
enum { BUSY_SECONDS = 60 };

static const struct epoch first = { .number = 0, .kind = EPOCH_FIRST };
static const struct epoch next = { .number = 1, .kind = EPOCH_MEASURED };

static const char *const sizes[] = { "16k",  "32k",  "64k", "128k",
				     "256k", "512k", "1m" };
enum { NR_SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static struct preparation *prep;
static struct params params;
static struct work work;

static uint64_t bytes_of(size_t size)
{
	return (16ULL << 10) << size;
}

static void set(const char *name, const char *value)
{
	assert_int_equal(params_set(&params, name, value, NULL), 0);
}

static void choose(size_t size, const char *state)
{
	struct reason why;

	if (prepare_folio(prep, bytes_of(size), &why))
		fail_msg("%s", why.text);
	memset(&params, 0, sizeof(params));
	assert_int_equal(params_add(&params, workload_mthp.params), 0);
	set("size", "4m");
	set("folio", sizes[size]);
	set("state", state);
	work = (struct work){ .workload = &workload_mthp, .params = &params };
}

static void begin(size_t size, const char *state)
{
	choose(size, state);
	if (workload_mthp.open(&work))
		fail_msg("%s: %s", sizes[size], work.why.text);
	if (workload_mthp.prepare(&work, &first) < 0)
		fail_msg("%s: %s", sizes[size], work.why.text);
}

/* What a failed test left mapped lies where the next one maps. */
static int clean(void **state)
{
	(void)state;
	memory_unmap(&work);
	return 0;
}
#define WORK_TEST(function) cmocka_unit_test_teardown(function, clean)

static size_t populated(void)
{
	uint64_t entry, at = work.ranges[0].start;
	int fd = pagemap_open(getpid(), NULL);
	size_t nr = 0;

	assert_true(fd >= 0);
	for (; at < work.ranges[0].end; at += page_bytes()) {
		assert_int_equal(pagemap_entry(fd, at, &entry), 0);
		nr += !!(entry & PAGEMAP_PRESENT);
	}
	close(fd);
	return nr;
}

static int finds(size_t size)
{
	struct folios folios;
	int ret = folios_find(&folios, work.ranges, bytes_of(size), NULL);

	if (ret == 1)
		folios_destroy(&folios);
	return ret;
}

/* And no other: neither half of it nor twice. */
static void memory_is_of_folios_of_that_size(void **state)
{
	(void)state;
	for (size_t size = 0; size < NR_SIZES; size++) {
		begin(size, "populated");
		for (size_t other = 0; other < NR_SIZES; other++)
			assert_int_equal(finds(other), other == size);
		assert_int_equal(work.stores.unit_bytes, page_bytes());
		assert_int_equal(workload_mthp.prepare(&work, &next), 0);
		workload_mthp.close(&work);
	}
}

static void other_folios_than_named_are_refused(void **state)
{
	(void)state;
	choose(1, "populated");
	set("folio", sizes[2]);
	assert_int_equal(workload_mthp.open(&work), -ENOMEM);
	assert_non_null(strstr(work.why.text, "by folios of 64k"));
	workload_mthp.close(&work);
}

/* What an epoch begins with is looked at in every one. */
static void folios_that_are_gone_are_noticed(void **state)
{
	struct mapped_range *range = work.ranges;

	(void)state;
	begin(2, "populated");
	assert_int_equal(memory_replace(&work, 0, MAP_PRIVATE | MAP_ANONYMOUS),
			 0);
	madvise((void *)(uintptr_t)range->start, range->end - range->start,
		MADV_NOHUGEPAGE);
	memory_touch(range->start, range->end, page_bytes());
	assert_int_equal(workload_mthp.prepare(&work, &next), -EAGAIN);
	assert_non_null(strstr(work.why.text, "taken folios apart"));
	workload_mthp.close(&work);
}

static void a_store_fills_a_whole_folio(void **state)
{
	(void)state;
	begin(3, "holes");
	assert_int_equal(work.resident_pages, 0);
	assert_int_equal(work.ranges[0].unit_bytes, bytes_of(3));
	assert_int_equal(populated(), 0);
	workload_mthp.write(&work, 0, work.stores.nr);
	assert_int_equal(populated(),
			 work.stores.nr * bytes_of(3) / page_bytes());
	assert_int_equal(workload_mthp.prepare(&work, &next), 1);
	assert_int_equal(populated(), 0);
	workload_mthp.close(&work);
}

static void all_who_can_follow_them_prove_it(void **state)
{
	char key[100];

	(void)state;
	for (size_t size = 0; size < NR_SIZES; size++) {
		choose(size, "populated");
		snprintf(key, sizeof(key), "size:4m/folio:%s", sizes[size]);
		assert_int_equal(proof_run_all("mthp", key), 0);
	}
	assert_int_equal(proof_run_liars("mthp", "size:4m/folio:1m"), 0);
	choose(2, "holes");
	assert_int_equal(proof_run_all("mthp", "size:4m/folio:64k/state:holes"),
			 0);
	assert_int_equal(
		proof_run_liars("mthp", "size:4m/folio:64k/state:holes"), 0);
}

/* On a machine that gives another size, with what would help. */
static void the_wrong_machine_is_told_what_to_do(void **state)
{
	struct reason why = { "" };

	(void)state;
	assert_int_equal(prepare_folio(prep, bytes_of(3), &why), 0);
	assert_int_equal(proof_run("mthp/none/folio:64k", &why), STATUS_SKIP);
	assert_non_null(strstr(why.text, "hugepages-64kB/enabled"));
}

static int start(struct reason *why)
{
	const struct machine_needs needs = { .folio = true };
	int ret = -EBUSY;

	for (int i = 0; i < BUSY_SECONDS && ret == -EBUSY; i++) {
		if (i)
			sleep(1);
		ret = prepare_start(&prep, &needs, NULL, why);
	}
	if (ret)
		return ret;
	*why = *prepare_folio_reason(prep);
	return why->text[0] ? -ENODEV : pageframes_probe(why);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WORK_TEST(memory_is_of_folios_of_that_size),
		WORK_TEST(other_folios_than_named_are_refused),
		WORK_TEST(folios_that_are_gone_are_noticed),
		WORK_TEST(a_store_fills_a_whole_folio),
		WORK_TEST(all_who_can_follow_them_prove_it),
		WORK_TEST(the_wrong_machine_is_told_what_to_do),
	};
	struct reason why = { "" };
	int ret = SKIP;

	if (start(&why))
		printf("skipped: %s\n", why.text);
	else
		ret = cmocka_run_group_tests(tests, NULL, NULL);
	if (prepare_end(prep, &why)) {
		printf("%s\n", why.text);
		ret = 1;
	}
	return ret;
}
