// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine is the same before and after preparation, however a run ends. */
#include "harness/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness/machine/guardian.h"
#include "harness/machine/sysfile.h"
#include "harness/procfs.h"

#define OVERCOMMIT "/proc/sys/vm/nr_overcommit_hugepages"
#define THP_MODE   "/sys/kernel/mm/transparent_hugepage/enabled"
#define ZSWAP	   "/sys/module/zswap/parameters/enabled"
#define POOL	   "/proc/sys/vm/nr_hugepages"
#define PART	   (64ULL << 20) /* small beside any machine's memory */
#define SKIP	   77
#define SAME_SOON  15000 /* ms: the guardian tries for longer than this */

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

static int failures;
static const char *folder;
static bool has_zram, has_swap_file, has_hugetlb;

#define CHECK(condition)                                                  \
	do {                                                              \
		if (!(condition)) {                                       \
			printf("%s:%d: not so: %s\n", __func__, __LINE__, \
			       #condition);                               \
			failures++;                                       \
		}                                                         \
	} while (0)

static void sleep_ms(long ms)
{
	struct timespec rest = { .tv_sec = ms / 1000,
				 .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&rest, NULL);
}

/* What preparation may change, as one text. */
struct picture {
	char text[8192];
};

static void add(struct picture *picture, const char *line)
{
	size_t used = strlen(picture->text);

	snprintf(picture->text + used, sizeof(picture->text) - used, "%s\n",
		 line);
}

static void add_files(struct picture *picture, const char *pattern)
{
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++)
		add(picture, found.gl_pathv[i]);
	globfree(&found);
}

static void add_swaps(struct picture *picture)
{
	char name[256], priority[16], line[300];
	FILE *file = fopen("/proc/swaps", "r");

	/* Without the used size, which changes by itself. */
	while (file &&
	       fscanf(file, "%255s %*s %*s %*s %15s", name, priority) == 2) {
		snprintf(line, sizeof(line), "%s %s", name, priority);
		add(picture, line);
	}
	if (file)
		fclose(file);
}

/* Modes of the sizes of transparent huge pages. */
static void add_modes(struct picture *picture)
{
	char mode[64];
	glob_t found;

	if (glob("/sys/kernel/mm/transparent_hugepage/hugepages-*/enabled", 0,
		 NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		add(picture, found.gl_pathv[i]);
		if (!sysfile_read(found.gl_pathv[i], mode, sizeof(mode)))
			add(picture, mode);
	}
	globfree(&found);
}

static void take(struct picture *picture)
{
	static const char *const settings[] = {
		POOL, THP_MODE, "/sys/kernel/mm/transparent_hugepage/defrag",
		ZSWAP
	};
	char text[256], pattern[300];
	size_t i;

	picture->text[0] = '\0';
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		add(picture, sysfile_read(settings[i], text, sizeof(text))
				     ? "absent"
				     : text);
	snprintf(text, sizeof(text), "huge pages %lld",
		 (long long)procfs_line("/proc/meminfo", "HugePages_Total"));
	add(picture, text);
	add_modes(picture);
	add_swaps(picture);
	add_files(picture, "/sys/block/zram*");
	add_files(picture, "/dev/zram*");
	add_files(picture, "/run/dirtybench*");
	snprintf(pattern, sizeof(pattern), "%s/dirtybench-swap-*", folder);
	add_files(picture, pattern);
}

static bool same(const struct picture *before, long limit_ms)
{
	struct picture now;

	for (;; limit_ms -= 50) {
		take(&now);
		if (!strcmp(before->text, now.text))
			return true;
		if (limit_ms <= 0)
			break;
		sleep_ms(50);
	}
	printf("before:\n%safter:\n%s", before->text, now.text);
	return false;
}

static struct machine_needs all_needs(void)
{
	struct machine_needs needs = { .thp = true };

	if (has_hugetlb)
		needs.hugetlb_bytes = machine_hugetlb_free_bytes() + PART;
	if (has_zram)
		needs.swap_bytes[SWAP_ZRAM] = PART;
	if (has_swap_file)
		needs.swap_bytes[SWAP_FILE] = PART;
	return needs;
}

/* Run @life in a child with signals as usual; 0 from it is success. */
static pid_t start_runner(int (*life)(int ready), int *ready)
{
	int ends[2];
	pid_t runner;

	if (pipe2(ends, O_CLOEXEC))
		abort();
	fflush(stdout);
	runner = fork();
	if (!runner) {
		setpgid(0, 0);
		close(ends[0]);
		_exit(life(ends[1]));
	}
	close(ends[1]);
	*ready = ends[0];
	return runner;
}

static bool wait_ready(int ready)
{
	char byte;
	bool is_ready = read(ready, &byte, 1) == 1;

	close(ready);
	return is_ready;
}

static int exit_status(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* 0 when nothing called @name has @parent for its parent. */
static pid_t find_child(pid_t parent, const char *name)
{
	char path[64], comm[32];
	pid_t pid, ppid, found = 0;
	glob_t processes;
	size_t i;
	FILE *file;

	if (glob("/proc/[0-9]*/stat", 0, NULL, &processes))
		return 0;
	for (i = 0; i < processes.gl_pathc; i++) {
		snprintf(path, sizeof(path), "%s", processes.gl_pathv[i]);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fscanf(file, "%d (%31[^)]) %*c %d", &pid, comm, &ppid) ==
			    3 &&
		    ppid == parent && !strcmp(comm, name))
			found = pid;
		fclose(file);
	}
	globfree(&processes);
	return found;
}

static void tell(int ready)
{
	if (write(ready, "", 1) != 1)
		abort();
}

static bool prepare(struct preparation **prep)
{
	struct machine_needs needs = all_needs();
	struct reason why = { "" };
	int err = prepare_start(prep, &needs, folder, &why);

	if (err)
		printf("prepare_start: %s\n", why.text);
	return !err;
}

static void needs_are_met_and_given_back(void)
{
	uint64_t free_bytes = machine_hugetlb_free_bytes();
	struct preparation *prep;
	struct picture before;
	struct reason why = { "" };

	take(&before);
	if (!prepare(&prep)) {
		failures++;
		return;
	}
	CHECK(!*prepare_hugetlb_reason(prep)->text);
	CHECK(!*prepare_thp_reason(prep)->text);
	CHECK(!*prepare_swap_reason(prep, SWAP_ZRAM)->text);
	CHECK(!*prepare_swap_reason(prep, SWAP_FILE)->text);
	CHECK(!has_hugetlb ||
	      machine_hugetlb_free_bytes() >= free_bytes + PART);
	CHECK(machine_thp_works());
	if (has_zram)
		CHECK(machine_swap_free_bytes(SWAP_ZRAM) >= PART);
	CHECK(!prepare_end(prep, &why));
	CHECK(!*why.text);
	CHECK(same(&before, 0));
	CHECK(!prepare_end(NULL, &why));
}

static void one_swap_is_on_at_a_time(void)
{
	uint64_t zram_before = machine_swap_free_bytes(SWAP_ZRAM);
	uint64_t file_before = machine_swap_free_bytes(SWAP_FILE);
	struct preparation *prep;
	struct picture before;
	struct reason why = { "" };
	int i;

	if (!has_zram || !has_swap_file)
		return;
	take(&before);
	if (!prepare(&prep)) {
		failures++;
		return;
	}
	for (i = 0; i < 3; i++) {
		CHECK(!prepare_swap(prep, SWAP_FILE, &why));
		CHECK(machine_swap_free_bytes(SWAP_ZRAM) == zram_before);
		CHECK(machine_swap_free_bytes(SWAP_FILE) >= file_before + PART);
		CHECK(!prepare_swap(prep, SWAP_ZRAM, &why));
		CHECK(machine_swap_free_bytes(SWAP_ZRAM) >= zram_before + PART);
		CHECK(machine_swap_free_bytes(SWAP_FILE) == file_before);
	}
	CHECK(!prepare_swap(prep, SWAP_NONE, &why));
	CHECK(machine_swap_free_bytes(SWAP_ZRAM) == zram_before);
	CHECK(!*why.text);
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
}

static void what_is_there_is_not_changed(void)
{
	struct machine_needs needs = { .thp = machine_thp_works() };
	struct picture before, during;
	struct preparation *prep;
	struct reason why = { "" };
	uint64_t pages, now;

	if (!has_hugetlb || sysfile_read_u64(POOL, &pages))
		return;
	CHECK(!sysfile_write_u64(POOL, pages + 8));
	needs.hugetlb_bytes = machine_hugetlb_free_bytes();
	take(&before);
	CHECK(!prepare_start(&prep, &needs, folder, &why));
	take(&during);
	CHECK(!strstr(during.text, GUARDIAN_SAVED_PATH));
	CHECK(strstr(during.text, GUARDIAN_LOCK_PATH));
	CHECK(!sysfile_read_u64(POOL, &now));
	CHECK(now == pages + 8);
	CHECK(prepare_swap(prep, SWAP_ZRAM, &why) == -ENOENT);
	CHECK(strstr(why.text, "zram"));
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
	needs.hugetlb_bytes += PART;
	CHECK(!prepare_start(&prep, &needs, folder, &why));
	CHECK(machine_hugetlb_free_bytes() == needs.hugetlb_bytes);
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
	CHECK(!sysfile_write_u64(POOL, pages));
}

/* Surplus pages in use are taken into the pool before new ones are made. */
static void pages_of_others_do_not_count(void)
{
	struct machine_needs needs = { .hugetlb_bytes = PART };
	uint64_t bytes = 4 * machine_hugetlb_page_bytes();
	struct preparation *prep;
	struct reason why = { "" };
	struct picture before;
	uint64_t surplus;
	void *memory;

	if (!has_hugetlb || machine_hugetlb_free_bytes() ||
	    sysfile_read_u64(OVERCOMMIT, &surplus))
		return;
	CHECK(!sysfile_write_u64(OVERCOMMIT, surplus + 4));
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE,
		      -1, 0);
	CHECK(memory != MAP_FAILED);
	take(&before);
	CHECK(!prepare_start(&prep, &needs, NULL, &why));
	CHECK(machine_hugetlb_free_bytes() >= PART);
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
	munmap(memory, bytes);
	CHECK(!sysfile_write_u64(OVERCOMMIT, surplus));
}

static void thp_never_becomes_madvise_and_never_again(void)
{
	struct machine_needs needs = { .thp = true };
	struct preparation *prep;
	struct reason why = { "" };
	struct picture before;
	char mode[64], now[64];

	if (sysfile_read_choice(THP_MODE, mode, sizeof(mode)))
		return;
	CHECK(!sysfile_write(THP_MODE, "never"));
	take(&before);
	CHECK(!machine_thp_works());
	CHECK(!prepare_start(&prep, &needs, NULL, &why));
	CHECK(machine_thp_works());
	CHECK(!sysfile_read_choice(THP_MODE, now, sizeof(now)));
	CHECK(!strcmp(now, "madvise"));
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
	CHECK(!sysfile_write(THP_MODE, mode));
}

static bool mode_is(const char *size, const char *mode)
{
	char path[100], now[64];

	snprintf(path, sizeof(path),
		 "/sys/kernel/mm/transparent_hugepage/hugepages-%s/enabled",
		 size);
	return !sysfile_read_choice(path, now, sizeof(now)) &&
	       !strcmp(now, mode);
}

static void one_size_of_folios_is_given_at_a_time(void)
{
	struct machine_needs needs = { .folio = true };
	struct preparation *prep;
	struct reason why = { "" };
	struct picture before;

	if (!machine_folio_exists(64 << 10))
		return;
	take(&before);
	CHECK(!prepare_start(&prep, &needs, NULL, &why));
	CHECK(!*prepare_folio_reason(prep)->text);
	CHECK(!prepare_folio(prep, 64 << 10, &why));
	CHECK(machine_folio_works(64 << 10));
	CHECK(!machine_folio_works(32 << 10));
	CHECK(mode_is("64kB", "madvise") && mode_is("32kB", "never") &&
	      mode_is("2048kB", "never"));
	CHECK(!prepare_folio(prep, 32 << 10, &why));
	CHECK(machine_folio_works(32 << 10));
	CHECK(!machine_folio_works(64 << 10));
	CHECK(mode_is("64kB", "never"));
	CHECK(!prepare_folio(prep, 0, &why));
	CHECK(!*why.text);
	CHECK(!prepare_folio(prep, 1 << 20, &why));
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
}

static void folios_nobody_asked_for_are_not_given(void)
{
	struct machine_needs needs = { .thp = true };
	struct preparation *prep;
	struct reason why = { "" };
	struct picture before;

	take(&before);
	CHECK(!prepare_start(&prep, &needs, NULL, &why));
	CHECK(!prepare_folio(prep, 0, &why));
	CHECK(prepare_folio(prep, 64 << 10, &why) == -ENOENT);
	CHECK(*why.text);
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
}

static void zswap_stands_aside_while_swap_is_needed(void)
{
	struct machine_needs needs = { .swap_bytes = { [SWAP_ZRAM] = PART } };
	struct preparation *prep;
	struct reason why = { "" };
	struct picture before;
	char mode[8], now[8];

	if (!has_zram || sysfile_read(ZSWAP, mode, sizeof(mode)) ||
	    sysfile_write(ZSWAP, "Y"))
		return;
	take(&before);
	CHECK(!prepare_start(&prep, &needs, NULL, &why));
	CHECK(!sysfile_read(ZSWAP, now, sizeof(now)));
	CHECK(!strcmp(now, "N"));
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
	CHECK(!sysfile_write(ZSWAP, mode));
}

static void a_need_that_cannot_be_met_says_why(void)
{
	struct machine_needs needs = { .swap_bytes = { [SWAP_FILE] = PART } };
	struct preparation *prep;
	struct reason why = { "" };
	struct picture before;

	take(&before);
	/* /dev/shm is tmpfs, /proc takes no files, and no machine has 1 EiB. */
	CHECK(!prepare_start(&prep, &needs, "/dev/shm", &why));
	CHECK(strstr(prepare_swap_reason(prep, SWAP_FILE)->text, "ext4"));
	CHECK(prepare_swap(prep, SWAP_FILE, &why) == -ENOENT);
	CHECK(strstr(why.text, "ext4"));
	CHECK(!prepare_end(prep, &why));
	CHECK(!prepare_start(&prep, &needs, "/proc", &why));
	CHECK(*prepare_swap_reason(prep, SWAP_FILE)->text);
	CHECK(!prepare_end(prep, &why));
	needs.swap_bytes[SWAP_FILE] = 1ULL << 60;
	CHECK(!prepare_start(&prep, &needs, folder, &why));
	CHECK(*prepare_swap_reason(prep, SWAP_FILE)->text);
	CHECK(!prepare_end(prep, &why));
	CHECK(prepare_start(&prep, &needs, "/nowhere", &why) == -ENOENT);
	CHECK(strstr(why.text, "/nowhere"));
	CHECK(same(&before, 0));
}

static int unprivileged_life(int ready)
{
	struct machine_needs needs = { .thp = true };
	struct preparation *prep;
	struct reason why = { "" };

	(void)ready;
	if (setresuid(65534, 65534, 65534))
		return 1;
	if (prepare_start(&prep, &needs, folder, &why) != -EPERM)
		return 2;
	return strstr(why.text, "root") ? 0 : 3;
}

static void without_root_nothing_is_tried(void)
{
	int ready;
	pid_t runner = start_runner(unprivileged_life, &ready);

	close(ready);
	CHECK(exit_status(runner) == 0);
}

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

static int interrupted_life(int ready)
{
	struct preparation *prep;
	struct reason why = { "" };

	if (!prepare(&prep))
		return 1;
	signal(SIGINT, stop);
	tell(ready);
	while (!stopped)
		sleep_ms(10);
	/* The guardian is still there; prepare_end() would stand in for it. */
	if (prepare_swap(prep, SWAP_NONE, &why))
		return 2;
	return prepare_end(prep, &why) ? 3 : 0;
}

/* As a terminal does: to the whole process group. */
static void an_interrupt_reaches_the_runner_only(void)
{
	struct picture before;
	pid_t runner;
	int ready;

	take(&before);
	runner = start_runner(interrupted_life, &ready);
	CHECK(wait_ready(ready));
	kill(-runner, SIGINT);
	CHECK(exit_status(runner) == 0);
	CHECK(same(&before, 0));
}

static int careless_life(int ready)
{
	struct preparation *prep;

	if (!prepare(&prep))
		return 1;
	tell(ready);
	return 5;
}

static void a_runner_that_just_exits_is_cleaned_up_after(void)
{
	struct picture before;
	pid_t runner;
	int ready;

	take(&before);
	runner = start_runner(careless_life, &ready);
	CHECK(wait_ready(ready));
	CHECK(exit_status(runner) == 5);
	CHECK(same(&before, SAME_SOON));
}

static uint64_t noise(uint64_t i)
{
	i ^= i >> 31;
	i *= 0x9e3779b97f4a7c15ULL;
	return i ^ i >> 29;
}

static uint64_t *map_noise(int flags)
{
	uint64_t *memory, i;

	memory = mmap(NULL, PART, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	if (memory == MAP_FAILED)
		return NULL;
	for (i = 0; i < PART / 8; i++)
		memory[i] = noise(i);
	return memory;
}

static bool has_noise(const uint64_t *memory)
{
	uint64_t i;

	for (i = 0; i < PART / 8; i++)
		if (memory[i] != noise(i))
			return false;
	return true;
}

/* Hold huge pages and swapped pages, tell, and look again at the end. */
static int target_life(int ready, bool dies_with_runner)
{
	pid_t runner = getppid();
	uint64_t *huge = NULL, *swapped;

	if (dies_with_runner)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (has_hugetlb) {
		huge = map_noise(MAP_HUGETLB);
		if (!huge)
			return 1;
	}
	swapped = map_noise(0);
	if (!swapped)
		return 2;
	madvise(swapped, PART, MADV_PAGEOUT);
	if (has_zram &&
	    procfs_line("/proc/self/status", "VmSwap") < (int64_t)(PART >> 11))
		return 3;
	tell(ready);
	while (getppid() == runner)
		sleep_ms(10);
	sleep_ms(2000);
	/* The guardian has not waited for this process to end. */
	if (procfs_line("/proc/self/status", "VmSwap") > 0)
		return 6;
	if (huge && !has_noise(huge))
		return 4;
	return has_noise(swapped) ? 0 : 5;
}

static int killed_life(int ready, bool target_dies)
{
	struct preparation *prep;

	if (!prepare(&prep))
		return 1;
	if (!fork())
		_exit(target_life(ready, target_dies));
	close(ready);
	for (;;)
		pause();
}

static int life_with_dying_target(int ready)
{
	return killed_life(ready, true);
}

static int life_with_surviving_target(int ready)
{
	return killed_life(ready, false);
}

/* Make pidfd_open() what it is on Linux 5.2. */
static int life_without_pidfd(int ready)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = filter };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 1;
	return killed_life(ready, false);
}

/* The guardian and an orphaned target become children of this process. */
static void kill_in_the_middle(int (*life)(int ready), int target_status)
{
	struct picture before;
	pid_t runner, target;
	int ready;

	take(&before);
	runner = start_runner(life, &ready);
	CHECK(wait_ready(ready));
	target = find_child(runner, program_invocation_short_name);
	CHECK(target > 0);
	kill(runner, SIGKILL);
	CHECK(exit_status(runner) == 256 + SIGKILL);
	if (target > 0)
		CHECK(exit_status(target) == target_status);
	CHECK(same(&before, SAME_SOON));
	while (waitpid(-1, NULL, 0) > 0)
		continue;
}

static void a_killed_runner_is_cleaned_up_after(void)
{
	kill_in_the_middle(life_with_dying_target, 256 + SIGKILL);
}

static void a_surviving_target_keeps_its_pages(void)
{
	kill_in_the_middle(life_with_surviving_target, 0);
}

static void without_pidfd_it_works_as_well(void)
{
	kill_in_the_middle(life_without_pidfd, 0);
}

static int life_that_ends_without_guardian(int ready)
{
	struct preparation *prep;
	struct reason why = { "" };

	if (!prepare(&prep))
		return 1;
	kill(find_child(getpid(), "dirtybenchguard"), SIGKILL);
	sleep_ms(100);
	(void)ready;
	if (prepare_swap(prep, SWAP_NONE, &why) != -EPIPE)
		return 2;
	return prepare_end(prep, &why) ? 3 : 0;
}

static void the_runner_stands_in_for_its_guardian(void)
{
	struct picture before;
	pid_t runner;
	int ready;

	take(&before);
	runner = start_runner(life_that_ends_without_guardian, &ready);
	close(ready);
	CHECK(exit_status(runner) == 0);
	CHECK(same(&before, 0));
}

static void the_next_run_stands_in_for_a_guardian(void)
{
	struct machine_needs nothing = { 0 };
	struct picture before, left;
	struct preparation *prep;
	struct reason why = { "" };
	pid_t runner, guardian;
	int ready;

	take(&before);
	runner = start_runner(life_with_dying_target, &ready);
	CHECK(wait_ready(ready));
	guardian = find_child(runner, "dirtybenchguard");
	CHECK(guardian > 0);
	if (guardian > 0)
		kill(guardian, SIGKILL);
	kill(runner, SIGKILL);
	CHECK(exit_status(runner) == 256 + SIGKILL);
	take(&left);
	CHECK(strstr(left.text, GUARDIAN_SAVED_PATH));
	CHECK(!prepare_start(&prep, &nothing, NULL, &why));
	CHECK(!*why.text);
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
	while (waitpid(-1, NULL, 0) > 0)
		continue;
}

static int second_life(int ready)
{
	struct machine_needs needs = { .thp = true };
	struct preparation *prep;
	struct reason why = { "" };
	char expected[64];

	(void)ready;
	if (prepare_start(&prep, &needs, NULL, &why) != -EBUSY)
		return 1;
	snprintf(expected, sizeof(expected),
		 "another dirtybench run (pid %d) has prepared",
		 (int)getppid());
	return strstr(why.text, expected) ? 0 : 2;
}

static void a_second_run_is_told_of_the_first(void)
{
	struct preparation *prep;
	struct reason why = { "" };
	struct picture before;
	pid_t second;
	int ready;

	take(&before);
	if (!prepare(&prep)) {
		failures++;
		return;
	}
	second = start_runner(second_life, &ready);
	close(ready);
	CHECK(exit_status(second) == 0);
	CHECK(!prepare_end(prep, &why));
	CHECK(same(&before, 0));
}

static bool find_facilities(void)
{
	struct machine_needs needs = {
		.hugetlb_bytes = machine_hugetlb_free_bytes() + PART,
		.swap_bytes = { [SWAP_ZRAM] = PART, [SWAP_FILE] = PART },
	};
	struct preparation *prep;
	struct reason why = { "" };

	if (prepare_start(&prep, &needs, folder, &why)) {
		printf("skipped: %s\n", why.text);
		return false;
	}
	has_hugetlb = !*prepare_hugetlb_reason(prep)->text;
	has_zram = !*prepare_swap_reason(prep, SWAP_ZRAM)->text;
	has_swap_file = !*prepare_swap_reason(prep, SWAP_FILE)->text;
	if (!has_hugetlb)
		printf("no huge pages: %s\n",
		       prepare_hugetlb_reason(prep)->text);
	if (!has_zram)
		printf("no zram: %s\n",
		       prepare_swap_reason(prep, SWAP_ZRAM)->text);
	if (!has_swap_file)
		printf("no swap file: %s\n",
		       prepare_swap_reason(prep, SWAP_FILE)->text);
	CHECK(!prepare_end(prep, &why));
	return true;
}

int main(int argc, char **argv)
{
	static void (*const tests[])(void) = {
		needs_are_met_and_given_back,
		one_swap_is_on_at_a_time,
		what_is_there_is_not_changed,
		pages_of_others_do_not_count,
		thp_never_becomes_madvise_and_never_again,
		one_size_of_folios_is_given_at_a_time,
		folios_nobody_asked_for_are_not_given,
		zswap_stands_aside_while_swap_is_needed,
		a_need_that_cannot_be_met_says_why,
		without_root_nothing_is_tried,
		an_interrupt_reaches_the_runner_only,
		a_runner_that_just_exits_is_cleaned_up_after,
		a_killed_runner_is_cleaned_up_after,
		a_surviving_target_keeps_its_pages,
		without_pidfd_it_works_as_well,
		the_runner_stands_in_for_its_guardian,
		the_next_run_stands_in_for_a_guardian,
		a_second_run_is_told_of_the_first,
	};
	size_t i;

	if (geteuid()) {
		puts("skipped: needs root");
		return SKIP;
	}
	folder = argc > 1 ? argv[1] : "/var/tmp";
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!find_facilities())
		return SKIP;
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tests[i]();
	printf("%zu tests, %d failures\n", i, failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
