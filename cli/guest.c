// SPDX-License-Identifier: GPL-2.0-or-later
/* The first process of a guest: brings it up, measures, switches it off. */
#include "cli/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/agree.h"
#include "cli/commands.h"
#include "cli/guestsymbols.h"
#include "cli/run.h"
#include "harness/machine/sysfile.h"
#include "harness/rooted.h"
#include "kernels/order.h"
#include "kernels/wire.h"

/* An order has some hundred keys of as many bytes. */
enum { ORDER_BYTES = 1 << 20 };

/* For kernel threads that start late, on a clock that nobody waits for. */
static const struct timespec boot_settle = { .tv_sec = 2 };

static const struct {
	const char *source, *target, *type;
} mounts[] = {
	{ "proc", "/proc", "proc" },
	{ "sysfs", "/sys", "sysfs" },
	{ "devtmpfs", "/dev", "devtmpfs" },
	{ "tmpfs", "/dev/shm", "tmpfs" },
	{ "tmpfs", "/run", "tmpfs" },
	{ "tmpfs", "/tmp", "tmpfs" },
	/* Its files are page cache; those of tmpfs are shared memory. */
	{ "ramfs", "/var/tmp", "ramfs" },
};

/*
 * What moves a count of instructions from boot to boot. A kernel that lacks
 * one of the files does not have what it would switch off.
 */
static const struct {
	const char *path, *value;
} calm[] = {
	/* A task of real-time priority is never made to wait. */
	{ "/proc/sys/kernel/sched_rt_runtime_us", "-1" },
	/* The same addresses in every process. */
	{ "/proc/sys/kernel/randomize_va_space", "0" },
	/* Work that comes with time, not with what is measured. */
	{ "/proc/sys/vm/stat_interval", "100000" },
	{ "/proc/sys/vm/dirty_writeback_centisecs", "0" },
	{ "/proc/sys/vm/compaction_proactiveness", "0" },
	{ "/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs",
	  "4000000000" },
	{ "/sys/kernel/mm/transparent_hugepage/khugepaged/"
	  "alloc_sleep_millisecs",
	  "4000000000" },
	{ "/sys/kernel/mm/ksm/run", "0" },
};

/* Only errors go to the console, which is slow. An oops raises this itself. */
enum { CONSOLE_LEVEL = 4 };

static int channel = -1;

__attribute__((noreturn)) static void switch_off(void)
{
	sync();
	/* Every machine can restart; the emulator is told to end instead. */
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

__attribute__((noreturn)) static void give_up(const char *what, int err)
{
	char text[300];

	snprintf(text, sizeof(text), "%s: %s", what, strerror(-err));
	if (channel < 0 || wire_send(channel, WIRE_TROUBLE, text))
		fprintf(stderr, "dirtybench: %s\n", text);
	switch_off();
}

static void mount_all(void)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].target, 0755);
		mount(mounts[i].source, mounts[i].target, mounts[i].type, 0,
		      NULL);
	}
}

/* A kernel without devtmpfs has the nodes of the archive. */
static void open_channel(void)
{
	char boot[64] = "", text[160];
	struct utsname name;

	channel = wire_open(ORDER_CHANNEL);
	if (channel < 0)
		give_up("no second serial port, " ORDER_CHANNEL, channel);
	uname(&name);
	sysfile_read("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	snprintf(text, sizeof(text), "%s %s", name.release, boot);
	wire_send(channel, WIRE_HELLO, text);
}

static void read_order(struct order *order)
{
	char *text = malloc(ORDER_BYTES);
	int fd = open(ORDER_PATH, O_RDONLY | O_CLOEXEC);
	struct reason why = { "" };
	ssize_t length;

	if (!text || fd < 0)
		give_up(ORDER_PATH, -errno);
	length = read_up_to(fd, text, ORDER_BYTES);
	close(fd);
	if (length < 0)
		give_up(ORDER_PATH, (int)length);
	if (order_decode(order, text, (size_t)length, &why))
		give_up(why.text, -EINVAL);
	free(text);
}

/* What cannot be loaded is missed by the cells that need it, in their words;
 * the kernel's own are on the console. */
static void load_modules(const struct order *order)
{
	char path[256];
	int fd;

	for (int i = 0; i < order->nr_modules; i++) {
		snprintf(path, sizeof(path), ORDER_MODULE_FOLDER "/%s.ko",
			 order->modules[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
			fprintf(stderr, "dirtybench: %s: %s\n", path,
				strerror(errno));
		close(fd);
	}
}

static void calm_down(void)
{
	for (size_t i = 0; i < sizeof(calm) / sizeof(calm[0]); i++)
		sysfile_write(calm[i].path, calm[i].value);
	klogctl(8, NULL, CONSOLE_LEVEL); /* SYSLOG_ACTION_CONSOLE_LEVEL */
	nanosleep(&boot_settle, NULL);
}

static int measure(const struct order *order)
{
	struct sched_param lowest = { .sched_priority = 1 };
	pid_t child;
	int status;

	child = fork();
	if (child < 0)
		give_up("fork", -errno);
	if (child == 0) {
		setsid();
		if (engine_clock(order->engine) == CLOCK_INSTRUCTIONS &&
		    sched_setscheduler(0, SCHED_FIFO, &lowest))
			give_up("SCHED_FIFO", -errno);
		_exit(order->agree ? agree_order(order, channel)
				   : run_order(order, channel));
	}
	while (waitpid(-1, &status, 0) != child)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILED;
}

static void send_kernel_log(void)
{
	int size = klogctl(10, NULL, 0); /* SYSLOG_ACTION_SIZE_BUFFER */
	char *text = size > 0 ? malloc((size_t)size) : NULL;
	int length;

	if (!text)
		return;
	length = klogctl(3, text, size); /* SYSLOG_ACTION_READ_ALL */
	if (length > 0)
		wire_send_file(channel, "kernel.log", text, (size_t)length);
	free(text);
}

void guest_main(void)
{
	struct order order;
	char code[16];

	mount_all();
	open_channel();
	read_order(&order);
	load_modules(&order);
	calm_down();
	if (order.profile)
		guest_send_symbols(channel);
	snprintf(code, sizeof(code), "%d", measure(&order));
	send_kernel_log();
	wire_send(channel, WIRE_END, code);
	switch_off();
}
