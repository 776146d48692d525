// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether MADV_HUGEPAGE has an effect, and how to make it so. */
#include "harness/machine/thpmode.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/machine/setting.h"
#include "harness/machine/sysfile.h"

#define THP_DEFRAG THP_FOLDER "/defrag"

/* THP_FOLDER, "/hugepages-", a number, "kB/enabled". */
#define PATH_BYTES 128

/* The path and value of the mode that decides for huge pages of PMD size. */
static int deciding_mode(char *path, char *mode)
{
	uint64_t bytes;

	if (!sysfile_read_u64(THP_FOLDER "/hpage_pmd_size", &bytes)) {
		snprintf(path, PATH_BYTES,
			 THP_FOLDER "/hugepages-%" PRIu64 "kB/enabled",
			 bytes >> 10);
		if (!sysfile_read_choice(path, mode, SETTING_BYTES) &&
		    strcmp(mode, "inherit") != 0)
			return 0;
	}
	snprintf(path, PATH_BYTES, THP_MODE);
	return sysfile_read_choice(path, mode, SETTING_BYTES);
}

bool thpmode_works(void)
{
	char path[PATH_BYTES], mode[SETTING_BYTES];

	return !deciding_mode(path, mode) && strcmp(mode, "never") != 0;
}

static int allow(struct undo_log *log, const char *path, const char *mode,
		 struct reason *why)
{
	if (strcmp(mode, "never") != 0)
		return 0;
	return setting_change(log, path, "madvise", why);
}

int thpmode_allow(struct undo_log *log, struct reason *why)
{
	char path[PATH_BYTES], mode[SETTING_BYTES];
	int err;

	err = deciding_mode(path, mode);
	if (err)
		return reason_set(why, err,
				  "this kernel has no transparent huge pages "
				  "(CONFIG_TRANSPARENT_HUGEPAGE)");
	err = allow(log, path, mode, why);
	return err ? err : thpmode_allow_defrag(log, why);
}

int thpmode_allow_defrag(struct undo_log *log, struct reason *why)
{
	char mode[SETTING_BYTES];
	int err;

	err = sysfile_read_choice(THP_DEFRAG, mode, sizeof(mode));
	if (err)
		return reason_errno(why, err, "cannot read %s", THP_DEFRAG);
	return allow(log, THP_DEFRAG, mode, why);
}
