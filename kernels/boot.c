// SPDX-License-Identifier: GPL-2.0-or-later
/* One boot of one kernel: what it measures is kept as it comes. */
#include "kernels/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/clock.h"
#include "harness/interrupt.h"
#include "harness/rooted.h"
#include "kernels/console.h"
#include "kernels/wire.h"
#include "results/record.h"
#include "results/writer.h"

/* What a guest may take to end after its last word, or after its kernel's. */
static const double farewell_s = 10;

/* How often the console of a silent guest is looked at. */
enum { LOOK_MS = 2000 };

/* Of a console, what is looked through: an oops with all that follows it. */
enum { CONSOLE_BYTES = 4 << 20 };

/* What a guest hands over besides samples. */
static const char *const guest_files_kept[] = { "env.json", "topology.xml",
						"gbench.json", "kernel.log" };

struct boot {
	const struct boot_request *request;
	struct boot_result *result;
	struct emulator emulator;
	struct wire_reader reader;
	struct record_writer *writer;
	struct sample sample;
	struct sample_detail detail;
	bool ended; /* the guest said so */
	bool silent;
	bool troubled; /* the guest said why it gave up */
	int status;    /* of QEMU, as waitpid() has it */
};

const char *boot_end_name(enum boot_end end)
{
	static const char *const names[NR_BOOT_ENDS] = {
		[BOOT_COMPLETE] = "complete",
		[BOOT_NEVER_UP] = "never-up",
		[BOOT_BROKE] = "broke",
		[BOOT_NOT_KEPT] = "not-kept",
		[BOOT_INTERRUPTED] = "interrupted",
	};

	return names[end];
}

static int find_cell(const struct boot *boot, const char *key)
{
	for (int i = 0; i < boot->request->nr_cells; i++)
		if (!strcmp(boot->request->cells[i].key, key))
			return i;
	return -1;
}

static void path_in(const struct boot *boot, const char *file, char *path)
{
	snprintf(path, PATH_MAX, "%s/%s", boot->request->folder, file);
}

/* A kernel that measured nothing leaves no file of samples. */
static int keep_sample(struct boot *boot, const struct sample *sample)
{
	struct reason *why = &boot->result->why;
	char path[PATH_MAX];
	int ret = 0;

	path_in(boot, "samples.jsonl", path);
	if (!boot->writer)
		ret = record_writer_open(path, &boot->writer, why);
	if (!ret)
		ret = record_writer_append(boot->writer, sample, why);
	if (!ret)
		ret = boot->request->sample(boot->request->arg, sample);
	boot->result->rows += !ret;
	return ret;
}

/* The last row that a cell gets. */
static bool ends_cell(const struct boot *boot, const struct sample *sample)
{
	if (sample->status == STATUS_SKIP || sample->status == STATUS_FAIL)
		return true;
	return sample->kind == KIND_AFTER &&
	       sample->process == boot->request->order->processes - 1;
}

static int take_sample(struct boot *boot, const char *line)
{
	struct reason why = { "" };
	int cell, ret;

	ret = record_decode_detail(line, strlen(line), &boot->sample,
				   &boot->detail, &why);
	if (ret)
		return reason_set(&boot->result->why, ret,
				  "a sample came damaged: %.300s", why.text);
	if (boot->request->profiling &&
	    profiling_take_sample(boot->request->profiling, &boot->sample))
		return reason_set(&boot->result->why, -ENOMEM, "no memory");
	cell = find_cell(boot, boot->sample.cell);
	ret = keep_sample(boot, &boot->sample);
	if (!ret && cell >= 0 && ends_cell(boot, &boot->sample)) {
		boot->request->done[cell] = true;
		if (boot->result->cell == cell)
			boot->result->cell = -1;
	}
	return ret;
}

/* That of the cells that the guest is in. */
static int take_agreement(struct boot *boot, const char *line)
{
	int ret = boot->request->agreement(boot->request->arg, line);

	boot->result->cell = -1;
	if (ret)
		reason_errno(&boot->result->why, ret,
			     "what trackers said together");
	return ret;
}

static int keep_file(struct boot *boot, const char *name, const char *bytes,
		     size_t length)
{
	size_t nr = sizeof(guest_files_kept) / sizeof(guest_files_kept[0]);
	char path[PATH_MAX];
	FILE *file;
	int ret = 0;

	for (size_t i = 0; i < nr; i++) {
		if (strcmp(name, guest_files_kept[i]) != 0)
			continue;
		path_in(boot, name, path);
		file = fopen(path, "wxe");
		if (!file)
			return reason_errno(&boot->result->why, -errno,
					    "cannot create %s", path);
		if (fwrite(bytes, 1, length, file) != length)
			ret = -errno;
		if (fclose(file) && !ret)
			ret = -errno;
		if (ret)
			reason_errno(&boot->result->why, ret,
				     "cannot write to %s", path);
	}
	return ret;
}

static int take_message(void *arg, enum wire_word word, const char *text,
			const char *bytes, size_t length)
{
	struct boot *boot = arg;
	struct boot_result *result = boot->result;

	switch (word) {
	case WIRE_HELLO:
		sscanf(text, "%71s %39s", result->release, result->boot);
		return 0;
	case WIRE_CELL:
		result->cell = find_cell(boot, text);
		return 0;
	case WIRE_SAMPLE:
		return take_sample(boot, text);
	case WIRE_AGREEMENT:
		return take_agreement(boot, text);
	case WIRE_FILE:
		if (boot->request->profiling &&
		    profiling_take_file(boot->request->profiling, text, bytes,
					length))
			return reason_set(&result->why, -ENOMEM, "no memory");
		return keep_file(boot, text, bytes, length);
	case WIRE_TROUBLE:
		boot->troubled = true;
		/* In a cell it is the kernel that does not go on. */
		if (result->cell >= 0)
			result->how = BREAK_HANG;
		reason_set(&result->why, 0, "%s", text);
		return 0;
	case WIRE_END:
		boot->ended = true;
		return 0;
	default:
		return 0;
	}
}

/* All that is there. 0, -ENODATA at the end, or what must end the boot. */
static int drain(struct boot *boot)
{
	const struct wire_sink sink = { .message = take_message, .arg = boot };
	char bytes[1 << 16];
	ssize_t got = read(boot->emulator.output, bytes, sizeof(bytes));

	if (got < 0)
		return errno == EINTR ? 0 : -errno;
	if (!got)
		return -ENODATA;
	return wire_feed(&boot->reader, bytes, (size_t)got, &sink);
}

static int64_t deadline_after(double seconds)
{
	return clock_now_ns() + (int64_t)(seconds * 1e9);
}

static int wait_ms(int64_t deadline_ns)
{
	int64_t left = deadline_ns - clock_now_ns();

	return left <= 0 ? 0 : (int)(left / 1000000) + 1;
}

static enum console_finding read_console(const struct boot *boot, char *line,
					 size_t bytes)
{
	enum console_finding finding = CONSOLE_NOTHING;
	char *text = malloc(CONSOLE_BYTES);
	char path[PATH_MAX];
	ssize_t length;
	int fd;

	line[0] = '\0';
	path_in(boot, "console.log", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	length = fd >= 0 && text ? read_up_to(fd, text, CONSOLE_BYTES) : -1;
	if (length > 0)
		finding = console_classify(text, (size_t)length, line, bytes);
	if (fd >= 0)
		close(fd);
	free(text);
	return finding;
}

/* A kernel that panicked early does not restart, and KVM leaves a machine
 * that it cannot go on with. */
static bool console_has_ended(const struct boot *boot)
{
	char line[200];
	enum console_finding finding = read_console(boot, line, sizeof(line));

	return finding != CONSOLE_NOTHING && finding != CONSOLE_LOCKUP;
}

static void bring_forward(int64_t *deadline_ns, double seconds)
{
	int64_t earlier_ns = deadline_after(seconds);

	if (earlier_ns < *deadline_ns)
		*deadline_ns = earlier_ns;
}

/* Until QEMU's output ends (0), the guest is silent for too long, or a result
 * cannot be kept. */
static int listen_to(struct boot *boot)
{
	struct pollfd fds[] = {
		{ .fd = boot->emulator.output, .events = POLLIN },
		{ .fd = interrupt_fd(), .events = POLLIN },
	};
	int64_t deadline_ns = deadline_after(boot->request->silence_s);
	int left_ms, got, ret;

	for (;;) {
		left_ms = wait_ms(deadline_ns);
		got = poll(fds, 2, left_ms < LOOK_MS ? left_ms : LOOK_MS);
		if (interrupt_signal())
			return -ECANCELED;
		if (got < 0 && errno != EINTR)
			return -errno;
		if (!wait_ms(deadline_ns))
			return -ETIMEDOUT;
		if (!got && console_has_ended(boot))
			bring_forward(&deadline_ns, farewell_s / 2);
		if (got <= 0 || !fds[0].revents)
			continue;
		ret = drain(boot);
		if (ret)
			return ret == -ENODATA ? 0 : ret;
		deadline_ns = deadline_after(
			boot->ended ? farewell_s : boot->request->silence_s);
	}
}

/* What would help where QEMU does not start. */
static const char *emulator_advice(const struct boot *boot, const char *line)
{
	if (boot->request->order->engine == ENGINE_KVM)
		return ": this machine's KVM does not boot it, --engine icount "
		       "does without";
	if (boot->request->profiling && strstr(line, "-plugin"))
		return ": this QEMU has no plugins; it goes without --profile";
	return "";
}

/* What the console says is nearer to the cause than how QEMU went. */
static void explain(const struct boot *boot)
{
	struct reason *why = &boot->result->why;
	char line[200];
	enum console_finding finding = read_console(boot, line, sizeof(line));

	if (finding > CONSOLE_LOCKUP)
		boot->result->how = BREAK_OOPS;
	else if (finding != CONSOLE_EMULATOR && boot->silent)
		boot->result->how = BREAK_HANG;
	if (finding > CONSOLE_LOCKUP)
		reason_set(why, 0, "%s: %s", console_finding_name(finding),
			   line);
	else if (finding == CONSOLE_EMULATOR)
		reason_set(why, 0, "%s%s", line, emulator_advice(boot, line));
	else if (boot->silent)
		reason_set(why, 0, "the guest hangs: no word for %g s%s%s",
			   boot->request->silence_s,
			   finding == CONSOLE_LOCKUP ? ", " : "",
			   finding == CONSOLE_LOCKUP ? line : "");
	else if (WIFSIGNALED(boot->status))
		reason_set(why, 0,
			   "the guest was killed: QEMU died of signal "
			   "%d (%s)",
			   WTERMSIG(boot->status),
			   strsignal(WTERMSIG(boot->status)));
	else
		reason_set(why, 0,
			   "the guest ended by itself before it was "
			   "done");
}

static void record_break(struct boot *boot)
{
	struct boot_result *result = boot->result;
	const struct order *order = boot->request->order;
	struct sample *sample = &boot->sample;

	if (result->cell < 0)
		return;
	sample_clear(sample);
	cell_describe(&boot->request->cells[result->cell], sample);
	snprintf(sample->run, sizeof(sample->run), "%s", order->run);
	snprintf(sample->label, sizeof(sample->label), "%s", order->label);
	snprintf(sample->boot, sizeof(sample->boot), "%s", result->boot);
	snprintf(sample->reason, sizeof(sample->reason), "%s",
		 result->why.text);
	sample->seq = result->rows;
	sample->status = STATUS_FAIL;
	boot->request->done[result->cell] = true;
	if (keep_sample(boot, sample))
		result->end = BOOT_NOT_KEPT;
}

static void judge(struct boot *boot, int ret)
{
	struct boot_result *result = boot->result;

	if (ret == -ECANCELED) {
		result->end = BOOT_INTERRUPTED;
		reason_set(&result->why, 0, "interrupted");
		return;
	}
	boot->silent = ret == -ETIMEDOUT && !boot->ended;
	if (ret && ret != -ETIMEDOUT) {
		result->end = BOOT_NOT_KEPT;
		result->cell = -1;
		return;
	}
	if (boot->ended && !boot->troubled) {
		result->end = BOOT_COMPLETE;
		return;
	}
	if (!boot->troubled)
		explain(boot);
	result->end = result->release[0] ? BOOT_BROKE : BOOT_NEVER_UP;
	if (result->end == BOOT_BROKE)
		record_break(boot);
}

static int open_console(const struct boot *boot)
{
	char path[PATH_MAX];
	int fd;

	path_in(boot, "console.log", path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
		  0666);
	return fd >= 0 ? fd
		       : reason_errno(&boot->result->why, -errno,
				      "cannot create %s", path);
}

/* A status that emulator_end() made by killing is not how the guest went. */
static int end_emulator(struct boot *boot, int ret)
{
	siginfo_t info;

	if (!ret)
		waitid(P_PID, (id_t)boot->emulator.pid, &info,
		       WEXITED | WNOWAIT);
	boot->status = emulator_end(&boot->emulator);
	return ret;
}

void boot_run(const struct boot_request *request, struct boot_result *result)
{
	struct boot boot = { .request = request, .result = result };
	struct emulator_request machine = request->emulator;
	int ret;

	*result = (struct boot_result){ .end = BOOT_NOT_KEPT, .cell = -1 };
	if (request->profiling) {
		machine.plugin = profiling_plugin(request->profiling);
		machine.blocks = profiling_blocks(request->profiling);
	}
	machine.console = open_console(&boot);
	if (machine.console < 0)
		return;
	ret = emulator_start(&boot.emulator, &machine, &result->why);
	close(machine.console);
	if (ret)
		return;
	ret = listen_to(&boot);
	judge(&boot, end_emulator(&boot, ret));
	if (record_writer_close(boot.writer, &result->why))
		result->end = BOOT_NOT_KEPT;
	wire_reader_free(&boot.reader);
}
