/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of 'dirtybench kernels': as commands.h has those of all. */
#ifndef DIRTYBENCH_KERNELS_H
#define DIRTYBENCH_KERNELS_H

int kernels_agree_main(int argc, char **argv);
int kernels_bisect_step_main(int argc, char **argv);
int kernels_explain_main(int argc, char **argv);
int kernels_fetch_main(int argc, char **argv);
int kernels_list_main(int argc, char **argv);
int kernels_matrix_main(int argc, char **argv);
int kernels_run_main(int argc, char **argv);
int kernels_series_main(int argc, char **argv);

#endif
