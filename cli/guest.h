/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first process of a guest: brings it up, measures, switches it off. */
#ifndef DIRTYBENCH_GUEST_H
#define DIRTYBENCH_GUEST_H

/* What our program is called when the kernel starts it. */
#define GUEST_NAME "/init"

/* To be called as process 1 only. */
void guest_main(void) __attribute__((noreturn));

#endif
