/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands: each takes its own arguments and gives the exit code. */
#ifndef DIRTYBENCH_COMMANDS_H
#define DIRTYBENCH_COMMANDS_H

/* Exit codes; where several hold, the first of 130, 3, 1, 4, 0. */
enum {
	EXIT_MEASURED = 0,
	EXIT_FAILED = 1,     /* a cell failed, a result was not written */
	EXIT_USAGE = 2,	     /* usage or unusable input */
	EXIT_LIED = 3,	     /* a tracker lied or was inexact */
	EXIT_ALL_SKIPPED = 4 /* nothing of what was chosen could run */
};

int agree_main(int argc, char **argv);
int bundle_main(int argc, char **argv);
int compare_main(int argc, char **argv);
int cover_main(int argc, char **argv);
int doctor_main(int argc, char **argv);
int kernels_main(int argc, char **argv);
int list_main(int argc, char **argv);
int plot_main(int argc, char **argv);
int repro_main(int argc, char **argv);
int run_main(int argc, char **argv);

/* run_main() for one workload, as Google Benchmark's programs behave: its
 * console on standard output, nothing written unless asked for. */
int bench_workload_main(const char *workload, int argc, char **argv);

#endif
