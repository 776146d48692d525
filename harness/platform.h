/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What runs beneath the kernel: hypervisor, CPU quota, turbo, SMT. */
#ifndef DIRTYBENCH_PLATFORM_H
#define DIRTYBENCH_PLATFORM_H

#include <stddef.h>

/* @root as in rooted.h. */

/*
 * Whether the machine is virtual. 1 with the name of what runs it ("KVM",
 * "QEMU TCG"; "" if it does not say), 0 for bare metal, -ENOENT where nothing
 * tells.
 */
int rooted_hypervisor(const char *root, char *name, size_t size);

/* CPUs' worth of time that this process's control groups allow.
 * -ENOENT where there is no limit. */
int rooted_cpu_quota(const char *root, double *cpus);

/* 1 when processors may exceed their base frequency, 0 when not. */
int rooted_turbo(const char *root);

/* 1 when cores run more than one thread at a time, 0 when not. */
int rooted_smt(const char *root);

#endif
