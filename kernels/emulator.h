/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's machine: QEMU as a child of this process. */
#ifndef DIRTYBENCH_EMULATOR_H
#define DIRTYBENCH_EMULATOR_H

#include <stdint.h>
#include <sys/types.h>

#include "harness/reason.h"
#include "kernels/order.h"

/* The program, found by PATH. */
#define EMULATOR_PROGRAM "qemu-system-x86_64"

struct emulator_request {
	enum engine engine;
	const char *vmlinuz;
	int initramfs; /* descriptor */
	int console;   /* descriptor, appending: what the kernel and QEMU say */
	const char *append; /* more of the kernel's command line; NULL */
	uint64_t memory_mb;
	uint64_t seed; /* of the guest's randomness; not with ENGINE_KVM */
	/* What counts blocks, with ENGINE_ICOUNT only; NULL: nothing does. */
	const char *plugin;
	int blocks; /* descriptor: gets the counts, as blockstream.h has them */
};

struct emulator {
	pid_t pid;
	int pidfd;
	int output; /* what the guest sends on its second serial port */
};

/* Whether QEMU is there at all; -ENOENT with what to install. */
int emulator_check(struct reason *why);

/* -errno with @why. emulator_end() in any case but this. */
int emulator_start(struct emulator *emulator,
		   const struct emulator_request *request, struct reason *why);

/* End it, whatever it does, and free everything. The status of waitpid(); -1
 * where it does not die. */
int emulator_end(struct emulator *emulator);

/*
 * Its arguments, NULL-terminated, for showing and testing; the caller frees
 * with emulator_free_arguments(). NULL: no memory.
 */
char **emulator_arguments(const struct emulator_request *request);
void emulator_free_arguments(char **arguments);

#endif
