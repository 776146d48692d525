// SPDX-License-Identifier: GPL-2.0-or-later
/* Agreements of trackers: outcomes, text and JSON, byte for byte, and back. */
#include "results/agreement/agreement.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/tables/text.h"
#include "tests/results/golden.h"

enum { OLD, NEW, NR_KERNELS };

static struct agreement_kernel kernels[NR_KERNELS];

static const uint64_t base = 0x200000000000;

static void begin(struct agreement *agreement, const char *pages,
		  const char *kind)
{
	*agreement = (struct agreement){ .page_bytes = 4096 };
	snprintf(agreement->cell, sizeof(agreement->cell), "%s/scan", pages);
	snprintf(agreement->pages, sizeof(agreement->pages), "%s", pages);
	snprintf(agreement->kind, sizeof(agreement->kind), "%s", kind);
}

/* Compared where there is no reason. */
static void add_tracker(struct agreement *agreement, const char *name,
			bool failed, const char *why)
{
	struct agreement_tracker *tracker =
		&agreement->trackers[agreement->nr_trackers++];

	snprintf(tracker->name, sizeof(tracker->name), "%s", name);
	tracker->compared = failed || !why[0];
	tracker->failed = failed;
	reason_set(&tracker->why, 0, "%s", why);
}

static void add_round(struct agreement *agreement, uint32_t trackers,
		      int64_t compared, int64_t differ)
{
	agreement->rounds[agreement->nr_rounds++] = (struct agreement_round){
		.trackers = trackers,
		.epochs = 5,
		.compared = compared,
		.differ = differ,
	};
}

static void add_region(struct agreement *agreement, int epoch, uint64_t page,
		       uint64_t pages, uint32_t said, bool written,
		       unsigned int because)
{
	struct agreement_region region = {
		.round = agreement->nr_rounds - 1,
		.epoch = epoch,
		.start = base + page * 4096,
		.end = base + (page + pages) * 4096,
		.said = said,
		.written = written,
		.because = because,
	};

	assert_int_equal(agreement_add_region(agreement, &region), 0);
}

static void keep(int kernel, const struct agreement *agreement)
{
	assert_int_equal(agreement_kernel_add(&kernels[kernel], agreement), 0);
}

static void make_dense(struct agreement *agreement)
{
	static const char lacking[] =
		"this kernel was built without CONFIG_MEM_SOFT_DIRTY: clearing "
		"succeeds and no write is ever reported";

	begin(agreement, "dense order=shuffled", "base");
	add_tracker(agreement, "mprotect", false, "");
	add_tracker(agreement, "scan", false, "");
	add_tracker(agreement, "scan-softdirty", false, lacking);
	add_tracker(agreement, "softdirty", false, lacking);
	add_tracker(agreement, "uffd-wp unpopulated=yes", false, "");
	add_round(agreement, 1 << 0 | 1 << 1, 2560, 0);
	add_round(agreement, 1 << 0 | 1 << 4, 2560, 0);
}

static void make_hugetlb(struct agreement *agreement)
{
	begin(agreement, "hugetlb sharing=private", "hugetlb-private");
	add_tracker(agreement, "scan-softdirty", false, "");
	add_tracker(agreement, "softdirty", false, "");
	add_round(agreement, 3, 10240, 3072);
	for (int epoch = 0; epoch < 3; epoch++) {
		add_region(agreement, epoch, 0, 1, 1, true, BECAUSE_UNCLAIMED);
		add_region(agreement, epoch, 1, 511, 1, false,
			   BECAUSE_UNCLAIMED);
		add_region(agreement, epoch, 1024, 512, 1, false,
			   BECAUSE_UNCLAIMED);
	}
}

static void make_thp(struct agreement *agreement)
{
	begin(agreement, "thp", "thp");
	add_tracker(agreement, "liar", false, "");
	add_tracker(agreement, "pagemap", false, "");
	add_tracker(agreement, "softdirty", false, "");
	add_round(agreement, 7, 10240, 515);
	add_region(agreement, 0, 0, 1, 6, true, BECAUSE_NOTHING);
	add_region(agreement, 0, 1, 511, 4, false, BECAUSE_GRANULE);
	add_region(agreement, 4, 512, 3, 2, false, BECAUSE_SUPERSET);
	/* All wrong together. */
	add_region(agreement, 4, 600, 1, 7, false, BECAUSE_NOTHING);
}

static void make_failed(struct agreement *agreement)
{
	begin(agreement, "swapped", "swapped");
	add_tracker(agreement, "mprotect", true,
		    "out of VMAs after 32758 pages were unprotected");
	add_tracker(agreement, "scan", false, "");
	add_tracker(agreement, "scan-resident", false, "");
	add_round(agreement, 7, 512, 0);
	add_round(agreement, 6, 2048, 0);
}

static void make_nothing(struct agreement *agreement)
{
	begin(agreement, "forked tracked=child", "base");
	add_tracker(agreement, "scan-softdirty", false,
		    "this kernel has no PAGEMAP_SCAN");
	add_tracker(agreement, "softdirty", false,
		    "no other tracker can follow the same memory beside it");
	reason_set(&agreement->why, 0,
		   "no two trackers can follow these pages together");
}

static void make_broken(struct agreement *agreement)
{
	begin(agreement, "holes", "base");
	agreement->failed = true;
	reason_set(&agreement->why, 0,
		   "the kernel oopsed: BUG: unable to "
		   "handle page fault");
}

static int make(void **state)
{
	static struct agreement agreement;

	(void)state;
	kernels[OLD] = (struct agreement_kernel){ .name = "6.12" };
	kernels[NEW] = (struct agreement_kernel){ .name = "7.3-rc1-mine" };
	make_dense(&agreement);
	keep(OLD, &agreement);
	make_hugetlb(&agreement);
	keep(OLD, &agreement);
	make_nothing(&agreement);
	keep(OLD, &agreement);
	make_broken(&agreement);
	keep(OLD, &agreement);
	reason_set(&kernels[OLD].why, 0, "the guest hangs");
	make_dense(&agreement);
	keep(NEW, &agreement);
	make_thp(&agreement);
	keep(NEW, &agreement);
	make_failed(&agreement);
	keep(NEW, &agreement);
	return 0;
}

static int destroy(void **state)
{
	(void)state;
	for (int i = 0; i < NR_KERNELS; i++)
		agreement_kernel_free(&kernels[i]);
	return 0;
}

/* Valid until the next call. */
static const char *text_of(enum agreement_format format, bool all)
{
	static char *text;
	const struct agreement_style style = { .format = format, .all = all };
	size_t size;
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(agreement_print(out, kernels, NR_KERNELS, &style), 0);
	fclose(out);
	return text;
}

static void text_is_as_expected(void **state)
{
	const char *text = text_of(AGREEMENT_TEXT, false);

	(void)state;
	golden_check_shape(text, TEXT_COLUMNS);
	golden_compare("agreement.txt", text);
}

static void all_regions_are_listed_if_wanted(void **state)
{
	const char *text = text_of(AGREEMENT_TEXT, true);

	(void)state;
	golden_check_shape(text, TEXT_COLUMNS);
	golden_compare("agreement-all.txt", text);
}

static void json_is_as_expected(void **state)
{
	(void)state;
	golden_compare("agreement.json", text_of(AGREEMENT_JSON, false));
}

static enum agreement_outcome outcome_of(void (*make_it)(struct agreement *))
{
	static struct agreement agreement;
	enum agreement_outcome outcome;

	make_it(&agreement);
	outcome = agreement_outcome(&agreement);
	agreement_free(&agreement);
	return outcome;
}

static void the_worst_is_the_outcome(void **state)
{
	(void)state;
	assert_int_equal(outcome_of(make_dense), AGREEMENT_AGREE);
	assert_int_equal(outcome_of(make_hugetlb), AGREEMENT_DECLARED);
	assert_int_equal(outcome_of(make_thp), AGREEMENT_DIFFER);
	assert_int_equal(outcome_of(make_failed), AGREEMENT_FAILED);
	assert_int_equal(outcome_of(make_broken), AGREEMENT_FAILED);
	assert_int_equal(outcome_of(make_nothing), AGREEMENT_NOTHING);
}

/* A line that a guest sent is what the host shows. */
static void an_agreement_comes_back_from_its_line(void **state)
{
	static struct agreement copy;
	struct agreement_kernel *kernel;
	struct reason why;
	char *line, *again;

	(void)state;
	for (int i = 0; i < NR_KERNELS; i++) {
		kernel = &kernels[i];
		for (int j = 0; j < kernel->nr; j++) {
			line = agreement_encode(&kernel->v[j]);
			assert_non_null(line);
			assert_null(strchr(line, '\n'));
			assert_int_equal(agreement_decode(&copy, line, &why),
					 0);
			again = agreement_encode(&copy);
			assert_string_equal(again, line);
			agreement_free(&copy);
			free(line);
			free(again);
		}
	}
}

static void a_damaged_line_is_refused(void **state)
{
	static struct agreement copy;
	struct reason why = { "" };
	char *line = agreement_encode(&kernels[NEW].v[1]);
	char *at;

	(void)state;
	assert_non_null(line);
	at = strstr(line, "\"liar\"");
	assert_non_null(at);
	/* What a region says, nobody of that name can have said. */
	at[1] = 'm';
	at[4] = 'l';
	assert_int_equal(agreement_decode(&copy, line, &why), -EINVAL);
	agreement_free(&copy);
	line[strlen(line) / 2] = '\0';
	assert_int_equal(agreement_decode(&copy, line, &why), -EINVAL);
	agreement_free(&copy);
	assert_int_equal(agreement_decode(&copy, "{}", &why), -EINVAL);
	assert_true(why.text[0]);
	agreement_free(&copy);
	free(line);
}

static void unknown_formats_are_refused(void **state)
{
	enum agreement_format format = AGREEMENT_TEXT;
	struct reason why;

	(void)state;
	assert_int_equal(agreement_format_find("json", &format, &why), 0);
	assert_int_equal(format, AGREEMENT_JSON);
	assert_int_equal(agreement_format_find("html", &format, &why), -EINVAL);
	assert_string_equal(why.text, "--format html: has to be text or json");
}

static void a_full_disk_is_told(void **state)
{
	struct agreement_style style = { .all = true };

	(void)state;
	for (int i = 0; i < NR_AGREEMENT_FORMATS; i++) {
		FILE *out = fopen("/dev/full", "w");

		style.format = (enum agreement_format)i;
		assert_non_null(out);
		setvbuf(out, NULL, _IONBF, 0);
		assert_true(agreement_print(out, kernels, NR_KERNELS, &style) <
			    0);
		fclose(out);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_is_as_expected),
		TEST(all_regions_are_listed_if_wanted),
		TEST(json_is_as_expected),
		TEST(the_worst_is_the_outcome),
		TEST(an_agreement_comes_back_from_its_line),
		TEST(a_damaged_line_is_refused),
		TEST(unknown_formats_are_refused),
		TEST(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
