// SPDX-License-Identifier: GPL-2.0-or-later
/* The emulator's plugin in an emulator that is none: what it says was run. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/mark.h"
#include "kernels/profile/blockreader.h"
#include "kernels/profile/qemuplugin.h"

enum { MAX_INSNS = 8 };

struct qemu_plugin_insn {
	uint8_t bytes[16];
	size_t nr;
	/* What was asked for. */
	uint64_t *reads, *writes;
	qemu_plugin_insn_cb mark;
	void *marked;
};

struct qemu_plugin_tb {
	uint64_t address;
	struct qemu_plugin_insn insns[MAX_INSNS];
	size_t nr;
	uint64_t *entries;
};

static qemu_plugin_tb_cb translate;

/* As QEMU 7.2 counts, and as it should. */
static bool confused;

/* --- what the emulator does for a plugin --- */

struct qemu_plugin_scoreboard {
	uint64_t v[1];
};

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_tb_cb cb)
{
	(void)id;
	translate = cb;
}

void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_insn_cb cb,
					    enum qemu_plugin_cb_flags flags,
					    void *arg)
{
	(void)flags;
	insn->mark = cb;
	insn->marked = arg;
}

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb)
{
	return tb->nr;
}

uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb)
{
	return tb->address;
}

struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index)
{
	return (struct qemu_plugin_insn *)&tb->insns[index];
}

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn)
{
	return insn->nr;
}

static int version = 1;

uintptr_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to,
				size_t bytes)
{
	if (version < 4)
		return (uintptr_t)insn->bytes;
	memcpy(to, insn->bytes, bytes < insn->nr ? bytes : insn->nr);
	return insn->nr;
}

void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb,
					      enum qemu_plugin_op op,
					      void *counter, uint64_t add)
{
	(void)op;
	assert_int_equal(version, 1);
	assert_int_equal(add, 1);
	tb->entries = counter;
}

static void count_accesses(struct qemu_plugin_insn *insn,
			   enum qemu_plugin_mem_rw rw, uint64_t *counter)
{
	if (rw == QEMU_PLUGIN_MEM_R)
		insn->reads = counter;
	else
		insn->writes = counter;
}

void qemu_plugin_register_vcpu_mem_inline(struct qemu_plugin_insn *insn,
					  enum qemu_plugin_mem_rw rw,
					  enum qemu_plugin_op op, void *counter,
					  uint64_t add)
{
	(void)op;
	(void)add;
	assert_int_equal(version, 1);
	count_accesses(insn, rw, counter);
}

struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_bytes)
{
	return calloc(1, element_bytes);
}

void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score,
				  unsigned int vcpu)
{
	assert_int_equal(vcpu, 0);
	return score;
}

void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
	struct qemu_plugin_tb *tb, enum qemu_plugin_op op,
	qemu_plugin_u64 counter, uint64_t add)
{
	(void)op;
	(void)add;
	assert_true(version > 1);
	tb->entries = (uint64_t *)((char *)counter.score + counter.offset);
}

void qemu_plugin_register_vcpu_mem_inline_per_vcpu(
	struct qemu_plugin_insn *insn, enum qemu_plugin_mem_rw rw,
	enum qemu_plugin_op op, qemu_plugin_u64 counter, uint64_t add)
{
	(void)op;
	(void)add;
	count_accesses(insn, rw,
		       (uint64_t *)((char *)counter.score + counter.offset));
}

/* --- a program --- */

static void block_at(struct qemu_plugin_tb *tb, uint64_t address)
{
	*tb = (struct qemu_plugin_tb){ .address = address };
}

static void insn(struct qemu_plugin_tb *tb, size_t nr, const char *bytes)
{
	struct qemu_plugin_insn *insn = &tb->insns[tb->nr++];

	insn->nr = nr;
	memcpy(insn->bytes, bytes, strlen(bytes) < nr ? strlen(bytes) : nr);
}

static void mark(struct qemu_plugin_tb *tb, enum mark mark)
{
	struct qemu_plugin_insn *insn = &tb->insns[tb->nr++];
	uint32_t displacement = MARK_DISPLACEMENT + (uint32_t)mark;

	insn->nr = 8;
	memcpy(insn->bytes, MARK_OPCODE, 3);
	memcpy(insn->bytes + 4, &displacement, sizeof(displacement));
}

static void read_memory(const struct qemu_plugin_insn *insn)
{
	++*(confused ? insn->writes : insn->reads);
}

static void write_memory(const struct qemu_plugin_insn *insn)
{
	++*insn->writes;
	if (confused)
		++*insn->reads;
}

/* Enters the block and gets up to instruction @end. */
static void run_up_to(const struct qemu_plugin_tb *tb, size_t end)
{
	++*tb->entries;
	for (size_t i = 0; i < end; i++) {
		const struct qemu_plugin_insn *insn = &tb->insns[i];

		if (insn->mark)
			insn->mark(0, insn->marked);
		if (insn->bytes[0] == 0x8b)
			read_memory(insn);
		else if (insn->bytes[0] == 0x89 || insn->bytes[0] == 0xe8)
			write_memory(insn);
	}
}

static void run(const struct qemu_plugin_tb *tb)
{
	run_up_to(tb, tb->nr);
}

/* --- what it wrote --- */

/* Instructions of each block by its address's last digits, phases and rows. */
struct heard {
	char text[4096];
	size_t used;
};

__attribute__((format(printf, 2, 3))) static int say(struct heard *heard,
						     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	heard->used += (size_t)vsnprintf(heard->text + heard->used,
					 sizeof(heard->text) - heard->used,
					 format, args);
	va_end(args);
	return 0;
}

static int hear_begun(void *arg, uint64_t address)
{
	return say(arg, "begun %llx ", (unsigned long long)address);
}

static int hear_entered(void *arg, struct read_block *block, uint64_t entries,
			uint64_t reads, uint64_t writes)
{
	return say(arg, "%llx+%llu r%llu w%llu c%llx: ",
		   (unsigned long long)block->address,
		   (unsigned long long)entries, (unsigned long long)reads,
		   (unsigned long long)writes, (unsigned long long)block->call);
}

static int hear_executed(void *arg, const struct read_run *run)
{
	return say(arg, "%llx[%llu,%llu)x%llu ",
		   (unsigned long long)run->block->address,
		   (unsigned long long)run->from, (unsigned long long)run->to,
		   (unsigned long long)run->times);
}

static int hear_phase(void *arg, enum mark phase)
{
	return say(arg, "phase %d ", (int)phase);
}

static int hear_row(void *arg)
{
	return say(arg, "row ");
}

static void forget(void *arg, struct read_block *block)
{
	(void)arg;
	(void)block;
}

static char out_path[64];

static void expect(const char *text)
{
	static uint64_t words[4096];
	struct heard heard = { .used = 0 };
	const struct read_sink sink = { hear_begun, hear_entered, hear_executed,
					hear_phase, hear_row,	  forget,
					&heard };
	int fd = open(out_path, O_RDONLY);
	ssize_t length = read(fd, words, sizeof(words));
	struct reason why;

	close(fd);
	assert_true(length >= 0);
	assert_int_equal(blocks_read(words, (size_t)length / 8, &sink, &why),
			 0);
	assert_non_null(strstr(heard.text, text));
}

static void load(int with_version)
{
	const qemu_info_t info = { .version = { 0, with_version },
				   .system_emulation = true,
				   .smp_vcpus = 1 };
	char argument[80];
	char *argv[] = { argument };
	int fd;

	version = with_version;
	snprintf(out_path, sizeof(out_path), "/tmp/dirtybench-blocks-XXXXXX");
	fd = mkstemp(out_path);
	assert_true(fd >= 0);
	close(fd);
	snprintf(argument, sizeof(argument), "out=%s", out_path);
	assert_int_equal(qemu_plugin_install(1, &info, 1, argv), 0);
}

static int unload(void **state)
{
	(void)state;
	unlink(out_path);
	return 0;
}

/* A phase around what @middle does; each version has blocks of its own. */
static void phase_around(uint64_t base, const struct qemu_plugin_tb *middle,
			 size_t left_at)
{
	struct qemu_plugin_tb begin, end, row;

	block_at(&begin, base);
	insn(&begin, 3, "a");
	mark(&begin, MARK_BEGIN);
	insn(&begin, 5, "b");
	block_at(&end, base + 0x100);
	insn(&end, 1, "c");
	insn(&end, 1, "d");
	mark(&end, MARK_END);
	insn(&end, 2, "e");
	mark(&end, MARK_COLLECT);
	block_at(&row, base + 0x200);
	mark(&row, MARK_ROW);
	translate(1, &begin);
	translate(1, &end);
	translate(1, &row);
	run(middle);
	run(&begin);
	for (int i = 0; i < 3; i++)
		run_up_to(middle, left_at);
	run(middle);
	run(&end);
	run(middle);
	run(&row);
}

static void add_middle(struct qemu_plugin_tb *tb, uint64_t address)
{
	block_at(tb, address);
	insn(tb, 2, "m");
	insn(tb, 3, "\x8b");
	insn(tb, 3, "\x89");
	insn(tb, 5, "\xe8\x10");
	translate(1, tb);
}

/* Left at its store three times of four; the first time is before the phase. */
static void check_faults(int with_version)
{
	uint64_t base = 0x10000 * (uint64_t)with_version;
	struct qemu_plugin_tb middle;
	char text[200];

	load(with_version);
	add_middle(&middle, base + 0x400);
	phase_around(base, &middle, 2);
	snprintf(text, sizeof(text),
		 "begun %llx %llx+4 r4 w2 c%llx: %llx[0,2)x4 %llx[2,4)x1 "
		 "%llx[1,3)x1 %llx[0,2)x1 phase %d row ",
		 (unsigned long long)base + 3, (unsigned long long)base + 0x400,
		 (unsigned long long)base + 0x41d,
		 (unsigned long long)base + 0x400,
		 (unsigned long long)base + 0x400, (unsigned long long)base,
		 (unsigned long long)base + 0x100, MARK_COLLECT);
	expect(text);
}

static void test_interface_of_today(void **state)
{
	(void)state;
	confused = true;
	check_faults(1);
	confused = false;
}

/* It is told from the first call that it sees what the emulator counts. */
static void test_unknown_versions_are_refused(void **state)
{
	const int versions[] = { 0, 6, 99 };
	char argument[] = "out=/dev/null";
	char *argv[] = { argument };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const qemu_info_t info = { .version = { 0, versions[i] },
					   .smp_vcpus = 1 };

		assert_int_not_equal(qemu_plugin_install(1, &info, 1, argv), 0);
	}
}

static void test_other_guests_are_refused(void **state)
{
	const qemu_info_t two = { .version = { 0, 1 }, .smp_vcpus = 2 };
	const qemu_info_t one = { .version = { 0, 1 }, .smp_vcpus = 1 };
	char argument[] = "out=/dev/null", nowhere[] = "out=/no/folder";
	char wrong[] = "in=/dev/null";
	char *good[] = { argument }, *bad[] = { nowhere }, *odd[] = { wrong };

	(void)state;
	assert_int_not_equal(qemu_plugin_install(1, &two, 1, good), 0);
	assert_int_not_equal(qemu_plugin_install(1, &one, 1, bad), 0);
	assert_int_not_equal(qemu_plugin_install(1, &one, 1, odd), 0);
	assert_int_not_equal(qemu_plugin_install(1, &one, 0, good), 0);
}

/* The counters of each virtual CPU, and bytes that are copied. */
static void test_interface_of_newer_ones(void **state)
{
	(void)state;
	check_faults(2);
	unlink(out_path);
	check_faults(5);
}

/* An instruction that the next page cuts is the next block's. */
static void test_half_an_instruction_is_dropped(void **state)
{
	struct qemu_plugin_tb block, rest;

	(void)state;
	load(1);
	block_at(&block, 0x70ffb);
	insn(&block, 2, "x");
	insn(&block, 3, "y");
	translate(1, &block);
	block_at(&rest, 0x70ffd);
	insn(&rest, 5, "yz");
	translate(1, &rest);
	phase_around(0x60000, &block, 2);
	expect("70ffb+4 r0 w0 c0: 70ffb[0,1)x4 ");
}

/* A whole one that ends where the page does is not. */
static void test_last_of_a_page_is_kept(void **state)
{
	struct qemu_plugin_tb block;

	(void)state;
	load(1);
	block_at(&block, 0x90ffb);
	insn(&block, 2, "x");
	insn(&block, 3, "y");
	translate(1, &block);
	phase_around(0x80000, &block, 2);
	expect("90ffb+4 r0 w0 c0: 90ffb[0,2)x4 ");
}

/* A repeated one may have nothing to repeat: that is no fault. */
static void test_last_of_a_block_is_no_fault(void **state)
{
	struct qemu_plugin_tb block;

	(void)state;
	load(1);
	block_at(&block, 0xd0000);
	insn(&block, 2, "x");
	insn(&block, 3, "\x89");
	translate(1, &block);
	run(&block);
	phase_around(0xe0000, &block, 1);
	expect("d0000+4 r0 w1 c0: d0000[0,2)x4 ");
}

/* What a target had begun when it died is nobody's. */
static void test_phase_without_end_is_left_out(void **state)
{
	struct qemu_plugin_tb begin, row, block;

	(void)state;
	load(1);
	block_at(&block, 0xa0000);
	insn(&block, 2, "x");
	block_at(&begin, 0xa1000);
	mark(&begin, MARK_BEGIN);
	block_at(&row, 0xa2000);
	mark(&row, MARK_ROW);
	mark(&row, MARK_ARM);
	translate(1, &block);
	translate(1, &begin);
	translate(1, &row);
	run(&begin);
	run(&block);
	run(&row);
	phase_around(0xb0000, &block, 1);
	expect("row begun b0003 a0000+4 ");
}

/* A NOP of that form with another operand. */
static void test_other_nops_are_no_marks(void **state)
{
	struct qemu_plugin_tb block;

	(void)state;
	load(1);
	block_at(&block, 0xc0000);
	mark(&block, NR_MARKS);
	mark(&block, (enum mark) - 1);
	translate(1, &block);
	assert_null(block.insns[0].mark);
	assert_null(block.insns[1].mark);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown_versions_are_refused),
		cmocka_unit_test(test_other_guests_are_refused),
		cmocka_unit_test_teardown(test_interface_of_newer_ones, unload),
		cmocka_unit_test_teardown(test_half_an_instruction_is_dropped,
					  unload),
		cmocka_unit_test_teardown(test_last_of_a_page_is_kept, unload),
		cmocka_unit_test_teardown(test_last_of_a_block_is_no_fault,
					  unload),
		cmocka_unit_test_teardown(test_phase_without_end_is_left_out,
					  unload),
		cmocka_unit_test_teardown(test_other_nops_are_no_marks, unload),
		/* Last: an emulator does not change in a run. */
		cmocka_unit_test_teardown(test_interface_of_today, unload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
