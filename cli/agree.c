// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench agree: on which pages trackers differ, over the same stores. */
#include "cli/agree.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "cli/agreecode.h"
#include "cli/agreeplan.h"
#include "cli/agreerun.h"
#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "harness/interrupt.h"
#include "harness/prepare.h"
#include "kernels/wire.h"

/* For a target: small cells take a second. */
static const double time_limit_s = 60;

struct agree_options {
	struct choice choice;
	int epochs;
	bool prepare;
	struct agreement_style style;
};

static int complain(const struct reason *why, int code)
{
	fprintf(stderr, "dirtybench: %s\n", why->text);
	return code;
}

static int count_groups(const struct plan *plan)
{
	int nr = 0;

	for (int i = 0; i < plan->nr; i = agreeplan_end(plan, i))
		nr++;
	return nr;
}

/* Gets each agreement as it comes, and what it points to. */
typedef int (*take_fn)(void *arg, struct agreement *agreement);

static int compare_all(struct agreerun *run, const struct plan *plan,
		       struct progress *progress, take_fn take, void *arg)
{
	static struct agreement agreement;
	int end, ret = 0;

	for (int i = 0; !ret && i < plan->nr; i = end) {
		end = agreeplan_end(plan, i);
		progress_show(progress, plan->cells[i].key);
		ret = agreerun_compare(run, plan, &plan->cells[i], end - i,
				       &agreement);
		progress_step(progress);
		if (!ret || ret == -EDEADLK)
			ret = take(arg, &agreement) ? -ENOMEM : ret;
		else
			agreement_free(&agreement);
	}
	return ret;
}

static int keep(void *arg, struct agreement *agreement)
{
	int ret = agreement_kernel_add(arg, agreement);

	if (ret)
		agreement_free(agreement);
	return ret;
}

static int open_run(struct agreerun *run, struct reason *why)
{
	int ret;

	ret = interrupt_install();
	if (ret)
		return reason_errno(why, ret, "cannot catch signals");
	ret = placement_topology(&run->topology, why);
	if (ret)
		return ret;
	ret = placement_choose(run->topology, PLACE_NEAR, &run->place, why);
	if (ret)
		hwloc_topology_destroy(run->topology);
	return ret;
}

static int show(const struct agreement_kernel *kernel,
		const struct agreement_style *style)
{
	if (!agreement_print(stdout, kernel, 1, style) && !fflush(stdout))
		return agree_code(kernel, 1);
	fprintf(stderr, "dirtybench: what was found could not be written\n");
	return EXIT_FAILED;
}

static int compare_here(const struct agree_options *options,
			const struct plan *plan)
{
	struct agreerun run = { .epochs = options->epochs,
				.time_limit_s = time_limit_s,
				.channel = -1 };
	struct agreement_kernel kernel = { .nr = 0 };
	struct progress progress = { .total = 0 };
	struct utsname name;
	struct reason why;
	int code, ret;

	if (open_run(&run, &why))
		return complain(&why, EXIT_FAILED);
	if (options->prepare)
		readiness_start(&run.readiness, plan, "");
	progress_start(&progress, count_groups(plan));
	ret = compare_all(&run, plan, &progress, keep, &kernel);
	progress_end(&progress);
	if (ret && ret != -ECANCELED)
		reason_errno(&kernel.why, ret, "stopped");
	uname(&name);
	kernel.name = name.release;
	code = show(&kernel, &options->style);
	if (prepare_end(run.readiness.prep, &why))
		code = complain(&why, code ? code : EXIT_FAILED);
	agreement_kernel_free(&kernel);
	hwloc_topology_destroy(run.topology);
	return code;
}

static int run_agree(const struct agree_options *options)
{
	struct plan plan;
	struct reason why;
	int code = EXIT_USAGE;
	int ret;

	ret = plan_make(&plan, &options->choice, &why);
	if (!ret)
		ret = agreeplan_make(&plan, false, &why);
	if (ret)
		complain(&why, code);
	else
		code = compare_here(options, &plan);
	plan_destroy(&plan);
	return code;
}

static int send(void *arg, struct agreement *agreement)
{
	const int *channel = arg;
	char *line = agreement_encode(agreement);
	int ret = line ? wire_send(*channel, WIRE_AGREEMENT, line) : -ENOMEM;

	free(line);
	agreement_free(agreement);
	return ret;
}

int agree_order(const struct order *order, int channel)
{
	struct agreerun run = { .epochs = order->epochs,
				.time_limit_s = order->time_limit_s,
				.channel = channel };
	struct progress progress = { .total = 0 };
	struct plan plan;
	struct reason why;
	int code = EXIT_FAILED;
	int ret;

	ret = plan_from_keys(&plan, order->cells, order->nr_cells, &why);
	if (!ret)
		ret = agreeplan_make(&plan, true, &why);
	if (!ret)
		ret = open_run(&run, &why);
	if (ret) {
		wire_send(channel, WIRE_TROUBLE, why.text);
		plan_destroy(&plan);
		return code;
	}
	readiness_start(&run.readiness, &plan, "");
	ret = compare_all(&run, &plan, &progress, send, &channel);
	/* What is left is for the next boot. */
	if (ret == -EDEADLK)
		wire_send(channel, WIRE_TROUBLE,
			  "the kernel does not let a target die");
	if (!prepare_end(run.readiness.prep, &why) && !ret)
		code = EXIT_MEASURED;
	hwloc_topology_destroy(run.topology);
	plan_destroy(&plan);
	return code;
}

enum { KEY_EPOCHS = CHOICE_KEY_NEXT, KEY_NO_PREPARE, KEY_FORMAT, KEY_ALL };

static const struct argp_option option_table[] = {
	CHOICE_WORKLOAD_OPTION,
	CHOICE_OPTIONS,
	{ "epochs", KEY_EPOCHS, "N", 0,
	  "epochs with stores beside the first, 2 by default", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text or json", 0 },
	{ "all", KEY_ALL, NULL, 0, "list all regions, not only the first ones",
	  0 },
	{ "no-prepare", KEY_NO_PREPARE, NULL, 0,
	  "leave huge pages, swap and THP as they are", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct agree_options *options = state->input;
	struct reason why;

	switch (key) {
	case KEY_EPOCHS:
		return options_number("epochs", arg, AGREE_MAX_EPOCHS,
				      &options->epochs);
	case KEY_NO_PREPARE:
		options->prepare = false;
		return 0;
	case KEY_ALL:
		options->style.all = true;
		return 0;
	case KEY_FORMAT:
		return agreement_format_find(arg, &options->style.format, &why)
			       ? options_refuse(&why)
			       : 0;
	case ARGP_KEY_ARG:
		reason_set(&why, 0,
			   "'%s' is no option: trackers and pages are chosen "
			   "with -t, -w and -p",
			   arg);
		return options_refuse(&why);
	default:
		return choice_parse(key, arg, &options->choice);
	}
}

int agree_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse_option,
		.doc = "Have trackers follow the same stores to the same "
		       "memory and list every page on which they differ.\v"
		       "Without --preset the cells are small ones for every "
		       "kind of pages.",
	};
	struct agree_options options = { .epochs = AGREE_EPOCHS,
					 .prepare = true };
	int code = EXIT_USAGE;

	options.choice.preset = &preset_matrix;
	if (!options_parse(&argp, argc, argv, &options))
		code = run_agree(&options);
	choice_free(&options.choice);
	if (interrupt_signal())
		interrupt_die(interrupt_signal());
	return code;
}
