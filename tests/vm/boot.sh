#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel without PAGEMAP_SCAN and one with it, booted: every tracker proved,
# instructions counted and nothing called time, the same in every boot.
. "$(dirname "$0")/../cli/lib.sh"
. "$golden_folder/../vm/guests.sh"
check_run=$2

need_kernels 6.1 6.12

dirtybench kernels run 6.1 6.12 6.12 -w dense -p size=2m --preset quick \
	--seed 3 -o out
expect_status 0 "two kernels, three boots"
expect_empty err "three good boots"
expect_no_processes "after the boots"

for run in out/*/boot-0; do
	"$check_run" --samples-only --instructions "$run" >"$scratch/check" || fail "$(cat "$scratch/check")"
	! grep -q '"ns":{' "$run/samples.jsonl" || fail "$run: has time"
	grep -q '"insn":{' "$run/samples.jsonl" || fail "$run: counts nothing"
	! grep -qE '"status":"(fail|lied|inexact)"' "$run/samples.jsonl" ||
		fail "$run: something is not proved"
	[ -s "$run/console.log" ] && [ -s "$run/kernel.log" ] ||
		fail "$run: no logs"
done
has_sample out/6.12/boot-0 '"tracker":"scan".*"status":"ok"' ||
	fail "6.12 has no PAGEMAP_SCAN"
has_sample out/6.1/boot-0 '"tracker":"scan".*"status":"skip"' ||
	fail "6.1 has PAGEMAP_SCAN"
has_sample out/6.1/boot-0 '"tracker":"softdirty".*"status":"ok"' ||
	fail "6.1 has no soft-dirty bit"
! grep -qw ns "$scratch/out" || fail "the table has time"

# One count a line: process, epoch and phase in order, as both boots have them.
counts() {
	grep -oE '"(arm|write|collect)":[0-9]+[,}]' "$1" | tr -d '",}'
}

# Small cells: 1 % of an epoch is a page of the allocator's. Nothing depends on
# how fast this machine is.
paste <(counts out/6.12/boot-0/samples.jsonl) \
	<(counts out/6.12-2/boot-0/samples.jsonl) | tr ':' '\t' | awk '
	$1 != $3 { print "phases differ:", $0; exit 1 }
	$2 > 20000 && ($2 - $4) ^ 2 > (0.01 * $2) ^ 2 {
		print "more than 1 %:", $0; exit 1
	}
	{ compared += $2 > 20000 }
	END { if (compared < 50) { print compared, "compared"; exit 1 } }' ||
	fail "two boots of one image differ"

# An emulator's time is no time: proof, and nothing else.
dirtybench kernels run 6.12 -w dense -t none,scan -p size=2m --preset quick \
	--engine tcg -o untimed
expect_status 0 "engine tcg"
grep -q '^2 of 2 cells ran, 5 epochs were proved; nothing was timed$' \
	"$scratch/out" || fail "engine tcg: no proof"
! grep -qwE 'ns|insn' "$scratch/out" || fail "engine tcg: has figures"
! grep -qE '"(ns|insn)":\{' untimed/6.12/boot-0/samples.jsonl ||
	fail "engine tcg: figures in the samples"
