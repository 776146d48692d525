// SPDX-License-Identifier: GPL-2.0-or-later
/* Anonymous base pages shared copy-on-write with a living child. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/memory.h"
#include "workloads/workload.h"

/* Where the child has its end of the socket; it closes everything above, the
 * target's own descriptors among them. */
enum { CHILD_SOCKET = 3 };

/* What the parent tells the child, and what the child sends back when that is
 * done. A socket tells of the death of its other side; shared memory would
 * not. */
struct order {
	enum { ORDER_WRITE, ORDER_READ, ORDER_DONE } what;
	size_t first, nr; /* stores, for ORDER_WRITE */
};

struct forked {
	pid_t child; /* 0: there is none */
	int socket;
	bool lost; /* an order was not answered */
};

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

	work->state = calloc(1, sizeof(struct forked));
	if (!work->state)
		return reason_set(&work->why, -ENOMEM, "no memory");
	work->other_stores = child_writes(work);
	ret = memory_add_base_pages(work, params_value(work->params, "size"));
	if (ret)
		return ret;
	memory_touch(range->start, range->end, page_bytes());
	return stores_cover(work);
}

static int send_order(int socket, const struct order *order)
{
	ssize_t sent;

	do {
		sent = send(socket, order, sizeof(*order), MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == sizeof(*order) ? 0 : -EPIPE;
}

/* -EPIPE when the other side has ended. */
static int receive_order(int socket, struct order *order)
{
	ssize_t got;

	do {
		got = recv(socket, order, sizeof(*order), 0);
	} while (got < 0 && errno == EINTR);
	return got == sizeof(*order) ? 0 : -EPIPE;
}

static void obey(struct work *work, const struct order *order)
{
	if (order->what == ORDER_WRITE)
		stores_write(work, order->first, order->nr);
	else
		stores_read(work);
}

/*
 * In the child: obey until the parent is gone. The parent may have threads, so
 * only async-signal-safe functions will do.
 */
static void serve(struct work *work, int socket, pid_t parent)
{
	const struct order done = { .what = ORDER_DONE };
	struct order order;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || dup2(socket, CHILD_SOCKET) < 0)
		_exit(1);
	closefrom(CHILD_SOCKET + 1);
	while (!send_order(CHILD_SOCKET, &done) &&
	       !receive_order(CHILD_SOCKET, &order))
		obey(work, &order);
	_exit(0);
}

/* As waitpid(). */
static pid_t reap(pid_t child, int *status, int options)
{
	pid_t got;

	do {
		got = waitpid(child, status, options);
	} while (got < 0 && errno == EINTR);
	return got;
}

static void end_child(struct forked *f)
{
	int status;

	if (!f->child)
		return;
	kill(f->child, SIGKILL);
	reap(f->child, &status, 0);
	close(f->socket);
	f->child = 0;
}

static int report_end(struct work *work, int status)
{
	struct forked *f = work->state;

	close(f->socket);
	f->child = 0;
	if (WIFSIGNALED(status))
		return reason_set(&work->why, -ECHILD,
				  "the child that shares the pages died of "
				  "signal %d (%s)",
				  WTERMSIG(status),
				  strsignal(WTERMSIG(status)));
	return reason_set(&work->why, -ECHILD,
			  "the child that shares the pages ended by itself, "
			  "exit status %d",
			  WEXITSTATUS(status));
}

/* A child that has died shares nothing, and may not have stored. */
static int check_child(struct work *work)
{
	struct forked *f = work->state;
	int status;

	/* Where an answer is missing, its end is near. */
	if (reap(f->child, &status, f->lost ? 0 : WNOHANG) == f->child)
		return report_end(work, status);
	return 0;
}

static void await_answer(struct forked *f)
{
	struct order answer;

	f->lost = receive_order(f->socket, &answer) != 0;
}

static int start_child(struct work *work)
{
	struct forked *f = work->state;
	pid_t parent = getpid();
	int ends[2];
	pid_t child;
	int ret;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return reason_errno(&work->why, -errno, "socketpair");
	child = fork();
	if (!child)
		serve(work, ends[1], parent);
	ret = -errno;
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return reason_errno(&work->why, ret,
				    "forking the child that shares the pages");
	}
	*f = (struct forked){ .child = child, .socket = ends[0] };
	/* It must not still be starting while something is timed. */
	await_answer(f);
	return check_child(work);
}

static int prepare(struct work *work, const struct epoch *epoch)
{
	struct forked *f = work->state;
	int ret;

	end_child(f);
	/* The child stores what it finds chosen when it is born. */
	stores_choose(&work->stores, work->params, epoch->number);
	ret = start_child(work);
	if (ret || !child_is_tracked(work))
		return ret;
	work->tracked = f->child;
	return 1;
}

/* Have the child do something and wait until it has. */
static void command(struct work *work, const struct order *order)
{
	struct forked *f = work->state;

	/* Without the order, the answer does not come either. */
	send_order(f->socket, order);
	await_answer(f);
}

static void write_forked(struct work *work, size_t first, size_t nr)
{
	if (child_writes(work))
		command(work, &(struct order){ .what = ORDER_WRITE,
					       .first = first,
					       .nr = nr });
	else
		stores_write(work, first, nr);
}

static void read_forked(struct work *work)
{
	if (child_is_tracked(work))
		command(work, &(struct order){ .what = ORDER_READ });
	else
		stores_read(work);
}

static int between(struct work *work, enum phase done)
{
	(void)done;
	return check_child(work);
}

static void expected(const struct work *work, struct region_array *out)
{
	if (child_writes(work) == child_is_tracked(work))
		stores_expected(work, out);
}

static void close_forked(struct work *work)
{
	if (work->state)
		end_child(work->state);
	free(work->state);
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
