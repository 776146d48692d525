// SPDX-License-Identifier: GPL-2.0-or-later
/* What on this machine will disturb the numbers, and how to quiet it. */
#include "harness/noise.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "harness/clock.h"
#include "harness/kconfig.h"
#include "harness/platform.h"
#include "harness/rooted.h"

#define CPU_SYS "/sys/devices/system/cpu/"
#define THP_SYS "/sys/kernel/mm/transparent_hugepage/"

int noise_ticks_read(const char *root, struct noise_ticks *ticks)
{
	/* user nice system idle iowait irq softirq steal, proc(5). */
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS };
	uint64_t part[FIELDS];
	char text[256]; /* the first line: ten numbers of 20 digits */
	int ret;

	ret = rooted_read(root, "/proc/stat", text, sizeof(text));
	if (ret < 0)
		return ret;
	if (sscanf(text,
		   "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		   &part[USER], &part[NICE], &part[SYSTEM], &part[IDLE],
		   &part[IOWAIT], &part[IRQ], &part[SOFTIRQ],
		   &part[STEAL]) != FIELDS)
		return -EINVAL;
	ticks->stolen = part[STEAL];
	ticks->busy = part[USER] + part[NICE] + part[SYSTEM] + part[IRQ] +
		      part[SOFTIRQ] + part[STEAL];
	return 0;
}

__attribute__((format(printf, 2, 3))) static bool
found(struct noise_finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(finding->what, sizeof(finding->what), format, args);
	va_end(args);
	return true;
}

/* Add @word to a list in a sentence; one that does not fit is cut. */
static void append(char *list, size_t size, const char *separator,
		   const char *word)
{
	size_t used = strlen(list);

	snprintf(list + used, size - used, "%s%s", used ? separator : "", word);
}

/* Each returns whether it filled @finding, whose severity and advice are set
 * to what the table says and may be changed. */
typedef bool (*check_fn)(const struct noise_input *input,
			 struct noise_finding *finding);

static bool find_emulated(const struct noise_input *input,
			  struct noise_finding *finding)
{
	char name[64];

	if (rooted_hypervisor(input->root, name, sizeof(name)) <= 0 ||
	    strcmp(name, "QEMU TCG") != 0)
		return false;
	return found(finding, "the processor is emulated by QEMU TCG: "
			      "its nanoseconds say nothing about hardware");
}

static bool find_virtual(const struct noise_input *input,
			 struct noise_finding *finding)
{
	char name[64];

	if (rooted_hypervisor(input->root, name, sizeof(name)) <= 0)
		return false;
	return found(finding,
		     "a virtual machine%s%s: page faults and page-table walks "
		     "go through a second set of page tables, and other "
		     "guests share the processor",
		     *name ? " under " : "", name);
}

struct debug_option {
	const char *name;
	bool heavy; /* multiplies the cost of a fault */
};

static const struct debug_option debug_options[] = {
	{ "KASAN", true },
	{ "KCSAN", true },
	{ "KMSAN", true },
	{ "LOCKDEP", true },
	{ "DEBUG_VM", false },
	{ "DEBUG_PAGEALLOC_ENABLE_DEFAULT", false },
	{ "PAGE_TABLE_CHECK_ENFORCED", false },
	{ "SLUB_DEBUG_ON", false },
};

static bool find_debug_kernel(const struct noise_input *input,
			      struct noise_finding *finding)
{
	char *config, source[200], value[16], list[200] = "";

	if (rooted_kernel_config(input->root, &config, source, sizeof(source)))
		return false;
	for (size_t i = 0; i < sizeof(debug_options) / sizeof(debug_options[0]);
	     i++) {
		const struct debug_option *option = &debug_options[i];

		if (rooted_config_value(config, option->name, value,
					sizeof(value)) ||
		    strcmp(value, "y") != 0)
			continue;
		append(list, sizeof(list), ", ", option->name);
		if (option->heavy)
			finding->severity = NOISE_SERIOUS;
	}
	free(config);
	return *list && found(finding,
			      "the kernel was built to check itself: "
			      "%s",
			      list);
}

static bool find_cpu_quota(const struct noise_input *input,
			   struct noise_finding *finding)
{
	int64_t online;
	double cpus;

	if (rooted_cpu_quota(input->root, &cpus))
		return false;
	/* A quota for every processor can never run out. */
	if (!rooted_read_list_count(input->root, CPU_SYS "online", &online) &&
	    cpus >= (double)online)
		return false;
	return found(finding,
		     "a control group grants %.2f CPUs: when they are used up, "
		     "the process stands still until the next period",
		     cpus);
}

enum clock_kind { CLOCK_FAST, CLOCK_PARAVIRTUAL, CLOCK_SYSCALL };

static enum clock_kind clock_kind(const char *name)
{
	static const struct {
		const char *name;
		enum clock_kind kind;
	} known[] = {
		{ "tsc", CLOCK_FAST },
		{ "arch_sys_counter", CLOCK_FAST },
		{ "riscv_clocksource", CLOCK_FAST },
		{ "timebase", CLOCK_FAST },
		{ "tod", CLOCK_FAST },
		{ "kvm-clock", CLOCK_PARAVIRTUAL },
		{ "hyperv_clocksource_tsc_page", CLOCK_PARAVIRTUAL },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(name, known[i].name))
			return known[i].kind;
	return CLOCK_SYSCALL;
}

static bool find_clock_source(const struct noise_input *input,
			      struct noise_finding *finding)
{
	char name[64], available[256]; /* a few short words */

	if (clock_source(input->root, name, sizeof(name)))
		return false;
	if (rooted_read(input->root,
			"/sys/devices/system/clocksource/clocksource0/"
			"available_clocksource",
			available, sizeof(available)) < 0 ||
	    !strstr(available, "tsc"))
		finding->quiet = "the kernel offers no TSC: use a machine, or "
				 "a hypervisor setting, with a constant "
				 "(invariant) one";
	switch (clock_kind(name)) {
	case CLOCK_FAST:
		return false;
	case CLOCK_PARAVIRTUAL:
		finding->severity = NOISE_NOTE;
		return found(finding,
			     "the clock source is %s, which the hypervisor "
			     "adjusts",
			     name);
	default:
		return found(finding,
			     "the clock source is %s: every reading is a "
			     "system call",
			     name);
	}
}

/* A reading without a system call takes 15 to 60 ns, one with it more than
 * 100 on every machine that these figures are taken on. */
static const double clock_cost_limit_ns = 100;

static bool find_clock_cost(const struct noise_input *input,
			    struct noise_finding *finding)
{
	if (input->clock_cost_ns <= clock_cost_limit_ns)
		return false;
	return found(finding, "reading the clock costs %.0f ns",
		     input->clock_cost_ns);
}

/* Below 20 ticks one stolen tick would already be 5 %. */
enum { STEAL_TICKS_MIN = 20 };

/* Above 1 % the stolen time is as large as the differences looked for. */
enum { STEAL_WARNING_PERCENT = 1, STEAL_SERIOUS_PERCENT = 5 };

static bool find_steal(const struct noise_input *input,
		       struct noise_finding *finding)
{
	struct noise_ticks from = { 0 }, to;
	double percent;

	if (noise_ticks_read(input->root, &to))
		return false;
	if (input->since)
		from = *input->since;
	if (to.busy < from.busy + STEAL_TICKS_MIN || to.stolen < from.stolen)
		return false;
	percent = 100.0 * (double)(to.stolen - from.stolen) /
		  (double)(to.busy - from.busy);
	if (percent <= STEAL_WARNING_PERCENT)
		return false;
	if (percent > STEAL_SERIOUS_PERCENT)
		finding->severity = NOISE_SERIOUS;
	return found(finding,
		     "the hypervisor took away %.1f %% of the CPU time that "
		     "was asked for %s",
		     percent, input->since ? "just now" : "since the boot");
}

/* Half a task: an idle machine with its daemons stays below. */
static const double load_limit = 0.5;

static bool find_load(const struct noise_input *input,
		      struct noise_finding *finding)
{
	int64_t online = 1;
	char text[128]; /* five short numbers */
	double load;

	if (rooted_read(input->root, "/proc/loadavg", text, sizeof(text)) < 0)
		return false;
	load = strtod(text, NULL);
	if (load < load_limit)
		return false;
	rooted_read_list_count(input->root, CPU_SYS "online", &online);
	if (load >= (double)online)
		finding->severity = NOISE_SERIOUS;
	return found(finding,
		     "over the last minute %.2f tasks wanted to run at a time "
		     "on %" PRId64 " CPU%s",
		     load, online, online == 1 ? "" : "s");
}

static bool find_governor(const struct noise_input *input,
			  struct noise_finding *finding)
{
	char governor[64], other[64] = "";
	size_t others = 0;
	glob_t policies;

	if (rooted_glob(input->root, CPU_SYS "cpufreq/policy*/scaling_governor",
			&policies))
		return false;
	for (size_t i = 0; i < policies.gl_pathc; i++) {
		if (rooted_read("", policies.gl_pathv[i], governor,
				sizeof(governor)) <= 0 ||
		    !strcmp(governor, "performance"))
			continue;
		if (!others++)
			memcpy(other, governor, sizeof(other));
	}
	if (others)
		found(finding,
		      "the frequency governor is %s on %zu of %zu policies: "
		      "the clock rate follows the load",
		      other, others, policies.gl_pathc);
	globfree(&policies);
	return others;
}

static bool find_turbo(const struct noise_input *input,
		       struct noise_finding *finding)
{
	int64_t value;

	if (rooted_turbo(input->root) != 1)
		return false;
	if (rooted_read_int(input->root, CPU_SYS "intel_pstate/no_turbo",
			    &value))
		finding->quiet = "echo 0 > /sys/devices/system/cpu/cpufreq/"
				 "boost";
	return found(finding, "turbo is on: the clock rate depends on the "
			      "temperature and on the other cores");
}

static bool find_smt(const struct noise_input *input,
		     struct noise_finding *finding)
{
	return rooted_smt(input->root) == 1 &&
	       found(finding, "SMT is on: whatever runs on the sibling thread "
			      "takes half of the core");
}

static bool find_swap_used(const struct noise_input *input,
			   struct noise_finding *finding)
{
	int64_t total_kb = 0, free_kb = 0;

	if (rooted_meminfo_kb(input->root, "SwapTotal", &total_kb) ||
	    rooted_meminfo_kb(input->root, "SwapFree", &free_kb) ||
	    total_kb <= free_kb)
		return false;
	return found(finding,
		     "%" PRId64 " MiB of %" PRId64 " MiB of swap are in use: "
		     "swapping in and out may go on during a phase",
		     (total_kb - free_kb + 1023) / 1024,
		     (total_kb + 1023) / 1024);
}

static bool find_ksm(const struct noise_input *input,
		     struct noise_finding *finding)
{
	int64_t run, sharing = 0;

	if (rooted_read_int(input->root, "/sys/kernel/mm/ksm/run", &run) ||
	    run != 1)
		return false;
	rooted_read_int(input->root, "/sys/kernel/mm/ksm/pages_sharing",
			&sharing);
	return found(finding,
		     "KSM is merging equal pages (%" PRId64 " share one): it "
		     "write-protects them and takes CPU time",
		     sharing);
}

static bool find_numa_balancing(const struct noise_input *input,
				struct noise_finding *finding)
{
	int64_t mode, nodes = 1;

	rooted_read_list_count(input->root, "/sys/devices/system/node/online",
			       &nodes);
	if (nodes < 2 ||
	    rooted_read_int(input->root, "/proc/sys/kernel/numa_balancing",
			    &mode) ||
	    !mode)
		return false;
	return found(finding, "NUMA balancing takes page-table entries away to "
			      "see who faults on them, and moves pages");
}

static bool find_damon(const struct noise_input *input,
		       struct noise_finding *finding)
{
	glob_t states;
	char state[16];
	bool runs = false;

	if (rooted_glob(input->root,
			"/sys/kernel/mm/damon/admin/kdamonds/*/state", &states))
		return false;
	for (size_t i = 0; i < states.gl_pathc; i++)
		runs |= rooted_read("", states.gl_pathv[i], state,
				    sizeof(state)) > 0 &&
			!strcmp(state, "on");
	globfree(&states);
	return runs && found(finding, "DAMON takes accessed bits away to see "
				      "which pages are used, and may page "
				      "memory out");
}

static bool find_thp_always(const struct noise_input *input,
			    struct noise_finding *finding)
{
	char mode[32];

	return !rooted_read_choice(input->root, THP_SYS "enabled", mode,
				   sizeof(mode)) &&
	       !strcmp(mode, "always") &&
	       found(finding, "transparent huge pages are always on: memory "
			      "that nobody asked to be huge may be so");
}

/* Whether the folder of one size, such as hugepages-64kB, is in force. */
static bool size_always(const char *folder, bool inherited)
{
	char path[PATH_MAX], mode[32];

	if (snprintf(path, sizeof(path), "%s/enabled", folder) >= PATH_MAX ||
	    rooted_read_choice("", path, mode, sizeof(mode)))
		return false;
	return !strcmp(mode, "always") ||
	       (inherited && !strcmp(mode, "inherit"));
}

static bool find_thp_sizes(const struct noise_input *input,
			   struct noise_finding *finding)
{
	char mode[32] = "", list[160] = "";
	int64_t pmd_bytes = 0;
	glob_t sizes;

	rooted_read_choice(input->root, THP_SYS "enabled", mode, sizeof(mode));
	rooted_read_int(input->root, THP_SYS "hpage_pmd_size", &pmd_bytes);
	if (rooted_glob(input->root, THP_SYS "hugepages-*kB", &sizes))
		return false;
	for (size_t i = 0; i < sizes.gl_pathc; i++) {
		const char *folder = sizes.gl_pathv[i];
		const char *size = strrchr(folder, '-') + 1;

		if (strtoll(size, NULL, 10) * 1024 == pmd_bytes ||
		    !size_always(folder, !strcmp(mode, "always")))
			continue;
		append(list, sizeof(list), ", ", size);
	}
	globfree(&sizes);
	return *list && found(finding,
			      "one fault may fill more than a page (sizes in "
			      "force: %s)",
			      list);
}

static bool find_overcommit(const struct noise_input *input,
			    struct noise_finding *finding)
{
	int64_t mode;

	return !rooted_read_int(input->root, "/proc/sys/vm/overcommit_memory",
				&mode) &&
	       mode == 2 &&
	       found(finding, "overcommit is forbidden: large sparse ranges "
			      "cannot be mapped");
}

/* Longer than any run: khugepaged wakes once at most. */
static const int64_t khugepaged_rest_ms = 3600000;

static bool find_khugepaged(const struct noise_input *input,
			    struct noise_finding *finding)
{
	int64_t sleep_ms;
	char mode[32];

	if (rooted_read_choice(input->root, THP_SYS "enabled", mode,
			       sizeof(mode)) ||
	    !strcmp(mode, "never") ||
	    rooted_read_int(input->root,
			    THP_SYS "khugepaged/scan_sleep_millisecs",
			    &sleep_ms) ||
	    sleep_ms >= khugepaged_rest_ms)
		return false;
	return found(finding,
		     "khugepaged looks every %" PRId64 " ms for pages to "
		     "collapse into huge ones",
		     sleep_ms);
}

static bool mitigation_parameter(const char *parameter)
{
	static const char *const known[] = {
		"mitigations",
		"pti",
		"nopti",
		"kpti",
		"ssbd",
		"nospectre_v1",
		"nospectre_v2",
		"nospectre_bhb",
		"spectre_v2",
		"spectre_v2_user",
		"spectre_bhi",
		"spec_store_bypass_disable",
		"nospec_store_bypass_disable",
		"l1tf",
		"mds",
		"tsx_async_abort",
		"mmio_stale_data",
		"srbds",
		"retbleed",
		"spec_rstack_overflow",
		"gather_data_sampling",
		"reg_file_data_sampling",
		"indirect_target_selection",
		"tsa",
		"vmscape",
	};
	size_t length = strcspn(parameter, "=");

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i]) == length &&
		    !strncmp(parameter, known[i], length))
			return true;
	return false;
}

static bool find_mitigations(const struct noise_input *input,
			     struct noise_finding *finding)
{
	/* The kernel's own limit (COMMAND_LINE_SIZE) is 2048 or 4096. */
	char text[4097], *rest = text, *word, list[160] = "";

	if (rooted_read(input->root, "/proc/cmdline", text, sizeof(text)) < 0)
		return false;
	/* What follows "--" is for init. */
	while ((word = strsep(&rest, " ")) && strcmp(word, "--") != 0)
		if (mitigation_parameter(word))
			append(list, sizeof(list), " ", word);
	return *list &&
	       found(finding, "mitigations are not the kernel's defaults: %s",
		     list);
}

/* Mitigations that act on every way into the kernel or out of it. */
static const struct {
	const char *file, *state, *name;
} entry_costs[] = {
	{ "meltdown", "PTI", "page-table isolation" },
	{ "spectre_v2", "Mitigation: IBRS", "IBRS" },
	{ "retbleed", "untrained return thunk", "untrained returns" },
	{ "retbleed", "Stuffing", "call-depth stuffing" },
	{ "spec_rstack_overflow", "Safe RET", "safe returns" },
	{ "mds", "Clear CPU buffers", "clearing of CPU buffers" },
};

static bool find_entry_cost(const struct noise_input *input,
			    struct noise_finding *finding)
{
	char path[160], state[256], list[160] = "";

	for (size_t i = 0; i < sizeof(entry_costs) / sizeof(entry_costs[0]);
	     i++) {
		snprintf(path, sizeof(path), CPU_SYS "vulnerabilities/%s",
			 entry_costs[i].file);
		if (rooted_read(input->root, path, state, sizeof(state)) <= 0 ||
		    !strstr(state, entry_costs[i].state))
			continue;
		append(list, sizeof(list), ", ", entry_costs[i].name);
	}
	return *list &&
	       found(finding, "every system call and fault also pays for: %s",
		     list);
}

/* --- the table --- */

struct check {
	const char *name;
	enum noise_severity severity;
	check_fn find;
	const char *quiet;
};

static const struct check checks[NOISE_IDS] = {
	[NOISE_EMULATED] = { "emulated", NOISE_SERIOUS, find_emulated,
			     "compare instructions or counts only, or use "
			     "hardware virtualisation" },
	[NOISE_DEBUG_KERNEL] = { "debug-kernel", NOISE_WARNING,
				 find_debug_kernel,
				 "boot a kernel without these options" },
	[NOISE_CPU_QUOTA] = { "cpu-quota", NOISE_SERIOUS, find_cpu_quota,
			      "run outside the container or service, or write "
			      "max to the cpu.max of its control group" },
	[NOISE_CLOCK_SOURCE] = { "clock-source", NOISE_SERIOUS,
				 find_clock_source,
				 "echo tsc > /sys/devices/system/clocksource/"
				 "clocksource0/current_clocksource" },
	[NOISE_CLOCK_COST] = { "clock-cost", NOISE_WARNING, find_clock_cost,
			       "choose larger cells, so that a phase takes a "
			       "thousand times as long" },
	[NOISE_STEAL] = { "steal", NOISE_WARNING, find_steal,
			  "use a machine or an instance type with CPUs of its "
			  "own, or measure at a quieter time" },
	[NOISE_LOAD] = { "load", NOISE_WARNING, find_load,
			 "stop what else is running (top shows it), then wait "
			 "a minute" },
	[NOISE_GOVERNOR] = { "governor", NOISE_WARNING, find_governor,
			     "cpupower frequency-set -g performance" },
	[NOISE_TURBO] = { "turbo", NOISE_WARNING, find_turbo,
			  "echo 1 > /sys/devices/system/cpu/intel_pstate/"
			  "no_turbo" },
	[NOISE_SMT] = { "smt", NOISE_WARNING, find_smt,
			"echo off > /sys/devices/system/cpu/smt/control" },
	[NOISE_SWAP_USED] = { "swap-used", NOISE_WARNING, find_swap_used,
			      "swapoff -a && swapon -a" },
	/* 2 also takes apart what was merged. */
	[NOISE_KSM] = { "ksm", NOISE_WARNING, find_ksm,
			"echo 2 > /sys/kernel/mm/ksm/run" },
	[NOISE_NUMA_BALANCING] = { "numa-balancing", NOISE_WARNING,
				   find_numa_balancing,
				   "sysctl kernel.numa_balancing=0" },
	[NOISE_DAMON] = { "damon", NOISE_WARNING, find_damon,
			  "write off to the file state of each folder in "
			  "/sys/kernel/mm/damon/admin/kdamonds/" },
	[NOISE_THP_ALWAYS] = { "thp-always", NOISE_WARNING, find_thp_always,
			       "echo madvise > /sys/kernel/mm/"
			       "transparent_hugepage/enabled" },
	[NOISE_THP_SIZES] = { "thp-sizes", NOISE_WARNING, find_thp_sizes,
			      "write never to the file enabled of each size "
			      "below /sys/kernel/mm/transparent_hugepage/" },
	[NOISE_OVERCOMMIT] = { "overcommit", NOISE_WARNING, find_overcommit,
			       "sysctl vm.overcommit_memory=0" },
	/* Zero pages_to_scan is refused, and khugepaged/defrag only limits
	 * how hard it tries for a huge page; a long sleep stops it. */
	[NOISE_KHUGEPAGED] = { "khugepaged", NOISE_NOTE, find_khugepaged,
			       "write 4294967295 to /sys/kernel/mm/"
			       "transparent_hugepage/khugepaged/"
			       "scan_sleep_millisecs" },
	[NOISE_VIRTUAL] = { "virtual-machine", NOISE_NOTE, find_virtual,
			    "compare only runs of this machine; use bare metal "
			    "for figures to publish" },
	[NOISE_MITIGATIONS] = { "mitigations", NOISE_NOTE, find_mitigations,
				"compare only runs with the same command line "
				"of the kernel" },
	[NOISE_ENTRY_COST] = { "entry-cost", NOISE_NOTE, find_entry_cost,
			       "compare only machines that pay the same; "
			       "mitigations=off on the kernel's command line "
			       "removes it, and the protection" },
};

static void insert(struct noise_report *report,
		   const struct noise_finding *finding)
{
	int at = report->nr_findings++;

	for (; at > 0; at--) {
		if (report->findings[at - 1].severity >= finding->severity)
			break;
		report->findings[at] = report->findings[at - 1];
	}
	report->findings[at] = *finding;
}

void noise_find(const struct noise_input *input, struct noise_report *report)
{
	report->nr_findings = 0;
	for (int id = 0; id < NOISE_IDS; id++) {
		struct noise_finding finding = {
			.id = (enum noise_id)id,
			.severity = checks[id].severity,
			.quiet = checks[id].quiet,
		};

		if (checks[id].find(input, &finding))
			insert(report, &finding);
	}
}

const char *noise_id_name(enum noise_id id)
{
	return checks[id].name;
}

const char *noise_severity_name(enum noise_severity severity)
{
	static const char *const names[] = {
		[NOISE_NOTE] = "note",
		[NOISE_WARNING] = "warning",
		[NOISE_SERIOUS] = "serious",
	};

	return names[severity];
}
