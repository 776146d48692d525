#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a run tells of writers that do not stop: who died, who fell behind, what
# recording cost. The other cells go on.
. "$(dirname "$0")/lib.sh"

told() {
	tr -s '\n ' ' ' <"$scratch/out" | grep -qE -e "$1" ||
		fail "the table does not tell: $1"
}

not_told() {
	! tr -s '\n ' ' ' <"$scratch/out" | grep -qE -e "$1" ||
		fail "the table tells: $1"
}

# measures STATUS TRACKERS DELAY-MS EPOCH-MS
measures() {
	runs=$((${runs:-0} + 1))
	dirtybench run --preset quick -w write-watch -t "$2" --processes 1 \
		--epochs 2 -p threads=2 -p pages=64 -p "delay-ms=$3" \
		-p "epoch-ms=$4" -p access=random -o "$runs"
	expect_status "$1" "$2"
	expect_empty err "$2"
	expect_page "$scratch/out" "$2"
	expect_no_processes "$2"
}

# Time enough for every collection, on a busy machine, too.
measures 0 none 200 500
not_told 'fell behind'

measures 0 laggard,mprotect,none 2 20
told 'fell behind: write-watch/laggard .*began late'
told 'laggard( [0-9.e*-]+)+ ok'
told 'mprotect( [0-9.e*-]+)+ ok'
told 'recording: -?[0-9.]+ to -?[0-9.]+ ns of a write'
told 'recording: -?[0-9.]+ to -?[0-9.]+ % of the median tracked write'

# A store that nobody resolves is the death of its thread and of the process.
measures 1 mprotect,none,strander 2 20
told 'failed 1 process: write-watch/strander .*signal 11 \(Segmentation fault\)'
told 'mprotect( [0-9.e*-]+)+ ok'
not_told 'failed 1 process: write-watch/mprotect'
