// SPDX-License-Identifier: GPL-2.0-or-later
/* How a C program uses libbench: one benchmark that counts. */
#include <libbench/bench.h>
#include <stdio.h>
#include <time.h>

static void count(struct bench_run *run, void *arg)
{
	clock_t start = clock();

	for (volatile long i = 0; i < *(const long *)arg; i++)
		;
	bench_set_time(run, (double)(clock() - start) / CLOCKS_PER_SEC);
}

int main(int argc, char **argv)
{
	const struct bench_options options = { .display = BENCH_CONSOLE };
	struct bench_suite *suite;
	long turns = 1000000;
	int err = bench_create(&suite, &argc, argv);

	if (!err)
		err = bench_register(suite, "count", count, &turns);
	if (!err)
		err = bench_run_all(suite, &options, NULL);
	if (err)
		fprintf(stderr, "%s: %s\n", argv[0], bench_error(suite));
	bench_destroy(suite);
	return err != 0;
}
