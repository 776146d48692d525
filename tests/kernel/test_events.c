// SPDX-License-Identifier: GPL-2.0-or-later
/* holes, merged: what they say happens between arming and collecting does, and
 * whoever is not misled by it proves them. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/cell.h"
#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/uapi.h"
#include "tests/kernel/proof.h"
#include "workloads/workload.h"

extern const struct workload workload_holes, workload_merged;

static struct work work;
static struct params params;

static void begin(const struct workload *workload)
{
	const struct epoch first = { .number = 0, .kind = EPOCH_FIRST };
	struct reason why;

	memset(&params, 0, sizeof(params));
	assert_int_equal(params_add(&params, workload->params), 0);
	assert_int_equal(params_set(&params, "size", "2m", &why), 0);
	work = (struct work){ .workload = workload, .params = &params };
	assert_int_equal(workload->open(&work), 0);
	assert_true(workload->prepare(&work, &first) >= 0);
}

/* Where the VMA ends that the range begins in. */
static uint64_t vma_end(void)
{
	FILE *file = fopen("/proc/self/maps", "re");
	uint64_t start, end, found = 0;
	char line[512];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2 &&
		    start == work.ranges[0].start)
			found = end;
	fclose(file);
	return found;
}

static void the_mapping_grows_once_it_is_armed(void **state)
{
	const struct epoch next = { .number = 1, .kind = EPOCH_MEASURED };

	(void)state;
	begin(&workload_merged);
	assert_int_equal(vma_end(), work.ranges[0].end);
	assert_int_equal(workload_merged.between(&work, PHASE_ARM), 0);
	assert_int_equal(vma_end(), work.ranges[0].end + page_bytes());
	assert_int_equal(workload_merged.between(&work, PHASE_WRITE), 0);
	assert_int_equal(workload_merged.prepare(&work, &next), 0);
	assert_int_equal(vma_end(), work.ranges[0].end);
	workload_merged.close(&work);
}

static size_t populated(void)
{
	uint64_t entry, at = work.ranges[0].start;
	int fd = pagemap_open(getpid(), NULL);
	size_t nr = 0;

	assert_true(fd >= 0);
	for (; at < work.ranges[0].end; at += page_bytes()) {
		assert_int_equal(pagemap_entry(fd, at, &entry), 0);
		nr += !!(entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED));
	}
	close(fd);
	return nr;
}

static void every_epoch_begins_with_holes(void **state)
{
	const struct epoch next = { .number = 1, .kind = EPOCH_MEASURED };

	(void)state;
	begin(&workload_holes);
	assert_int_equal(work.resident_pages, 0);
	assert_int_equal(populated(), 0);
	workload_holes.write(&work, 0, work.stores.nr);
	assert_int_equal(populated(), work.stores.nr);
	assert_int_equal(workload_holes.prepare(&work, &next), 1);
	assert_int_equal(populated(), 0);
	workload_holes.close(&work);
}

static void all_who_are_not_misled_prove_it(void **state)
{
	(void)state;
	assert_int_equal(proof_run_all("merged", "size:4m"), 0);
	assert_int_equal(proof_run_all("holes", "size:4m"), 0);
	assert_int_equal(proof_run_liars("merged", "size:4m"), 0);
	assert_int_equal(proof_run_liars("holes", "size:4m"), 0);
}

/* Its log has room for stores to what is not resident. */
static void a_log_of_faults_holds_every_store(void **state)
{
	struct reason why = { "" };

	(void)state;
	assert_int_equal(proof_run("holes/mprotect/dirty:100%/size:4m", &why),
			 STATUS_OK);
}

/* wasmtime asks for pages that are present. */
static void what_goes_out_is_not_asked_for(void **state)
{
	static const char *const told[] = { "before-arm", "after-arm" };
	struct reason why = { "" };
	struct cell cell;
	char key[64];

	(void)state;
	assert_int_equal(cell_parse(&cell,
				    "swapped/scan-wasmtime/when:after-write",
				    &why),
			 0);
	assert_int_equal(cell_check_kinds(&cell, &why), -EOPNOTSUPP);
	assert_non_null(strstr(why.text, "swapped out is not found"));
	for (int i = 0; i < 2; i++) {
		snprintf(key, sizeof(key), "swapped/scan-wasmtime/when:%s",
			 told[i]);
		assert_int_equal(cell_parse(&cell, key, &why), 0);
		assert_int_equal(cell_check_kinds(&cell, &why), 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mapping_grows_once_it_is_armed),
		cmocka_unit_test(every_epoch_begins_with_holes),
		cmocka_unit_test(all_who_are_not_misled_prove_it),
		cmocka_unit_test(a_log_of_faults_holds_every_store),
		cmocka_unit_test(what_goes_out_is_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
