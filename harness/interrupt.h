/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Being asked to stop: SIGINT, SIGTERM and SIGHUP, seen by poll(). */
#ifndef DIRTYBENCH_INTERRUPT_H
#define DIRTYBENCH_INTERRUPT_H

#include <stdbool.h>

/* Take note of these signals from now on instead of dying. -errno. */
int interrupt_install(void);

/* A descriptor that becomes readable, and stays so, once one has come; -1
 * when nothing was installed. */
int interrupt_fd(void);

/* The signal that has come; 0. */
int interrupt_signal(void);

/* Die of @signal, as if it had never been caught. */
void interrupt_die(int signal) __attribute__((noreturn));

#endif
