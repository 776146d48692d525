#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Reading runs takes memory for their processes, not for their lines.
#
# usage: load-memory.sh DIRTYBENCH BENCH-LOAD
. "$(dirname "$0")/lib.sh"

bench_load=$2
export TMPDIR=$scratch

# read_lines LINES: $peak_kb is the peak of reading so many.
read_lines() {
	quietly "$bench_load" "$1"
	expect_status 0 "$1 lines"
	peak_kb=$(sed -n 's/.* peak \([0-9]*\) KiB$/\1/p' "$scratch/out")
}

read_lines 20000
few=$peak_kb
read_lines 120000
many=$peak_kb
echo "20000 lines: $few KiB, 120000 lines: $many KiB"

# Less than a megabyte is no program: something else was measured.
[ "$few" -gt 1024 ] || fail "$few KiB were measured"

# Seven lines are a process, whose medians are some 400 bytes, and twice that
# while they move: 11 MiB for the 100000 lines more, which are 100 MB.
[ "$many" -lt $((few + 14336)) ] ||
	fail "100000 lines more took $((many - few)) KiB"
