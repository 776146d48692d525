// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels: gets other kernels and works with them. */
#include "cli/kernels.h"

#include <stddef.h>

#include "cli/commands.h"
#include "cli/commandtable.h"

static const struct command commands[] = {
	{ "agree", kernels_agree_main,
	  "on which pages trackers differ in each" },
	{ "explain", kernels_explain_main,
	  "which functions a phase's instructions were in" },
	{ "fetch", kernels_fetch_main, "get kernels of Debian into the cache" },
	{ "list", kernels_list_main, "what the cache has" },
	{ "matrix", kernels_matrix_main,
	  "what each tracker tells of each kind of pages" },
	{ "run", kernels_run_main, "boot kernels and measure in each" },
	{ "series", kernels_series_main,
	  "what each commit of a patch series did" },
	{ "bisect-step", kernels_bisect_step_main,
	  "whether a kernel is as good as another was" },
	{ .name = NULL },
};

int kernels_main(int argc, char **argv)
{
	return command_run(commands, "dirtybench kernels", argc, argv);
}
