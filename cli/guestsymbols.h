/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest tells of its kernel, for a profile. */
#ifndef DIRTYBENCH_GUESTSYMBOLS_H
#define DIRTYBENCH_GUESTSYMBOLS_H

/*
 * Send the functions of /proc/kallsyms over @channel, as kernelsymbols.h has
 * them, and the notes of the kernel, which have its build ID. A kernel that
 * does not tell sends nothing of it. 0 or -errno of the channel.
 */
int guest_send_symbols(int channel);

#endif
