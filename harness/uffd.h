/* SPDX-License-Identifier: GPL-2.0-or-later */
/* userfaultfd write protection: opening, registering, protecting. */
#ifndef DIRTYBENCH_UFFD_H
#define DIRTYBENCH_UFFD_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/pagekind.h"
#include "harness/reason.h"
#include "trackers/tracker.h"

/*
 * A userfaultfd with exactly @features enabled (UFFD_FEATURE_*), for faults of
 * user mode where the kernel knows that mode (5.11), so that no privilege is
 * needed. It acts on the memory of process @pid (remoteuffd.h where that is not
 * this one). Returns the descriptor or -errno: -ENOSYS without
 * CONFIG_USERFAULTFD, -EPERM where it is forbidden, -EOPNOTSUPP where the
 * kernel does not know one of the features, called @feature_names in @why.
 */
int uffd_open(pid_t pid, uint64_t features, const char *feature_names,
	      struct reason *why);

/*
 * The parameters of the trackers that resolve faults themselves. A page table
 * entry is what can be protected: a hole gets one as a marker, or as the zero
 * page that reading maps, by touching every page or with one call a range
 * (MADV_POPULATE_READ, Linux 5.14).
 */
#define UFFD_PARAMS                                                            \
	{                                                                      \
		.name = "unpopulated", .type = PARAM_CHOICE, .fallback = "no", \
		.choices = "no|yes|read|populate",                             \
		.help = "arm holes as well: by UFFD_FEATURE_WP_UNPOPULATED, "  \
			"after reading every page, or after "                  \
			"MADV_POPULATE_READ"                                   \
	}
#define UFFD_FEATURE_NAMES                                                 \
	"userfaultfd write protection with these features (5.7 and later " \
	"know anonymous memory, 6.4 and later unpopulated=yes)"

/* UFFD_FEATURE_WP_UNPOPULATED where unpopulated=yes; 0. */
uint64_t uffd_features(const struct params *params);
/* Give every page of the parts an entry, where read or populate says so; made
 * while arming, before they are protected. */
int uffd_fill_holes(struct tracking *t);
/* Whether the kernel can do that. -EOPNOTSUPP with @why. */
int uffd_probe_filling(const struct params *params, struct reason *why);
/* tracker.arms_holes of these. */
bool uffd_arms_holes(const struct params *params);
/* What new mappings do to whoever has registered what was there. */
const char *uffd_misled_by_mapping(enum mapping_event event);

/* tracker.misled_by of these. */
const char *uffd_misled_by(enum mapping_event event,
			   const struct params *params);

/* Register for write protection. -EINVAL: not possible for that memory. */
int uffd_register(int fd, uint64_t start, uint64_t end);
int uffd_unregister(int fd, uint64_t start, uint64_t end);

/* UFFDIO_WRITEPROTECT: protect, or let write again and wake who waits. */
int uffd_writeprotect(int fd, uint64_t start, uint64_t end, bool protect);

/*
 * For tracking->ranges, and tracking->parts: each makes one call a range or
 * part, counts it in tracking->counts, and names the call in tracking->why
 * where it fails.
 */
int uffd_register_ranges(struct tracking *t, int fd);
void uffd_unregister_ranges(struct tracking *t, int fd);
int uffd_protect_ranges(struct tracking *t, int fd);
int uffd_protect_parts(struct tracking *t, int fd);
int uffd_unprotect_ranges(struct tracking *t, int fd);

/*
 * Whether this kernel registers memory of @kind for write protection with
 * @features, found by doing it.
 */
int uffd_probe(enum page_kind kind, uint64_t features,
	       const char *feature_names, struct reason *why);

/* tracker.probe_chain of whoever calls UFFDIO_WRITEPROTECT. */
int uffd_probe_chain(struct reason *why);

#endif
