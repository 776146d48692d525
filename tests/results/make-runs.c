// SPDX-License-Identifier: GPL-2.0-or-later
// Writes folders of runs for tests of size, see manyruns.h.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/results/manyruns.h"

int main(int argc, char **argv)
{
	int err;

	if (argc != 4) {
		fprintf(stderr, "usage: make-runs FOLDER FIRST-RUN LINES\n");
		return 2;
	}
	mkdir(argv[1], 0777);
	err = manyruns_write(argv[1], (int)strtol(argv[2], NULL, 10),
			     (int)strtol(argv[3], NULL, 10));
	if (err)
		fprintf(stderr, "cannot write to %s: %s\n", argv[1],
			strerror(-err));
	return err ? 1 : 0;
}
