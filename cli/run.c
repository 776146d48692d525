// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench run: measure cells, write the run, show its table. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/epochlist.h"
#include "cli/options.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/readiness.h"
#include "cli/recorder.h"
#include "cli/run.h"
#include "harness/cell.h"
#include "harness/cellplace.h"
#include "harness/interrupt.h"
#include "harness/libbench/bench.h"
#include "harness/memoryguard.h"
#include "harness/prepare.h"
#include "harness/spawn.h"
#include "results/tables/table.h"

struct run_options {
	struct choice choice;
	const char *label;
	const char *folder;
	int processes, epochs; /* 0: as the preset says */
	double time_limit_s;
	bool prepare;
	bool show_setup; /* the table of open, first arm and close as well */
	bool show_aftermath;	   /* and that of what tracking leaves behind */
	bool unclaimed;		   /* what trackers declare impossible, too */
	bool as_program;	   /* entered as bench-WORKLOAD */
	const struct order *order; /* in a guest; else NULL */
	int channel;		   /* of the guest */
};

/* Room for a label in a sample. */
enum { LABEL_BYTES = sizeof(((struct sample *)0)->label) };

/* What the whole run shares. */
struct run {
	const struct run_options *options;
	struct plan plan;
	struct bench_suite *suite;
	hwloc_topology_t topology;
	struct placement place;
	struct readiness readiness;
	struct recorder *recorder;
	struct progress progress;
	int epochs;
	enum clock_meaning clock;
	struct epochlist *epochs_seen; /* of the target that is running */
	int write_error; /* a row could not be written: nothing more is run */
	struct reason why;
};

/* A cell as libbench runs it, once for every process. */
struct cell_run {
	struct run *run;
	const struct cell *cell;
	struct placement place;
	struct reason skipped; /* empty, or why the cell is not run */
	struct reason failed;  /* of the first process that failed */
	int process;	       /* the one that is running */
};

static bool ran_out(const struct run *run)
{
	return run->write_error || interrupt_signal();
}

static void note_write(struct run *run, int ret)
{
	if (ret && !run->write_error)
		run->write_error = ret;
}

static void take_report(const struct target_report *report, void *arg)
{
	struct cell_run *cr = arg;
	const struct epoch_result *result = &report->result;

	if (result->status == STATUS_FAIL)
		cr->failed = result->why;
	else
		epochlist_add(cr->run->epochs_seen, report);
	if (!cr->run->write_error)
		note_write(cr->run,
			   recorder_report(cr->run->recorder, cr->cell,
					   cr->process, report, &cr->run->why));
}

static void record_trouble(struct cell_run *cr, int process,
			   enum sample_status status, const struct reason *why)
{
	note_write(cr->run,
		   recorder_without_epoch(cr->run->recorder, cr->cell, process,
					  status, why->text, &cr->run->why));
}

/* Before the first: whether the cell can run here at all. */
static void check(struct cell_run *cr)
{
	struct reason *why = &cr->skipped;

	why->text[0] = '\0';
	note_write(cr->run,
		   recorder_begin(cr->run->recorder, cr->cell, &cr->run->why));
	if (cellplace_choose(cr->run->topology, cr->cell, &cr->place, why) ||
	    readiness_check(&cr->run->readiness, cr->cell, why))
		record_trouble(cr, -1, STATUS_SKIP, why);
}

static int make_ready(struct cell_run *cr, struct spawn_request *request,
		      struct reason *why)
{
	struct prediction prediction = { 0 };
	int ret;

	ret = guard_predict(cr->cell, &prediction, why);
	if (!ret)
		ret = readiness_take_turn(&cr->run->readiness, cr->cell, why);
	request->data_limit = prediction.data_limit;
	return ret;
}

static void run_process(struct cell_run *cr)
{
	struct run *run = cr->run;
	struct spawn_request request = {
		.order = { .place = cr->place,
			   .measured_epochs = run->epochs,
			   .lockstep = cr->place.other_cpu < 0,
			   .clock = run->clock },
		.topology = run->topology,
		.time_limit_ns = (int64_t)(run->options->time_limit_s * 1e9),
	};
	struct reason why = { "" };
	int ret;

	placement_keep_off(run->topology, &cr->place);
	memcpy(request.order.key, cr->cell->key, sizeof(cr->cell->key));
	epochlist_clear(run->epochs_seen);
	ret = make_ready(cr, &request, &why);
	if (!ret)
		ret = spawn_target(&request, take_report, cr, &why);
	if (!ret || ret == -ECANCELED || run->write_error)
		return;
	cr->failed = why;
	/* It keeps its memory, which other cells would lack. */
	if (ret == -EDEADLK)
		note_write(run,
			   recorder_give_up(run->recorder, &why, &run->why));
	if (!run->write_error)
		record_trouble(cr, cr->process, STATUS_FAIL, &why);
}

static void run_once(struct bench_run *bench, void *arg)
{
	struct cell_run *cr = arg;
	struct run *run = cr->run;

	if (ran_out(run)) {
		bench_skip(bench, "the run was stopped");
		return;
	}
	progress_show(&run->progress, cr->cell->key);
	cr->process = bench_repetition(bench);
	note_write(run, recorder_begin(run->recorder, cr->cell, &run->why));
	if (!cr->skipped.text[0] && !cr->failed.text[0])
		run_process(cr);
	progress_step(&run->progress);
	if (cr->skipped.text[0])
		bench_skip(bench, cr->skipped.text);
	else if (cr->failed.text[0])
		bench_fail(bench, cr->failed.text);
	else if (run->epochs_seen->nr)
		epochlist_report(run->epochs_seen, bench);
	else
		bench_skip(bench, "the run was stopped");
}

/* libbench knows no limit, and keeps a record of every repetition. */
static int check_repetitions(struct run *run)
{
	if (bench_repetitions(run->suite, 1) <= EPOCHLIST_MAX)
		return 0;
	return reason_set(&run->why, -EINVAL,
			  "--benchmark_repetitions: has to be a number from 1 "
			  "to %d",
			  EPOCHLIST_MAX);
}

/* Leave only the cells that --benchmark_filter lets through. */
static int select_cells(struct run *run)
{
	struct plan *plan = &run->plan;
	int kept = 0;

	for (int i = 0; i < plan->nr; i++)
		if (bench_matches(run->suite, plan->cells[i].key))
			plan->cells[kept++] = plan->cells[i];
	plan->nr = kept;
	if (kept)
		return 0;
	return reason_set(&run->why, -EINVAL,
			  "--benchmark_filter matches none of the cells: "
			  "--benchmark_list_tests shows them");
}

static int register_cells(struct run *run, struct cell_run *cell_runs)
{
	int ret;

	for (int i = 0; i < run->plan.nr; i++) {
		cell_runs[i].run = run;
		cell_runs[i].cell = &run->plan.cells[i];
		ret = bench_register(run->suite, run->plan.cells[i].key,
				     run_once, &cell_runs[i]);
		if (ret)
			return reason_set(&run->why, ret, "%s",
					  bench_error(run->suite));
	}
	return 0;
}

static int open_recorder(struct run *run)
{
	struct recorder_request request = {
		.folder = run->options->folder,
		.label = run->options->label,
		.benchmark_version = bench_library_version(),
		.topology = run->topology,
		.place = &run->place,
		.keep_nothing =
			run->options->as_program && !run->options->folder,
		.order = run->options->order,
		.channel = run->options->channel,
	};

	int ret;

	ret = recorder_open(&run->recorder, &request, &run->why);
	if (ret)
		return ret;
	ret = bench_check_output(run->suite);
	if (!ret)
		return 0;
	recorder_discard(run->recorder);
	return reason_set(&run->why, ret, "%s", bench_error(run->suite));
}

/* Google Benchmark's file in a guest, until it is handed over. */
static const char guest_report[] = "/tmp/gbench.json";

static int measure(struct run *run)
{
	const struct preset *preset = run->options->choice.preset;
	int processes = run->options->processes ? run->options->processes
						: preset->processes;
	struct bench_options options = {
		.display =
			run->options->as_program ? BENCH_CONSOLE : BENCH_QUIET,
		.repetitions = processes,
		/* Where nothing drifts, a crash shall cost one cell only. */
		.interleave = run->clock == CLOCK_TIME,
	};
	struct cell_run *cell_runs;
	int ret;

	cell_runs = calloc((size_t)run->plan.nr, sizeof(*cell_runs));
	run->epochs_seen = calloc(1, sizeof(*run->epochs_seen));
	if (!cell_runs || !run->epochs_seen) {
		free(cell_runs);
		return reason_set(&run->why, -ENOMEM, "no memory");
	}
	if (recorder_folder(run->recorder)[0])
		options.json_path = recorder_path(run->recorder, "gbench.json");
	/* That file knows nothing but time. */
	else if (run->options->order && run->clock == CLOCK_TIME)
		options.json_path = guest_report;
	run->epochs =
		run->options->epochs ? run->options->epochs : preset->epochs;
	ret = register_cells(run, cell_runs);
	for (int i = 0; !ret && !ran_out(run) && i < run->plan.nr; i++)
		check(&cell_runs[i]);
	if (!ret) {
		/* A guest's console is kept, and its clock may be no clock. */
		if (!run->options->order)
			progress_start(&run->progress,
				       run->plan.nr *
					       bench_repetitions(run->suite,
								 processes));
		ret = bench_run_all(run->suite, &options, NULL);
		progress_end(&run->progress);
		/* What could not be written first is the cause. */
		if (ret && !run->write_error)
			reason_set(&run->why, ret, "%s",
				   bench_error(run->suite));
	}
	if (!ret && options.json_path == guest_report)
		ret = recorder_hand_over(run->recorder, "gbench.json",
					 guest_report, &run->why);
	free(cell_runs);
	free(run->epochs_seen);
	return ret ? ret : run->write_error;
}

/* Where place= has put threads; what is usual is in env.json. */
static void print_places(const struct run *run)
{
	const struct plan *plan = &run->plan;
	unsigned int told = 1U << PLACE_NEAR;
	enum placement_want want;
	struct placement place;

	for (int i = 0; i < plan->nr; i++) {
		want = cellplace_want(&plan->cells[i]);
		if (told & 1U << want ||
		    placement_choose(run->topology, want, &place, NULL))
			continue;
		told |= 1U << want;
		printf("place=%s: writers from processor %d on, collector and "
		       "helpers on %d,\nmemory of node %d\n",
		       params_find(&plan->cells[i].params, "place")->text,
		       place.writer_cpu, place.other_cpu, place.node);
	}
}

static int show(struct run *run)
{
	struct summary *summary = recorder_summary(run->recorder);
	int ret;

	ret = summary_finish(summary);
	if (ret || run->options->order)
		return ret;
	/* The library's console knows of no proof. */
	if (run->options->as_program)
		return summary_exit_code(summary) == EXIT_LIED
			       ? table_print_notes(stderr, summary)
			       : 0;
	ret = table_print(stdout, summary, TABLE_EPOCHS);
	if (!ret)
		ret = table_print_watch(stdout, summary);
	if (!ret)
		ret = table_print_change(stdout, summary);
	if (!ret && run->options->show_setup) {
		putchar('\n');
		ret = table_print(stdout, summary, TABLE_SETUP);
	}
	if (!ret && run->options->show_aftermath) {
		putchar('\n');
		ret = table_print(stdout, summary, TABLE_AFTERMATH);
	}
	if (!ret)
		ret = table_print_notes(stdout, summary);
	print_places(run);
	printf("\nresults in %s\n", recorder_folder(run->recorder));
	return fflush(stdout) ? -errno : ret;
}

static int complain(const struct reason *why, int code)
{
	fprintf(stderr, "dirtybench: %s\n", why->text);
	return code;
}

static int measure_and_show(struct run *run)
{
	int code;
	int ret;

	ret = measure(run);
	if (show(run) && !ret)
		ret = reason_set(&run->why, -EIO,
				 "the table could not be written");
	code = summary_exit_code(recorder_summary(run->recorder));
	if (recorder_close(run->recorder, ret ? NULL : &run->why) && !ret)
		ret = -EIO;
	if (!ret)
		return code;
	/* That a tracker lied is worth more than that a disk was full. */
	return complain(&run->why, code == EXIT_LIED ? code : EXIT_FAILED);
}

static int list_cells(const struct run *run)
{
	for (int i = 0; i < run->plan.nr; i++)
		printf("%s\n", run->plan.cells[i].key);
	if (!ferror(stdout) && !fflush(stdout))
		return EXIT_MEASURED;
	fprintf(stderr, "dirtybench: the list could not be written\n");
	return EXIT_FAILED;
}

static int run_plan(struct run *run)
{
	struct reason why;
	int code;

	if (check_repetitions(run) || select_cells(run))
		return complain(&run->why, EXIT_USAGE);
	if (bench_lists_only(run->suite))
		return list_cells(run);
	if (interrupt_install() ||
	    placement_topology(&run->topology, &run->why))
		return complain(&run->why, EXIT_FAILED);
	if (placement_choose(run->topology, PLACE_NEAR, &run->place,
			     &run->why) ||
	    open_recorder(run)) {
		code = complain(&run->why, EXIT_USAGE);
		goto out_topology;
	}
	if (run->options->prepare)
		readiness_start(&run->readiness, &run->plan,
				recorder_folder(run->recorder));
	code = measure_and_show(run);
	if (prepare_end(run->readiness.prep, &why))
		code = complain(&why, code ? code : EXIT_FAILED);
out_topology:
	hwloc_topology_destroy(run->topology);
	return code;
}

static int run_with(const struct run_options *options,
		    struct bench_suite *suite)
{
	struct run run = { .options = options, .suite = suite };
	const struct order *order = options->order;
	int code = EXIT_USAGE;
	int ret;

	if (order)
		run.clock = engine_clock(order->engine);
	if (order)
		ret = plan_from_keys(&run.plan, order->cells, order->nr_cells,
				     &run.why);
	else
		ret = plan_make(&run.plan, &options->choice, &run.why);
	if (!ret && (order ? order->unclaimed : options->unclaimed))
		plan_unclaim(&run.plan, order != NULL);
	if (ret)
		complain(&run.why, EXIT_USAGE);
	else
		code = run_plan(&run);
	plan_destroy(&run.plan);
	return code;
}

enum {
	KEY_LABEL = CHOICE_KEY_NEXT,
	KEY_NO_PREPARE,
	KEY_SETUP,
	KEY_AFTERMATH,
	KEY_UNCLAIMED,
	KEY_LIMIT,
	KEY_PROCESSES,
	KEY_EPOCHS
};

static const struct argp_option option_table[] = {
	CHOICE_WORKLOAD_OPTION,
	CHOICE_OPTIONS,
	{ "label", KEY_LABEL, "TEXT", 0, "what the run is called in tables",
	  0 },
	{ "output", 'o', "DIR", 0, "folder of the run", 0 },
	{ "processes", KEY_PROCESSES, "N", 0, "targets a cell", 0 },
	{ "epochs", KEY_EPOCHS, "N", 0, "measured epochs a target", 0 },
	{ "time-limit", KEY_LIMIT, "SECONDS", 0, "for a target, 60 by default",
	  0 },
	{ "aftermath", KEY_AFTERMATH, NULL, 0,
	  "show what tracking leaves behind, and what memory costs then", 0 },
	{ "setup", KEY_SETUP, NULL, 0,
	  "show what opening, first arming and closing cost, too", 0 },
	{ "unclaimed", KEY_UNCLAIMED, NULL, 0,
	  "run what trackers declare impossible, too", 0 },
	{ "no-prepare", KEY_NO_PREPARE, NULL, 0,
	  "leave huge pages, swap and THP as they are", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_number_option(int key, const char *arg,
				   struct run_options *options)
{
	struct reason why;
	char *end;

	if (key == KEY_LIMIT) {
		options->time_limit_s = strtod(arg, &end);
		if (end != arg && !*end && options->time_limit_s > 0 &&
		    options->time_limit_s <= 86400)
			return 0;
		reason_set(&why, 0,
			   "--time-limit %s: has to be seconds, up to 86400",
			   arg);
		return options_refuse(&why);
	}
	if (key == KEY_EPOCHS)
		return options_number("epochs", arg, EPOCHLIST_MAX,
				      &options->epochs);
	return options_number("processes", arg, EPOCHLIST_MAX,
			      &options->processes);
}

/* The label is in tables, on terminals and in every sample. */
static error_t take_label(const char *label, struct run_options *options)
{
	struct reason why;
	size_t length = 0;

	while (label[length] >= ' ' && label[length] <= '~')
		length++;
	options->label = label;
	if (length && length < LABEL_BYTES && !label[length])
		return 0;
	reason_set(&why, 0,
		   "--label has to be a line of 1 to %d ASCII characters",
		   LABEL_BYTES - 1);
	return options_refuse(&why);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct run_options *options = state->input;
	struct reason why;

	switch (key) {
	case 'o':
		options->folder = arg;
		return 0;
	case KEY_LABEL:
		return take_label(arg, options);
	case KEY_NO_PREPARE:
		options->prepare = false;
		return 0;
	case KEY_SETUP:
		options->show_setup = true;
		return 0;
	case KEY_UNCLAIMED:
		options->unclaimed = true;
		return 0;
	case KEY_AFTERMATH:
		options->show_aftermath = true;
		return 0;
	case KEY_LIMIT:
	case KEY_EPOCHS:
	case KEY_PROCESSES:
		return parse_number_option(key, arg, options);
	case ARGP_KEY_ARG:
		reason_set(&why, 0,
			   "'%s' is no option: cells are chosen with "
			   "-w, -t and -p",
			   arg);
		return options_refuse(&why);
	default:
		return choice_parse(key, arg, &options->choice);
	}
}

static int parse_and_run(struct run_options *options, int argc, char **argv)
{
	/* A workload's own program has no choice of workloads: the first row.
	 */
	const struct argp argp = {
		.options = option_table + options->as_program,
		.parser = parse_option,
		.doc = "Measure the workload or workloads under every chosen "
		       "tracker and prove each epoch.\vGoogle Benchmark's "
		       "flags (--benchmark_filter=REGEX, "
		       "--benchmark_repetitions=N, ...) are taken as well.",
	};
	struct bench_suite *suite;
	struct reason why;
	int code = EXIT_USAGE;

	options->prepare = true;
	options->time_limit_s = 60;
	if (!options->choice.preset)
		options->choice.preset = preset_find("default", NULL);
	if (bench_create(&suite, &argc, argv)) {
		reason_set(&why, 0, "%s", bench_error(suite));
		complain(&why, EXIT_USAGE);
	} else if (!options_parse(&argp, argc, argv, options)) {
		code = run_with(options, suite);
	}
	bench_destroy(suite);
	choice_free(&options->choice);
	if (interrupt_signal())
		interrupt_die(interrupt_signal());
	return code;
}

int run_main(int argc, char **argv)
{
	struct run_options options = { 0 };

	return parse_and_run(&options, argc, argv);
}

int bench_workload_main(const char *workload, int argc, char **argv)
{
	struct run_options options = { .as_program = true };

	options.choice.workloads = workload;
	return parse_and_run(&options, argc, argv);
}

int run_order(const struct order *order, int channel)
{
	struct run_options options = {
		.processes = order->processes,
		.epochs = order->epochs,
		.time_limit_s = order->time_limit_s,
		.prepare = true,
		.order = order,
		.channel = channel,
	};
	char name[] = "dirtybench";
	char *argv[] = { name, NULL };
	struct bench_suite *suite;
	struct reason why;
	int argc = 1;
	int code = EXIT_FAILED;

	options.choice.preset = preset_find("default", NULL);
	if (bench_create(&suite, &argc, argv)) {
		reason_set(&why, 0, "%s", bench_error(suite));
		complain(&why, code);
	} else {
		code = run_with(&options, suite);
	}
	bench_destroy(suite);
	return code;
}
