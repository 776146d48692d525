// SPDX-License-Identifier: GPL-2.0-or-later
/* shmem, file-private, file-shared, zero-page, guard: pages are what the name
 * says when an epoch begins, and every tracker that can follow them does. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/scratchfile.h"
#include "harness/uapi.h"
#include "tests/kernel/proof.h"
#include "workloads/workload.h"

extern const struct workload workload_shmem, workload_file_private,
	workload_file_shared, workload_zero_page, workload_guard;

/* Which bits of an entry tell these kinds apart. */
#define KIND_BITS \
	(PAGEMAP_PRESENT | PAGEMAP_SWAPPED | PAGEMAP_FILE | PAGEMAP_EXCLUSIVE)

static const struct epoch first = { .number = 0, .kind = EPOCH_FIRST };
static const struct epoch next = { .number = 1, .kind = EPOCH_MEASURED };

static struct work work;
static struct params params;

static void begin(const struct workload *workload, const char *name,
		  const char *value)
{
	struct reason why;

	memset(&params, 0, sizeof(params));
	assert_int_equal(params_add(&params, workload->params), 0);
	assert_int_equal(params_set(&params, "size", "2m", &why), 0);
	if (name)
		assert_int_equal(params_set(&params, name, value, &why), 0);
	work = (struct work){ .workload = workload, .params = &params };
	if (workload->open(&work))
		fail_msg("%s", work.why.text);
	assert_int_equal(workload->prepare(&work, &first), 0);
}

static bool has_pages(const struct workload *workload)
{
	struct needs needs = { 0 };
	struct reason why;

	memset(&params, 0, sizeof(params));
	assert_int_equal(params_add(&params, workload->params), 0);
	if (!workload->needs(&params, &needs, &why))
		return true;
	printf("%s: %s\n", workload->name, why.text);
	return false;
}

/* Pages of which the entry has of KIND_BITS just these. */
static size_t pages_with(uint64_t bits)
{
	uint64_t entry, at = work.ranges[0].start;
	int fd = pagemap_open(getpid(), NULL);
	size_t nr = 0;

	assert_true(fd >= 0);
	for (; at < work.ranges[0].end; at += page_bytes()) {
		assert_int_equal(pagemap_entry(fd, at, &entry), 0);
		nr += (entry & KIND_BITS) == bits;
	}
	close(fd);
	return nr;
}

static size_t pages_in_all(void)
{
	return (work.ranges[0].end - work.ranges[0].start) / page_bytes();
}

/* Faults that the epoch's stores take, untracked. */
static long faults_of_stores(void)
{
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	work.workload->write(&work, 0, work.stores.nr);
	getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt;
}

static void prepare_next(void)
{
	if (work.workload->prepare(&work, &next))
		fail_msg("%s", work.why.text);
}

/* What a failed test left mapped lies where the next one maps. */
static int clean(void **state)
{
	(void)state;
	memory_unmap(&work);
	return 0;
}
#define WORK_TEST(function) cmocka_unit_test_teardown(function, clean)

static void shared_memory_is_shared_or_copied(void **state)
{
	(void)state;
	begin(&workload_shmem, NULL, NULL);
	assert_int_equal(
		pages_with(PAGEMAP_PRESENT | PAGEMAP_FILE | PAGEMAP_EXCLUSIVE),
		pages_in_all());
	workload_shmem.close(&work);
	begin(&workload_shmem, "sharing", "private");
	assert_int_equal(pages_with(PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE),
			 pages_in_all());
	workload_shmem.close(&work);
}

static size_t pages_of_file(void)
{
	return pages_with(PAGEMAP_PRESENT | PAGEMAP_FILE) +
	       pages_with(PAGEMAP_PRESENT | PAGEMAP_FILE | PAGEMAP_EXCLUSIVE);
}

static void every_epoch_begins_with_pages_of_the_file(void **state)
{
	(void)state;
	begin(&workload_file_private, NULL, NULL);
	assert_true(workload_file_private.rewrites(&params));
	assert_int_equal(pages_of_file(), pages_in_all());
	assert_true(faults_of_stores() >= (long)work.stores.nr);
	assert_int_equal(pages_of_file(), pages_in_all() - work.stores.nr);
	prepare_next();
	assert_int_equal(pages_of_file(), pages_in_all());
	workload_file_private.close(&work);
}

static void copies_of_a_file_stay(void **state)
{
	(void)state;
	begin(&workload_file_private, "state", "copied");
	assert_false(workload_file_private.rewrites(&params));
	assert_int_equal(pages_of_file(), 0);
	assert_true(faults_of_stores() < (long)work.stores.nr / 2);
	prepare_next();
	assert_int_equal(pages_of_file(), 0);
	workload_file_private.close(&work);
}

/* Where they are, a file system without a disk writes nothing back. */
static void pages_of_a_file_fault_again_once_written_back(void **state)
{
	struct needs needs = { 0 };
	struct reason why;

	(void)state;
	begin(&workload_file_shared, NULL, NULL);
	assert_int_equal(pages_of_file(), pages_in_all());
	assert_true(faults_of_stores() < (long)work.stores.nr / 2);
	workload_file_shared.close(&work);
	assert_int_equal(params_set(&params, "state", "clean", &why), 0);
	if (scratch_is_memory()) {
		assert_int_equal(
			workload_file_shared.needs(&params, &needs, &why),
			-EOPNOTSUPP);
		assert_non_null(strstr(why.text, "choose state=dirty"));
		return;
	}
	begin(&workload_file_shared, "state", "clean");
	assert_true(faults_of_stores() >= (long)work.stores.nr);
	prepare_next();
	assert_true(faults_of_stores() >= (long)work.stores.nr);
	workload_file_shared.close(&work);
}

/* Whoever looks at the process sees a file that has no name any more. */
static void the_file_is_gone_from_its_folder(void **state)
{
	bool found = false;
	char line[512];
	uint64_t start;
	FILE *file;

	(void)state;
	begin(&workload_file_shared, NULL, NULL);
	file = fopen("/proc/self/maps", "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%" SCNx64, &start) == 1 &&
		    start == work.ranges[0].start)
			found = strstr(line, "(deleted)");
	fclose(file);
	workload_file_shared.close(&work);
	assert_true(found);
}

static void every_epoch_begins_with_the_zero_page(void **state)
{
	(void)state;
	begin(&workload_zero_page, NULL, NULL);
	assert_true(workload_zero_page.rewrites(&params));
	assert_int_equal(pages_with(PAGEMAP_PRESENT), pages_in_all());
	work.workload->write(&work, 0, work.stores.nr);
	assert_int_equal(pages_with(PAGEMAP_PRESENT),
			 pages_in_all() - work.stores.nr);
	prepare_next();
	assert_int_equal(pages_with(PAGEMAP_PRESENT), pages_in_all());
	workload_zero_page.close(&work);
}

static size_t guards(void)
{
	return pages_with(PAGEMAP_SWAPPED);
}

static void guards_lie_evenly_and_nothing_is_stored_there(void **state)
{
	(void)state;
	if (!has_pages(&workload_guard))
		skip();
	begin(&workload_guard, "guards", "51");
	assert_false(workload_guard.rewrites(&params));
	assert_int_equal(guards(), 51);
	assert_int_equal(work.stores.nr_candidates, pages_in_all() - 51);
	assert_int_equal(work.resident_pages, pages_in_all() - 51);
	for (size_t i = 1; i < work.stores.nr_candidates; i++)
		assert_in_range(work.stores.candidates[i] -
					work.stores.candidates[i - 1],
				page_bytes(), 2 * page_bytes());
	workload_guard.read(&work);
	work.workload->write(&work, 0, work.stores.nr);
	assert_int_equal(guards(), 51);
	workload_guard.close(&work);
}

static void late_guards_are_pages_until_armed(void **state)
{
	(void)state;
	if (!has_pages(&workload_guard))
		skip();
	begin(&workload_guard, "when", "after-arm");
	assert_true(workload_guard.rewrites(&params));
	assert_int_equal(guards(), 0);
	assert_int_equal(work.resident_pages, pages_in_all());
	assert_int_equal(work.workload->between(&work, PHASE_ARM), 0);
	assert_int_equal(guards(), pages_in_all() / 10);
	assert_int_equal(work.workload->between(&work, PHASE_WRITE), 0);
	assert_int_equal(guards(), pages_in_all() / 10);
	prepare_next();
	assert_int_equal(guards(), 0);
	workload_guard.close(&work);
}

static void all_guards_and_no_page_is_refused(void **state)
{
	struct needs needs = { 0 };
	struct reason why;

	(void)state;
	memset(&params, 0, sizeof(params));
	assert_int_equal(params_add(&params, workload_guard.params), 0);
	assert_int_equal(params_set(&params, "guards", "100%", &why), 0);
	assert_int_equal(workload_guard.needs(&params, &needs, &why), -ERANGE);
	assert_non_null(strstr(why.text, "fewer guards="));
}

/* Who reads the protection from the entry, which the guard has taken. */
static void who_takes_a_late_guard_for_a_write_is_skipped(void **state)
{
	static const char *const misled[] = { "pagemap", "scan",
					      "scan-resident", "scan-wine",
					      "scan-writeprotect" };
	struct reason why = { "" };
	char key[100];

	(void)state;
	if (!has_pages(&workload_guard))
		skip();
	for (size_t i = 0; i < sizeof(misled) / sizeof(misled[0]); i++) {
		snprintf(key, sizeof(key), "guard/%s/when:after-arm",
			 misled[i]);
		assert_int_equal(proof_run(key, &why), STATUS_SKIP);
		assert_non_null(strstr(why.text, "becomes a guard page"));
	}
}

static void all_who_can_follow_them_prove_it(void **state)
{
	static const struct {
		const struct workload *workload;
		const char *params;
	} cells[] = {
		{ &workload_shmem, "size:4m" },
		{ &workload_shmem, "size:4m/sharing:private" },
		{ &workload_file_private, "size:4m" },
		{ &workload_file_private, "size:4m/state:copied" },
		{ &workload_file_shared, "size:4m" },
		{ &workload_file_shared, "size:4m/state:clean" },
		{ &workload_zero_page, "size:4m" },
		{ &workload_guard, "size:4m" },
		{ &workload_guard, "size:4m/when:after-arm" },
	};
	const char *name;

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		name = cells[i].workload->name;
		if (!has_pages(cells[i].workload) ||
		    (strstr(cells[i].params, "clean") && scratch_is_memory()))
			continue;
		assert_int_equal(proof_run_all(name, cells[i].params), 0);
		assert_int_equal(proof_run_liars(name, cells[i].params), 0);
	}
}

static void who_does_not_arm_guards_is_skipped(void **state)
{
	struct reason why = { "" };

	(void)state;
	if (!has_pages(&workload_guard))
		skip();
	assert_int_equal(proof_run("guard/scan-writeprotect", &why),
			 STATUS_SKIP);
	assert_non_null(strstr(why.text, "leaves guard pages out"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WORK_TEST(shared_memory_is_shared_or_copied),
		WORK_TEST(every_epoch_begins_with_pages_of_the_file),
		WORK_TEST(copies_of_a_file_stay),
		WORK_TEST(pages_of_a_file_fault_again_once_written_back),
		WORK_TEST(the_file_is_gone_from_its_folder),
		WORK_TEST(every_epoch_begins_with_the_zero_page),
		WORK_TEST(guards_lie_evenly_and_nothing_is_stored_there),
		WORK_TEST(late_guards_are_pages_until_armed),
		WORK_TEST(all_guards_and_no_page_is_refused),
		WORK_TEST(who_takes_a_late_guard_for_a_write_is_skipped),
		WORK_TEST(who_does_not_arm_guards_is_skipped),
		WORK_TEST(all_who_can_follow_them_prove_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
