// SPDX-License-Identifier: GPL-2.0-or-later
/* QEMU's side of a profile: counts which blocks run between marks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/mark.h"
#include "kernels/profile/blockstream.h"
#include "kernels/profile/qemuplugin.h"

/*
 * A block of code that the emulator translates as one, and its counters: how
 * often it was entered, then two for each of its instructions, of accesses to
 * memory that succeeded. Where an instruction has fewer than there were
 * entries, a fault has left the block there.
 */
struct block {
	struct block *next; /* of the same bucket */
	uint64_t hash, address, call, id;
	uint64_t *counters;
	bool told;	 /* its record is written */
	bool calls;	 /* the last one is a call, to @call */
	uint64_t nr;	 /* instructions */
	uint8_t bytes[]; /* length of each of them */
};

/* A mark in the code: its block, and the index of the instruction. */
struct marked {
	struct block *block;
	uint64_t index;
	enum mark mark;
	struct marked *next;
};

/* Counters lie in chunks, which never move: their place is compiled in. */
enum { CHUNK_COUNTERS = 1 << 18, MAX_CHUNKS = 4096 };

struct chunk {
	struct qemu_plugin_scoreboard *score; /* NULL with version 1 */
	uint64_t *counters;
};

/* A kernel and our program have some 100000 blocks. */
enum { NR_BUCKETS = 1 << 16 };

/* A set of addresses, each at its hash or behind it, two thirds full at most:
 * a kernel and our program have half a million instructions that are run. */
enum { NR_ADDRESSES = 1 << 21, MAX_ADDRESSES = NR_ADDRESSES / 3 * 2 };

struct addresses {
	uint64_t v[NR_ADDRESSES];
	uint64_t nr;
};

/* Of a block at most, in QEMU; counters, so that one chunk has them all. */
enum { MAX_INSNS = 512, MAX_BLOCK_COUNTERS = 1 + 2 * MAX_INSNS };

enum { INSN_MAX_BYTES = 15, MARK_BYTES = 8 };

/* With a distance of 32 bits. */
enum { CALL_OPCODE = 0xe8, JUMP_OPCODE = 0xe9, CALL_BYTES = 5 };

/* Smallest there is: it is where QEMU ends a block. */
enum { PAGE_BYTES = 4096 };

/* The versions that qemuplugin.h declares. */
enum { OLDEST_INTERFACE = 1, NEWEST_INTERFACE = 5 };

/* From here on data is copied, and counters are each virtual CPU's own. */
enum { COPYING_INTERFACE = 4, PER_VCPU_INTERFACE = 2 };

static struct chunk chunks[MAX_CHUNKS];
static int nr_chunks;
/* Instructions that have been seen to touch memory, or to cross into another
 * page, by address. */
static struct addresses touching, crossing;
static size_t chunk_used = CHUNK_COUNTERS;
static struct block *buckets[NR_BUCKETS];
static struct block **blocks; /* by id */
static uint64_t nr_blocks, max_blocks;
/* The marks around a phase: NULL until it has begun, until it has ended. */
static const struct marked *begin, *end;
static struct marked *all_marked; /* for as long as the emulator runs */
static int interface;		  /* the emulator's version of it */
static FILE *out;

/* An emulator that runs out of memory ends, too. */
static void *must(void *memory)
{
	if (memory)
		return memory;
	fprintf(stderr, "dirtybench: no memory for a profile\n");
	abort();
}

/* --- sets of addresses --- */

/* Where @address is, or would be. */
static uint64_t *find_address(struct addresses *set, uint64_t address)
{
	uint64_t at = address * 0x9e3779b97f4a7c15 >> 32;

	while (set->v[at % NR_ADDRESSES] &&
	       set->v[at % NR_ADDRESSES] != address)
		at++;
	return &set->v[at % NR_ADDRESSES];
}

static bool has_address(struct addresses *set, uint64_t address)
{
	return *find_address(set, address);
}

static void add_address(struct addresses *set, uint64_t address)
{
	uint64_t *place = find_address(set, address);

	must(set->nr < MAX_ADDRESSES ? place : NULL);
	set->nr += !*place;
	*place = address;
}

/* --- counters --- */

static void add_chunk(void)
{
	struct chunk *chunk = &chunks[nr_chunks];
	size_t bytes = CHUNK_COUNTERS * sizeof(uint64_t);

	must(nr_chunks < MAX_CHUNKS ? chunk : NULL);
	if (interface >= PER_VCPU_INTERFACE) {
		chunk->score = must(qemu_plugin_scoreboard_new(bytes));
		chunk->counters = qemu_plugin_scoreboard_find(chunk->score, 0);
	} else {
		chunk->counters = must(calloc(1, bytes));
	}
	nr_chunks++;
	chunk_used = 0;
}

static uint64_t *take_counters(size_t nr)
{
	if (chunk_used + nr > CHUNK_COUNTERS)
		add_chunk();
	chunk_used += nr;
	return chunks[nr_chunks - 1].counters + chunk_used - nr;
}

static qemu_plugin_u64 per_vcpu(const uint64_t *counter)
{
	const struct chunk *chunk = &chunks[nr_chunks - 1];

	while (counter < chunk->counters ||
	       counter >= chunk->counters + CHUNK_COUNTERS)
		chunk--;
	return (qemu_plugin_u64){
		.score = chunk->score,
		.offset = (size_t)((const char *)counter -
				   (const char *)chunk->counters)
	};
}

static void count_entries(struct qemu_plugin_tb *tb, uint64_t *counter)
{
	if (interface >= PER_VCPU_INTERFACE)
		qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
			tb, QEMU_PLUGIN_INLINE_ADD_U64, per_vcpu(counter), 1);
	else
		qemu_plugin_register_vcpu_tb_exec_inline(
			tb, QEMU_PLUGIN_INLINE_ADD_U64, counter, 1);
}

static void count_accesses(struct qemu_plugin_insn *insn,
			   enum qemu_plugin_mem_rw rw, uint64_t *counter)
{
	if (interface >= PER_VCPU_INTERFACE)
		qemu_plugin_register_vcpu_mem_inline_per_vcpu(
			insn, rw, QEMU_PLUGIN_INLINE_ADD_U64, per_vcpu(counter),
			1);
	else
		qemu_plugin_register_vcpu_mem_inline(
			insn, rw, QEMU_PLUGIN_INLINE_ADD_U64, counter, 1);
}

static void clear_counters(void)
{
	for (int i = 0; i < nr_chunks; i++)
		memset(chunks[i].counters, 0,
		       CHUNK_COUNTERS * sizeof(uint64_t));
}

/* --- what is written --- */

static void put(uint64_t word)
{
	fwrite(&word, sizeof(word), 1, out);
}

static void put_head(enum blockstream_word word, uint64_t length)
{
	put((uint64_t)word | length << 8);
}

static void tell_block(struct block *block)
{
	if (block->told)
		return;
	block->told = true;
	put_head(BLOCKSTREAM_BLOCK, 3 + block->nr);
	put(block->id);
	put(block->address);
	put(block->call);
	for (uint64_t i = 0; i < block->nr; i++)
		put(block->bytes[i]);
}

/*
 * The emulator tells a counter of reads from one of writes, but QEMU 7.2 counts
 * a read as a write, and a write as both, where its generated code accesses
 * memory, and right where a helper function does. A call writes and does not
 * read: it tells which emulator this is.
 */
static bool reads_are_writes;

static void learn_what_counts(const struct block *block)
{
	reads_are_writes |= block->calls && block->counters[2 * block->nr - 1];
}

static uint64_t reads_of(const struct block *block, uint64_t index)
{
	const uint64_t *counters = block->counters + 1 + 2 * index;

	if (!reads_are_writes || counters[0] > counters[1])
		return counters[0];
	return counters[1] - counters[0];
}

static uint64_t writes_of(const struct block *block, uint64_t index)
{
	const uint64_t *counters = block->counters + 1 + 2 * index;

	if (!reads_are_writes || counters[0] > counters[1])
		return counters[1];
	return counters[0];
}

static void note_touching(const struct block *block)
{
	uint64_t address = block->address;

	for (uint64_t i = 0; i < block->nr; address += block->bytes[i++])
		if (reads_of(block, i) || writes_of(block, i))
			add_address(&touching, address);
}

/*
 * How often the instruction did what it does, of @before times that it was come
 * to. One that does not touch memory does so always. That a block has not seen
 * an instruction touch memory may also be because it is left there each time,
 * and gone on with in another. A block's last is taken to have done it: a
 * repeated one may have nothing to repeat, and QEMU 7.2 counts for a jump what
 * an interrupt behind it writes.
 */
static uint64_t times_done(const struct block *block, uint64_t index,
			   uint64_t address, uint64_t before)
{
	uint64_t reads = reads_of(block, index);
	uint64_t writes = writes_of(block, index);
	uint64_t done = reads && (!writes || reads < writes) ? reads : writes;

	if (index == block->nr - 1)
		return before;
	if (!done && !has_address(&touching, address))
		return before;
	return done < before ? done : before;
}

static void tell_count(struct block *block, uint64_t entries)
{
	uint64_t cuts[2 * MAX_INSNS], nr_cuts = 0, reads = 0, writes = 0;
	uint64_t address = block->address, left = entries, done;

	for (uint64_t i = 0; i < block->nr; address += block->bytes[i++]) {
		reads += reads_of(block, i);
		writes += writes_of(block, i);
		done = times_done(block, i, address, left);
		if (done == left)
			continue;
		cuts[nr_cuts++] = i;
		cuts[nr_cuts++] = left - done;
		left = done;
	}
	tell_block(block);
	put_head(BLOCKSTREAM_COUNT, 4 + nr_cuts);
	put(block->id);
	put(entries);
	put(reads);
	put(writes);
	for (uint64_t i = 0; i < nr_cuts; i++)
		put(cuts[i]);
}

static void tell_mark(const struct marked *marked)
{
	uint64_t address = marked->block->address;

	for (uint64_t i = 0; i < marked->index; i++)
		address += marked->block->bytes[i];
	put_head(BLOCKSTREAM_MARK, 1);
	put(address);
}

static void tell_part(struct block *block, uint64_t from, uint64_t to)
{
	tell_block(block);
	put_head(BLOCKSTREAM_PART, 3);
	put(block->id);
	put(from);
	put(to);
}

/*
 * QEMU 7.2 tells of an instruction that begins in the page of a block and ends
 * in the next as the block's last, cut at the page's end, although it leaves it
 * to the next block, which begins with it.
 */
static void drop_half(struct block *block)
{
	uint64_t last = block->address, nr = block->nr;

	if (block->told || nr < 2)
		return;
	for (uint64_t i = 0; i < nr - 1; i++)
		last += block->bytes[i];
	if ((last + block->bytes[nr - 1]) % PAGE_BYTES == 0 &&
	    has_address(&crossing, last))
		block->nr--;
}

/* The block of the last mark counts as entered, and has come to it only. */
static void tell_counts(void)
{
	uint64_t entries;

	tell_mark(begin);
	for (uint64_t i = 0; i < nr_blocks; i++) {
		learn_what_counts(blocks[i]);
		drop_half(blocks[i]);
	}
	for (uint64_t i = 0; i < nr_blocks; i++)
		note_touching(blocks[i]);
	for (uint64_t i = 0; i < nr_blocks; i++) {
		entries = blocks[i]->counters[0];
		if (entries && blocks[i] == end->block)
			entries--;
		if (entries)
			tell_count(blocks[i], entries);
	}
	tell_part(begin->block, begin->index, begin->block->nr);
	tell_part(end->block, 0, end->index);
}

/* --- marks --- */

static void tell_phase(enum mark phase)
{
	put_head(BLOCKSTREAM_PHASE, 1);
	put(phase);
}

static void tell_row(void)
{
	put_head(BLOCKSTREAM_ROW, 0);
	fflush(out);
}

/* A target that dies in a phase leaves it begun. */
static void pass_mark(unsigned int vcpu __attribute__((unused)), void *arg)
{
	const struct marked *marked = arg;

	switch (marked->mark) {
	case MARK_BEGIN:
		begin = marked;
		end = NULL;
		clear_counters();
		return;
	case MARK_END:
		end = begin ? marked : NULL;
		if (end)
			tell_counts();
		return;
	case MARK_ROW:
		tell_row();
		break;
	default:
		if (end)
			tell_phase(marked->mark);
	}
	begin = NULL;
	end = NULL;
}

/* --- blocks --- */

static const uint8_t *insn_bytes(const struct qemu_plugin_insn *insn,
				 uint8_t copy[INSN_MAX_BYTES])
{
	uintptr_t got = qemu_plugin_insn_data(insn, copy, INSN_MAX_BYTES);

	return interface >= COPYING_INTERFACE ? copy : (const uint8_t *)got;
}

static bool find_mark(const uint8_t *bytes, size_t nr, enum mark *mark)
{
	uint32_t displacement;

	if (nr != MARK_BYTES || memcmp(bytes, MARK_OPCODE, 3) != 0)
		return false;
	memcpy(&displacement, bytes + 4, sizeof(displacement));
	*mark = (enum mark)(displacement - MARK_DISPLACEMENT);
	return displacement - MARK_DISPLACEMENT < NR_MARKS;
}

/* Where a direct call or jump of 32 bits goes. */
static uint64_t call_target(const uint8_t *bytes, size_t nr, uint64_t next)
{
	int32_t distance;

	if (nr != CALL_BYTES ||
	    (bytes[0] != CALL_OPCODE && bytes[0] != JUMP_OPCODE))
		return 0;
	memcpy(&distance, bytes + 1, sizeof(distance));
	return next + (uint64_t)(int64_t)distance;
}

/* FNV-1a: the text of two programs may have the same address. */
static uint64_t add_to_hash(uint64_t hash, const uint8_t *bytes, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3;
	return hash;
}

static struct block *read_block(const struct qemu_plugin_tb *tb)
{
	uint64_t nr = qemu_plugin_tb_n_insns(tb);
	struct block *block = must(calloc(1, sizeof(*block) + nr));
	uint64_t next = qemu_plugin_tb_vaddr(tb);
	uint8_t copy[INSN_MAX_BYTES];
	const uint8_t *bytes = copy;

	block->address = next;
	block->nr = nr;
	block->hash = add_to_hash(0xcbf29ce484222325, (const uint8_t *)&next,
				  sizeof(next));
	for (uint64_t i = 0; i < nr; i++) {
		const struct qemu_plugin_insn *insn =
			qemu_plugin_tb_get_insn(tb, i);

		bytes = insn_bytes(insn, copy);
		block->bytes[i] = (uint8_t)qemu_plugin_insn_size(insn);
		next += block->bytes[i];
		block->hash = add_to_hash(block->hash, bytes, block->bytes[i]);
	}
	if (nr) {
		block->call = call_target(bytes, block->bytes[nr - 1], next);
		block->calls = block->call && bytes[0] == CALL_OPCODE;
	}
	return block;
}

static struct block *add_block(struct block *block)
{
	if (nr_blocks == max_blocks) {
		max_blocks = max_blocks ? 2 * max_blocks : NR_BUCKETS;
		blocks = must(reallocarray(blocks, max_blocks,
					   sizeof(struct block *)));
	}
	block->id = nr_blocks;
	block->counters = take_counters(1 + 2 * block->nr);
	block->next = buckets[block->hash % NR_BUCKETS];
	buckets[block->hash % NR_BUCKETS] = block;
	blocks[nr_blocks++] = block;
	if (block->address % PAGE_BYTES + block->bytes[0] > PAGE_BYTES)
		add_address(&crossing, block->address);
	return block;
}

/* What is translated again goes on counting where it did. */
static struct block *find_block(const struct qemu_plugin_tb *tb)
{
	struct block *fresh = read_block(tb);
	struct block *at = buckets[fresh->hash % NR_BUCKETS];

	while (at && (at->hash != fresh->hash || at->address != fresh->address))
		at = at->next;
	if (!at)
		return add_block(fresh);
	free(fresh);
	return at;
}

static void watch_mark(struct qemu_plugin_insn *insn, struct block *block,
		       uint64_t index)
{
	uint8_t copy[INSN_MAX_BYTES];
	struct marked *marked;
	enum mark mark;

	if (!find_mark(insn_bytes(insn, copy), block->bytes[index], &mark))
		return;
	marked = must(malloc(sizeof(*marked)));
	*marked = (struct marked){ block, index, mark, all_marked };
	all_marked = marked;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, pass_mark,
					       QEMU_PLUGIN_CB_NO_REGS, marked);
}

static void translated(qemu_plugin_id_t id __attribute__((unused)),
		       struct qemu_plugin_tb *tb)
{
	struct block *block;

	if (!qemu_plugin_tb_n_insns(tb) ||
	    qemu_plugin_tb_n_insns(tb) > MAX_INSNS)
		return;
	block = find_block(tb);
	count_entries(tb, &block->counters[0]);
	for (uint64_t i = 0; i < block->nr; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		count_accesses(insn, QEMU_PLUGIN_MEM_R,
			       &block->counters[1 + 2 * i]);
		count_accesses(insn, QEMU_PLUGIN_MEM_W,
			       &block->counters[2 + 2 * i]);
		watch_mark(insn, block, i);
	}
}

/* --- loading --- */

int qemu_plugin_version = OLDEST_INTERFACE;

/* Before the emulator looks at the version that we want. */
__attribute__((constructor)) static void choose_version(void)
{
	if (qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu)
		qemu_plugin_version = PER_VCPU_INTERFACE;
}

static int refuse(const char *what, int number)
{
	fprintf(stderr, "dirtybench: cannot profile: %s %d\n", what, number);
	return -1;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
			char **argv)
{
	interface = info->version.cur;
	if (interface < OLDEST_INTERFACE || interface > NEWEST_INTERFACE)
		return refuse("versions 1 to 5 of QEMU's plugin interface are "
			      "known, and this QEMU has",
			      interface);
	if (info->smp_vcpus != 1)
		return refuse("one processor can be, and this guest has",
			      info->smp_vcpus);
	if (argc != 1 || strncmp(argv[0], "out=", 4) != 0)
		return refuse("out=FILE is the one argument, and there are",
			      argc);
	out = fopen(argv[0] + 4, "we");
	if (!out)
		return refuse("the file cannot be opened: error", errno);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
