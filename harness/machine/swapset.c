// SPDX-License-Identifier: GPL-2.0-or-later
/* The swap areas made for a run, of which one at a time is on. */
#include "harness/machine/swapset.h"

#include <errno.h>

#include "harness/machine/setting.h"
#include "harness/machine/swaparea.h"
#include "harness/machine/swapfile.h"
#include "harness/machine/swaplist.h"
#include "harness/machine/sysfile.h"
#include "harness/machine/zram.h"

#define ZSWAP_ENABLED "/sys/module/zswap/parameters/enabled"

static bool machine_does(enum swap_backend backend, uint64_t bytes)
{
	struct swap_list list;

	return !swaplist_read(&list) &&
	       swaplist_first_free_bytes(&list, backend) >= bytes;
}

/* zswap would take the pages before they reach the backend under test. */
static int bypass_zswap(struct swap_set *set, struct reason *why)
{
	if (!sysfile_exists(ZSWAP_ENABLED))
		return 0;
	return setting_change(set->log, ZSWAP_ENABLED, "N", why);
}

static int area_on(struct swap_set *set, enum swap_backend backend,
		   struct reason *why)
{
	if (backend == SWAP_FILE)
		return swapfile_on(set->path[backend], why);
	return swaparea_on(set->path[backend], why);
}

static int make_area(struct swap_set *set, enum swap_backend backend,
		     uint64_t bytes, struct reason *why)
{
	char *path = set->path[backend];

	if (backend == SWAP_ZRAM)
		return zram_make(set->log, bytes, path, PATH_MAX, why);
	if (!set->folder)
		return reason_set(why, -ENOENT, "no folder for a swap file");
	return swapfile_make(set->log, set->folder, bytes, path, PATH_MAX, why);
}

int swapset_add(struct swap_set *set, enum swap_backend backend, uint64_t bytes,
		struct reason *why)
{
	size_t mark = undo_count(set->log);
	int err;

	/* Seen from the machine's own swap, without what was made so far. */
	err = swapset_use(set, SWAP_NONE, why);
	if (!err)
		err = bypass_zswap(set, why);
	if (err)
		goto undo;
	if (machine_does(backend, bytes)) {
		set->machines[backend] = true;
		return 0;
	}
	err = make_area(set, backend, bytes, why);
	if (!err)
		err = swapset_use(set, backend, why);
	if (!err)
		return 0;
undo:
	undo_back_to(set->log, mark, NULL);
	set->path[backend][0] = '\0';
	return err;
}

int swapset_use(struct swap_set *set, enum swap_backend backend,
		struct reason *why)
{
	bool made = backend != SWAP_NONE && set->path[backend][0];
	int err;

	if (backend != SWAP_NONE && !made && !set->machines[backend])
		return reason_set(why, -ENOENT, "no swap on %s was prepared",
				  swap_backend_name(backend));
	if (made && set->on == backend)
		return 0;
	if (set->on != SWAP_NONE) {
		err = swaparea_off(set->path[set->on], why);
		if (err)
			return err;
		set->on = SWAP_NONE;
	}
	if (!made)
		return 0;
	err = area_on(set, backend, why);
	if (!err)
		set->on = backend;
	return err;
}
