// SPDX-License-Identifier: GPL-2.0-or-later
/* bench-fidelity: what the harness adds to a phase, against loops by hand. */
#include <err.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/bareloop.h"
#include "harness/cell.h"
#include "harness/clock.h"
#include "harness/oracle.h"
#include "harness/page.h"
#include "harness/procfs.h"
#include "harness/registry.h"
#include "harness/spawn.h"

/* Processes of each kind, taken in turns; epochs measured in each. Medians of
 * 41 are steady to a percent where a machine is idle. */
enum { PROCESSES = 41, EPOCHS = 4, MAX_KINDS = 8 };

enum phase_index { ARM, WRITE, COLLECT, PHASES };

static const char *const phase_names[PHASES] = { "arm", "write", "collect" };

/* What a ratio of medians should not exceed. */
static const double bounds[PHASES] = { 1.05, 1.10, 1.05 };

enum side { HARNESS, BARE, SIDES };

/* Medians over a process's epochs, ns. */
struct series {
	double ns[PHASES][PROCESSES];
};

/* The epochs of the process that runs now. */
struct collected {
	double ns[PHASES][EPOCHS];
	int nr;
};

static const char bare_command[] = "bare";

static void take(struct collected *epochs, double arm, double write,
		 double collect)
{
	if (epochs->nr == EPOCHS)
		return;
	epochs->ns[ARM][epochs->nr] = arm;
	epochs->ns[WRITE][epochs->nr] = write;
	epochs->ns[COLLECT][epochs->nr] = collect;
	epochs->nr++;
}

static void take_report(const struct target_report *report, void *arg)
{
	const struct sample_phases *ns = &report->result.figures.ns;

	if (report->result.status != STATUS_OK)
		errx(1, "the harness's side failed: %s",
		     report->result.why.text);
	if (report->kind == KIND_MEASURED)
		take(arg, (double)ns->arm, (double)ns->write,
		     (double)ns->collect);
}

static void run_harness(const struct cell *cell, hwloc_topology_t topology,
			const struct placement *place, struct collected *epochs)
{
	struct spawn_request request = {
		.order = { .place = *place, .measured_epochs = EPOCHS },
		.topology = topology,
		.time_limit_ns = 60000000000,
	};
	struct reason why;

	memcpy(request.order.key, cell->key, sizeof(cell->key));
	if (spawn_target(&request, take_report, epochs, &why))
		errx(1, "the harness's side failed: %s", why.text);
}

static void run_bare(const char *name, hwloc_topology_t topology,
		     const struct placement *place, struct collected *epochs)
{
	double arm, write, collect;
	int ends[2], status;
	FILE *output;
	pid_t pid;

	if (pipe(ends))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		placement_apply(topology, place);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl("/proc/self/exe", "bench-fidelity", bare_command, name,
		      NULL);
		_exit(1);
	}
	close(ends[1]);
	output = fdopen(ends[0], "r");
	while (output &&
	       fscanf(output, "%lf %lf %lf", &arm, &write, &collect) == 3)
		take(epochs, arm, write, collect);
	if (output)
		fclose(output);
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "the side by hand failed");
}

static const struct bareloop_kind *find_bareloop(const char *name)
{
	for (const struct bareloop_kind *kind = bareloops; kind->name; kind++)
		if (!strcmp(kind->name, name))
			return kind;
	errx(1, "no loop by hand for %s", name);
}

/* Untimed, and what the harness does after every epoch, so that both sides
 * find the cache as it leaves it. */
static void prove(const struct work *work, const struct bareloop *loop,
		  struct region_array *expected)
{
	static const enum granule granule[PAGE_KINDS] = {
		[PAGE_KIND_BASE] = GRANULE_PAGE,
	};
	struct verdict verdict;

	expected->nr = 0;
	stores_expected(work, expected);
	oracle_judge(expected, &loop->regions, work->ranges, work->nr_ranges,
		     granule, &verdict);
	if (verdict.missed || verdict.extra || procfs_vmas(getpid()) < 0)
		errx(1, "by hand: %llu pages missed, %llu too many",
		     (unsigned long long)verdict.missed,
		     (unsigned long long)verdict.extra);
}

/* One process by hand: the same memory and the same stores. */
static int bare_main(const char *name)
{
	const struct bareloop_kind *kind = find_bareloop(name);
	const struct workload *dense = workload_find("dense", NULL);
	struct work work = { .workload = dense };
	struct params params = { .nr = 0 };
	struct bareloop loop = { .start = 0 };
	struct region_array expected = { .nr = 0 };
	int64_t at[PHASES + 1];
	struct epoch epoch;

	params_add(&params, dense->params);
	work.params = &params;
	if (dense->open(&work))
		errx(1, "%s", work.why.text);
	loop.start = work.ranges[0].start;
	loop.end = work.ranges[0].end;
	loop.regions.max = work.stores.nr_candidates;
	loop.regions.v = malloc(loop.regions.max * sizeof(struct region));
	expected.max = loop.regions.max;
	expected.v = calloc(expected.max, sizeof(struct region));
	loop.log = malloc(loop.regions.max * sizeof(*loop.log));
	memset(loop.regions.v, 0, loop.regions.max * sizeof(struct region));
	memset(loop.log, 0, loop.regions.max * sizeof(*loop.log));
	kind->open(&loop);
	for (epoch.number = 0; epoch.number <= EPOCHS; epoch.number++) {
		dense->prepare(&work, &epoch);
		loop.regions.nr = 0;
		at[ARM] = clock_now_ns();
		kind->arm(&loop);
		at[WRITE] = clock_now_ns();
		stores_write(&work, 0, work.stores.nr);
		at[COLLECT] = clock_now_ns();
		kind->collect(&loop);
		at[PHASES] = clock_now_ns();
		prove(&work, &loop, &expected);
		if (epoch.number)
			printf("%lld %lld %lld\n",
			       (long long)(at[WRITE] - at[ARM]),
			       (long long)(at[COLLECT] - at[WRITE]),
			       (long long)(at[PHASES] - at[COLLECT]));
	}
	return fflush(stdout) ? 1 : 0;
}

static double median(const double *values, size_t nr)
{
	double copy[PROCESSES + EPOCHS];

	memcpy(copy, values, nr * sizeof(*values));
	return gsl_stats_median(copy, 1, nr);
}

static double spread(const double *values, size_t nr)
{
	double deviation[PROCESSES];
	double middle = median(values, nr);

	for (size_t i = 0; i < nr; i++)
		deviation[i] = fabs(values[i] - middle);
	return median(deviation, nr) / middle;
}

static void keep(struct series *series, int process,
		 const struct collected *epochs)
{
	if (epochs->nr != EPOCHS)
		errx(1, "a process ended after %d of %d epochs", epochs->nr,
		     EPOCHS);
	for (int phase = 0; phase < PHASES; phase++)
		series->ns[phase][process] = median(epochs->ns[phase], EPOCHS);
}

/* Both sides go first equally often: which physical pages a process gets is
 * up to the one that ended before it. */
static void run_side(enum side side, int process, const struct cell *cell,
		     hwloc_topology_t topology, const struct placement *place,
		     struct series sides[SIDES])
{
	struct collected epochs = { .nr = 0 };

	if (side == HARNESS)
		run_harness(cell, topology, place, &epochs);
	else
		run_bare(cell->tracker->name, topology, place, &epochs);
	keep(&sides[side], process, &epochs);
}

static void print_row(const char *name, int phase, struct series sides[SIDES])
{
	static const double pages[PHASES] = { 16384, 4096, 16384 };
	double harness = median(sides[HARNESS].ns[phase], PROCESSES);
	double bare = median(sides[BARE].ns[phase], PROCESSES);

	printf("%-10s %-8s %9.2f %9.2f  %6.3f  %5.2f  %6.1f%%  %6.1f%%  %s\n",
	       name, phase_names[phase], harness / pages[phase],
	       bare / pages[phase], harness / bare, bounds[phase],
	       100 * spread(sides[HARNESS].ns[phase], PROCESSES),
	       100 * spread(sides[BARE].ns[phase], PROCESSES),
	       harness / bare <= bounds[phase] ? "within" : "OVER");
}

static void compare(void)
{
	static struct series series[MAX_KINDS][SIDES];
	struct cell cells[MAX_KINDS];
	hwloc_topology_t topology;
	struct placement place;
	struct reason why;
	int nr = 0;

	if (page_bytes() != 4096)
		errx(1, "the loops by hand are for pages of 4096 bytes");
	if (placement_topology(&topology, &why) ||
	    placement_choose(topology, PLACE_NEAR, &place, &why))
		errx(1, "%s", why.text);
	placement_keep_off(topology, &place);
	for (; bareloops[nr].name; nr++)
		if (cell_init(&cells[nr], workload_find("dense", &why),
			      tracker_find(bareloops[nr].name, &why), &why) ||
		    cell_check(&cells[nr], &why))
			errx(1, "%s: %s", bareloops[nr].name, why.text);
	for (int process = 0; process < PROCESSES; process++)
		for (int i = 0; i < nr; i++)
			for (int turn = 0; turn < SIDES; turn++)
				run_side((process + turn) % SIDES, process,
					 &cells[i], topology, &place,
					 series[i]);
	hwloc_topology_destroy(topology);
	puts("dense, 64 MiB, 25% dirty: ns per resident page (arm, collect) "
	     "and dirtied page\n"
	     "(write), medians of processes taken in turns; spread is MAD / "
	     "median\n");
	puts("tracker    phase      harness   by hand   ratio  bound  spread "
	     " by hand");
	for (int i = 0; i < nr; i++)
		for (int phase = 0; phase < PHASES; phase++)
			print_row(bareloops[i].name, phase, series[i]);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], TARGET_COMMAND))
		return target_main();
	if (argc == 3 && !strcmp(argv[1], bare_command))
		return bare_main(argv[2]);
	if (argc > 1)
		errx(2,
		     "takes no arguments: it measures %d processes a side "
		     "and prints ratios",
		     PROCESSES);
	compare();
	return fflush(stdout) ? 1 : 0;
}
