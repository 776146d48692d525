// SPDX-License-Identifier: GPL-2.0-or-later
/* Which size of folios MADV_HUGEPAGE memory gets, and how to choose it. */
#include "harness/machine/foliomode.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/machine/sysfile.h"
#include "harness/machine/thpmode.h"

#define SIZE_PATH THP_FOLDER "/hugepages-%" PRIu64 "kB/enabled"

/* THP_FOLDER, "/hugepages-", a number, "kB/enabled". */
#define PATH_BYTES 128

static void path_of(char path[PATH_BYTES], uint64_t bytes)
{
	snprintf(path, PATH_BYTES, SIZE_PATH, bytes >> 10);
}

bool foliomode_exists(uint64_t bytes)
{
	char path[PATH_BYTES];

	path_of(path, bytes);
	return sysfile_exists(path);
}

static bool is_allowed(uint64_t bytes)
{
	char path[PATH_BYTES], mode[SETTING_BYTES];

	path_of(path, bytes);
	if (sysfile_read_choice(path, mode, sizeof(mode)))
		return false;
	if (!strcmp(mode, "inherit") &&
	    sysfile_read_choice(THP_MODE, mode, sizeof(mode)))
		return false;
	return strcmp(mode, "never") != 0;
}

/* The sizes that anonymous memory can have; all sizes have a folder, and only
 * these have the file. */
static size_t list_sizes(uint64_t bytes[FOLIO_SIZES])
{
	glob_t found;
	uint64_t kb;
	size_t nr = 0;

	if (glob(THP_FOLDER "/hugepages-*kB/enabled", 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc && nr < FOLIO_SIZES; i++)
		if (sscanf(found.gl_pathv[i], THP_FOLDER "/hugepages-%" SCNu64,
			   &kb) == 1)
			bytes[nr++] = kb << 10;
	globfree(&found);
	return nr;
}

bool foliomode_works(uint64_t bytes)
{
	uint64_t size[FOLIO_SIZES];
	size_t nr = list_sizes(size);

	for (size_t i = 0; i < nr; i++)
		if (size[i] > bytes && is_allowed(size[i]))
			return false;
	return is_allowed(bytes);
}

int foliomode_save(struct folio_modes *modes, struct undo_log *log,
		   struct reason *why)
{
	uint64_t size[FOLIO_SIZES];
	size_t nr = list_sizes(size);
	char path[PATH_BYTES];
	int err;

	if (!nr)
		return reason_set(why, -ENODEV,
				  "this kernel has no sizes of folios to "
				  "choose from (Linux 6.8 and later with "
				  "CONFIG_TRANSPARENT_HUGEPAGE do)");
	for (size_t i = 0; i < nr; i++) {
		path_of(path, size[i]);
		err = sysfile_read_choice(path, modes->size[i].mode,
					  SETTING_BYTES);
		if (err)
			return reason_errno(why, err, "cannot read %s", path);
		err = setting_save(log, path, why);
		if (err)
			return err;
		modes->size[i].bytes = size[i];
	}
	modes->nr = nr;
	return 0;
}

int foliomode_choose(struct folio_modes *modes, uint64_t bytes,
		     struct reason *why)
{
	char path[PATH_BYTES];
	const char *mode;
	int err;

	if (bytes == modes->chosen)
		return 0;
	modes->chosen = bytes;
	for (size_t i = 0; i < modes->nr; i++) {
		mode = modes->size[i].mode;
		if (bytes)
			mode = modes->size[i].bytes == bytes ? "madvise"
							     : "never";
		path_of(path, modes->size[i].bytes);
		err = sysfile_write(path, mode);
		if (err)
			return reason_errno(why, err, "cannot write %s to %s",
					    mode, path);
	}
	return 0;
}
