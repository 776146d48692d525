// SPDX-License-Identifier: GPL-2.0-or-later
/* What disturbs the numbers is found in captured and made-up machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/kconfig.h"
#include "harness/noise.h"
#include "harness/platform.h"
#include "harness/rooted.h"

#define CPU_SYS	  "/sys/devices/system/cpu/"
#define THP_SYS	  "/sys/kernel/mm/transparent_hugepage/"
#define CLOCK_SYS "/sys/devices/system/clocksource/clocksource0/"

/* --- a machine of a few files --- */

static char root[64];

static int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/test-noise-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *stat, int kind,
		      struct FTW *walk)
{
	(void)stat;
	(void)kind;
	(void)walk;
	return remove(path);
}

static int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *path, const char *text)
{
	char full[PATH_MAX];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *c = full + strlen(root) + 1; (c = strchr(c, '/')); c++) {
		*c = '\0';
		assert_true(!mkdir(full, 0755) || errno == EEXIST);
		*c = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	fprintf(file, "%s\n", text);
	assert_int_equal(fclose(file), 0);
}

static struct noise_report report;

/* The finding in what is there now, or NULL. */
static const struct noise_finding *look(enum noise_id id)
{
	struct noise_input input = { .root = root };

	noise_find(&input, &report);
	for (int i = 0; i < report.nr_findings; i++)
		if (report.findings[i].id == id)
			return &report.findings[i];
	return NULL;
}

static void expect_text(enum noise_id id, const char *text)
{
	const struct noise_finding *finding = look(id);

	assert_non_null(finding);
	if (!strstr(finding->what, text))
		fail_msg("\"%s\" is not in \"%s\"", text, finding->what);
}

static void expect_severity(enum noise_id id, enum noise_severity severity)
{
	const struct noise_finding *finding = look(id);

	assert_non_null(finding);
	assert_int_equal(finding->severity, severity);
}

/* --- whole machines --- */

static void find_in(const char *tree)
{
	char path[PATH_MAX];
	struct noise_input input = { .root = path };

	snprintf(path, sizeof(path), "%s/%s", TESTS_DATA, tree);
	assert_int_equal(access(path, R_OK), 0);
	noise_find(&input, &report);
}

static void quiet_machine_has_no_findings(void **state)
{
	(void)state;
	find_in("quiet");
	for (int i = 0; i < report.nr_findings; i++)
		print_message("%s\n", report.findings[i].what);
	assert_int_equal(report.nr_findings, 0);
}

static void noisy_machine_has_all_but_two(void **state)
{
	bool seen[NOISE_IDS] = { false };

	(void)state;
	find_in("noisy");
	for (int i = 0; i < report.nr_findings; i++)
		seen[report.findings[i].id] = true;
	for (int id = 0; id < NOISE_IDS; id++) {
		bool other = id == NOISE_EMULATED || id == NOISE_CLOCK_COST;

		if (seen[id] == other)
			fail_msg("%s", noise_id_name((enum noise_id)id));
	}
	assert_int_equal(report.nr_findings, NOISE_IDS - 2);
}

static void findings_are_sorted_and_complete(void **state)
{
	(void)state;
	find_in("noisy");
	for (int i = 0; i < report.nr_findings; i++) {
		const struct noise_finding *finding = &report.findings[i];

		assert_true(strlen(finding->what) > 10);
		/* Nothing was cut. */
		assert_true(strlen(finding->what) < sizeof(finding->what) - 1);
		assert_true(strlen(finding->quiet) > 10);
		if (!i)
			continue;
		assert_true(finding[-1].severity >= finding->severity);
		if (finding[-1].severity == finding->severity)
			assert_true(finding[-1].id < finding->id);
	}
}

static void arm64_board_is_understood(void **state)
{
	(void)state;
	find_in("arm64");
	assert_int_equal(report.nr_findings, 3);
	assert_int_equal(report.findings[0].id, NOISE_GOVERNOR);
	assert_int_equal(report.findings[1].id, NOISE_TURBO);
	assert_non_null(strstr(report.findings[1].quiet, "cpufreq/boost"));
	assert_int_equal(report.findings[2].id, NOISE_VIRTUAL);
	assert_non_null(strstr(report.findings[2].what, "kvm"));
}

static void missing_files_are_no_findings(void **state)
{
	(void)state;
	look(NOISE_LOAD);
	assert_int_equal(report.nr_findings, 0);
}

static void nonsense_is_no_finding(void **state)
{
	(void)state;
	put("/proc/stat", "cpu  x y z");
	put("/proc/loadavg", "");
	put("/proc/meminfo", "SwapTotal");
	put("/proc/self/cgroup", "what\n:\n0:cpu\n0::/");
	put("/sys/fs/cgroup/cpu.max", "a b");
	put("/sys/kernel/mm/ksm/run", "1x");
	put(CPU_SYS "online", "3-1");
	put(CPU_SYS "smt/active", "-");
	put(THP_SYS "enabled", "always] [madvise");
	put("/proc/config.gz", "this is not packed");
	look(NOISE_LOAD);
	assert_int_equal(report.nr_findings, 0);
}

/* --- one after the other --- */

static void governor(void **state)
{
	(void)state;
	put(CPU_SYS "cpufreq/policy0/scaling_governor", "performance");
	assert_null(look(NOISE_GOVERNOR));
	put(CPU_SYS "cpufreq/policy12/scaling_governor", "schedutil");
	expect_text(NOISE_GOVERNOR, "schedutil on 1 of 2");
}

static void turbo_and_smt(void **state)
{
	(void)state;
	put(CPU_SYS "intel_pstate/no_turbo", "1");
	put(CPU_SYS "smt/active", "0");
	assert_null(look(NOISE_TURBO));
	assert_null(look(NOISE_SMT));
	put(CPU_SYS "intel_pstate/no_turbo", "0");
	put(CPU_SYS "smt/active", "1");
	assert_non_null(strstr(look(NOISE_TURBO)->quiet, "no_turbo"));
	assert_non_null(look(NOISE_SMT));
}

static void smt_of_an_old_kernel(void **state)
{
	(void)state;
	put(CPU_SYS "cpu0/topology/thread_siblings_list", "0");
	assert_null(look(NOISE_SMT));
	put(CPU_SYS "cpu0/topology/thread_siblings_list", "0,4");
	assert_non_null(look(NOISE_SMT));
}

static void thp_modes(void **state)
{
	(void)state;
	put(THP_SYS "hpage_pmd_size", "2097152");
	put(THP_SYS "khugepaged/scan_sleep_millisecs", "10000");
	put(THP_SYS "hugepages-64kB/enabled", "always [inherit] madvise never");
	put(THP_SYS "hugepages-2048kB/enabled",
	    "always [inherit] madvise never");
	put(THP_SYS "enabled", "always madvise [never]");
	assert_null(look(NOISE_THP_ALWAYS));
	assert_null(look(NOISE_THP_SIZES));
	assert_null(look(NOISE_KHUGEPAGED));
	put(THP_SYS "enabled", "always [madvise] never");
	assert_null(look(NOISE_THP_ALWAYS));
	assert_null(look(NOISE_THP_SIZES));
	expect_text(NOISE_KHUGEPAGED, "10000 ms");
	put(THP_SYS "enabled", "[always] madvise never");
	assert_non_null(look(NOISE_THP_ALWAYS));
	expect_text(NOISE_THP_SIZES, "(sizes in force: 64kB)");
	put(THP_SYS "khugepaged/scan_sleep_millisecs", "4294967295");
	assert_null(look(NOISE_KHUGEPAGED));
}

static void ksm_runs(void **state)
{
	(void)state;
	put("/sys/kernel/mm/ksm/run", "0");
	assert_null(look(NOISE_KSM));
	put("/sys/kernel/mm/ksm/run", "2");
	assert_null(look(NOISE_KSM));
	put("/sys/kernel/mm/ksm/run", "1");
	put("/sys/kernel/mm/ksm/pages_sharing", "77");
	expect_text(NOISE_KSM, "77 share");
}

static void swap_in_use(void **state)
{
	(void)state;
	put("/proc/meminfo", "SwapTotal: 2048 kB\nSwapFree: 2048 kB");
	assert_null(look(NOISE_SWAP_USED));
	put("/proc/meminfo", "SwapTotal: 2048 kB\nSwapFree: 2047 kB");
	expect_text(NOISE_SWAP_USED, "1 MiB of 2 MiB");
}

static void steal_since_boot(void **state)
{
	(void)state;
	put("/proc/stat", "cpu  900 0 90 5000 0 0 0 10 0 0");
	assert_null(look(NOISE_STEAL));
	put("/proc/stat", "cpu  900 0 80 5000 0 0 0 20 0 0");
	expect_severity(NOISE_STEAL, NOISE_WARNING);
	expect_text(NOISE_STEAL, "2.0 %");
	put("/proc/stat", "cpu  900 0 40 5000 0 0 0 60 0 0");
	expect_severity(NOISE_STEAL, NOISE_SERIOUS);
	/* Too little of it to say anything. */
	put("/proc/stat", "cpu  10 0 1 5000 0 0 0 1 0 0");
	assert_null(look(NOISE_STEAL));
}

static bool steal_between(const char *before, const char *after)
{
	struct noise_input input = { .root = root };
	struct noise_ticks since;

	put("/proc/stat", before);
	assert_int_equal(noise_ticks_read(root, &since), 0);
	put("/proc/stat", after);
	input.since = &since;
	noise_find(&input, &report);
	return report.nr_findings == 1;
}

static void steal_since_a_moment(void **state)
{
	(void)state;
	/* The past does not count, and neither does idle time. */
	assert_false(steal_between("cpu  900 0 0 5000 0 0 0 900 0 0",
				   "cpu  950 0 0 5000 0 0 0 900 0 0"));
	assert_true(steal_between("cpu  900 0 0 5000 0 0 0 0 0 0",
				  "cpu  945 0 0 9000 70 0 0 5 0 0"));
	assert_non_null(strstr(report.findings[0].what, "10.0 %"));
	assert_non_null(strstr(report.findings[0].what, "just now"));
}

static void ticks_need_steal_time(void **state)
{
	struct noise_ticks ticks;

	(void)state;
	assert_int_equal(noise_ticks_read(root, &ticks), -ENOENT);
	put("/proc/stat", "cpu  1 2 3 4 5 6 7");
	assert_int_equal(noise_ticks_read(root, &ticks), -EINVAL);
	put("/proc/stat", "cpu  1 2 3 4 5 6 7 8");
	assert_int_equal(noise_ticks_read(root, &ticks), 0);
	assert_int_equal(ticks.stolen, 8);
	assert_int_equal(ticks.busy, 1 + 2 + 3 + 6 + 7 + 8);
}

static void load_average(void **state)
{
	(void)state;
	put(CPU_SYS "online", "0-1");
	put("/proc/loadavg", "0.49 3.00 3.00 1/86 5016");
	assert_null(look(NOISE_LOAD));
	put("/proc/loadavg", "0.50 0.00 0.00 1/86 5016");
	expect_severity(NOISE_LOAD, NOISE_WARNING);
	put("/proc/loadavg", "2.00 0.00 0.00 1/86 5016");
	expect_severity(NOISE_LOAD, NOISE_SERIOUS);
	expect_text(NOISE_LOAD, "2.00 tasks wanted to run at a time on 2 CPUs");
}

static void clock_sources(void **state)
{
	(void)state;
	put(CLOCK_SYS "available_clocksource", "kvm-clock tsc hpet");
	put(CLOCK_SYS "current_clocksource", "tsc");
	assert_null(look(NOISE_CLOCK_SOURCE));
	put(CLOCK_SYS "current_clocksource", "arch_sys_counter");
	assert_null(look(NOISE_CLOCK_SOURCE));
	put(CLOCK_SYS "current_clocksource", "kvm-clock");
	expect_severity(NOISE_CLOCK_SOURCE, NOISE_NOTE);
	put(CLOCK_SYS "current_clocksource", "hpet");
	expect_severity(NOISE_CLOCK_SOURCE, NOISE_SERIOUS);
	assert_non_null(strstr(look(NOISE_CLOCK_SOURCE)->quiet, "echo tsc"));
	/* Advice that would fail is not given. */
	put(CLOCK_SYS "available_clocksource", "hpet acpi_pm");
	assert_null(strstr(look(NOISE_CLOCK_SOURCE)->quiet, "echo tsc"));
}

static void clock_cost(void **state)
{
	struct noise_input input = { .root = root, .clock_cost_ns = 60 };

	(void)state;
	noise_find(&input, &report);
	assert_int_equal(report.nr_findings, 0);
	input.clock_cost_ns = 700;
	noise_find(&input, &report);
	assert_int_equal(report.nr_findings, 1);
	assert_int_equal(report.findings[0].id, NOISE_CLOCK_COST);
}

static void damon_counts_when_it_is_on(void **state)
{
	(void)state;
	assert_null(look(NOISE_DAMON));
	put("/sys/kernel/mm/damon/admin/kdamonds/0/state", "off");
	assert_null(look(NOISE_DAMON));
	put("/sys/kernel/mm/damon/admin/kdamonds/1/state", "on");
	assert_non_null(look(NOISE_DAMON));
}

static void numa_balancing_needs_nodes(void **state)
{
	(void)state;
	put("/proc/sys/kernel/numa_balancing", "1");
	put("/sys/devices/system/node/online", "0");
	assert_null(look(NOISE_NUMA_BALANCING));
	put("/sys/devices/system/node/online", "0-1");
	assert_non_null(look(NOISE_NUMA_BALANCING));
	put("/proc/sys/kernel/numa_balancing", "0");
	assert_null(look(NOISE_NUMA_BALANCING));
}

static void overcommit(void **state)
{
	(void)state;
	put("/proc/sys/vm/overcommit_memory", "1");
	assert_null(look(NOISE_OVERCOMMIT));
	put("/proc/sys/vm/overcommit_memory", "2");
	assert_non_null(look(NOISE_OVERCOMMIT));
}

static void mitigation_parameters(void **state)
{
	(void)state;
	put("/proc/cmdline", "quiet mitigation=x mdsx=1 -- mitigations=off");
	assert_null(look(NOISE_MITIGATIONS));
	put("/proc/cmdline", "quiet nopti spectre_v2=off ro");
	expect_text(NOISE_MITIGATIONS, ": nopti spectre_v2=off");
}

static void long_command_line(void **state)
{
	char text[4000] = "";
	size_t used = 0;

	(void)state;
	for (int i = 0; i < 200; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "mitigations=off ");
	put("/proc/cmdline", text);
	expect_text(NOISE_MITIGATIONS, "mitigations=off mitigations=off");
}

static void entry_costs(void **state)
{
	(void)state;
	put(CPU_SYS "vulnerabilities/spectre_v2",
	    "Mitigation: Enhanced / Automatic IBRS");
	put(CPU_SYS "vulnerabilities/meltdown", "Not affected");
	assert_null(look(NOISE_ENTRY_COST));
	put(CPU_SYS "vulnerabilities/meltdown", "Mitigation: PTI");
	expect_text(NOISE_ENTRY_COST, "page-table isolation");
}

static void virtual_machines(void **state)
{
	(void)state;
	put("/proc/cpuinfo", "flags\t: fpu vme");
	assert_null(look(NOISE_VIRTUAL));
	put("/proc/cpuinfo", "flags\t: fpu hypervisor vme");
	assert_non_null(look(NOISE_VIRTUAL));
	assert_null(look(NOISE_EMULATED));
	put("/proc/cpuinfo", "Features\t: fp asimd");
	assert_null(look(NOISE_VIRTUAL));
	put("/sys/class/dmi/id/product_name", "KVM Virtual Machine");
	assert_non_null(look(NOISE_VIRTUAL));
	put("/sys/hypervisor/type", "xen");
	expect_text(NOISE_VIRTUAL, "under xen");
}

static void emulated_processor(void **state)
{
	(void)state;
	put("/proc/cpuinfo", "model name\t: QEMU TCG CPU version 2.5+\n"
			     "flags\t: fpu hypervisor");
	expect_severity(NOISE_EMULATED, NOISE_SERIOUS);
	expect_text(NOISE_VIRTUAL, "QEMU TCG");
}

static void quota_of_version_2(void **state)
{
	(void)state;
	put(CPU_SYS "online", "0-3");
	put("/proc/self/cgroup", "0::/a/b");
	put("/sys/fs/cgroup/a/b/cpu.max", "max 100000");
	assert_null(look(NOISE_CPU_QUOTA));
	/* As much as there is. */
	put("/sys/fs/cgroup/a/b/cpu.max", "400000 100000");
	assert_null(look(NOISE_CPU_QUOTA));
	/* A parent's counts as well. */
	put("/sys/fs/cgroup/a/cpu.max", "50000 100000");
	expect_text(NOISE_CPU_QUOTA, "0.50 CPUs");
}

static void quota_of_version_1(void **state)
{
	(void)state;
	put("/proc/self/cgroup", "3:cpuset:/x\n2:cpu,cpuacct:/box\n0::/");
	put("/sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000");
	put("/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "-1");
	assert_null(look(NOISE_CPU_QUOTA));
	put("/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "250000");
	expect_text(NOISE_CPU_QUOTA, "2.50 CPUs");
}

static void debug_kernels(void **state)
{
	(void)state;
	put("/proc/sys/kernel/osrelease", "6.1.0");
	put("/boot/config-6.1.0", "# CONFIG_KASAN is not set\n"
				  "CONFIG_DEBUG_VM=y\nCONFIG_LOCKDEP_X=y");
	expect_severity(NOISE_DEBUG_KERNEL, NOISE_WARNING);
	put("/boot/config-6.1.0", "CONFIG_KASAN=y");
	expect_severity(NOISE_DEBUG_KERNEL, NOISE_SERIOUS);
	put("/boot/config-6.1.0", "CONFIG_SMP=y");
	assert_null(look(NOISE_DEBUG_KERNEL));
}

/* More than a configuration can have: refused, and gzip does not hang. */
static void packed_config_without_end(void **state)
{
	char command[256];

	(void)state;
	put("/proc/config.gz", "");
	snprintf(command, sizeof(command),
		 "head -c 4000000 /dev/zero | gzip >%s/proc/config.gz", root);
	assert_int_equal(system(command), 0);
	assert_null(look(NOISE_DEBUG_KERNEL));
}

/* --- the clock --- */

static void clock_goes_forward(void **state)
{
	int64_t last_ns = clock_now_ns();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now_ns = clock_now_ns();

		assert_true(now_ns >= last_ns);
		last_ns = now_ns;
	}
}

static void clock_is_measured(void **state)
{
	struct clock_quality quality = { 0 };
	int64_t start_ns = clock_now_ns();

	(void)state;
	clock_measure(&quality);
	assert_true(quality.cost_ns > 0);
	assert_true(quality.resolution_ns > 0);
	/* No reading can cost more than all of them took. */
	assert_true(quality.cost_ns < (double)(clock_now_ns() - start_ns));
}

static void clock_source_is_read(void **state)
{
	char name[64];

	(void)state;
	assert_int_equal(clock_source(root, name, sizeof(name)), -ENOENT);
	put(CLOCK_SYS "current_clocksource", "acpi_pm");
	assert_int_equal(clock_source(root, name, sizeof(name)), 0);
	assert_string_equal(name, "acpi_pm");
}

/* --- names --- */

static void names_are_unique(void **state)
{
	(void)state;
	for (int a = 0; a < NOISE_IDS; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(
				noise_id_name((enum noise_id)a),
				noise_id_name((enum noise_id)b));
	assert_string_equal(noise_severity_name(NOISE_SERIOUS), "serious");
}

#define IN_ROOT(test) \
	cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_machine_has_no_findings),
		cmocka_unit_test(noisy_machine_has_all_but_two),
		cmocka_unit_test(findings_are_sorted_and_complete),
		cmocka_unit_test(arm64_board_is_understood),
		IN_ROOT(missing_files_are_no_findings),
		IN_ROOT(nonsense_is_no_finding),
		IN_ROOT(governor),
		IN_ROOT(turbo_and_smt),
		IN_ROOT(smt_of_an_old_kernel),
		IN_ROOT(thp_modes),
		IN_ROOT(ksm_runs),
		IN_ROOT(swap_in_use),
		IN_ROOT(steal_since_boot),
		IN_ROOT(steal_since_a_moment),
		IN_ROOT(ticks_need_steal_time),
		IN_ROOT(load_average),
		IN_ROOT(clock_sources),
		IN_ROOT(clock_cost),
		IN_ROOT(damon_counts_when_it_is_on),
		IN_ROOT(numa_balancing_needs_nodes),
		IN_ROOT(overcommit),
		IN_ROOT(mitigation_parameters),
		IN_ROOT(long_command_line),
		IN_ROOT(entry_costs),
		IN_ROOT(virtual_machines),
		IN_ROOT(emulated_processor),
		IN_ROOT(quota_of_version_2),
		IN_ROOT(quota_of_version_1),
		IN_ROOT(debug_kernels),
		IN_ROOT(packed_config_without_end),
		cmocka_unit_test(clock_goes_forward),
		cmocka_unit_test(clock_is_measured),
		IN_ROOT(clock_source_is_read),
		cmocka_unit_test(names_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
