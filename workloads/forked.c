// SPDX-License-Identifier: GPL-2.0-or-later
/* Anonymous base pages shared copy-on-write with a living child. */
#include <errno.h>
#include <stdlib.h>

#include "harness/memory.h"
#include "workloads/child.h"

/* What the child is told: to store so many, from one on, and to read. */
enum { ORDER_WRITE = 1, ORDER_READ };

static const struct param params[] = {
	STORES_PARAMS("32m", "25%", "random"),
	{ .name = "writer",
	  .type = PARAM_CHOICE,
	  .fallback = "parent",
	  .choices = "parent|child",
	  .help = "the process that stores" },
	{ .name = "tracked",
	  .type = PARAM_CHOICE,
	  .fallback = "parent",
	  .choices = "parent|child",
	  .help = "the process whose pages are tracked" },
	{ .name = NULL },
};

static bool child_writes(const struct work *work)
{
	return params_is(work->params, "writer", "child");
}

static bool child_is_tracked(const struct work *work)
{
	return params_is(work->params, "tracked", "child");
}

static int needs(const struct params *values, struct needs *needs,
		 struct reason *why)
{
	(void)why;
	needs->kind = PAGE_KIND_BASE;
	needs->range_bytes = params_value(values, "size");
	/* A store leaves two copies of its page. */
	needs->resident_bytes = 2 * needs->range_bytes;
	needs->other_process = params_is(values, "tracked", "child");
	return 0;
}

static int open_forked(struct work *work)
{
	const struct mapped_range *range = work->ranges;
	int ret;

	work->state = calloc(1, sizeof(struct child));
	if (!work->state)
		return reason_set(&work->why, -ENOMEM, "no memory");
	work->other_stores = child_writes(work);
	ret = memory_add_base_pages(work, params_value(work->params, "size"));
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	return stores_cover(work);
}

static void obey(struct work *work, struct child_order *order)
{
	if (order->what == ORDER_WRITE)
		stores_write(work, order->values[0], order->values[1]);
	else
		stores_read(work);
	order->what = CHILD_DONE;
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	struct child *child = work->state;
	int ret;

	child_end(child);
	/* The child stores what it finds chosen when it is born. */
	stores_choose(&work->stores, work->params, epoch->number);
	ret = child_start(child, work, "the child that shares the pages", obey);
	if (ret || !child_is_tracked(work))
		return ret;
	work->tracked = child->pid;
	return 1;
}

/* Have the child do something and wait until it has. */
static void command(struct work *work, const struct child_order *order)
{
	struct child *child = work->state;

	child_tell(child, order);
	child_answer(child);
}

static void write_forked(struct work *work, size_t first, size_t nr)
{
	if (child_writes(work))
		command(work, &(struct child_order){ .what = ORDER_WRITE,
						     .values = { first, nr } });
	else
		stores_write(work, first, nr);
}

static void read_forked(struct work *work)
{
	if (child_is_tracked(work))
		command(work, &(struct child_order){ .what = ORDER_READ });
	else
		stores_read(work);
}

/* A child that has died shares nothing, and may not have stored. */
static int between(struct work *work, enum phase done)
{
	struct child *child = work->state;

	(void)done;
	return child_check(child, work);
}

static void expected(const struct work *work, struct region_array *out)
{
	if (child_writes(work) == child_is_tracked(work))
		stores_expected(work, out);
}

static void close_forked(struct work *work)
{
	struct child *child = work->state;

	if (child)
		child_end(child);
	free(child);
	work->state = NULL;
	stores_destroy(&work->stores);
	memory_unmap(work);
}

const struct workload workload_forked = {
	.name = "forked",
	.version = 1,
	.summary = "base pages shared copy-on-write with a child",
	.params = params,
	.needs = needs,
	.open = open_forked,
	.prepare = prepare,
	.between = between,
	.write = write_forked,
	.read = read_forked,
	.expected = expected,
	.close = close_forked,
};
