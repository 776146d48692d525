// SPDX-License-Identifier: GPL-2.0-or-later
/* What runs beneath the kernel: hypervisor, CPU quota, turbo, SMT. */
#include "harness/platform.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "harness/rooted.h"

#define CPU_SYS "/sys/devices/system/cpu/"

#if defined(__x86_64__) || defined(__i386__)
static void name_vendor(const char *vendor, char *name, size_t size)
{
	static const char *const known[][2] = {
		{ "KVMKVMKVM", "KVM" },		{ "Microsoft Hv", "Hyper-V" },
		{ "VMwareVMware", "VMware" },	{ "XenVMMXenVMM", "Xen" },
		{ "TCGTCGTCGTCG", "QEMU TCG" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(vendor, known[i][0]))
			vendor = known[i][1];
	snprintf(name, size, "%s", vendor);
}

static int cpuid_hypervisor(char *name, size_t size)
{
	unsigned int a, b, c, d;
	char vendor[13] = "";

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1U << 31)))
		return 0;
	/* __get_cpuid() knows only the ranges of processors. */
	__cpuid(0x40000000, a, b, c, d);
	memcpy(vendor, &b, sizeof(b));
	memcpy(vendor + 4, &c, sizeof(c));
	memcpy(vendor + 8, &d, sizeof(d));
	name_vendor(vendor, name, size);
	return 1;
}
#else
static int cpuid_hypervisor(char *name, size_t size)
{
	(void)name;
	(void)size;
	return 0;
}
#endif

/* Sets @emulated where the model's name gives QEMU's emulation away. */
static int cpuinfo_hypervisor(const char *root, bool *emulated)
{
	char *line = NULL;
	size_t size = 0;
	int virtual = 0;
	FILE *file;

	*emulated = false;
	file = rooted_open(root, "/proc/cpuinfo");
	if (!file)
		return -errno;
	/* An empty line ends the first processor. */
	while (getline(&line, &size, file) > 1) {
		if (strstr(line, " hypervisor"))
			virtual = 1;
		if (strstr(line, "QEMU TCG"))
			*emulated = true;
	}
	free(line);
	fclose(file);
	return virtual;
}

/* Where processors have no flag for it (arm64), the firmware tells. */
static int firmware_hypervisor(const char *root, char *name, size_t size)
{
	char text[128]; /* DMI strings and compatible lists are short */

	if (rooted_read(root, "/sys/hypervisor/type", text, sizeof(text)) > 0) {
		snprintf(name, size, "%s", text);
		return 1;
	}
	if (rooted_read(root,
			"/sys/firmware/devicetree/base/hypervisor/compatible",
			text, sizeof(text)) > 0) {
		snprintf(name, size, "%s", text);
		return 1;
	}
	if (rooted_read(root, "/sys/class/dmi/id/product_name", text,
			sizeof(text)) > 0 &&
	    (strstr(text, "Virtual") || strstr(text, "KVM")))
		return 1;
	return rooted_read(root, "/sys/class/dmi/id/sys_vendor", text,
			   sizeof(text)) > 0 &&
	       !strcmp(text, "QEMU");
}

int rooted_hypervisor(const char *root, char *name, size_t size)
{
	bool emulated;
	int flagged, told;

	snprintf(name, size, "%s", "");
	if (!*root && cpuid_hypervisor(name, size))
		return 1;
	flagged = cpuinfo_hypervisor(root, &emulated);
	told = firmware_hypervisor(root, name, size);
	if (emulated) {
		snprintf(name, size, "QEMU TCG");
		return 1;
	}
	if (flagged > 0 || told > 0)
		return 1;
	return flagged < 0 ? -ENOENT : 0;
}

static int read_in(const char *root, const char *folder, const char *name,
		   char *text, size_t size)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= PATH_MAX)
		return -ENAMETOOLONG;
	return rooted_read(root, path, text, size);
}

/* One level: the file of version 2, or the pair of version 1. */
static int level_quota(const char *root, const char *folder, double *cpus)
{
	char quota[64], period[64], *end; /* two numbers of microseconds */
	double quota_us, period_us;

	if (read_in(root, folder, "cpu.max", quota, sizeof(quota)) > 0) {
		/* "max 100000" where there is no limit. */
		quota_us = strtod(quota, &end);
		period_us = strtod(end, NULL);
	} else {
		if (read_in(root, folder, "cpu.cfs_quota_us", quota,
			    sizeof(quota)) <= 0 ||
		    read_in(root, folder, "cpu.cfs_period_us", period,
			    sizeof(period)) <= 0)
			return -ENOENT;
		/* -1 where there is no limit. */
		quota_us = strtod(quota, NULL);
		period_us = strtod(period, NULL);
	}
	if (quota_us <= 0 || period_us <= 0)
		return -ENOENT;
	*cpus = quota_us / period_us;
	return 0;
}

/* The smallest quota from the group @path up to where @mount is. */
static void branch_quota(const char *root, const char *mount, char *path,
			 double *least)
{
	char folder[PATH_MAX], *slash;
	double cpus;

	for (;;) {
		snprintf(folder, sizeof(folder), "%s%s", mount, path);
		if (!level_quota(root, folder, &cpus) &&
		    (*least <= 0 || cpus < *least))
			*least = cpus;
		slash = strrchr(path, '/');
		if (!slash)
			return;
		*slash = '\0';
	}
}

static bool lists_cpu(char *controllers)
{
	char *part;

	while ((part = strsep(&controllers, ",")))
		if (!strcmp(part, "cpu"))
			return true;
	return false;
}

int rooted_cpu_quota(const char *root, double *cpus)
{
	char *line = NULL, *rest, *controllers;
	double least = 0;
	size_t size = 0;
	FILE *file;

	file = rooted_open(root, "/proc/self/cgroup");
	if (!file)
		return -ENOENT;
	while (getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		rest = line;
		strsep(&rest, ":");
		controllers = strsep(&rest, ":");
		if (!controllers || !rest)
			continue;
		if (!*controllers)
			branch_quota(root, "/sys/fs/cgroup", rest, &least);
		else if (lists_cpu(controllers))
			branch_quota(root, "/sys/fs/cgroup/cpu", rest, &least);
	}
	free(line);
	fclose(file);
	if (least <= 0)
		return -ENOENT;
	*cpus = least;
	return 0;
}

int rooted_turbo(const char *root)
{
	int64_t value;

	if (!rooted_read_int(root, CPU_SYS "intel_pstate/no_turbo", &value))
		return !value;
	if (!rooted_read_int(root, CPU_SYS "cpufreq/boost", &value))
		return !!value;
	return -ENOENT;
}

int rooted_smt(const char *root)
{
	int64_t value;

	/* Since Linux 4.19; before, the siblings of a core tell. */
	if (!rooted_read_int(root, CPU_SYS "smt/active", &value))
		return !!value;
	if (!rooted_read_list_count(
		    root, CPU_SYS "cpu0/topology/thread_siblings_list", &value))
		return value > 1;
	return -ENOENT;
}
