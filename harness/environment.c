// SPDX-License-Identifier: GPL-2.0-or-later
/* Records the machine, the kernel and the command of a run: env.json. */
#include "harness/environment.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/kconfig.h"
#include "harness/platform.h"
#include "harness/rooted.h"
#include "harness/scratchfile.h"

#define CPU_SYS	   "/sys/devices/system/cpu/"
#define THP_SYS	   "/sys/kernel/mm/transparent_hugepage/"
#define KSM_SYS	   "/sys/kernel/mm/ksm/"
#define POLICY_SYS CPU_SYS "cpufreq/policy0/"
#define CLOCK_SYS  "/sys/devices/system/clocksource/clocksource0/"

/* One capture under way; the first failure is kept, so that hundreds of
 * insertions need no check each. */
struct capture {
	const struct environment_request *request;
	const char *root;
	bool failed; /* out of memory */
};

/* --- values --- */

/* Takes over @value; NULL becomes null. */
static void put(struct capture *capture, json_t *object, const char *key,
		json_t *value)
{
	if (json_object_set_new(object, key, value ? value : json_null()))
		capture->failed = true;
}

static json_t *new_object(struct capture *capture)
{
	json_t *object = json_object();

	if (!object)
		capture->failed = true;
	return object;
}

/* JSON is UTF-8; names of files and firmware need not be. */
static json_t *new_text(struct capture *capture, const char *text)
{
	json_t *value = json_string(text);
	char *ascii;

	if (value)
		return value;
	ascii = strdup(text);
	if (ascii) {
		for (char *c = ascii; *c; c++)
			if (!isascii((unsigned char)*c))
				*c = '?';
		value = json_string(ascii);
		free(ascii);
	}
	if (!value)
		capture->failed = true;
	return value;
}

static void put_text(struct capture *capture, json_t *object, const char *key,
		     const char *text)
{
	put(capture, object, key, text ? new_text(capture, text) : NULL);
}

static void put_int(struct capture *capture, json_t *object, const char *key,
		    int64_t value)
{
	put(capture, object, key, json_integer(value));
}

/* @answer is 1, 0, or a -errno for unknown. */
static void put_answer(struct capture *capture, json_t *object, const char *key,
		       int answer)
{
	put(capture, object, key, answer < 0 ? NULL : json_boolean(answer));
}

static void put_file(struct capture *capture, json_t *object, const char *key,
		     const char *path)
{
	char text[1024]; /* settings and firmware strings are one line */
	int ret = rooted_read(capture->root, path, text, sizeof(text));

	put_text(capture, object, key, ret < 0 ? NULL : text);
}

static void put_file_int(struct capture *capture, json_t *object,
			 const char *key, const char *path)
{
	int64_t value;
	int ret = rooted_read_int(capture->root, path, &value);

	put(capture, object, key, ret ? NULL : json_integer(value));
}

static void put_file_choice(struct capture *capture, json_t *object,
			    const char *key, const char *path)
{
	char text[64]; /* one word */
	int ret = rooted_read_choice(capture->root, path, text, sizeof(text));

	put_text(capture, object, key, ret ? NULL : text);
}

static void put_file_count(struct capture *capture, json_t *object,
			   const char *key, const char *path)
{
	int64_t count;
	int ret = rooted_read_list_count(capture->root, path, &count);

	put(capture, object, key, ret ? NULL : json_integer(count));
}

static void put_meminfo(struct capture *capture, json_t *object,
			const char *key, const char *line)
{
	int64_t value_kb;
	int ret = rooted_meminfo_kb(capture->root, line, &value_kb);

	put(capture, object, key, ret ? NULL : json_integer(value_kb));
}

/* --- the kernel --- */

/* Options that change what there is to measure or what it costs. */
static const char *const config_options[] = {
	"ARM64_CONTPTE",
	"ARM64_PAGE_SHIFT",
	"CC_VERSION_TEXT",
	"CHECKPOINT_RESTORE",
	"COMPACTION",
	"DEBUG_PAGEALLOC",
	"DEBUG_PAGEALLOC_ENABLE_DEFAULT",
	"DEBUG_PREEMPT",
	"DEBUG_VM",
	"DEBUG_VM_PGTABLE",
	"HUGETLBFS",
	"HUGETLB_PAGE",
	"HZ",
	"INIT_ON_ALLOC_DEFAULT_ON",
	"INIT_ON_FREE_DEFAULT_ON",
	"KASAN",
	"KCSAN",
	"KFENCE",
	"KMSAN",
	"KSM",
	"LOCKDEP",
	"LRU_GEN",
	"LRU_GEN_ENABLED",
	"MEMCG",
	"MEM_SOFT_DIRTY",
	"MITIGATION_PAGE_TABLE_ISOLATION",
	"NO_HZ_FULL",
	"NO_HZ_IDLE",
	"NUMA",
	"NUMA_BALANCING",
	"NUMA_BALANCING_DEFAULT_ENABLED",
	"PAGE_MAPCOUNT",
	"PAGE_POISONING",
	"PAGE_TABLE_CHECK",
	"PAGE_TABLE_CHECK_ENFORCED",
	"PAGE_TABLE_ISOLATION",
	"PARAVIRT",
	"PER_VMA_LOCK",
	"PREEMPT",
	"PREEMPT_DYNAMIC",
	"PREEMPT_LAZY",
	"PREEMPT_NONE",
	"PREEMPT_RT",
	"PREEMPT_VOLUNTARY",
	"PROC_PAGE_MONITOR",
	"PROVE_LOCKING",
	"PTE_MARKER_UFFD_WP",
	"SLUB_DEBUG_ON",
	"SWAP",
	"THP_SWAP",
	"TRANSPARENT_HUGEPAGE",
	"TRANSPARENT_HUGEPAGE_ALWAYS",
	"TRANSPARENT_HUGEPAGE_MADVISE",
	"USERFAULTFD",
	"ZRAM",
	"ZSWAP",
	"ZSWAP_DEFAULT_ON",
};

static json_t *config_values(struct capture *capture, const char *config)
{
	json_t *values = new_object(capture);
	char value[128]; /* the compiler's version is the longest */

	for (size_t i = 0;
	     i < sizeof(config_options) / sizeof(config_options[0]); i++) {
		const char *option = config_options[i];
		int ret = rooted_config_value(config, option, value,
					      sizeof(value));

		put_text(capture, values, option, ret ? NULL : value);
	}
	return values;
}

static void put_config(struct capture *capture, json_t *kernel)
{
	char *config, source[200]; /* /boot/config- and a release */

	if (rooted_kernel_config(capture->root, &config, source,
				 sizeof(source))) {
		put(capture, kernel, "config_source", NULL);
		put(capture, kernel, "config", NULL);
		return;
	}
	put_text(capture, kernel, "config_source", source);
	put(capture, kernel, "config", config_values(capture, config));
	free(config);
}

/* Whether the value of a parameter says which machine this is, or is secret,
 * rather than how the kernel behaves. */
static bool parameter_is_private(const char *parameter)
{
	static const char *const names[] = {
		"root=",
		"resume=",
		"ip=",
		"nfsroot=",
		"nfsaddrs=",
		"netdev=",
		"ds=",
		"hostname=",
		"systemd.hostname=",
		"systemd.machine_id=",
		"systemd.set_credential",
		"cryptdevice=",
		"luks.",
		"rd.luks",
		"rd.lvm",
		"rd.md",
		"rd.iscsi",
		"ignition.",
	};
	static const char *const parts[] = { "passw", "passphrase", "secret",
					     "token" };
	const char *value = strchr(parameter, '=');

	if (!value)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(parameter, names[i], strlen(names[i])))
			return true;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *at = strstr(parameter, parts[i]);

		if (at && at < value)
			return true;
	}
	return false;
}

static void put_command_line(struct capture *capture, json_t *kernel)
{
	/* The kernel's own limit (COMMAND_LINE_SIZE) is 2048 or 4096. */
	char text[4097], kept[2 * sizeof(text)] = "", *rest = text, *word;
	size_t used = 0;

	if (rooted_read(capture->root, "/proc/cmdline", text, sizeof(text)) <
	    0) {
		put(capture, kernel, "command_line", NULL);
		return;
	}
	/* What follows "--" is for init. Even "a= a= ..." no more than
	 * doubles in length. */
	while ((word = strsep(&rest, " ")) && strcmp(word, "--") != 0) {
		size_t length = strlen(word);
		const char *mark = "";

		if (!length)
			continue;
		if (parameter_is_private(word)) {
			length = strcspn(word, "=") + 1;
			mark = "-";
		}
		used += (size_t)snprintf(kept + used, sizeof(kept) - used,
					 "%s%.*s%s", used ? " " : "",
					 (int)length, word, mark);
	}
	put_text(capture, kernel, "command_line", kept);
}

static json_t *capture_kernel(struct capture *capture)
{
	json_t *kernel = new_object(capture);
	struct utsname names;

	put_file(capture, kernel, "release", "/proc/sys/kernel/osrelease");
	put_file(capture, kernel, "version", "/proc/sys/kernel/version");
	/* /proc/sys/kernel/arch is there since Linux 6.1 only. */
	if (!*capture->root && !uname(&names))
		put_text(capture, kernel, "machine", names.machine);
	else
		put_file(capture, kernel, "machine", "/proc/sys/kernel/arch");
	put_command_line(capture, kernel);
	put_config(capture, kernel);
	return kernel;
}

static json_t *capture_mitigations(struct capture *capture)
{
	json_t *mitigations;
	glob_t files;

	if (rooted_glob(capture->root, CPU_SYS "vulnerabilities/*", &files))
		return NULL;
	mitigations = new_object(capture);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *path = files.gl_pathv[i];
		char state[256]; /* a list of measures on one line */
		int ret = rooted_read("", path, state, sizeof(state));

		put_text(capture, mitigations, strrchr(path, '/') + 1,
			 ret < 0 ? NULL : state);
	}
	globfree(&files);
	return mitigations;
}

/* --- memory management --- */

static void put_size_choice(struct capture *capture, json_t *size,
			    const char *folder, const char *key)
{
	char path[PATH_MAX], word[64];

	if (snprintf(path, sizeof(path), "%s/%s", folder, key) >= PATH_MAX ||
	    rooted_read_choice("", path, word, sizeof(word)))
		put(capture, size, key, NULL);
	else
		put_text(capture, size, key, word);
}

static json_t *capture_thp_sizes(struct capture *capture)
{
	json_t *sizes;
	glob_t folders;

	/* Since Linux 6.8. */
	if (rooted_glob(capture->root, THP_SYS "hugepages-*kB", &folders))
		return NULL;
	sizes = new_object(capture);
	for (size_t i = 0; i < folders.gl_pathc; i++) {
		const char *folder = folders.gl_pathv[i];
		json_t *size = new_object(capture);

		put_size_choice(capture, size, folder, "enabled");
		put_size_choice(capture, size, folder, "shmem_enabled");
		put(capture, sizes, strrchr(folder, '-') + 1, size);
	}
	globfree(&folders);
	return sizes;
}

static json_t *capture_thp(struct capture *capture)
{
	json_t *thp = new_object(capture), *daemon = new_object(capture);

	put_file_choice(capture, thp, "enabled", THP_SYS "enabled");
	put_file_choice(capture, thp, "defrag", THP_SYS "defrag");
	put_file_choice(capture, thp, "shmem_enabled", THP_SYS "shmem_enabled");
	put_file_int(capture, thp, "pmd_bytes", THP_SYS "hpage_pmd_size");
	put_file_int(capture, thp, "use_zero_page", THP_SYS "use_zero_page");
	put_file_int(capture, thp, "shrink_underused",
		     THP_SYS "shrink_underused");
	put(capture, thp, "sizes", capture_thp_sizes(capture));
	put_file_int(capture, daemon, "defrag", THP_SYS "khugepaged/defrag");
	put_file_int(capture, daemon, "pages_to_scan",
		     THP_SYS "khugepaged/pages_to_scan");
	put_file_int(capture, daemon, "scan_sleep_ms",
		     THP_SYS "khugepaged/scan_sleep_millisecs");
	put_file_int(capture, daemon, "max_ptes_none",
		     THP_SYS "khugepaged/max_ptes_none");
	put(capture, thp, "khugepaged", daemon);
	return thp;
}

static json_t *capture_ksm(struct capture *capture)
{
	json_t *ksm = new_object(capture);

	put_file_int(capture, ksm, "run", KSM_SYS "run");
	put_file_int(capture, ksm, "pages_shared", KSM_SYS "pages_shared");
	put_file_int(capture, ksm, "pages_sharing", KSM_SYS "pages_sharing");
	put_file_int(capture, ksm, "pages_to_scan", KSM_SYS "pages_to_scan");
	put_file_int(capture, ksm, "sleep_ms", KSM_SYS "sleep_millisecs");
	return ksm;
}

/* One line of /proc/swaps. The path stays out: it may hold a user's name. */
static json_t *capture_swap_area(struct capture *capture, const char *line)
{
	char path[256], type[32]; /* a longer path is no swap area's */
	int64_t size_kb, used_kb, priority;
	json_t *area;

	if (sscanf(line, "%255s %31s %" SCNd64 " %" SCNd64 " %" SCNd64, path,
		   type, &size_kb, &used_kb, &priority) != 5)
		return NULL;
	area = new_object(capture);
	put_text(capture, area, "backend",
		 strncmp(path, "/dev/zram", strlen("/dev/zram")) ? type
								 : "zram");
	put_int(capture, area, "size_kb", size_kb);
	put_int(capture, area, "used_kb", used_kb);
	put_int(capture, area, "priority", priority);
	return area;
}

static json_t *capture_swap_areas(struct capture *capture)
{
	char *line = NULL;
	size_t size = 0;
	json_t *areas;
	FILE *file;

	file = rooted_open(capture->root, "/proc/swaps");
	if (!file)
		return NULL;
	areas = json_array();
	/* The heading has words where a line of an area has numbers. */
	while (getline(&line, &size, file) > 0) {
		json_t *area = capture_swap_area(capture, line);

		if (area && json_array_append_new(areas, area))
			capture->failed = true;
	}
	free(line);
	fclose(file);
	return areas;
}

static json_t *capture_swap(struct capture *capture)
{
	json_t *swap = new_object(capture);

	put_meminfo(capture, swap, "total_kb", "SwapTotal");
	put_meminfo(capture, swap, "free_kb", "SwapFree");
	put_file_int(capture, swap, "swappiness", "/proc/sys/vm/swappiness");
	put_file_int(capture, swap, "page_cluster",
		     "/proc/sys/vm/page-cluster");
	put_file(capture, swap, "zswap",
		 "/sys/module/zswap/parameters/enabled");
	put(capture, swap, "areas", capture_swap_areas(capture));
	return swap;
}

/* Of the files that workloads map: known of this machine only. */
static void put_filesystem(struct capture *capture, json_t *object)
{
	char name[32] = ""; /* longer than any file system's */

	if (!*capture->root)
		scratch_filesystem(name, sizeof(name));
	put_text(capture, object, "scratch_filesystem", name[0] ? name : NULL);
}

static json_t *capture_memory(struct capture *capture)
{
	json_t *memory = new_object(capture);

	put_int(capture, memory, "page_bytes", sysconf(_SC_PAGESIZE));
	put_meminfo(capture, memory, "total_kb", "MemTotal");
	put_meminfo(capture, memory, "available_kb", "MemAvailable");
	put_file_count(capture, memory, "nodes",
		       "/sys/devices/system/node/online");
	put_file_int(capture, memory, "overcommit_memory",
		     "/proc/sys/vm/overcommit_memory");
	put_file_int(capture, memory, "overcommit_ratio",
		     "/proc/sys/vm/overcommit_ratio");
	put_file_int(capture, memory, "max_map_count",
		     "/proc/sys/vm/max_map_count");
	put_file_int(capture, memory, "numa_balancing",
		     "/proc/sys/kernel/numa_balancing");
	put_file(capture, memory, "lru_gen", "/sys/kernel/mm/lru_gen/enabled");
	put_filesystem(capture, memory);
	return memory;
}

/* --- processors --- */

/* The value of "key : value" when @line has that key, else NULL. */
static const char *line_value(char *line, const char *key)
{
	size_t length = strlen(key);
	char *value;

	if (strncmp(line, key, length) != 0)
		return NULL;
	value = line + length;
	value += strspn(value, " \t");
	if (*value++ != ':')
		return NULL;
	value += strspn(value, " \t");
	value[strcspn(value, "\n")] = '\0';
	return value;
}

/* Parts of an arm64 processor's name; its kernel prints no model. */
static const struct {
	const char *key, *word;
} arm_parts[] = {
	{ "CPU implementer", "implementer" },
	{ "CPU variant", "variant" },
	{ "CPU part", "part" },
	{ "CPU revision", "revision" },
};

static void add_arm_part(char *line, char *model, size_t size)
{
	for (size_t i = 0; i < sizeof(arm_parts) / sizeof(arm_parts[0]); i++) {
		const char *value = line_value(line, arm_parts[i].key);
		size_t used = strlen(model);

		if (value)
			snprintf(model + used, size - used, "%s%s %s",
				 used ? ", " : "", arm_parts[i].word, value);
	}
}

/* Of one processor: lines up to an empty one. False at the end of the file. */
static bool read_model(FILE *cpuinfo, char *model, size_t model_size)
{
	char *line = NULL, arm[160] = "";
	size_t size = 0;
	bool any = false;

	*model = '\0';
	while (getline(&line, &size, cpuinfo) > 0 && *line != '\n') {
		const char *value = line_value(line, "model name");

		any = true;
		if (value)
			snprintf(model, model_size, "%s", value);
		else
			add_arm_part(line, arm, sizeof(arm));
	}
	free(line);
	if (!*model)
		snprintf(model, model_size, "%s", arm);
	return any;
}

/* Every different model, as machines with big and little cores have. */
static json_t *capture_models(struct capture *capture)
{
	json_t *models = new_object(capture);
	char model[160]; /* CPUID has 48 characters, arm64 some 60 */
	FILE *cpuinfo;

	cpuinfo = rooted_open(capture->root, "/proc/cpuinfo");
	if (!cpuinfo)
		return models;
	while (read_model(cpuinfo, model, sizeof(model)))
		if (*model && !json_object_get(models, model))
			put(capture, models, model, json_true());
	fclose(cpuinfo);
	return models;
}

static void put_model(struct capture *capture, json_t *cpu)
{
	json_t *models = capture_models(capture), *value;
	char all[480] = ""; /* three kinds of cores are the most there are */
	const char *model;

	json_object_foreach(models, model, value)
	{
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s",
			 used ? " + " : "", model);
	}
	put_text(capture, cpu, "model", *all ? all : NULL);
	json_decref(models);
}

static json_t *capture_cpu(struct capture *capture)
{
	json_t *cpu = new_object(capture);
	double quota;

	put_model(capture, cpu);
	put_file_count(capture, cpu, "online", CPU_SYS "online");
	put_file_count(capture, cpu, "present", CPU_SYS "present");
	put_file(capture, cpu, "isolated", CPU_SYS "isolated");
	put_answer(capture, cpu, "smt", rooted_smt(capture->root));
	put(capture, cpu, "quota",
	    rooted_cpu_quota(capture->root, &quota) ? NULL : json_real(quota));
	return cpu;
}

/* How many frequency policies have each governor. */
static json_t *capture_governors(struct capture *capture)
{
	json_t *governors;
	glob_t policies;

	if (rooted_glob(capture->root,
			CPU_SYS "cpufreq/policy*/scaling_governor", &policies))
		return NULL;
	governors = new_object(capture);
	for (size_t i = 0; i < policies.gl_pathc; i++) {
		char name[64];

		if (rooted_read("", policies.gl_pathv[i], name, sizeof(name)) <=
		    0)
			continue;
		put(capture, governors, name,
		    json_integer(1 + json_integer_value(json_object_get(
					     governors, name))));
	}
	globfree(&policies);
	return governors;
}

static json_t *capture_cpufreq(struct capture *capture)
{
	json_t *cpufreq = new_object(capture);

	put(capture, cpufreq, "governors", capture_governors(capture));
	put_file(capture, cpufreq, "driver", POLICY_SYS "scaling_driver");
	put_file_int(capture, cpufreq, "min_khz",
		     POLICY_SYS "scaling_min_freq");
	put_file_int(capture, cpufreq, "max_khz",
		     POLICY_SYS "scaling_max_freq");
	put_file(capture, cpufreq, "energy_preference",
		 POLICY_SYS "energy_performance_preference");
	put_answer(capture, cpufreq, "turbo", rooted_turbo(capture->root));
	return cpufreq;
}

static json_t *capture_virtualisation(struct capture *capture)
{
	json_t *virtualisation = new_object(capture);
	char name[64];
	int guest = rooted_hypervisor(capture->root, name, sizeof(name));

	put_answer(capture, virtualisation, "guest", guest);
	put_text(capture, virtualisation, "hypervisor", *name ? name : NULL);
	put_file(capture, virtualisation, "vendor",
		 "/sys/class/dmi/id/sys_vendor");
	put_file(capture, virtualisation, "product",
		 "/sys/class/dmi/id/product_name");
	put_file(capture, virtualisation, "board",
		 "/sys/firmware/devicetree/base/model");
	return virtualisation;
}

/* @cost_ns is set to 0 where the clock is not that of this machine. */
static json_t *capture_clock(struct capture *capture, double *cost_ns)
{
	json_t *clock = new_object(capture);
	struct clock_quality quality;
	char name[64];
	int ret = clock_source(capture->root, name, sizeof(name));

	put_text(capture, clock, "source", ret ? NULL : name);
	put_file(capture, clock, "available",
		 CLOCK_SYS "available_clocksource");
	*cost_ns = 0;
	if (*capture->root) {
		put(capture, clock, "cost_ns", NULL);
		put(capture, clock, "resolution_ns", NULL);
		return clock;
	}
	clock_measure(&quality);
	*cost_ns = quality.cost_ns;
	put(capture, clock, "cost_ns", json_real(quality.cost_ns));
	put_int(capture, clock, "resolution_ns", quality.resolution_ns);
	return clock;
}

/* --- the run --- */

/* Every mention of the directory @home becomes "~"; in place. */
static void hide_home(char *text, const char *home)
{
	size_t length = strlen(home);

	while ((text = strstr(text, home))) {
		char next = text[length];

		/* "/home/ann" is not part of "/home/anna". */
		if (isalnum((unsigned char)next) ||
		    (next && strchr("-_.", next))) {
			text += length;
			continue;
		}
		*text++ = '~';
		memmove(text, text + length - 1, strlen(text + length - 1) + 1);
	}
}

/* To be freed; NULL: no memory. */
static char *without_home(const char *argument)
{
	const char *home = getenv("HOME");
	char *text = strdup(argument);

	/* A home of "/" tells nothing and is part of every path. */
	if (text && home && strlen(home) > 1)
		hide_home(text, home);
	return text;
}

static json_t *capture_command(struct capture *capture)
{
	const struct environment_request *request = capture->request;
	json_t *command;

	if (!request->argv)
		return NULL;
	command = json_array();
	for (int i = 0; i < request->argc; i++) {
		char *argument = without_home(request->argv[i]);

		if (!argument ||
		    json_array_append_new(command, new_text(capture, argument)))
			capture->failed = true;
		free(argument);
	}
	return command;
}

static json_t *capture_tools(struct capture *capture)
{
	const struct environment_request *request = capture->request;
	json_t *tools = new_object(capture);

	put_text(capture, tools, "dirtybench", request->version);
	put_text(capture, tools, "commit", request->commit);
#ifdef __clang__
	put_text(capture, tools, "compiler", __VERSION__);
#else
	put_text(capture, tools, "compiler", "GCC " __VERSION__);
#endif
	put_text(capture, tools, "libc", gnu_get_libc_version());
	put_text(capture, tools, "hwloc", request->hwloc_version);
	put_text(capture, tools, "benchmark", request->benchmark_version);
	return tools;
}

static void put_start(struct capture *capture, json_t *environment)
{
	char text[32]; /* 2026-01-31T23:59:59Z */
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	put_text(capture, environment, "start", text);
}

static json_t *capture_noise(struct capture *capture, double clock_cost_ns)
{
	struct noise_input input = {
		.root = capture->root,
		.since = capture->request->since,
		.clock_cost_ns = clock_cost_ns,
	};
	json_t *findings = json_array();
	struct noise_report report;

	noise_find(&input, &report);
	for (int i = 0; i < report.nr_findings; i++) {
		const struct noise_finding *from = &report.findings[i];
		json_t *finding = new_object(capture);

		put_text(capture, finding, "id", noise_id_name(from->id));
		put_text(capture, finding, "severity",
			 noise_severity_name(from->severity));
		put_text(capture, finding, "what", from->what);
		put_text(capture, finding, "quiet", from->quiet);
		if (json_array_append_new(findings, finding))
			capture->failed = true;
	}
	return findings;
}

json_t *environment_capture(const struct environment_request *request)
{
	struct capture capture = {
		.request = request,
		.root = request->root ? request->root : "",
	};
	json_t *environment = new_object(&capture);
	double clock_cost_ns;

	put_int(&capture, environment, "v", ENVIRONMENT_VERSION);
	put_text(&capture, environment, "run", request->run);
	put_text(&capture, environment, "label", request->label);
	put_start(&capture, environment);
	put_file(&capture, environment, "boot",
		 "/proc/sys/kernel/random/boot_id");
	put(&capture, environment, "command", capture_command(&capture));
	put(&capture, environment, "tools", capture_tools(&capture));
	put(&capture, environment, "kernel", capture_kernel(&capture));
	put(&capture, environment, "cpu", capture_cpu(&capture));
	put(&capture, environment, "cpufreq", capture_cpufreq(&capture));
	put(&capture, environment, "memory", capture_memory(&capture));
	put(&capture, environment, "thp", capture_thp(&capture));
	put(&capture, environment, "ksm", capture_ksm(&capture));
	put(&capture, environment, "swap", capture_swap(&capture));
	put(&capture, environment, "virtualisation",
	    capture_virtualisation(&capture));
	put(&capture, environment, "mitigations",
	    capture_mitigations(&capture));
	put(&capture, environment, "clock",
	    capture_clock(&capture, &clock_cost_ns));
	put(&capture, environment, "noise",
	    capture_noise(&capture, clock_cost_ns));
	if (!capture.failed)
		return environment;
	json_decref(environment);
	return NULL;
}

/* --- the file --- */

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t put = write(fd, text, length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		text += put;
		length -= (size_t)put;
	}
	return 0;
}

static int write_synced(const char *path, const char *text)
{
	int fd, err;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		  0666);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, strlen(text));
	if (!err)
		err = write_all(fd, "\n", 1);
	/* A rename must not become durable before what it names. */
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int environment_write(const json_t *environment, const char *path,
		      struct reason *why)
{
	char part[PATH_MAX], *text;
	int err;

	if (snprintf(part, sizeof(part), "%s.part", path) >= PATH_MAX)
		return reason_errno(why, -ENAMETOOLONG, "writing %s", path);
	text = json_dumps(environment, JSON_INDENT(2));
	if (!text)
		return reason_errno(why, -ENOMEM, "writing %s", path);
	err = write_synced(part, text);
	if (!err && rename(part, path))
		err = -errno;
	free(text);
	if (!err)
		return 0;
	unlink(part);
	return reason_errno(why, err, "writing %s", path);
}
