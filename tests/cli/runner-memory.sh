#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The runner itself stays below 32 MiB, whatever it measures.
#
# usage: runner-memory.sh DIRTYBENCH PEAK-MEMORY
. "$(dirname "$0")/lib.sh"

peak_memory=$2

# small_runner NAME ARGUMENT...
small_runner() {
	local name=$1 peak_kb

	shift
	quietly "$peak_memory" "$scratch/peak" "$program" run "$@" -o "$name"
	[ "$status" -ne 77 ] || skip "$(cat "$scratch/err")"
	expect_status 0 "$name"
	peak_kb=$(cat "$scratch/peak")
	echo "$name: $peak_kb KiB"
	# Less than a megabyte is no runner: something else was measured.
	[ "$peak_kb" -gt 1024 ] && [ "$peak_kb" -lt 32768 ] ||
		fail "$name: the runner had $peak_kb KiB in memory"
}

# Of a large memory it holds nothing.
small_runner large -w dense --preset quick -p size=1g -p dirty=1% \
	--processes 1 --epochs 1 -t none,pagemap,scan,uffd-wp

# Of many samples it holds little.
small_runner many -w dense --preset quick -p size=2m -p dirty=16 \
	--processes 60 --epochs 60 -t none,mprotect
