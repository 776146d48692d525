// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench: how Linux tells a program which of its pages were written. */
#include <argp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/guest.h"
#include "harness/params.h"
#include "harness/registry.h"
#include "harness/target.h"

/* What programs are called that are one workload's benchmark. */
static const char program_prefix[] = "bench-";

struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *summary;
};

static const struct command commands[] = {
	{ "list", list_main,
	  "what there is, what this kernel can run, why not" },
	{ "run", run_main, "measure and prove cells, write a run" },
	{ "agree", agree_main, "on which pages trackers differ" },
	{ "compare", compare_main, "what changed between kernels, how surely" },
	{ "plot", plot_main, "draw runs, and what changed between them" },
	{ "cover", cover_main, "the section to paste into a cover letter" },
	{ "repro", repro_main,
	  "a C program that times a cell by hand, for a mail" },
	{ "kernels", kernels_main, "boot kernels in QEMU and measure in each" },
	{ "bundle", bundle_main, "this program, to run on another machine" },
	{ "doctor", doctor_main, "what on this machine will disturb numbers" },
};

enum { NR_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_usage(FILE *out)
{
	fputs("usage: dirtybench COMMAND [OPTION...]\n\n", out);
	for (int i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\ndirtybench COMMAND --help tells the options.\n", out);
}

static int unknown_command(const char *name)
{
	const char *names[NR_COMMANDS];
	const char *near;

	for (int i = 0; i < NR_COMMANDS; i++)
		names[i] = commands[i].name;
	near = nearest_name(name, names, NR_COMMANDS);
	fprintf(stderr, "dirtybench: no command '%s'%s%s%s\n", name,
		near ? ": did you mean '" : ": dirtybench --help shows them",
		near ? near : "", near ? "'?" : "");
	return EXIT_USAGE;
}

static int run_command(int argc, char **argv)
{
	static char full_name[64];

	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		print_usage(stdout);
		return EXIT_MEASURED;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("dirtybench %s\n", DIRTYBENCH_VERSION);
		return EXIT_MEASURED;
	}
	for (int i = 0; i < NR_COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		snprintf(full_name, sizeof(full_name), "dirtybench %s",
			 commands[i].name);
		argv[1] = full_name;
		return commands[i].main(argc - 1, argv + 1);
	}
	return unknown_command(argv[1]);
}

/*
 * A file of the run must not get the number of a closed standard file, or the
 * table goes into it. Opened the wrong way round, so that using it still fails.
 */
static void occupy_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null",
			     fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* For what argp and others print and do not look after. */
static void check_output(void)
{
	if (ferror(stdout) || !fflush(stdout))
		return;
	perror("dirtybench: standard output");
	_exit(EXIT_FAILED);
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];
	size_t prefix = strlen(program_prefix);

	argp_err_exit_status = EXIT_USAGE;
	if (getpid() == 1 && !strcmp(argv[0], GUEST_NAME))
		guest_main();
	if (argc > 1 && !strcmp(argv[1], TARGET_COMMAND))
		return target_main();
	occupy_standard_files();
	atexit(check_output);
	/* A limit on the size of files is met as a full disk is. */
	signal(SIGXFSZ, SIG_IGN);
	if (!strncmp(name, program_prefix, prefix) &&
	    workload_find(name + prefix, NULL))
		return bench_workload_main(name + prefix, argc, argv);
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	return run_command(argc, argv);
}
