// SPDX-License-Identifier: GPL-2.0-or-later
/* The program behind dirtybench kernels and bundle. The libraries that it needs
 * would otherwise be mapped into every process that is measured. */
#include <argp.h>
#include <signal.h>
#include <string.h>

#include "cli/bundle.h"
#include "cli/commands.h"

int main(int argc, char **argv)
{
	argp_err_exit_status = EXIT_USAGE;
	signal(SIGXFSZ, SIG_IGN);
	if (argc && !strcmp(argv[0], BUNDLE_COMMAND))
		return bundle_main(argc, argv);
	return kernels_main(argc, argv);
}
