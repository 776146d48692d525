/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets up what cells need of the machine, and always puts it back. */
#ifndef DIRTYBENCH_PREPARE_H
#define DIRTYBENCH_PREPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/reason.h"

enum swap_backend { SWAP_NONE, SWAP_ZRAM, SWAP_FILE, SWAP_BACKENDS };

/* What the chosen cells need, each the largest that one cell needs. */
struct machine_needs {
	uint64_t hugetlb_bytes; /* in huge pages of the default size */
	uint64_t swap_bytes[SWAP_BACKENDS];
	bool thp;   /* MADV_HUGEPAGE has to have an effect */
	bool folio; /* and give folios of sizes that prepare_folio() chooses */
};

struct preparation;

/*
 * Fork a guardian, have it record the state of the machine and change only
 * what @needs asks for and is not there yet. The guardian puts everything back
 * when prepare_end() asks or when this process is gone, however it went (it
 * watches a pidfd; it is in a session of its own and ignores the terminal's
 * signals).
 *
 * What an earlier run left changed because its guardian was killed is put back
 * first, also when @needs is empty.
 *
 * @folder (may be NULL) is where a swap file may be made, on a file system that
 * can hold one. What could not be had is not an error here: the caller looks at
 * the machine afterwards (memoryguard.h) and the reason of each need keeps the
 * sentence. Of the swap areas made, the first backend's is on, the others are
 * off; zswap is off as long as swap is needed.
 *
 * To be called while the process has one thread. The guardian is a child of it:
 * a waitpid() for any child would take its end away.
 *
 * Errors: -EPERM without root; -EBUSY while another run has the machine
 * prepared; -ENOENT and others for @folder; else -errno when the guardian
 * cannot be started or cannot put back what an earlier run left.
 */
int prepare_start(struct preparation **prep, const struct machine_needs *needs,
		  const char *folder, struct reason *why);

/*
 * Make @backend the swap that pages go to: the other one that this module made
 * is switched off. SWAP_NONE switches off whatever this module made.
 * Errors: -ENOENT where @backend was not among the needs or could not be made;
 * -ENOMEM, -ETIMEDOUT where the pages of the other one cannot come back now;
 * -EPIPE where the guardian was killed.
 */
int prepare_swap(struct preparation *prep, enum swap_backend backend,
		 struct reason *why);

/*
 * Make @bytes the size of the folios that MADV_HUGEPAGE memory gets, and no
 * other; 0: the machine's sizes again, which thp needs.
 * Errors: -ENOENT where folios were not among the needs or the kernel has no
 * sizes; -EPIPE where the guardian was killed; -errno of writing a mode.
 */
int prepare_folio(struct preparation *prep, uint64_t bytes, struct reason *why);

/* Why a need could not be met; an empty text when it was. */
const struct reason *prepare_hugetlb_reason(const struct preparation *prep);
const struct reason *prepare_swap_reason(const struct preparation *prep,
					 enum swap_backend backend);
const struct reason *prepare_thp_reason(const struct preparation *prep);
const struct reason *prepare_folio_reason(const struct preparation *prep);

/*
 * Put everything back, wait until it is, and free @prep (NULL is allowed). A
 * guardian that was killed is stood in for. On failure the guardian or the next
 * prepare_start() tries again.
 */
int prepare_end(struct preparation *prep, struct reason *why);

/* What the machine has now, whoever made it. */
uint64_t machine_hugetlb_free_bytes(void);
uint64_t machine_hugetlb_page_bytes(void);
bool machine_thp_works(void); /* enabled is madvise or always */
/* Whether the kernel has folios of that size for anonymous memory, and whether
 * MADV_HUGEPAGE memory gets these and no larger ones. */
bool machine_folio_exists(uint64_t bytes);
bool machine_folio_works(uint64_t bytes);
/* Free bytes of the active swap that pages go to first, if that is on
 * @backend (zram devices, or anything else); 0 if not. */
uint64_t machine_swap_free_bytes(enum swap_backend backend);
/* Whether root could make a zram device here; may execute `modprobe -n`. */
bool machine_has_zram(void);

/* "zram", "file"; SWAP_NONE and "none". */
const char *swap_backend_name(enum swap_backend backend);

#endif
