// SPDX-License-Identifier: GPL-2.0-or-later
/* A userfaultfd of another process, made there by a call put into it. */
#include "harness/remoteuffd.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/halt.h"
#include "harness/procfs.h"
#include "harness/uapi.h"

/* A system call, as its instruction and as the registers that it is made with;
 * number -1 keeps the kernel from restarting the one that was interrupted. */
#if defined(__x86_64__)
typedef struct user_regs_struct registers;
static const unsigned char call_instruction[] = { 0x0f, 0x05 };
enum { INSTRUCTION_STEP = 1 };

static void set_call(registers *regs, uint64_t at, long number, long argument)
{
	regs->rip = at;
	regs->rax = (unsigned long)number;
	regs->rdi = (unsigned long)argument;
	regs->orig_rax = -1UL;
}

static long call_result(const registers *regs)
{
	return (long)regs->rax;
}
#elif defined(__aarch64__)
typedef struct user_regs_struct registers;
static const unsigned char call_instruction[] = { 0x01, 0x00, 0x00, 0xd4 };
enum { INSTRUCTION_STEP = 4 };

static void set_call(registers *regs, uint64_t at, long number, long argument)
{
	regs->pc = at;
	regs->regs[8] = (unsigned long)number;
	regs->regs[0] = (unsigned long)argument;
}

static long call_result(const registers *regs)
{
	return (long)regs->regs[0];
}
#else
typedef struct {
	long none;
} registers;
static const unsigned char call_instruction[] = { 0 };
enum { INSTRUCTION_STEP = 1 };

static void set_call(registers *regs, uint64_t at, long number, long argument)
{
	(void)at;
	(void)argument;
	regs->none = number;
}

static long call_result(const registers *regs)
{
	(void)regs;
	return -ENOSYS;
}
#endif

/* A stopped thread of the process. */
struct captive {
	pid_t tid;
	int signal; /* that it was about to get */
	uint64_t call_at;
	registers saved;
	uint64_t signals; /* that it blocked itself */
};

static int get_registers(const struct captive *c, registers *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	if (ptrace(PTRACE_GETREGSET, c->tid, NT_PRSTATUS, &iov))
		return -errno;
	/* The registers of a 32-bit program are fewer. */
	return iov.iov_len == sizeof(*regs) ? 0 : -EOPNOTSUPP;
}

static int set_registers(const struct captive *c, registers *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	return ptrace(PTRACE_SETREGSET, c->tid, NT_PRSTATUS, &iov) ? -errno : 0;
}

/* Where the vDSO is; every process has one that nobody unmaps. */
static int find_vdso(pid_t pid, uint64_t *start, uint64_t *end)
{
	char path[32], line[512];
	int ret = -EOPNOTSUPP;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	if (!maps)
		return -errno;
	while (ret && fgets(line, sizeof(line), maps))
		if (strstr(line, "[vdso]") &&
		    sscanf(line, "%" SCNx64 "-%" SCNx64, start, end) == 2)
			ret = 0;
	fclose(maps);
	return ret;
}

/* More than any vDSO has: some pages of code and tables. */
enum { VDSO_BYTES = 1 << 16 };

static int find_call(struct captive *c)
{
	static unsigned char code[VDSO_BYTES];
	uint64_t start = 0, end = 0;
	struct iovec local, remote;
	ssize_t got;
	int ret;

	ret = find_vdso(c->tid, &start, &end);
	if (ret)
		return ret;
	local = (struct iovec){ code, sizeof(code) };
	if (end - start < sizeof(code))
		local.iov_len = end - start;
	remote = (struct iovec){ (void *)(uintptr_t)start, local.iov_len };
	got = process_vm_readv(c->tid, &local, 1, &remote, 1, 0);
	if (got < 0)
		return -errno;
	for (ssize_t at = 0; at + (ssize_t)sizeof(call_instruction) <= got;
	     at += INSTRUCTION_STEP) {
		if (memcmp(code + at, call_instruction,
			   sizeof(call_instruction)) != 0)
			continue;
		c->call_at = start + (uint64_t)at;
		return 0;
	}
	return -EOPNOTSUPP;
}

/* Of PTRACE_O_TRACESYSGOOD: a stop at a system call, told from others. */
enum { CALL_STOP = SIGTRAP | 0x80 };

static bool at_call(int status)
{
	return WSTOPSIG(status) == CALL_STOP;
}

static bool at_interrupt(int status)
{
	return status >> 16 == PTRACE_EVENT_STOP;
}

/* Go on until the next stop of a kind. With all signals blocked, what stops
 * the thread for itself is SIGSTOP, which it gets in the end. */
static int proceed(struct captive *c, int request, bool (*wanted)(int))
{
	int status, ret;

	do {
		if (ptrace(request, c->tid, NULL, NULL))
			return -errno;
		ret = halt_await(c->tid, &status);
		if (!ret && WSTOPSIG(status) == SIGSTOP &&
		    !at_interrupt(status))
			c->signal = SIGSTOP;
	} while (!ret && !wanted(status));
	return ret;
}

/* One call, from its entry to its end: the result, or what ptrace failed
 * with. */
static int call(struct captive *c, long number, long argument, long *result)
{
	registers regs = c->saved;
	int ret;

	set_call(&regs, c->call_at, number, argument);
	ret = set_registers(c, &regs);
	if (!ret)
		ret = proceed(c, PTRACE_SYSCALL, at_call);
	if (!ret)
		ret = proceed(c, PTRACE_SYSCALL, at_call);
	if (!ret)
		ret = get_registers(c, &regs);
	*result = call_result(&regs);
	return ret;
}

static int copy_descriptor(pid_t pid, int number)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int fd;

	if (pidfd < 0)
		return -errno;
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
	if (fd < 0)
		fd = -errno;
	close(pidfd);
	return fd;
}

/* The descriptor; *@theirs is what userfaultfd() failed with, or 0. */
static int make_descriptor(struct captive *c, int flags, int *theirs)
{
	long number = 0, closed;
	int fd, ret;

	*theirs = 0;
	ret = call(c, SYS_userfaultfd, flags, &number);
	if (ret)
		return ret;
	if (number < 0) {
		*theirs = (int)number;
		return *theirs;
	}
	fd = copy_descriptor(c->tid, (int)number);
	ret = call(c, SYS_close, number, &closed);
	if (ret && fd >= 0) {
		close(fd);
		fd = ret;
	}
	return fd;
}

/*
 * Registers are put back where the kernel, when the thread goes on, looks
 * whether a system call was interrupted and has to be made again: in a stop
 * that PTRACE_INTERRUPT makes, as the first one was.
 */
static void put_back(struct captive *c)
{
	if (!ptrace(PTRACE_INTERRUPT, c->tid, NULL, NULL) &&
	    !proceed(c, PTRACE_CONT, at_interrupt))
		set_registers(c, &c->saved);
	ptrace(PTRACE_SETSIGMASK, c->tid, sizeof(c->signals), &c->signals);
}

static int take(struct captive *c)
{
	uint64_t all = UINT64_MAX;
	int ret;

	ret = get_registers(c, &c->saved);
	if (!ret)
		ret = find_call(c);
	if (ret)
		return ret;
	if (ptrace(PTRACE_GETSIGMASK, c->tid, sizeof(c->signals),
		   &c->signals) ||
	    ptrace(PTRACE_SETSIGMASK, c->tid, sizeof(all), &all))
		return -errno;
	return 0;
}

static int64_t seccomp_mode(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return procfs_line(path, "Seccomp");
}

/* A filter could kill the process for a call that it never makes itself. */
static unsigned long seize_options(pid_t pid)
{
	unsigned long options = PTRACE_O_TRACESYSGOOD;

	if (seccomp_mode(pid) > 0)
		options |= PTRACE_O_SUSPEND_SECCOMP;
	return options;
}

static int explain(pid_t pid, unsigned long options, int err,
		   struct reason *why)
{
	if (err == -ESRCH)
		return reason_set(why, err, "process %d has ended", (int)pid);
	if (err == -EPERM && options & PTRACE_O_SUSPEND_SECCOMP)
		return reason_set(why, err,
				  "process %d has a seccomp filter, and "
				  "suspending that for a call to userfaultfd "
				  "takes CAP_SYS_ADMIN",
				  (int)pid);
	if (err == -EPERM)
		return halt_not_permitted(pid, why);
	if (err == -EOPNOTSUPP)
		return reason_set(why, err,
				  "process %d cannot be made to call "
				  "userfaultfd: a 32-bit program, or an "
				  "architecture without an entry for it",
				  (int)pid);
	return reason_errno(why, err, "making process %d call userfaultfd",
			    (int)pid);
}

int remote_userfaultfd(pid_t pid, int flags, struct reason *why)
{
	struct captive captive = { .tid = pid };
	unsigned long options = seize_options(pid);
	int theirs = 0;
	int fd;

	fd = halt_thread(pid, options, &captive.signal);
	if (fd)
		return explain(pid, options, fd, why);
	fd = take(&captive);
	if (!fd) {
		fd = make_descriptor(&captive, flags, &theirs);
		put_back(&captive);
	}
	halt_let_go(pid, captive.signal);
	if (fd < 0 && !theirs)
		return explain(pid, options, fd, why);
	return fd;
}
