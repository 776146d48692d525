/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the emulator's plugin writes: which blocks ran how often, by phase. */
#ifndef DIRTYBENCH_BLOCKSTREAM_H
#define DIRTYBENCH_BLOCKSTREAM_H

/*
 * A file of 64-bit words in the byte order of this machine. A record is a word
 * with what it is (enum blockstream_word) and the number of words behind it,
 * times 256, then these words:
 *
 *   BLOCK    id, address, call, then the length in bytes of each instruction,
 *            a word each. call: where the block's last instruction, a direct
 *            call or jump, goes to; 0: nowhere. Once, before the id is used.
 *   COUNT    id, entries, reads, writes, then for each instruction that the
 *            block was left at, by a fault, its index and how often
 *   PART     id, from, to: these of its instructions once more, without the
 *            last: a block that the phase began or ended in
 *   MARK     address of the mark that a phase began with, before its counts
 *   PHASE    enum mark: the phase that all counts since the last PHASE or ROW
 *            were in
 *   ROW      all since the last ROW belongs to the guest's next sample
 *
 * A phase may come several times between two ROWs; the sum counts.
 */
enum blockstream_word {
	BLOCKSTREAM_BLOCK = 'B',
	BLOCKSTREAM_MARK = 'M',
	BLOCKSTREAM_PHASE = 'P',
	BLOCKSTREAM_COUNT = 'C',
	BLOCKSTREAM_PART = 'Q',
	BLOCKSTREAM_ROW = 'R',
};

#endif
