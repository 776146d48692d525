/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program with all that it needs, to be unpacked and run elsewhere. */
#ifndef DIRTYBENCH_BUNDLEFILES_H
#define DIRTYBENCH_BUNDLEFILES_H

#include "harness/reason.h"
#include "kernels/packing.h"

/* What the archive unpacks to. */
#define BUNDLE_FOLDER "dirtybench-bundle"

/*
 * Where the program of a bundle looks for its loader: whoever starts it opens
 * the folder of the libraries at this number. The kernel takes no path that is
 * relative to the program, and the program is to run from any folder.
 */
#define BUNDLE_LIBRARY_FD 99
#define BUNDLE_LOADER	  "/proc/self/fd/99/ld.so"

/* Where the libraries are, seen from BUNDLE_FOLDER. The program finds them by
 * its DT_RPATH, $ORIGIN/../lib/dirtybench. */
#define BUNDLE_LIBRARIES "lib/dirtybench"

/*
 * The archive of @program, of @starter, which starts it, of the programs
 * "bench-..." that lie beside @program, and of the libraries. A descriptor of
 * memory, for the caller to close; -errno.
 */
int bundle_files(const char *program, const char *starter,
		 enum packing_format format, struct reason *why);

#endif
