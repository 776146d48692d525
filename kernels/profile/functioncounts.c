// SPDX-License-Identifier: GPL-2.0-or-later
/* Sums up what ran, by function, from blocks. */
#include "kernels/profile/functioncounts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/profile/blockreader.h"
#include "kernels/profile/functiontable.h"

/* Instructions of a block that are at one place. */
struct segment {
	uint64_t end; /* index behind the last one */
	int place;
};

/* Of a block: its segments, and the call that it ends with. */
struct layout {
	int call; /* in the table of calls; -1 */
	int nr;
	struct segment v[];
};

struct tally {
	int64_t insn, entries, reads, writes;
};

/* By place, and by call. */
struct ledger {
	struct tally *places;
	int64_t *calls;
	int nr_places, nr_calls;
	bool used;
};

struct counter {
	const struct counting *counting;
	struct function_table places;
	/* A call as a place: its function is called, and inlined calls it. */
	struct function_table calls;
	struct ledger now; /* of a phase that has no name yet */
	struct ledger phases[NR_MARKS];
	int row;
};

/* --- where a block's instructions are --- */

static bool same_place(const struct code_place *a, const struct code_place *b)
{
	return a->function == b->function && a->inlined == b->inlined &&
	       a->line == b->line;
}

/* -1: no call, or one within a function; -ENOMEM. */
static int find_call(struct counter *counter, const struct read_block *block,
		     const struct code_place *last)
{
	struct code_place callee = { NULL, NULL, NULL };

	if (!block->call)
		return -1;
	counter->counting->find(counter->counting->arg, block->call, &callee);
	if (callee.function == last->function)
		return -1;
	return function_table_add(
		&counter->calls,
		&(struct code_place){ callee.function, last->function, NULL });
}

static int lay_out(struct counter *counter, struct read_block *block)
{
	const struct counting *counting = counter->counting;
	struct code_place place = { NULL, NULL, NULL }, next;
	uint64_t address = block->address;
	struct layout *layout;

	layout = malloc(sizeof(*layout) + block->nr * sizeof(layout->v[0]));
	if (!layout)
		return -ENOMEM;
	block->own = layout;
	layout->nr = 0;
	for (uint64_t i = 0; i < block->nr; address += block->bytes[i++]) {
		counting->find(counting->arg, address, &next);
		if (!i || !same_place(&place, &next))
			layout->v[layout->nr++].place =
				function_table_add(&counter->places, &next);
		layout->v[layout->nr - 1].end = i + 1;
		if (layout->v[layout->nr - 1].place < 0)
			return -ENOMEM;
		place = next;
	}
	layout->call = find_call(counter, block, &place);
	return layout->call == -ENOMEM ? -ENOMEM : 0;
}

/* --- counting --- */

static void *more(void *array, int nr, int wanted, size_t bytes)
{
	char *grown = reallocarray(array, (size_t)wanted, bytes);

	if (grown)
		memset(grown + (size_t)nr * bytes, 0,
		       (size_t)(wanted - nr) * bytes);
	return grown;
}

static int make_room(struct ledger *ledger, int nr_places, int nr_calls)
{
	struct tally *places = ledger->places;
	int64_t *calls = ledger->calls;

	if (nr_places > ledger->nr_places) {
		nr_places *= 2;
		places = more(places, ledger->nr_places, nr_places,
			      sizeof(*places));
		if (!places)
			return -ENOMEM;
		ledger->places = places;
		ledger->nr_places = nr_places;
	}
	if (nr_calls > ledger->nr_calls) {
		nr_calls *= 2;
		calls = more(calls, ledger->nr_calls, nr_calls, sizeof(*calls));
		if (!calls)
			return -ENOMEM;
		ledger->calls = calls;
		ledger->nr_calls = nr_calls;
	}
	return 0;
}

static int know_block(struct counter *counter, struct read_block *block)
{
	int ret = block->own ? 0 : lay_out(counter, block);

	return ret ? ret
		   : make_room(&counter->now, counter->places.nr,
			       counter->calls.nr);
}

static int take_entered(void *arg, struct read_block *block, uint64_t entries,
			uint64_t reads, uint64_t writes)
{
	struct counter *counter = arg;
	const struct layout *layout;
	struct tally *tally;
	int ret = know_block(counter, block);

	if (ret)
		return ret;
	layout = block->own;
	tally = &counter->now.places[layout->v[0].place];
	tally->entries += (int64_t)entries;
	tally->reads += (int64_t)reads;
	tally->writes += (int64_t)writes;
	return 0;
}

static int take_executed(void *arg, const struct read_run *run)
{
	struct counter *counter = arg;
	const struct layout *layout;
	uint64_t at = run->from, end;
	int ret = know_block(counter, run->block);

	if (ret)
		return ret;
	layout = run->block->own;
	for (int i = 0; i < layout->nr && at < run->to; i++) {
		end = layout->v[i].end < run->to ? layout->v[i].end : run->to;
		if (end <= at)
			continue;
		counter->now.places[layout->v[i].place].insn +=
			(int64_t)((end - at) * run->times);
		at = end;
	}
	if (layout->call >= 0 && run->to == run->block->nr)
		counter->now.calls[layout->call] += (int64_t)run->times;
	return 0;
}

static void add_tally(struct tally *to, const struct tally *from)
{
	to->insn += from->insn;
	to->entries += from->entries;
	to->reads += from->reads;
	to->writes += from->writes;
}

static void clear(struct ledger *ledger)
{
	if (ledger->nr_places)
		memset(ledger->places, 0,
		       (size_t)ledger->nr_places * sizeof(*ledger->places));
	if (ledger->nr_calls)
		memset(ledger->calls, 0,
		       (size_t)ledger->nr_calls * sizeof(*ledger->calls));
	ledger->used = false;
}

static int take_phase(void *arg, enum mark phase)
{
	struct counter *counter = arg;
	struct ledger *to = &counter->phases[phase], *now = &counter->now;
	int ret = make_room(to, now->nr_places, now->nr_calls);

	if (ret)
		return ret;
	for (int i = 0; i < now->nr_places; i++)
		add_tally(&to->places[i], &now->places[i]);
	for (int i = 0; i < now->nr_calls; i++)
		to->calls[i] += now->calls[i];
	to->used = true;
	clear(now);
	return 0;
}

/* --- a row --- */

/* Of a function: who called it most. */
static const char *main_caller(const struct counter *counter,
			       const struct ledger *ledger,
			       const char *function)
{
	const struct code_place *calls = counter->calls.v;
	const char *caller = NULL;
	int64_t most = 0;

	for (int i = 0; i < counter->calls.nr; i++) {
		if (calls[i].function != function || ledger->calls[i] <= most)
			continue;
		caller = calls[i].inlined;
		most = ledger->calls[i];
	}
	return caller;
}

static int compare_functions(const void *left, const void *right)
{
	const struct profile_function *a = left, *b = right;

	if (a->insn != b->insn)
		return a->insn < b->insn ? 1 : -1;
	return strcmp(a->function, b->function);
}

static int list_functions(const struct counter *counter,
			  const struct ledger *ledger,
			  struct profile_function *list)
{
	int nr = 0;

	for (int i = 0; i < counter->places.nr; i++) {
		const struct code_place *place = &counter->places.v[i];
		const struct tally *tally = &ledger->places[i];

		if (!tally->insn && !tally->entries)
			continue;
		list[nr++] = (struct profile_function){
			.function = place->function,
			.inlined = place->inlined,
			.line = place->line,
			.caller = main_caller(counter, ledger, place->function),
			.insn = tally->insn,
			.entries = tally->entries,
			.reads = tally->reads,
			.writes = tally->writes,
		};
	}
	qsort(list, (size_t)nr, sizeof(*list), compare_functions);
	return nr;
}

static int give_phase(struct counter *counter, enum mark phase,
		      struct profile_function *list)
{
	struct ledger *ledger = &counter->phases[phase];
	int nr, ret;

	ret = make_room(ledger, counter->places.nr, counter->calls.nr);
	if (ret)
		return ret;
	nr = list_functions(counter, ledger, list);
	clear(ledger);
	return counter->counting->phase(counter->counting->arg, counter->row,
					phase, list, nr);
}

static int take_row(void *arg)
{
	struct counter *counter = arg;
	struct profile_function *list;
	int ret = 0;

	list = calloc((size_t)counter->places.nr + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (int i = MARK_OPEN; !ret && i < NR_MARKS; i++)
		if (counter->phases[i].used)
			ret = give_phase(counter, (enum mark)i, list);
	free(list);
	/* What a target had begun when it died. */
	clear(&counter->now);
	counter->row++;
	return ret;
}

static int take_begun(void *arg, uint64_t address)
{
	const struct counter *counter = arg;

	counter->counting->begun(counter->counting->arg, address);
	return 0;
}

static void forget(void *arg __attribute__((unused)), struct read_block *block)
{
	free(block->own);
}

static void free_ledger(struct ledger *ledger)
{
	free(ledger->places);
	free(ledger->calls);
}

int function_counts(const uint64_t *words, size_t nr,
		    const struct counting *counting, int *nr_rows,
		    struct reason *why)
{
	struct counter counter = { .counting = counting };
	const struct read_sink sink = { .begun = take_begun,
					.entered = take_entered,
					.executed = take_executed,
					.phase = take_phase,
					.row = take_row,
					.forget = forget,
					.arg = &counter };
	int ret = blocks_read(words, nr, &sink, why);

	*nr_rows = counter.row;
	if (ret == -ENOMEM)
		reason_set(why, ret, "no memory for a profile");
	for (int i = 0; i < NR_MARKS; i++)
		free_ledger(&counter.phases[i]);
	free_ledger(&counter.now);
	function_table_free(&counter.places);
	function_table_free(&counter.calls);
	return ret;
}
