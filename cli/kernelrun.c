// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels run: boots kernels by turns and measures in each. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/kernelrun.h"
#include "cli/kernels.h"
#include "cli/options.h"
#include "cli/sibling.h"
#include "harness/clock.h"
#include "harness/interrupt.h"
#include "kernels/guestfiles.h"
#include "kernels/schedule.h"
#include "results/tables/table.h"

/* What swapping in a guest needs; where it is built in, it is no module. */
static const char *const guest_modules[] = { "lzo",  "lzo_rle", "lz4",
					     "zstd", "zram",	NULL };

/* Cells of the presets need 2 GiB at most, beside what the guest keeps. */
enum { DEFAULT_MEMORY_MB = 4096 };

/* A guest of 0.4 G instructions a second takes that long for the longest
 * phases there are, and nobody waits longer for one that hangs. */
static const double default_silence_s = 120;

/* Of a target, in G instructions: sleeping costs an emulated guest nothing, and
 * one that computes for so long is noticed by its silence. */
static const double emulated_limit_s = 600;

enum { MAX_BOOTS = 1000, MAX_MEMORY_MB = 1 << 20 };

static int complain(const char *what, const struct reason *why)
{
	fprintf(stderr, "dirtybench: %s%s%s\n", what, what[0] ? ": " : "",
		why->text);
	return EXIT_FAILED;
}

static bool has_label(const struct kernels_run *run, int nr, const char *label)
{
	for (int i = 0; i < nr; i++)
		if (!strcmp(run->kernels[i].label, label))
			return true;
	return false;
}

/* All images of one's own have the same name. One may be given twice, to see
 * what two boots of it differ by. */
static void label_kernel(struct kernels_run *run, int nr)
{
	struct kernel *kernel = &run->kernels[nr];

	const char *name = strchr(kernel->image.name, '/')
				   ? kernel->image.release
				   : kernel->image.name;

	snprintf(kernel->label, sizeof(kernel->label), "%.50s", name);
	for (int i = 2; has_label(run, nr, kernel->label); i++)
		snprintf(kernel->label, sizeof(kernel->label), "%.50s-%d", name,
			 i);
}

/* zram is a module in most kernels. */
static bool wants_modules(const struct kernels_run *run)
{
	struct needs needs;

	for (int i = 0; i < run->plan.nr; i++)
		if (!cell_needs(&run->plan.cells[i], &needs, NULL) &&
		    needs.swap_bytes)
			return true;
	return false;
}

static void tell_without_modules(const struct kernel *kernel, const char *why)
{
	fprintf(stderr, "dirtybench: %s: goes without kernel modules: %s\n",
		kernel->label, why);
}

static int open_kernel(struct kernels_run *run, int nr)
{
	struct kernel *kernel = &run->kernels[nr];
	struct reason why;
	int ret;

	ret = image_find(run->options->kernels[nr], &kernel->image, &run->why);
	if (ret)
		return ret;
	label_kernel(run, nr);
	kernel->summary = summary_create();
	if (!kernel->summary)
		return reason_set(&run->why, -ENOMEM, "no memory");
	if (!kernel->image.modules) {
		if (wants_modules(run))
			tell_without_modules(
				kernel, "there is no folder of modules "
					"beside the image; cells that swap "
					"are skipped unless zram is "
					"built in");
		return 0;
	}
	ret = modules_find(&kernel->modules, kernel->image.modules,
			   guest_modules, &why);
	if (ret) {
		tell_without_modules(kernel, why.text);
		kernel->modules.nr = 0;
	}
	return 0;
}

static int open_kernels(struct kernels_run *run)
{
	int ret = 0;

	run->kernels =
		calloc((size_t)run->options->nr_kernels, sizeof(*run->kernels));
	if (!run->kernels)
		return reason_set(&run->why, -ENOMEM, "no memory");
	for (int i = 0; !ret && i < run->options->nr_kernels; i++)
		ret = open_kernel(run, i);
	return ret;
}

static void close_kernels(struct kernels_run *run)
{
	for (int i = 0; run->kernels && i < run->options->nr_kernels; i++) {
		image_free(&run->kernels[i].image);
		modules_free(&run->kernels[i].modules);
		summary_destroy(run->kernels[i].summary);
	}
	free(run->kernels);
}

static int make_folder(const char *path, struct reason *why)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return 0;
	return reason_errno(why, -errno, "cannot make the folder %s", path);
}

static json_t *schedule_line(const struct kernels_run *run, const int *order)
{
	const struct kernels_options *options = run->options;
	json_t *kernels = json_array(), *turns = json_array();

	for (int i = 0; i < options->nr_kernels; i++)
		json_array_append_new(
			kernels,
			json_pack("{s:s, s:s, s:s}", "label",
				  run->kernels[i].label, "release",
				  run->kernels[i].image.release, "image",
				  run->kernels[i].image.vmlinuz));
	for (int i = 0; i < options->nr_kernels * options->boots; i++)
		json_array_append_new(
			turns, json_string(run->kernels[order[i]].label));
	return json_pack("{s:i, s:s, s:I, s:i, s:s, s:o, s:o}", "v", 1,
			 "engine", engine_name(options->engine), "seed",
			 (json_int_t)options->seed, "memory_mb",
			 options->memory_mb, "append",
			 options->append ? options->append : "", "kernels",
			 kernels, "schedule", turns);
}

/* What a boot is told from others by. */
struct turn {
	struct kernel *kernel;
	int nr;		/* of the schedule, from 0 */
	int attempt;	/* 0, and more where it continues one that broke */
	char name[160]; /* KERNEL/boot-N */
	char run_name[128];
	uint64_t seed;
};

static json_t *boot_line(const struct turn *turn,
			 const struct boot_result *result, int cells_left,
			 double host_s)
{
	return json_pack(
		"{s:i, s:i, s:s, s:s, s:s?, s:I, s:s, s:s?, s:i, "
		"s:i, s:f}",
		"turn", turn->nr, "attempt", turn->attempt, "kernel",
		turn->kernel->label, "folder", turn->name, "boot",
		result->boot[0] ? result->boot : NULL, "seed",
		(json_int_t)turn->seed, "end", boot_end_name(result->end),
		"reason", result->why.text[0] ? result->why.text : NULL, "rows",
		result->rows, "cells_left", cells_left, "host_seconds", host_s);
}

/* Who gets the samples of a boot. */
struct taker {
	const struct kernels_run *run;
	struct kernel *kernel;
	bool *done;
};

static int take_sample(void *arg, const struct sample *sample)
{
	const struct taker *taker = arg;
	const struct kernels_watch *watch = taker->run->options->watch;
	int ret = summary_add(taker->kernel->summary, sample);

	if (!ret && watch && watch->sample)
		ret = watch->sample(watch->arg,
				    (int)(taker->kernel - taker->run->kernels),
				    sample);
	return ret;
}

static int take_agreement(void *arg, const char *line)
{
	const struct taker *taker = arg;
	const struct kernels_watch *watch = taker->run->options->watch;

	if (!watch || !watch->agreement)
		return 0;
	return watch->agreement(watch->arg, taker->run,
				(int)(taker->kernel - taker->run->kernels),
				line, taker->done);
}

static int count_left(const struct kernels_run *run, const bool *done)
{
	int left = 0;

	for (int i = 0; i < run->plan.nr; i++)
		left += !done[i];
	return left;
}

/* What noise makes processes differ by is not in a proof, and hardly in a
 * count of instructions: there, one tells as much as many. */
static int processes_of(const struct kernels_options *options)
{
	if (options->processes)
		return options->processes;
	return engine_clock(options->engine) == CLOCK_TIME
		       ? options->choice.preset->processes
		       : 1;
}

static void fill_order(const struct kernels_run *run, const struct turn *turn,
		       const bool *done, struct order *order, char *start,
		       size_t bytes)
{
	const struct kernels_options *options = run->options;
	const struct preset *preset = options->choice.preset;
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(start, bytes, "%Y-%m-%dT%H:%M:%SZ", &utc);
	order->engine = options->engine;
	order->run = (char *)turn->run_name;
	order->label = turn->kernel->label;
	order->unclaimed = options->unclaimed;
	order->agree = options->agree;
	order->profile = options->profile;
	order->start = start;
	order->processes = processes_of(options);
	order->epochs = options->epochs ? options->epochs : preset->epochs;
	order->time_limit_s = engine_clock(options->engine) == CLOCK_TIME
				      ? 60
				      : emulated_limit_s;
	for (int i = 0; i < run->plan.nr; i++)
		if (!done[i])
			order->cells[order->nr_cells++] =
				run->plan.cells[i].key;
}

static void tell_of_profile(const struct turn *turn, const char *what,
			    const struct reason *why)
{
	fprintf(stderr, "dirtybench: %s: no %s: %s\n", turn->name, what,
		why->text);
}

/* That there is no profile takes nothing from what was measured. */
static void write_profile(struct kernels_run *run, const struct turn *turn,
			  const struct boot_request *request)
{
	struct reason note, why;

	if (profiling_write(request->profiling, request->folder, &note, &why)) {
		run->broke++;
		tell_of_profile(turn, "profile", &why);
	} else if (note.text[0]) {
		tell_of_profile(turn, "inlined functions and lines", &note);
	}
}

static void boot_profiled(struct kernels_run *run, const struct turn *turn,
			  struct boot_request *request,
			  struct boot_result *result)
{
	const struct kernels_options *options = run->options;
	const struct profiling_request what = {
		.program = run->program,
		.vmlinux = options->vmlinux ? options->vmlinux
					    : turn->kernel->image.vmlinux,
	};

	if (!profiling_begin(&request->profiling, &what, &result->why)) {
		boot_run(request, result);
		if (result->rows)
			write_profile(run, turn, request);
	}
	profiling_end(request->profiling);
}

static void boot_with(struct kernels_run *run, const struct turn *turn,
		      const struct order *order, bool *done,
		      struct boot_result *result)
{
	const struct kernels_options *options = run->options;
	struct taker taker = { .run = run,
			       .kernel = turn->kernel,
			       .done = done };
	struct boot_request request = {
		.emulator = { .engine = options->engine,
			      .vmlinuz = turn->kernel->image.vmlinuz,
			      .append = options->append,
			      .memory_mb = (uint64_t)options->memory_mb,
			      .seed = turn->seed },
		.order = order,
		.cells = run->plan.cells,
		.nr_cells = run->plan.nr,
		.done = done,
		.silence_s = options->silence_s,
		.sample = take_sample,
		.agreement = take_agreement,
		.arg = &taker,
	};
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s/%s", options->folder, turn->name);
	request.folder = folder;
	*result = (struct boot_result){ .end = BOOT_NOT_KEPT, .cell = -1 };
	if (mkdir(folder, 0777)) {
		reason_errno(&result->why, -errno, "cannot make the folder %s",
			     folder);
		return;
	}
	request.emulator.initramfs =
		guest_files(run->program, &turn->kernel->image,
			    &turn->kernel->modules, order, &result->why);
	if (request.emulator.initramfs < 0)
		return;
	if (options->profile)
		boot_profiled(run, turn, &request, result);
	else
		boot_run(&request, result);
	close(request.emulator.initramfs);
}

static void name_turn(struct kernels_run *run, struct turn *turn)
{
	snprintf(turn->name, sizeof(turn->name), "%s/boot-%d",
		 turn->kernel->label, turn->kernel->boots++);
	snprintf(turn->run_name, sizeof(turn->run_name), "%.40s-%" PRIx64 "-%d",
		 turn->kernel->label, run->options->seed,
		 turn->kernel->boots - 1);
	for (char *at = turn->run_name; *at; at++)
		if (*at == '/')
			*at = '-';
}

/* A boot whose samples are all kept may still have left something out. */
static void check_complete(const struct kernels_run *run, const bool *done,
			   struct boot_result *result)
{
	if (result->end != BOOT_COMPLETE || !count_left(run, done))
		return;
	result->end = BOOT_BROKE;
	reason_set(&result->why, 0,
		   "the run in the guest ended early: console.log has why");
}

/* 0 to go on with what is left. */
static int boot_once(struct kernels_run *run, struct turn *turn, bool *done)
{
	const struct kernels_watch *watch = run->options->watch;
	int64_t start_ns = clock_now_ns();
	struct order order = { .nr_cells = 0 };
	struct boot_result result;
	char start[32], what[400];
	int left, ret;

	name_turn(run, turn);
	order.cells = calloc((size_t)run->plan.nr, sizeof(*order.cells));
	if (!order.cells)
		return -ENOMEM;
	fill_order(run, turn, done, &order, start, sizeof(start));
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "%s: %d cells\n", turn->name, order.nr_cells);
	boot_with(run, turn, &order, done, &result);
	free(order.cells);
	check_complete(run, done, &result);
	if (watch)
		watch->booted(watch->arg, run,
			      (int)(turn->kernel - run->kernels), &result,
			      done);
	left = count_left(run, done);
	ret = bootlog_append(
		run->log,
		boot_line(turn, &result, left,
			  (double)(clock_now_ns() - start_ns) / 1e9),
		&run->why);
	if (result.end == BOOT_COMPLETE && !ret)
		return 0;
	run->broke++;
	run->stop = ret || result.end == BOOT_NOT_KEPT ||
		    result.end == BOOT_INTERRUPTED;
	if (result.end == BOOT_INTERRUPTED)
		return -ECANCELED;
	if (result.cell >= 0)
		snprintf(what, sizeof(what), "%s, %.120s", turn->name,
			 run->plan.cells[result.cell].key);
	else
		snprintf(what, sizeof(what), "%s", turn->name);
	complain(what, ret ? &run->why : &result.why);
	/* Without a cell to blame, the next boot would end in the same way. */
	return run->stop || result.cell < 0 ? -EIO : 0;
}

/* Each turn of a kernel has randomness of its own, and each kernel the same. */
static uint64_t turn_seed(const struct kernels_run *run, int round, int attempt)
{
	return run->options->seed * 1000003 + (uint64_t)round * 1009 +
	       (uint64_t)attempt;
}

static void take_turn(struct kernels_run *run, int nr, struct kernel *kernel)
{
	struct turn turn = { .kernel = kernel, .nr = nr };
	bool *done = calloc((size_t)run->plan.nr, sizeof(*done));
	int left = run->plan.nr, before = left + 1;
	int ret = done ? 0 : -ENOMEM;

	/* Each boot does a cell at least, or there is no end. */
	while (!ret && !run->stop && left && left < before) {
		turn.seed = turn_seed(run, nr / run->options->nr_kernels,
				      turn.attempt);
		ret = boot_once(run, &turn, done);
		turn.attempt++;
		before = left;
		left = count_left(run, done);
	}
	/* An image that cannot be run is not tried again. */
	kernel->given_up = ret;
	free(done);
}

static int take_turns(struct kernels_run *run)
{
	const struct kernels_options *options = run->options;
	int turns = options->nr_kernels * options->boots;
	int *order = calloc((size_t)turns, sizeof(*order));
	struct kernel *kernel;
	int ret;

	if (!order)
		return reason_set(&run->why, -ENOMEM, "no memory");
	schedule_make(options->nr_kernels, options->boots, options->seed,
		      order);
	ret = bootlog_append(run->log, schedule_line(run, order), &run->why);
	for (int i = 0; !ret && !run->stop && i < turns; i++) {
		kernel = &run->kernels[order[i]];
		if (!kernel->given_up)
			take_turn(run, i, kernel);
	}
	free(order);
	return ret;
}

/* In the place of a table, where no phase was measured. */
static void tell_proof(const struct summary *summary)
{
	int64_t proved = 0;
	int ran = 0;

	for (int i = 0; i < summary_nr_cells(summary); i++) {
		const struct summary_cell *cell = summary_cell(summary, i);

		ran += summary_cell_ran(cell);
		proved += cell->proved;
	}
	printf("%d of %d cells ran, %" PRId64 " epochs were proved; nothing "
	       "was timed\n",
	       ran, summary_nr_cells(summary), proved);
}

static int show_kernel(const struct kernels_run *run, struct kernel *kernel)
{
	int ret;

	ret = summary_finish(kernel->summary);
	if (ret || !summary_nr_cells(kernel->summary))
		return ret;
	printf("%s (%s)\n\n", kernel->label, kernel->image.release);
	if (engine_clock(run->options->engine) == CLOCK_NOTHING)
		tell_proof(kernel->summary);
	else
		ret = table_print(stdout, kernel->summary, TABLE_EPOCHS);
	if (!ret && engine_clock(run->options->engine) != CLOCK_NOTHING)
		ret = table_print_watch(stdout, kernel->summary);
	if (!ret)
		ret = table_print_change(stdout, kernel->summary);
	if (!ret)
		ret = table_print_notes(stdout, kernel->summary);
	putchar('\n');
	return ret;
}

static int worse_code(int left, int right)
{
	static const int order[] = { EXIT_LIED, EXIT_FAILED, EXIT_ALL_SKIPPED };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (left == order[i] || right == order[i])
			return order[i];
	return EXIT_MEASURED;
}

static int exit_code(const struct kernels_run *run, int nr)
{
	return summary_exit_code(run->kernels[nr].summary);
}

static int show(struct kernels_run *run)
{
	const struct kernels_options *options = run->options;
	int code = run->broke ? EXIT_FAILED : EXIT_MEASURED;
	int ret = 0;

	for (int i = 0; !ret && i < options->nr_kernels; i++) {
		ret = show_kernel(run, &run->kernels[i]);
		if (!ret && summary_nr_cells(run->kernels[i].summary))
			code = worse_code(code, exit_code(run, i));
	}
	printf("results in %s\n", options->folder);
	for (int i = 1; i < options->nr_kernels; i++)
		if (summary_nr_cells(run->kernels[0].summary) &&
		    summary_nr_cells(run->kernels[i].summary))
			printf("dirtybench compare %s/%s %s/%s\n",
			       options->folder, run->kernels[0].label,
			       options->folder, run->kernels[i].label);
	if (ret || fflush(stdout) || ferror(stdout)) {
		reason_set(&run->why, 0, "the table could not be written");
		return complain("", &run->why);
	}
	return code;
}

static int make_folders(struct kernels_run *run)
{
	char path[PATH_MAX];
	int ret;

	ret = make_folder(run->options->folder, &run->why);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s/boots.jsonl", run->options->folder);
	if (!access(path, F_OK))
		return reason_set(&run->why, -EEXIST,
				  "%s holds runs already: choose another "
				  "folder with -o",
				  run->options->folder);
	ret = bootlog_open(&run->log, path, &run->why);
	for (int i = 0; !ret && i < run->options->nr_kernels; i++) {
		snprintf(path, sizeof(path), "%s/%s", run->options->folder,
			 run->kernels[i].label);
		ret = make_folder(path, &run->why);
	}
	return ret;
}

int kernels_run_all(const struct kernels_options *options)
{
	const struct kernels_watch *watch = options->watch;
	struct kernels_run run = { .options = options };
	int code = EXIT_USAGE;
	int ret;

	ret = options->nr_cells
		      ? plan_from_keys(&run.plan, options->cells,
				       options->nr_cells, &run.why)
		      : plan_make(&run.plan, &options->choice, &run.why);
	if (!ret)
		ret = emulator_check(&run.why);
	if (!ret)
		ret = sibling_path("dirtybench", run.program,
				   sizeof(run.program), &run.why);
	if (!ret)
		ret = open_kernels(&run);
	if (!ret && watch)
		ret = watch->begin(watch->arg, &run);
	if (!ret)
		ret = make_folders(&run);
	if (!ret && interrupt_install())
		ret = reason_set(&run.why, -errno, "cannot catch signals");
	if (!ret) {
		ret = take_turns(&run);
		if (ret)
			code = complain("", &run.why);
		else
			code = watch ? watch->show(watch->arg, &run)
				     : show(&run);
	} else {
		complain("", &run.why);
	}
	bootlog_close(run.log);
	close_kernels(&run);
	plan_destroy(&run.plan);
	return code;
}

enum { KEY_CELL = KERNELS_KEY_NEXT, KEY_UNCLAIMED, KEY_PROFILE, KEY_VMLINUX };

static const struct argp_option option_table[] = {
	KERNELS_OPTIONS,
	{ "cell", KEY_CELL, "KEY", 0,
	  "this cell, as the samples name it, in place of a choice; may be "
	  "repeated",
	  0 },
	{ "unclaimed", KEY_UNCLAIMED, NULL, 0,
	  "run what trackers declare impossible, too", 0 },
	{ "profile", KEY_PROFILE, NULL, 0,
	  "count by function, too, for 'kernels explain'", 0 },
	{ "vmlinux", KEY_VMLINUX, "FILE", 0,
	  "the kernel with debugging information, for a profile by inlined "
	  "functions and lines",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_engine(const char *arg, struct kernels_options *options)
{
	struct reason why;

	return engine_find(arg, &options->engine, &why) ? options_refuse(&why)
							: 0;
}

error_t kernels_options_parse(int key, char *arg, struct argp_state *state,
			      struct kernels_options *options)
{
	int number;
	error_t err;

	switch (key) {
	case 'o':
		options->folder = arg;
		return 0;
	case KERNELS_KEY_APPEND:
		options->append = arg;
		return 0;
	case KERNELS_KEY_ENGINE:
		return parse_engine(arg, options);
	case KERNELS_KEY_BOOTS:
		return options_number("boots", arg, MAX_BOOTS, &options->boots);
	case KERNELS_KEY_PROCESSES:
		return options_number("processes", arg, 1000,
				      &options->processes);
	case KERNELS_KEY_EPOCHS:
		return options_number("epochs", arg, 1000, &options->epochs);
	case KERNELS_KEY_MEMORY:
		return options_number("memory", arg, MAX_MEMORY_MB,
				      &options->memory_mb);
	case KERNELS_KEY_SEED:
		err = options_number("seed", arg, INT_MAX, &number);
		options->seed = (uint64_t)number;
		options->seeded = !err;
		return err;
	case KERNELS_KEY_SILENCE:
		err = options_number("silence", arg, 86400, &number);
		options->silence_s = number;
		return err;
	case ARGP_KEY_ARGS:
		options->kernels = state->argv + state->next;
		options->nr_kernels = state->argc - state->next;
		return 0;
	default:
		return choice_parse(key, arg, &options->choice);
	}
}

int kernels_options_check(struct kernels_options *options)
{
	struct reason why = { "" };

	if (!options->nr_kernels)
		reason_set(&why, 0,
			   "which kernels? A version that was fetched, an "
			   "image or a build tree");
	if (options->profile &&
	    engine_clock(options->engine) != CLOCK_INSTRUCTIONS)
		reason_set(&why, 0,
			   "--profile is of instructions: --engine %s counts "
			   "none",
			   engine_name(options->engine));
	if (why.text[0])
		return options_refuse(&why);
	/* Small, so that it can be given by hand again. */
	while (!options->seeded && !options->seed) {
		if (getrandom(&options->seed, 4, 0) != 4)
			return EIO;
		options->seed &= INT_MAX;
	}
	return 0;
}

void kernels_options_init(struct kernels_options *options)
{
	*options = (struct kernels_options){
		.boots = 1,
		.memory_mb = DEFAULT_MEMORY_MB,
		.silence_s = default_silence_s,
	};
}

static error_t add_cell(struct kernels_options *options, char *key)
{
	char **grown = realloc(options->cells, (size_t)(options->nr_cells + 1) *
						       sizeof(*grown));

	if (!grown)
		return ENOMEM;
	options->cells = grown;
	grown[options->nr_cells++] = key;
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct kernels_options *options = state->input;

	if (key == KEY_CELL)
		return add_cell(options, arg);
	if (key == KEY_UNCLAIMED) {
		options->unclaimed = true;
		return 0;
	}
	if (key == KEY_PROFILE || key == KEY_VMLINUX) {
		options->profile = true;
		options->vmlinux = arg ? arg : options->vmlinux;
		return 0;
	}
	return kernels_options_parse(key, arg, state, options);
}

static int check_folder(const struct kernels_options *options)
{
	struct reason why;

	if (options->folder || !options->nr_kernels)
		return 0;
	reason_set(&why, 0, "-o DIR: where do the runs go?");
	return options_refuse(&why);
}

int kernels_run_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse_option,
		.args_doc = "KERNEL...",
		.doc = "Boot each kernel in QEMU, in turns, and run the chosen "
		       "cells in it.\v" KERNELS_ARGS_DOC,
	};
	struct kernels_options options;
	int code = EXIT_USAGE;

	kernels_options_init(&options);
	options.choice.preset = preset_find("default", NULL);
	if (!options_parse(&argp, argc, argv, &options) &&
	    !check_folder(&options) && !kernels_options_check(&options))
		code = kernels_run_all(&options);
	choice_free(&options.choice);
	free(options.cells);
	if (interrupt_signal())
		interrupt_die(interrupt_signal());
	return code;
}
