/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has a child process do one thing, within a time limit. */
#ifndef DIRTYBENCH_ERRAND_H
#define DIRTYBENCH_ERRAND_H

/*
 * Run @work in a forked child and wait for it. What @work returns (0 or
 * -errno) is returned; -ETIMEDOUT when it took longer than @limit_ms and was
 * killed, -ENOMEM when somebody else killed it (the kernel does so to a
 * process that runs out of memory in swapoff), -errno when there is no child
 * to be had.
 */
int errand_run(int (*work)(void *argument), void *argument,
	       unsigned int limit_ms);

/*
 * Execute the program @argv[0] (a path), its standard files on /dev/null.
 * 0 when it ended with status 0, -EIO when with another, else as above.
 */
int errand_exec(char *const argv[], unsigned int limit_ms);

/* Sleep for @ms, however many signals come. */
void errand_sleep(unsigned int ms);

/* Milliseconds of the monotonic clock. */
unsigned long long errand_now_ms(void);

#endif
