// SPDX-License-Identifier: GPL-2.0-or-later
/* thp: huge when it says so, remade when split, and all proofs hold. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/cell.h"
#include "harness/machine/sysfile.h"
#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/procfs.h"
#include "harness/session.h"
#include "harness/uapi.h"
#include "harness/uffd.h"
#include "harness/watch.h"
#include "tests/kernel/proof.h"
#include "tests/kernel/shadowed.h"
#include "tests/kernel/tracked.h"

extern const struct workload workload_thp;

#define SKIP 77
/* Bits of /proc/kpageflags: uapi/linux/kernel-page-flags.h. */
#define KPF_THP (1ULL << 22)

/* Some to split and some to leave. */
enum { UNITS = 4 };

static const struct epoch first = { .number = 0, .kind = EPOCH_FIRST };
static char size_text[PARAM_TEXT_BYTES];

static uint64_t size_bytes(void)
{
	return UNITS * thp_bytes();
}

static void begin(struct work *work, struct params *params, const char *state)
{
	memset(work, 0, sizeof(*work));
	memset(params, 0, sizeof(*params));
	params_add(params, workload_thp.params);
	params_set(params, "size", size_text, NULL);
	params_set(params, "state", state, NULL);
	work->workload = &workload_thp;
	work->params = params;
}

static uint64_t huge_bytes_of_process(void)
{
	return (uint64_t)procfs_anon_huge_kb(getpid()) * 1024;
}

/* A read-only page in it, and the unit is mapped by base-page entries. */
static void split_unit(uint64_t start)
{
	void *page = (void *)(uintptr_t)start;

	assert_int_equal(mprotect(page, page_bytes(), PROT_READ), 0);
	assert_int_equal(mprotect(page, page_bytes(), PROT_READ | PROT_WRITE),
			 0);
}

static bool holds_addresses(const struct mapped_range *range)
{
	for (uint64_t at = range->start; at < range->end; at += page_bytes())
		if (*(uint64_t *)(uintptr_t)at != at)
			return false;
	return true;
}

static void test_intact(void **state)
{
	uint64_t before = huge_bytes_of_process();
	struct params params;
	struct work work;

	(void)state;
	begin(&work, &params, "intact");
	assert_int_equal(workload_thp.open(&work), 0);
	assert_int_equal(huge_bytes_of_process() - before, size_bytes());
	assert_int_equal(work.ranges[0].kind, PAGE_KIND_THP);
	assert_int_equal(work.ranges[0].unit_bytes, thp_bytes());
	assert_int_equal(work.stores.nr_candidates, UNITS);
	assert_int_equal(work.resident_pages, size_bytes() / page_bytes());
	assert_true(workload_thp.rewrites(&params));
	assert_int_equal(workload_thp.prepare(&work, &first), 0);
	workload_thp.close(&work);
}

static void test_split(void **state)
{
	uint64_t before = huge_bytes_of_process();
	struct params params;
	struct work work;

	(void)state;
	begin(&work, &params, "split");
	assert_int_equal(workload_thp.open(&work), 0);
	assert_int_equal(huge_bytes_of_process(), before);
	assert_int_equal(tracked_vmas(&work.ranges[0]), 1);
	assert_int_equal(work.ranges[0].kind, PAGE_KIND_THP_SPLIT);
	assert_int_equal(work.ranges[0].unit_bytes, page_bytes());
	assert_int_equal(work.stores.nr_candidates,
			 size_bytes() / page_bytes());
	assert_false(workload_thp.rewrites(&params));
	assert_int_equal(workload_thp.prepare(&work, &first), 0);
	workload_thp.close(&work);
}

/* Whole when it is armed, split behind that, out of khugepaged's reach, whole
 * for the next epoch; in one VMA all the time. */
static void test_split_armed(void **state)
{
	uint64_t before = huge_bytes_of_process();
	struct params params;
	struct work work;
	struct part part;

	(void)state;
	begin(&work, &params, "split-armed");
	assert_int_equal(workload_thp.open(&work), 0);
	for (int i = 0; i < 2; i++) {
		assert_true(workload_thp.prepare(&work, &first) >= 0);
		assert_int_equal(huge_bytes_of_process() - before,
				 size_bytes());
		assert_int_equal(workload_thp.between(&work, PHASE_ARM), 0);
		assert_int_equal(huge_bytes_of_process(), before);
		assert_int_equal(tracked_vmas(&work.ranges[0]), 1);
		describe_part(getpid(), work.ranges[0].start, &part);
		assert_non_null(strstr(part.flags, " nh"));
		assert_int_equal(workload_thp.between(&work, PHASE_WRITE), 0);
	}
	assert_true(workload_thp.rewrites(&params));
	workload_thp.close(&work);
}

/* Whether the page's frame is the one that follows @frame in a huge page;
 * 0 for @frame is any that a huge page could begin with. */
static bool continues_huge_page(int pagemap, int flags_fd, uint64_t at,
				uint64_t *frame)
{
	uint64_t entry, flags, next;

	if (pagemap_entry(pagemap, at, &entry))
		return false;
	next = entry & ((1ULL << 55) - 1);
	if (pread(flags_fd, &flags, sizeof(flags),
		  (off_t)(next * sizeof(flags))) != sizeof(flags))
		return false;
	if (at % thp_bytes() ? next != *frame + 1
			     : next % (thp_bytes() / page_bytes()) != 0)
		return false;
	*frame = next;
	return flags & KPF_THP;
}

/* Only the mapping is split: the pages beneath are still huge ones. */
static void test_split_keeps_huge_page(void **state)
{
	int flags_fd = open("/proc/kpageflags", O_RDONLY);
	int pagemap = pagemap_open(getpid(), NULL);
	struct params params;
	struct work work;
	uint64_t frame = 0;

	(void)state;
	if (flags_fd < 0) {
		printf("needs root and CONFIG_PROC_PAGE_MONITOR\n");
		skip();
	}
	begin(&work, &params, "split");
	assert_int_equal(workload_thp.open(&work), 0);
	for (uint64_t at = work.ranges[0].start; at < work.ranges[0].end;
	     at += page_bytes())
		assert_true(continues_huge_page(pagemap, flags_fd, at, &frame));
	workload_thp.close(&work);
	close(pagemap);
	close(flags_fd);
}

/* A split range that is whole again is an error, not another measurement. */
static void test_split_is_verified(void **state)
{
	struct params params;
	struct work work;

	(void)state;
	begin(&work, &params, "split");
	assert_int_equal(workload_thp.open(&work), 0);
	madvise((void *)(uintptr_t)work.ranges[0].start, thp_bytes(),
		MADV_HUGEPAGE);
	if (madvise((void *)(uintptr_t)work.ranges[0].start, thp_bytes(),
		    MADV_COLLAPSE)) {
		printf("no MADV_COLLAPSE here\n");
		workload_thp.close(&work);
		skip();
	}
	assert_int_equal(workload_thp.prepare(&work, &first), -EAGAIN);
	assert_non_null(strstr(work.why.text, "MADV_NOHUGEPAGE"));
	workload_thp.close(&work);
}

static void test_remade_in_place(void **state)
{
	uint64_t before = huge_bytes_of_process();
	struct params params;
	struct work work;
	int ret;

	(void)state;
	begin(&work, &params, "intact");
	assert_int_equal(workload_thp.open(&work), 0);
	/* khugepaged could be faster than what is looked at here. */
	assert_int_equal(madvise((void *)(uintptr_t)work.ranges[0].start,
				 size_bytes(), MADV_NOHUGEPAGE),
			 0);
	split_unit(work.ranges[0].start + thp_bytes());
	split_unit(work.ranges[0].end - thp_bytes());
	assert_int_equal(huge_bytes_of_process() - before,
			 size_bytes() - 2 * thp_bytes());
	ret = workload_thp.prepare(&work, &first);
	assert_int_equal(huge_bytes_of_process() - before, size_bytes());
	assert_true(holds_addresses(&work.ranges[0]));
	/* Anew, where there is no MADV_COLLAPSE. */
	assert_true(ret == 0 || ret == 1);
	workload_thp.close(&work);
}

/* Open, protect, store: what a tracker leaves behind. The descriptor. */
static int split_by_store(struct work *work, struct params *params)
{
	const struct mapped_range *range = work->ranges;
	struct reason why;
	int fd = uffd_open(getpid(), UFFD_FEATURE_WP_ASYNC, "", &why);

	if (fd < 0) {
		printf("%s\n", why.text);
		skip();
	}
	begin(work, params, "intact");
	assert_int_equal(workload_thp.open(work), 0);
	assert_int_equal(uffd_register(fd, range->start, range->end), 0);
	assert_int_equal(uffd_writeprotect(fd, range->start, range->end, true),
			 0);
	*(volatile uint64_t *)(uintptr_t)range->start = range->start;
	return fd;
}

static void test_remaking_keeps_registration(void **state)
{
	uint64_t before = huge_bytes_of_process();
	struct params params;
	struct work work;
	const struct mapped_range *range = work.ranges;
	int fd = split_by_store(&work, &params);

	(void)state;
	assert_int_equal(huge_bytes_of_process() - before,
			 size_bytes() - thp_bytes());
	assert_int_equal(uffd_writeprotect(fd, range->start, range->end, false),
			 0);
	assert_int_equal(workload_thp.prepare(&work, &first), 0);
	assert_int_equal(huge_bytes_of_process() - before, size_bytes());
	assert_true(holds_addresses(range));
	assert_int_equal(uffd_writeprotect(fd, range->start, range->end, true),
			 0);
	workload_thp.close(&work);
	close(fd);
}

/* Protected pages cannot be put together: the range is mapped anew. */
static void test_mapped_anew(void **state)
{
	uint64_t before = huge_bytes_of_process();
	struct params params;
	struct work work;
	int fd = split_by_store(&work, &params);

	(void)state;
	assert_int_equal(workload_thp.prepare(&work, &first), 1);
	assert_int_equal(huge_bytes_of_process() - before, size_bytes());
	assert_true(holds_addresses(&work.ranges[0]));
	workload_thp.close(&work);
	close(fd);
}

/* Make a system call fail, where its argument is as given, from here on. A
 * value of 0 for @error is success without an effect. */
static int forbid(int nr, int argument, uint32_t value, uint32_t error)
{
	/* The lower half of an argument comes first: x86-64, arm64, riscv. */
	uint32_t at = (uint32_t)(offsetof(struct seccomp_data, args) +
				 (size_t)argument * sizeof(uint64_t));
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno
								    : 0;
}

/* What @run returns in a child, where it may spoil what it likes. */
static int in_child(int (*run)(void))
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (!child)
		_exit(run());
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIP)
		skip();
	return WEXITSTATUS(status);
}

static int become_old(void)
{
	if (forbid(SYS_madvise, 2, MADV_COLLAPSE, EINVAL) ||
	    forbid(SYS_ioctl, 1, (uint32_t)PAGEMAP_SCAN, ENOTTY)) {
		printf("no seccomp filters here\n");
		return SKIP;
	}
	return 0;
}

/* As on Linux 5.10: neither PAGEMAP_SCAN nor MADV_COLLAPSE. */
static int live_on_old_kernel(void)
{
	struct params params;
	struct work work;
	char key[CELL_KEY_BYTES];
	int ret = become_old();

	if (ret)
		return ret;
	begin(&work, &params, "intact");
	if (workload_thp.open(&work) || workload_thp.prepare(&work, &first))
		return 1;
	mprotect((void *)(uintptr_t)work.ranges[0].start, page_bytes(),
		 PROT_READ);
	ret = workload_thp.prepare(&work, &first);
	workload_thp.close(&work);
	if (ret != 1)
		return 2;
	snprintf(key, sizeof(key), "size:%s", size_text);
	if (proof_run_all("thp", key))
		return 3;
	snprintf(key, sizeof(key), "size:%s/state:split", size_text);
	if (proof_run_all("thp", key))
		return 4;
	snprintf(key, sizeof(key), "size:%s/state:split-armed", size_text);
	return proof_run_all("thp", key) ? 5 : 0;
}

static void test_old_kernel(void **state)
{
	(void)state;
	assert_int_equal(in_child(live_on_old_kernel), 0);
}

static int expect_refusal(int error, const char *words)
{
	struct params params;
	struct work work;
	int ret;

	begin(&work, &params, "intact");
	ret = workload_thp.open(&work);
	workload_thp.close(&work);
	if (ret == error && strstr(work.why.text, words))
		return 0;
	printf("%d: %s\n", ret, work.why.text);
	return 1;
}

static int live_disabled(void)
{
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		return SKIP;
	return expect_refusal(-ENODEV, "PR_SET_THP_DISABLE");
}

static void test_disabled(void **state)
{
	(void)state;
	assert_int_equal(in_child(live_disabled), 0);
}

/* Advice without effect is what memory in small pieces looks like. */
static int live_fragmented(void)
{
	char mode[64] = "";
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");

	if (!file || !fgets(mode, sizeof(mode), file) ||
	    strstr(mode, "[always]")) {
		printf("huge pages come without advice here\n");
		return SKIP;
	}
	fclose(file);
	if (become_old() || forbid(SYS_madvise, 2, MADV_HUGEPAGE, 0))
		return SKIP;
	return expect_refusal(-ENOMEM, "compact_memory");
}

static void test_fragmented(void **state)
{
	(void)state;
	assert_int_equal(in_child(live_fragmented), 0);
}

static void prove_all(const char *how)
{
	char text[CELL_KEY_BYTES];

	snprintf(text, sizeof(text), "state:%s/dirty:50%%/size:%s", how,
		 size_text);
	assert_int_equal(proof_run_all("thp", text), 0);
	assert_int_equal(proof_run_liars("thp", text), 0);
}

static void test_trackers_intact(void **state)
{
	(void)state;
	prove_all("intact");
}

static void test_trackers_split(void **state)
{
	(void)state;
	prove_all("split");
}

static void test_trackers_split_armed(void **state)
{
	(void)state;
	prove_all("split-armed");
}

/* Several writers in a huge page: the first of them splits it. */
static void test_writers(void **state)
{
	static const char *const how[] = { "intact", "split", "split-armed" };
	char text[CELL_KEY_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		snprintf(text, sizeof(text),
			 "state:%s/dirty:50%%/size:%s/threads:2/delay-ms:1/"
			 "epoch-ms:40",
			 how[i], size_text);
		assert_int_equal(proof_run_all("thp", text), 0);
		assert_int_equal(proof_run_liars("thp", text), 0);
	}
}

/* One epoch of writers without a tracker, which on a busy machine, too, get to
 * store to every page: whether one was left out, or huge pages map other than
 * the @expected bytes then. */
static int live_with_writers(const char *how, int64_t expected)
{
	struct placement place = { .other_cpu = -1 };
	uint64_t before = huge_bytes_of_process();
	struct epoch_result result;
	struct concurrency plan;
	struct session session;
	struct watch watch;
	struct reason why;
	struct cell cell;
	char key[CELL_KEY_BYTES];
	size_t untouched = 0;

	snprintf(key, sizeof(key),
		 "thp/none/dirty:100%%/size:%s/state:%s/threads:2/epoch-ms:500",
		 size_text, how);
	if (cell_parse(&cell, key, &why) ||
	    session_create(&session, &cell, &place, &why) ||
	    !cell.workload->concurrent(&cell.params, &plan) ||
	    watch_create(&watch, &session, &plan, &why))
		return 1;
	watch_epoch(&watch, &first, false, &result);
	for (size_t i = 0; i < watch.ledger.nr_pages; i++)
		untouched += !ledger_stamp(&watch.ledger, i);
	return result.status != STATUS_OK || untouched ||
	       (int64_t)(huge_bytes_of_process() - before) != expected;
}

static int live_with_writers_whole(void)
{
	return live_with_writers("intact", (int64_t)size_bytes());
}

static int live_with_writers_split(void)
{
	return live_with_writers("split-armed", 0);
}

static void test_writers_store_to_all_of_a_huge_page(void **state)
{
	(void)state;
	assert_int_equal(in_child(live_with_writers_whole), 0);
	assert_int_equal(in_child(live_with_writers_split), 0);
}

/* All epochs under the tracker, and what is left: kB of huge pages lost. */
static int64_t huge_kb_lost(const char *tracker)
{
	static const enum epoch_kind kinds[] = { EPOCH_FIRST, EPOCH_MEASURED,
						 EPOCH_IDLE, EPOCH_READ };
	struct placement place = { .other_cpu = -1 };
	struct epoch_result result;
	struct sample_figures left;
	struct session session;
	struct reason why = { "" };
	char key[CELL_KEY_BYTES];
	struct cell cell;

	snprintf(key, sizeof(key), "thp/%s/dirty:50%%/size:%s", tracker,
		 size_text);
	if (cell_parse(&cell, key, &why) ||
	    session_create(&session, &cell, &place, &why))
		return -1;
	for (unsigned int i = 0; i < 4; i++)
		session_epoch(&session, &(struct epoch){ i, kinds[i] },
			      &result);
	sample_figures_clear(&left);
	if (session_finish(&session, &left, &why) ||
	    session_aftermath(&session, &(struct epoch){ 4, EPOCH_MEASURED },
			      &left, &why))
		printf("%s: %s\n", tracker, why.text);
	session_destroy(&session);
	return left.anon_huge_kb.before - left.anon_huge_kb.after;
}

/* By khugepaged, of any process. */
static uint64_t pages_collapsed(void)
{
	uint64_t nr = 0;

	sysfile_read_u64("/sys/kernel/mm/transparent_hugepage/khugepaged/"
			 "pages_collapsed",
			 &nr);
	return nr;
}

/* A store splits the huge page under its VMA's new border, and nothing makes it
 * whole again before it is counted: where khugepaged did, that says nothing. */
static int live_aftermath(void)
{
	int64_t half_kb = (int64_t)size_bytes() / 2 / 1024;
	int64_t none_kb, mprotect_kb;
	uint64_t before;

	do {
		before = pages_collapsed();
		none_kb = huge_kb_lost("none");
		mprotect_kb = huge_kb_lost("mprotect");
	} while (pages_collapsed() != before);
	if (!none_kb && mprotect_kb == half_kb)
		return 0;
	printf("%" PRId64 " and %" PRId64 " kB, not 0 and %" PRId64 "\n",
	       none_kb, mprotect_kb, half_kb);
	return 1;
}

static void test_aftermath(void **state)
{
	(void)state;
	assert_int_equal(in_child(live_aftermath), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intact),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_armed),
		cmocka_unit_test(test_split_keeps_huge_page),
		cmocka_unit_test(test_split_is_verified),
		cmocka_unit_test(test_remade_in_place),
		cmocka_unit_test(test_remaking_keeps_registration),
		cmocka_unit_test(test_mapped_anew),
		cmocka_unit_test(test_old_kernel),
		cmocka_unit_test(test_disabled),
		cmocka_unit_test(test_fragmented),
		cmocka_unit_test(test_aftermath),
		cmocka_unit_test(test_trackers_intact),
		cmocka_unit_test(test_trackers_split),
		cmocka_unit_test(test_trackers_split_armed),
		cmocka_unit_test(test_writers),
		cmocka_unit_test(test_writers_store_to_all_of_a_huge_page),
	};

	if (!machine_thp_works()) {
		printf("skipped: transparent huge pages are off (echo madvise "
		       "> /sys/kernel/mm/transparent_hugepage/enabled)\n");
		return SKIP;
	}
	params_format_bytes(size_text, size_bytes());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
