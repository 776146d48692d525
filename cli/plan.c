// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan of a run: its cells, made from a preset and the command line. */
#include "cli/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/registry.h"

/* Copies of words on the stack; no name or parameter is longer. */
enum { WORD_BYTES = 128 };

/* The next word of a list; false at its end. */
static bool next_word(const char **list, char separator, char word[WORD_BYTES])
{
	const char *at = *list;
	size_t len;

	while (*at == separator)
		at++;
	if (!*at)
		return false;
	len = strchr(at, separator) ? (size_t)(strchr(at, separator) - at)
				    : strlen(at);
	*list = at + len;
	if (len >= WORD_BYTES)
		len = WORD_BYTES - 1;
	memcpy(word, at, len);
	word[len] = '\0';
	return true;
}

/* NULL and a list of stars contain everything. */
static bool list_contains(const char *list, const char *name)
{
	char word[WORD_BYTES];

	if (!list || list[0] == '*')
		return true;
	while (next_word(&list, ',', word))
		if (!strcmp(word, name))
			return true;
	return false;
}

static int check_names(const struct choice *choice, struct reason *why)
{
	char word[WORD_BYTES];
	const char *list = choice->workloads;
	int nr = 0;

	while (list && next_word(&list, ',', word)) {
		nr++;
		if (!workload_find(word, why))
			return -EINVAL;
	}
	if (choice->workloads && !nr)
		return reason_set(why, -EINVAL,
				  "-w needs the name of a workload");
	nr = 0;
	list = choice->trackers;
	while (list && next_word(&list, ',', word)) {
		nr++;
		if (!tracker_find(word, why))
			return -EINVAL;
	}
	if (choice->trackers && !nr)
		return reason_set(why, -EINVAL,
				  "-t needs the name of a tracker");
	return 0;
}

static int split_pair(const char *pair, char name[WORD_BYTES],
		      const char **value, struct reason *why)
{
	const char *equals = strchr(pair, '=');
	size_t len = equals ? (size_t)(equals - pair) : 0;

	if (!len || len >= WORD_BYTES)
		return reason_set(why, -EINVAL,
				  "'%s' is no parameter: it has to be "
				  "key=value",
				  pair);
	memcpy(name, pair, len);
	name[len] = '\0';
	*value = equals + 1;
	return 0;
}

static bool has_key(const struct plan *plan, const char *key)
{
	for (int i = 0; i < plan->nr; i++)
		if (!strcmp(plan->cells[i].key, key))
			return true;
	return false;
}

static int add_cell(struct plan *plan, const struct cell *cell,
		    struct reason *why)
{
	struct cell *grown;

	grown = realloc(plan->cells,
			(size_t)(plan->nr + 1) * sizeof(*plan->cells));
	if (!grown)
		return reason_set(why, -ENOMEM, "no memory for the plan");
	plan->cells = grown;
	plan->cells[plan->nr++] = *cell;
	return 0;
}

/* So many processors as a power of two are less than that. */
enum { CPUS_BYTES = 256 };

/* 1, 2, 4, ... up to the processors that are allowed, all of these, and twice
 * as many; not more than the parameter takes. */
static void list_cpus(const struct param *param, char list[CPUS_BYTES])
{
	cpu_set_t allowed;
	size_t used = 0;
	uint64_t last = 0;
	uint64_t cpus = 1;

	if (!sched_getaffinity(0, sizeof(allowed), &allowed))
		cpus = (uint64_t)CPU_COUNT(&allowed);
	list[0] = '\0';
	for (uint64_t nr = 1; last < 2 * cpus; nr *= 2) {
		uint64_t value = nr;

		if (last < cpus && nr > cpus) {
			value = cpus;
			nr = cpus;
		}
		last = value;
		if (param->max && value > param->max)
			return;
		used += (size_t)snprintf(list + used, CPUS_BYTES - used,
					 "%s%" PRIu64, used ? "," : "", value);
	}
}

/* Add a copy of @cell for every value. */
static int add_values(struct plan *plan, const struct cell *cell,
		      const char *name, const char *values, struct reason *why)
{
	const struct param *param = params_find(&cell->params, name)->param;
	char value[WORD_BYTES], cpus[CPUS_BYTES];
	struct cell copy;
	int ret = 0;

	if (param->type == PARAM_COUNT && !strcmp(values, "cpus")) {
		list_cpus(param, cpus);
		values = cpus;
	}
	while (!ret && next_word(&values, ',', value)) {
		copy = *cell;
		ret = cell_set(&copy, name, value, why);
		if (!ret)
			ret = add_cell(plan, &copy, why);
	}
	return ret;
}

/* Put a cell for every value in the place of each that has the parameter. */
static int sweep(struct plan *plan, const char *name, const char *values,
		 bool *found, struct reason *why)
{
	struct plan swept = { .cells = NULL };
	int ret = 0;

	*found = false;
	for (int i = 0; !ret && i < plan->nr; i++) {
		if (params_find(&plan->cells[i].params, name)) {
			*found = true;
			ret = add_values(&swept, &plan->cells[i], name, values,
					 why);
		} else {
			ret = add_cell(&swept, &plan->cells[i], why);
		}
	}
	free(plan->cells);
	*plan = swept;
	return ret;
}

/* Whether a row has a name and the command line, which may have chosen none,
 * does too. */
static bool wants(const char *row, const char *chosen, const char *name,
		  bool aside)
{
	if (aside && !chosen && !strcmp(row, "*"))
		return false;
	return list_contains(row, name) && list_contains(chosen, name);
}

static bool wants_tracker(const struct choice *choice,
			  const struct preset_row *row,
			  const struct tracker *tracker)
{
	if (tracker->hidden && !choice->trackers)
		return false;
	return wants(row->trackers, choice->trackers, tracker->name,
		     tracker->aside);
}

/* Give cells the parameters of a preset's row that they have. */
static int apply_row(struct plan *cells, const char *params, struct reason *why)
{
	char pair[WORD_BYTES], name[WORD_BYTES];
	const char *values = NULL;
	bool found;
	int ret = 0;

	while (!ret && next_word(&params, ' ', pair)) {
		ret = split_pair(pair, name, &values, why);
		if (!ret)
			ret = sweep(cells, name, values, &found, why);
	}
	return ret;
}

static int add_pair(struct plan *plan, const struct preset_row *row,
		    const struct workload *workload,
		    const struct tracker *tracker, struct reason *why)
{
	struct plan made = { .cells = NULL };
	struct cell cell;
	int ret;

	ret = cell_init(&cell, workload, tracker, why);
	if (!ret)
		ret = add_cell(&made, &cell, why);
	if (!ret)
		ret = apply_row(&made, row->params, why);
	for (int i = 0; !ret && i < made.nr; i++)
		ret = add_cell(plan, &made.cells[i], why);
	free(made.cells);
	return ret;
}

static int add_row(struct plan *plan, const struct choice *choice,
		   const struct preset_row *row, struct reason *why)
{
	const struct workload *workload;
	int ret;

	for (int i = 0; workloads[i]; i++) {
		workload = workloads[i];
		if (!wants(row->workloads, choice->workloads, workload->name,
			   workload->aside))
			continue;
		for (int j = 0; trackers[j]; j++) {
			if (!wants_tracker(choice, row, trackers[j]))
				continue;
			ret = add_pair(plan, row, workload, trackers[j], why);
			if (ret)
				return ret;
		}
	}
	return 0;
}

/* Names to choose a hint from; more cells than that repeat them. */
enum { MAX_HINTS = 256 };

static int no_such_param(const struct plan *plan, const char *name,
			 struct reason *why)
{
	const char *names[MAX_HINTS];
	const struct params *params;
	const char *near;
	size_t nr = 0;

	for (int i = 0; i < plan->nr; i++) {
		params = &plan->cells[i].params;
		for (int j = 0; j < params->nr && nr < MAX_HINTS; j++)
			names[nr++] = params->v[j].param->name;
	}
	near = nearest_name(name, names, nr);
	if (near)
		return reason_set(why, -EINVAL,
				  "no parameter '%s': did you mean '%s'?", name,
				  near);
	return reason_set(why, -EINVAL,
			  "no chosen cell has a parameter '%s': 'dirtybench "
			  "list' shows what there is",
			  name);
}

static int apply_param(struct plan *plan, const char *pair, struct reason *why)
{
	char name[WORD_BYTES];
	const char *value = NULL;
	bool found = false;
	int ret;

	ret = split_pair(pair, name, &value, why);
	if (ret)
		return ret;
	for (int i = 0; i < plan->nr; i++) {
		if (!params_find(&plan->cells[i].params, name))
			continue;
		found = true;
		ret = cell_set(&plan->cells[i], name, value, why);
		if (ret)
			return -EINVAL;
	}
	return found ? 0 : no_such_param(plan, name, why);
}

static bool sets_param(const char *const *pairs, int nr, const char *name)
{
	size_t length = strlen(name);

	for (int i = 0; i < nr; i++)
		if (!strncmp(pairs[i], name, length) && pairs[i][length] == '=')
			return true;
	return false;
}

static int apply_sweep(struct plan *plan, const struct choice *choice, int nr,
		       struct reason *why)
{
	const char *text = choice->sweeps[nr];
	char name[WORD_BYTES];
	const char *values = "";
	bool found;
	int ret;

	ret = split_pair(text, name, &values, why);
	if (ret)
		return ret;
	if (!values[strspn(values, ",")])
		return reason_set(why, -EINVAL,
				  "--sweep %s: has to be key=value,value,...",
				  text);
	if (sets_param(choice->params, choice->nr_params, name) ||
	    sets_param(choice->sweeps, nr, name))
		return reason_set(why, -EINVAL,
				  "--sweep %s: '%s' is set twice: give all its "
				  "values in one --sweep",
				  text, name);
	ret = sweep(plan, name, values, &found, why);
	return ret || found ? ret : no_such_param(plan, name, why);
}

/* Rows of a preset may differ in what the command line then makes equal. */
static void drop_doubles(struct plan *plan)
{
	struct plan kept = { .cells = plan->cells };

	for (int i = 0; i < plan->nr; i++)
		if (!has_key(&kept, plan->cells[i].key))
			kept.cells[kept.nr++] = plan->cells[i];
	plan->nr = kept.nr;
}

int plan_make(struct plan *plan, const struct choice *choice,
	      struct reason *why)
{
	const struct preset_row *row;
	int ret;

	memset(plan, 0, sizeof(*plan));
	ret = check_names(choice, why);
	for (row = choice->preset->rows; !ret && row->workloads; row++)
		ret = add_row(plan, choice, row, why);
	for (int i = 0; !ret && i < choice->nr_params; i++)
		ret = apply_param(plan, choice->params[i], why);
	for (int i = 0; !ret && i < choice->nr_sweeps; i++)
		ret = apply_sweep(plan, choice, i, why);
	if (ret)
		return ret;
	drop_doubles(plan);
	if (!plan->nr)
		return reason_set(why, -EINVAL,
				  "preset %s has no cell with these workloads "
				  "and trackers",
				  choice->preset->name);
	return 0;
}

int plan_from_keys(struct plan *plan, char *const *keys, int nr,
		   struct reason *why)
{
	int ret = 0;

	memset(plan, 0, sizeof(*plan));
	plan->cells = calloc((size_t)nr + 1, sizeof(*plan->cells));
	if (!plan->cells)
		return reason_set(why, -ENOMEM, "no memory");
	while (!ret && plan->nr < nr) {
		ret = cell_parse(&plan->cells[plan->nr], keys[plan->nr], why);
		plan->nr++;
	}
	return ret;
}

void plan_destroy(struct plan *plan)
{
	free(plan->cells);
	memset(plan, 0, sizeof(*plan));
}

/* PAGEMAP_SCAN on some kernels, in holes of hugetlbfs. */
static bool may_hang(const struct cell *cell)
{
	struct needs needs;

	return !cell_needs(cell, &needs, NULL) &&
	       needs.event == EVENT_FILL_HUGETLB;
}

void plan_unclaim(struct plan *plan, bool in_guest)
{
	for (int i = 0; i < plan->nr; i++)
		plan->cells[i].unclaimed =
			in_guest || !may_hang(&plan->cells[i]);
}

/*
 * Swap that is used first gets the idle pages of every process. An area as
 * large as a cell needs would soon be too small for it; what is not used of
 * zram costs nothing, and of a file only disk.
 */
static const uint64_t swap_margin_bytes = 1ULL << 30;

static void raise_to(uint64_t *most, uint64_t value)
{
	if (value > *most)
		*most = value;
}

bool plan_needs(const struct plan *plan, struct machine_needs *needs)
{
	struct needs cell;

	memset(needs, 0, sizeof(*needs));
	for (int i = 0; i < plan->nr; i++) {
		if (cell_check_kernel(&plan->cells[i], NULL) ||
		    cell_needs(&plan->cells[i], &cell, NULL))
			continue;
		raise_to(&needs->hugetlb_bytes, cell.hugetlb_bytes);
		if (cell.swap_bytes)
			raise_to(&needs->swap_bytes[cell.swap],
				 cell.swap_bytes + swap_margin_bytes);
		needs->thp |= cell.thp;
		needs->folio |= cell.folio_bytes != 0;
	}
	needs->swap_bytes[SWAP_NONE] = 0;
	return needs->hugetlb_bytes || needs->swap_bytes[SWAP_ZRAM] ||
	       needs->swap_bytes[SWAP_FILE] || needs->thp || needs->folio;
}
