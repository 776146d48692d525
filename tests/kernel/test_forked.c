// SPDX-License-Identifier: GPL-2.0-or-later
/* forked shares pages with a new child every epoch, whoever stores. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/memory.h"
#include "harness/pagemapfile.h"
#include "harness/registry.h"
#include "tests/kernel/epochs.h"

/* Small: a test looks at single pages, and every epoch forks. */
#define SIZE "size=2m"

/* pagemap: the page is mapped by this process alone. */
#define PAGEMAP_EXCLUSIVE (1ULL << 56)

/* Longer than any test takes: a hang ends the test program. */
#define HANG_SECONDS 120

extern const struct workload workload_forked;
extern const struct tracker tracker_none;

/*
 * A tracker for tests that looks at another process: it compares the content
 * of its memory with a copy. Slow and always right.
 */
struct content {
	int mem;
	unsigned char *old, *new;
	size_t bytes;
};

static int content_probe(enum page_kind kind, const struct params *params,
			 struct reason *why)
{
	(void)kind;
	(void)params;
	(void)why;
	return 0;
}

static int content_open(struct tracking *t)
{
	struct content *c = calloc(1, sizeof(*c));
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)t->pid);
	c->mem = open(path, O_RDONLY | O_CLOEXEC);
	c->bytes = t->ranges[0].end - t->ranges[0].start;
	c->old = malloc(c->bytes);
	c->new = malloc(c->bytes);
	t->state = c;
	return c->mem < 0 ? reason_errno(&t->why, -errno, "%s", path) : 0;
}

static int content_read(struct tracking *t, unsigned char *to)
{
	struct content *c = t->state;
	ssize_t got = pread(c->mem, to, c->bytes, (off_t)t->ranges[0].start);

	if (got != (ssize_t)c->bytes)
		return reason_set(&t->why, -EIO, "cannot read the memory");
	return 0;
}

static int content_arm(struct tracking *t)
{
	return content_read(t, ((struct content *)t->state)->old);
}

static int content_collect(struct tracking *t, struct region_array *out)
{
	struct content *c = t->state;
	uint64_t page = page_bytes();
	int ret;

	ret = content_read(t, c->new);
	for (uint64_t at = 0; !ret && at < c->bytes; at += page)
		if (memcmp(c->old + at, c->new + at, page) != 0)
			region_append(out, t->ranges[0].start + at,
				      t->ranges[0].start + at + page);
	return ret;
}

static int content_disarm(struct tracking *t)
{
	(void)t;
	return 0;
}

static void content_close(struct tracking *t)
{
	struct content *c = t->state;

	close(c->mem);
	free(c->old);
	free(c->new);
	free(c);
}

static const struct tracker tracker_content = {
	.name = "content",
	.summary = "for tests: compares content with a copy",
	.claim = CLAIM_EXACT,
	.granule = { [PAGE_KIND_BASE] = GRANULE_PAGE },
	.other_process = true,
	.hidden = true,
	.probe = content_probe,
	.open = content_open,
	.arm = content_arm,
	.collect = content_collect,
	.disarm = content_disarm,
	.close = content_close,
};

/* A work as a session has it, for tests that call the hooks themselves. */
static void open_work(struct work *work, struct cell *cell, const char *pairs)
{
	make_cell(cell, &workload_forked, &tracker_none, pairs);
	*work = (struct work){ .workload = &workload_forked,
			       .params = &cell->params };
	if (workload_forked.open(work)) {
		puts(work->why.text);
		abort();
	}
}

static int prepare(struct work *work, unsigned int number)
{
	const struct epoch epoch = { .number = number, .kind = EPOCH_MEASURED };

	return workload_forked.prepare(work, &epoch);
}

static void every_tracker_tells_the_truth(void)
{
	CHECK(check_trackers(&workload_forked, SIZE) >= 2);
	CHECK(check_trackers(&workload_forked, SIZE " writer=child") >= 2);
	CHECK(check_trackers(&workload_forked, SIZE " tracked=child") >= 1);
	CHECK(check_trackers(&workload_forked,
			     SIZE " writer=child tracked=child") >= 1);
}

/* Those with a registration get one of the child, wherever they get one. */
static void registrations_reach_the_child(void)
{
	struct cell parent, child;

	for (int i = 0; trackers[i]; i++) {
		if (trackers[i]->hidden ||
		    strncmp(trackers[i]->name, "scan", 4))
			continue;
		make_cell(&parent, &workload_forked, trackers[i], SIZE);
		make_cell(&child, &workload_forked, trackers[i],
			  SIZE " tracked=child");
		CHECK(cell_check_kernel(&parent, NULL) ==
		      cell_check_kernel(&child, NULL));
	}
}

static void liars_are_caught(void)
{
	check_liars(&workload_forked, SIZE);
}

/* What differs in the tracked process is what was stored there. */
static void stores_reach_the_tracked_process_only(void)
{
	static const struct {
		const char *pairs;
		bool reported;
	} rows[] = {
		{ SIZE, true },
		{ SIZE " writer=child", false },
		{ SIZE " tracked=child", false },
		{ SIZE " writer=child tracked=child", true },
	};
	struct outcome outcome;
	struct cell cell;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_cell(&cell, &workload_forked, &tracker_content,
			  rows[i].pairs);
		run_epochs(&cell, &outcome);
		if (outcome.status != STATUS_OK)
			printf("%s: %s\n", rows[i].pairs, outcome.why.text);
		CHECK(outcome.status == STATUS_OK);
		CHECK((outcome.figures.pages.reported > 0) == rows[i].reported);
		CHECK(outcome.figures.pages.dirtied ==
		      outcome.figures.pages.reported);
	}
}

static size_t pages_with(const struct work *work, uint64_t bits, uint64_t value)
{
	struct reason why;
	int pagemap = pagemap_open(getpid(), &why);
	uint64_t entry;
	size_t nr = 0;

	for (uint64_t at = work->ranges[0].start; at < work->ranges[0].end;
	     at += page_bytes())
		if (!pagemap_entry(pagemap, at, &entry))
			nr += (entry & bits) == value;
	close(pagemap);
	return nr;
}

static void all_pages_are_shared_before_every_epoch(void)
{
	struct work work;
	struct cell cell;

	open_work(&work, &cell, SIZE);
	for (unsigned int i = 0; i < 3; i++) {
		CHECK(prepare(&work, i) == 0);
		CHECK(pages_with(&work, PAGEMAP_EXCLUSIVE, 0) ==
		      work.resident_pages);
		workload_forked.write(&work, 0, work.stores.nr);
		CHECK(workload_forked.between(&work, PHASE_WRITE) == 0);
		CHECK(pages_with(&work, PAGEMAP_EXCLUSIVE, 0) ==
		      work.resident_pages - work.stores.nr);
	}
	workload_forked.close(&work);
}

/* A slice of the stores is a slice in the child, too. */
static void the_child_stores_what_it_is_told(void)
{
	struct region found[3] = { { 0 } };
	struct region_array out = { .v = found, .max = 3 };
	struct tracking t;
	struct work work;
	struct cell cell;

	open_work(&work, &cell,
		  SIZE " writer=child tracked=child dirty=10 pattern=stride");
	CHECK(prepare(&work, 0) == 1);
	t = (struct tracking){ .pid = work.tracked,
			       .ranges = work.ranges,
			       .nr_ranges = 1,
			       .parts = work.ranges,
			       .nr_parts = 1 };
	CHECK(!content_open(&t) && !content_arm(&t));
	workload_forked.write(&work, 4, 2);
	workload_forked.write(&work, 9, 1);
	CHECK(!content_collect(&t, &out));
	CHECK(out.nr == 3);
	CHECK(found[0].start == work.stores.picked[4]);
	CHECK(found[1].start == work.stores.picked[5]);
	CHECK(found[2].start == work.stores.picked[9]);
	content_close(&t);
	workload_forked.close(&work);
}

static int open_files(pid_t pid)
{
	char path[32];
	int nr = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	folder = opendir(path);
	while (folder && readdir(folder))
		nr++;
	if (folder)
		closedir(folder);
	return nr - 2; /* . and .. */
}

static void every_epoch_has_a_new_child(void)
{
	struct work work;
	struct cell cell;
	pid_t first;

	open_work(&work, &cell, SIZE " tracked=child");
	CHECK(prepare(&work, 0) == 1);
	first = work.tracked;
	CHECK(first > 0 && first != getpid());
	/* Standard input, output, error, and its socket. */
	CHECK(open_files(first) <= 4);
	CHECK(prepare(&work, 1) == 1);
	CHECK(work.tracked != first);
	CHECK(kill(first, 0) && errno == ESRCH);
	CHECK(!kill(work.tracked, 0));
	workload_forked.close(&work);
	CHECK(waitpid(-1, NULL, 0) < 0 && errno == ECHILD);
}

static void a_dead_child_fails_the_epoch(const char *pairs)
{
	struct work work;
	struct cell cell;

	open_work(&work, &cell, pairs);
	CHECK(prepare(&work, 0) == 1);
	CHECK(workload_forked.between(&work, PHASE_ARM) == 0);
	kill(work.tracked, SIGKILL);
	/* Until it is dead, without taking its status away. */
	waitid(P_PID, (id_t)work.tracked, &(siginfo_t){ 0 }, WEXITED | WNOWAIT);
	workload_forked.write(&work, 0, work.stores.nr);
	CHECK(workload_forked.between(&work, PHASE_WRITE) == -ECHILD);
	CHECK(strstr(work.why.text, "died of signal 9"));
	workload_forked.close(&work);
}

static void a_child_that_dies_is_noticed(void)
{
	a_dead_child_fails_the_epoch(SIZE " tracked=child");
	a_dead_child_fails_the_epoch(SIZE " tracked=child writer=child");
}

/* It is killed while the parent waits for its answer. */
static void waiting_for_a_dying_child_ends(void)
{
	struct work work;
	struct cell cell;
	pid_t killer;

	open_work(&work, &cell, SIZE " tracked=child writer=child");
	CHECK(prepare(&work, 0) == 1);
	kill(work.tracked, SIGSTOP);
	killer = fork();
	if (!killer) {
		usleep(100000);
		kill(work.tracked, SIGKILL);
		_exit(0);
	}
	workload_forked.write(&work, 0, work.stores.nr);
	CHECK(workload_forked.between(&work, PHASE_WRITE) == -ECHILD);
	workload_forked.close(&work);
	waitpid(killer, NULL, 0);
}

static void live_with_child(int result)
{
	struct work work;
	struct cell cell;

	open_work(&work, &cell, SIZE " tracked=child");
	if (prepare(&work, 0) != 1 ||
	    write(result, &work.tracked, sizeof(pid_t)) != sizeof(pid_t))
		_exit(1);
	for (;;)
		pause();
}

static void the_child_dies_with_its_parent(void)
{
	pid_t parent, child = 0;
	int status = 0;
	int ends[2];

	if (pipe(ends))
		abort();
	parent = fork();
	if (!parent)
		live_with_child(ends[1]);
	CHECK(read(ends[0], &child, sizeof(child)) == sizeof(child));
	kill(parent, SIGKILL);
	CHECK(waitpid(parent, NULL, 0) == parent);
	/* Handed on to this process, the nearest subreaper. */
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) || WIFEXITED(status));
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	static void (*const tests[])(void) = {
		every_tracker_tells_the_truth,
		registrations_reach_the_child,
		liars_are_caught,
		stores_reach_the_tracked_process_only,
		all_pages_are_shared_before_every_epoch,
		the_child_stores_what_it_is_told,
		every_epoch_has_a_new_child,
		a_child_that_dies_is_noticed,
		waiting_for_a_dying_child_ends,
		the_child_dies_with_its_parent,
	};
	size_t i;

	alarm(HANG_SECONDS);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tests[i]();
	printf("%zu tests, %d failures\n", i, failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
