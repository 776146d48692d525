/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the system's apt reaches Debian's archive. */
#ifndef DIRTYBENCH_MIRROR_H
#define DIRTYBENCH_MIRROR_H

#include "harness/reason.h"

struct mirror {
	char *archive;	/* URI of debian */
	char *security; /* URI of debian-security */
	char *settings; /* lines for an apt.conf: proxy, retries, checks */
};

/*
 * Ask the system's apt; where it does not name the archive of security updates,
 * that beside the other. -ENOENT: there is no apt, or none of its sources is
 * an archive of Debian; -errno. The caller frees the mirror after success only.
 */
int mirror_find(struct mirror *mirror, struct reason *why);

void mirror_free(struct mirror *mirror);

#endif
