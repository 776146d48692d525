// SPDX-License-Identifier: GPL-2.0-or-later
/* A guest's machine: QEMU as a child of this process. */
#include "kernels/emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long QEMU gets for giving back gigabytes of memory when it is killed. */
enum { DEATH_MS = 10000 };

enum { MAX_ARGUMENTS = 64 };

/*
 * An oops would leave a guest that measures nonsense: it ends it. No address
 * of the kernel differs from boot to boot. The emulator's counter is the clock,
 * and its rate is known, not measured: one a nanosecond. Watchdogs see an
 * emulated guest as stuck, and wake up for it; KFENCE sends an allocation now
 * and then a longer way.
 */
static const char base_line[] =
	"console=ttyS0,115200 panic=-1 oops=panic nokaslr "
	"random.trust_cpu=on nowatchdog kfence.sample_interval=0";
static const char emulated_line[] =
	" tsc=reliable tsc_early_khz=1000000 clocksource=tsc";

struct arguments {
	char **v;
	int nr;
	int failed;
};

__attribute__((format(printf, 2, 3))) static void
put(struct arguments *arguments, const char *format, ...)
{
	va_list args;

	if (arguments->nr == MAX_ARGUMENTS - 1) {
		arguments->failed = 1;
		return;
	}
	va_start(args, format);
	if (vasprintf(&arguments->v[arguments->nr], format, args) < 0)
		arguments->failed = 1;
	else
		arguments->nr++;
	va_end(args);
}

static void put_engine(struct arguments *arguments,
		       const struct emulator_request *request)
{
	put(arguments, "-accel");
	if (request->engine == ENGINE_KVM) {
		put(arguments, "kvm");
		put(arguments, "-cpu");
		put(arguments, "host");
		put(arguments, "-smp");
		put(arguments, "2");
		return;
	}
	put(arguments, "tcg,thread=single");
	/*
	 * cmpxchg16b as emulated has crashed guests. A repeated instruction
	 * counts once for each repetition, and kernels zero and copy byte by
	 * byte where the processor says that this is fast: 4096 instructions
	 * to zero a page, in place of 512.
	 */
	put(arguments, "-cpu");
	put(arguments, "max,-cx16,-erms,-fsrm");
	put(arguments, "-smp");
	put(arguments, "1");
	put(arguments, "-icount");
	put(arguments, "shift=0,sleep=off");
	put(arguments, "-seed");
	put(arguments, "%" PRIu64, request->seed);
	/* A date that is the same in every boot. */
	put(arguments, "-rtc");
	put(arguments, "base=2020-01-01T00:00:00,clock=vm");
}

/* In an option a comma is written twice. */
static void put_plugin(struct arguments *arguments, const char *plugin,
		       int blocks)
{
	char path[2 * PATH_MAX];
	size_t used = 0;

	for (; *plugin && used < sizeof(path) - 2; plugin++) {
		path[used++] = *plugin;
		if (*plugin == ',')
			path[used++] = ',';
	}
	path[used] = '\0';
	put(arguments, "-plugin");
	put(arguments, "%s,out=/proc/self/fd/%d", path, blocks);
}

char **emulator_arguments(const struct emulator_request *request)
{
	struct arguments arguments = { .nr = 0 };

	arguments.v = calloc(MAX_ARGUMENTS, sizeof(*arguments.v));
	if (!arguments.v)
		return NULL;
	put(&arguments, EMULATOR_PROGRAM);
	put(&arguments, "-nodefaults");
	put(&arguments, "-no-user-config");
	put(&arguments, "-display");
	put(&arguments, "none");
	put(&arguments, "-no-reboot");
	put(&arguments, "-nic");
	put(&arguments, "none");
	put_engine(&arguments, request);
	if (request->plugin)
		put_plugin(&arguments, request->plugin, request->blocks);
	put(&arguments, "-m");
	put(&arguments, "%" PRIu64, request->memory_mb);
	put(&arguments, "-kernel");
	put(&arguments, "%s", request->vmlinuz);
	put(&arguments, "-initrd");
	put(&arguments, "/proc/self/fd/%d", request->initramfs);
	put(&arguments, "-append");
	put(&arguments, "%s%s%s%s", base_line,
	    request->engine == ENGINE_KVM ? "" : emulated_line,
	    request->append ? " " : "", request->append ? request->append : "");
	/* Standard error: QEMU's own last words stand behind the kernel's. */
	put(&arguments, "-chardev");
	put(&arguments, "file,id=console,path=/proc/self/fd/2,append=on");
	put(&arguments, "-serial");
	put(&arguments, "chardev:console");
	put(&arguments, "-chardev");
	put(&arguments, "stdio,id=samples,signal=off");
	put(&arguments, "-serial");
	put(&arguments, "chardev:samples");
	if (!arguments.failed)
		return arguments.v;
	emulator_free_arguments(arguments.v);
	return NULL;
}

void emulator_free_arguments(char **arguments)
{
	for (char **at = arguments; *at; at++)
		free(*at);
	free(arguments);
}

int emulator_check(struct reason *why)
{
	const char *path = getenv("PATH");
	char file[4096];
	size_t length;

	while (path && *path) {
		length = strcspn(path, ":");
		snprintf(file, sizeof(file), "%.*s/" EMULATOR_PROGRAM,
			 (int)length, path);
		if (!access(file, X_OK))
			return 0;
		path += length + (path[length] == ':');
	}
	return reason_set(why, -ENOENT,
			  EMULATOR_PROGRAM " is not installed: on Debian, "
					   "apt-get install qemu-system-x86");
}

/* Between fork and exec. */
__attribute__((noreturn)) static void
become_emulator(const struct emulator_request *request, char **arguments,
		int output, pid_t parent)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* The terminal's Ctrl-C is for us, who then end it. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(request->console, STDERR_FILENO);
	fcntl(request->initramfs, F_SETFD, 0);
	if (request->plugin)
		fcntl(request->blocks, F_SETFD, 0);
	execvp(arguments[0], arguments);
	_exit(127);
}

int emulator_start(struct emulator *emulator,
		   const struct emulator_request *request, struct reason *why)
{
	char **arguments = emulator_arguments(request);
	pid_t parent = getpid();
	int ends[2];
	int ret = 0;

	if (!arguments)
		return reason_set(why, -ENOMEM, "no memory");
	if (pipe2(ends, O_CLOEXEC)) {
		ret = reason_errno(why, -errno, "pipe");
		goto out_arguments;
	}
	emulator->pid = fork();
	if (emulator->pid == 0)
		become_emulator(request, arguments, ends[1], parent);
	if (emulator->pid < 0)
		ret = reason_errno(why, -errno, "fork");
	close(ends[1]);
	emulator->output = ends[0];
	if (!ret) {
		emulator->pidfd =
			(int)syscall(SYS_pidfd_open, emulator->pid, 0);
		if (emulator->pidfd < 0) {
			ret = reason_errno(why, -errno, "pidfd_open");
			kill(emulator->pid, SIGKILL);
			waitpid(emulator->pid, NULL, 0);
		}
	}
	if (ret)
		close(ends[0]);
out_arguments:
	emulator_free_arguments(arguments);
	return ret;
}

int emulator_end(struct emulator *emulator)
{
	struct pollfd fd = { .fd = emulator->pidfd, .events = POLLIN };
	int status = -1;

	kill(emulator->pid, SIGKILL);
	while (poll(&fd, 1, DEATH_MS) < 0 && errno == EINTR)
		continue;
	if (waitpid(emulator->pid, &status, WNOHANG) != emulator->pid)
		status = -1;
	close(emulator->pidfd);
	close(emulator->output);
	return status;
}
