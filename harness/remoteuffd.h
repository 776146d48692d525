/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A userfaultfd of another process, made there by a call put into it. */
#ifndef DIRTYBENCH_REMOTEUFFD_H
#define DIRTYBENCH_REMOTEUFFD_H

#include <sys/types.h>

#include "harness/reason.h"

/*
 * A userfaultfd acts on the memory of the process that made it. So @pid has to
 * make one: a thread of it is stopped by ptrace, calls userfaultfd(@flags) at a
 * system call instruction of its vDSO, the descriptor is copied (pidfd_getfd,
 * Linux 5.6), and it is closed there. The process then goes on as if nothing
 * had been, in the system call that it was in, too.
 *
 * The descriptor, UFFDIO_API still to come, or -errno with @why: -EPERM without
 * the right to, -ESRCH where the process has ended, -EOPNOTSUPP where this
 * architecture or this process does not allow it. What userfaultfd() itself
 * fails with is handed on, @why untouched: -ENOSYS, -EPERM, -EINVAL, ...
 */
int remote_userfaultfd(pid_t pid, int flags, struct reason *why);

#endif
