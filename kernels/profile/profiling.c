// SPDX-License-Identifier: GPL-2.0-or-later
/* The profile of a boot: from what its parts tell to profile.jsonl. */
#include "kernels/profile/profiling.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernels/order.h"
#include "kernels/profile/functioncounts.h"
#include "kernels/profile/kernelsymbols.h"
#include "kernels/profile/ownsymbols.h"
#include "kernels/profile/vmlinux.h"
#include "results/growing.h"

/* What is kept of a sample until its counts are there. */
struct row_head {
	struct profile_row row;
	struct sample_phases insn;
};

struct profiling {
	struct profiling_request request;
	char plugin[PATH_MAX];
	int blocks;
	struct row_head *rows;
	int nr_rows;
	struct kernel_symbols kernel;
	struct reason no_kernel; /* why there are no symbols of it */
	struct own_symbols *own;
	struct vmlinux *vmlinux; /* NULL: none is of use */
	char *notes;		 /* of the guest's kernel */
	size_t notes_bytes;
	/* While it is written. */
	FILE *out;
	struct reason *why;
	int written;
};

/* --- before the guest starts --- */

/* The plugin lies where it was built or installed to, seen from where this
 * program is. */
static int find_plugin(struct profiling *profiling, struct reason *why)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return reason_errno(why, -errno, "/proc/self/exe");
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	if (snprintf(profiling->plugin, sizeof(profiling->plugin),
		     "%s/" DIRTYBENCH_PLUGIN, self) >= PATH_MAX)
		return reason_set(why, -ENAMETOOLONG, "%s: too long", self);
	return access(profiling->plugin, R_OK)
		       ? reason_errno(why, -errno,
				      "cannot profile: QEMU's plugin %s",
				      profiling->plugin)
		       : 0;
}

int profiling_begin(struct profiling **profiling,
		    const struct profiling_request *request, struct reason *why)
{
	struct profiling *new = calloc(1, sizeof(*new));
	int ret;

	*profiling = new;
	if (!new)
		return reason_set(why, -ENOMEM, "no memory for a profile");
	new->request = *request;
	new->blocks = -1;
	reason_set(&new->no_kernel, 0,
		   "the guest has sent no functions of its kernel: that needs "
		   "CONFIG_KALLSYMS");
	ret = find_plugin(new, why);
	if (!ret)
		ret = own_symbols_open(&new->own, request->program, why);
	if (ret)
		return ret;
	new->blocks = memfd_create("blocks", MFD_CLOEXEC);
	return new->blocks < 0 ? reason_errno(why, -errno, "memfd_create") : 0;
}

const char *profiling_plugin(const struct profiling *profiling)
{
	return profiling->plugin;
}

int profiling_blocks(const struct profiling *profiling)
{
	return profiling->blocks;
}

/* --- while it runs --- */

/* Also of what is in no profile: the emulator counts all rows. */
int profiling_take_sample(struct profiling *profiling,
			  const struct sample *sample)
{
	struct row_head *head = growing_room(profiling->rows,
					     profiling->nr_rows, sizeof(*head));

	if (!head)
		return -ENOMEM;
	profiling->rows = head;
	head += profiling->nr_rows++;
	*head = (struct row_head){
		.row = { .seq = sample->seq,
			 .process = sample->process,
			 .epoch = sample->epoch,
			 .kind = sample->kind,
			 .pages = { sample->figures.pages.range,
				    sample->figures.pages.resident,
				    sample->figures.pages.dirtied },
			 .change_calls = sample->figures.change_calls },
		.insn = sample->figures.insn,
	};
	memcpy(head->row.run, sample->run, sizeof(sample->run));
	memcpy(head->row.cell, sample->cell, sizeof(sample->cell));
	return 0;
}

int profiling_take_file(struct profiling *profiling, const char *name,
			const char *bytes, size_t length)
{
	if (!strcmp(name, ORDER_NOTES_FILE)) {
		free(profiling->notes);
		profiling->notes = malloc(length + 1);
		if (!profiling->notes)
			return -ENOMEM;
		memcpy(profiling->notes, bytes, length);
		profiling->notes_bytes = length;
	}
	if (strcmp(name, ORDER_SYMBOLS_FILE) != 0)
		return 0;
	kernel_symbols_free(&profiling->kernel);
	profiling->no_kernel.text[0] = '\0';
	return kernel_symbols_read(&profiling->kernel, bytes, length,
				   &profiling->no_kernel) == -ENOMEM
		       ? -ENOMEM
		       : 0;
}

/* --- when it is gone --- */

/* The upper half of the address space is the kernel's. */
static bool in_kernel(uint64_t address)
{
	return address >> 63;
}

static void place_own(void *arg, uint64_t address)
{
	struct profiling *profiling = arg;

	own_symbols_place(profiling->own, address);
}

static void find_place(void *arg, uint64_t address, struct code_place *place)
{
	struct profiling *profiling = arg;
	const struct kernel_symbol *symbol;

	*place = (struct code_place){ .function = "[kernel]" };
	if (!in_kernel(address)) {
		place->function = own_symbols_find(profiling->own, address);
		return;
	}
	symbol = kernel_symbols_find(&profiling->kernel, address);
	if (symbol)
		place->function = symbol->name;
	if (profiling->vmlinux)
		vmlinux_find(profiling->vmlinux, address, place);
}

static int64_t phase_insn(const struct row_head *head, enum mark phase,
			  const char **name)
{
	const struct sample_phases *insn = &head->insn;
	const struct {
		const char *name;
		int64_t insn;
	} phases[NR_MARKS] = {
		[MARK_OPEN] = { "open", insn->open },
		[MARK_ARM] = { "arm", insn->arm },
		[MARK_CHANGE] = { "change", insn->change },
		[MARK_WRITE] = { "write", insn->write },
		[MARK_COLLECT] = { "collect", insn->collect },
		[MARK_COLLECT_ARM] = { "collect_arm", insn->collect_arm },
		[MARK_DISARM] = { "disarm", insn->disarm },
		[MARK_CLOSE] = { "close", insn->close },
		[MARK_READ] = { "read", insn->read },
	};

	*name = phases[phase].name;
	return phases[phase].insn;
}

/* Control epochs prove; of them the end of tracking alone is a cost. */
static bool is_wanted(const struct row_head *head, enum mark phase)
{
	return head->row.kind == KIND_FIRST ||
	       head->row.kind == KIND_MEASURED ||
	       head->row.kind == KIND_AFTER ||
	       (head->row.kind != KIND_NONE &&
		(phase == MARK_DISARM || phase == MARK_CLOSE));
}

static int write_row(struct profiling *profiling, const struct profile_row *row)
{
	size_t length;
	char *line;
	int ret = profile_row_encode(row, &line, &length, profiling->why);

	if (ret)
		return ret;
	if (fwrite(line, 1, length, profiling->out) != length)
		ret = reason_errno(profiling->why, -errno,
				   "cannot write " PROFILE_FILE);
	free(line);
	profiling->written += !ret;
	return ret;
}

static int take_phase(void *arg, int number, enum mark phase,
		      const struct profile_function *functions, int nr)
{
	struct profiling *profiling = arg;
	const struct row_head *head;
	struct profile_row row;
	const char *name;

	if (number >= profiling->nr_rows)
		return 0;
	head = &profiling->rows[number];
	row = head->row;
	row.insn = phase_insn(head, phase, &name);
	if (!is_wanted(head, phase) || row.insn == SAMPLE_NULL)
		return 0;
	snprintf(row.phase, sizeof(row.phase), "%s", name);
	row.functions = functions;
	row.nr_functions = nr;
	for (int i = 0; i < nr; i++)
		row.counted += functions[i].insn;
	return write_row(profiling, &row);
}

static int write_rows(struct profiling *profiling, const uint64_t *words,
		      size_t nr, struct reason *why)
{
	const struct counting counting = { .begun = place_own,
					   .find = find_place,
					   .phase = take_phase,
					   .arg = profiling };
	int nr_rows, ret;

	profiling->why = why;
	ret = function_counts(words, nr, &counting, &nr_rows, why);
	if (!ret && !profiling->written)
		ret = reason_set(why, -ENODATA,
				 "the emulator counted no phase: marks are "
				 "there on x86-64 only");
	return ret;
}

static int write_file(struct profiling *profiling, const char *folder,
		      const uint64_t *words, size_t nr, struct reason *why)
{
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%s/" PROFILE_FILE, folder);
	profiling->out = fopen(path, "wxe");
	if (!profiling->out)
		return reason_errno(why, -errno, "cannot create %s", path);
	ret = write_rows(profiling, words, nr, why);
	if (fclose(profiling->out) && !ret)
		ret = reason_errno(why, -errno, "cannot write to %s", path);
	if (ret)
		unlink(path);
	return ret;
}

/* Without it, functions are what the kernel's symbols tell. */
static void open_vmlinux(struct profiling *profiling, struct reason *note)
{
	int ret;

	note->text[0] = '\0';
	if (!profiling->request.vmlinux)
		return;
	ret = vmlinux_open(&profiling->vmlinux, profiling->request.vmlinux,
			   note);
	if (!ret)
		ret = vmlinux_check(profiling->vmlinux, profiling->notes,
				    profiling->notes_bytes, note);
	if (!ret)
		return;
	vmlinux_close(profiling->vmlinux);
	profiling->vmlinux = NULL;
}

int profiling_write(struct profiling *profiling, const char *folder,
		    struct reason *note, struct reason *why)
{
	struct stat status;
	uint64_t *words;
	int ret;

	open_vmlinux(profiling, note);
	if (profiling->no_kernel.text[0])
		return reason_set(why, -ENODATA, "%s",
				  profiling->no_kernel.text);
	if (fstat(profiling->blocks, &status))
		return reason_errno(why, -errno, "the emulator's counts");
	if (!status.st_size)
		return reason_set(why, -ENODATA,
				  "the emulator counted nothing");
	words = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE,
		     profiling->blocks, 0);
	if (words == MAP_FAILED)
		return reason_errno(why, -errno, "the emulator's counts");
	ret = write_file(profiling, folder, words,
			 (size_t)status.st_size / sizeof(*words), why);
	munmap(words, (size_t)status.st_size);
	return ret;
}

void profiling_end(struct profiling *profiling)
{
	if (!profiling)
		return;
	kernel_symbols_free(&profiling->kernel);
	vmlinux_close(profiling->vmlinux);
	free(profiling->notes);
	own_symbols_close(profiling->own);
	if (profiling->blocks >= 0)
		close(profiling->blocks);
	free(profiling->rows);
	free(profiling);
}
