#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a run says by its exit status, and that a bad cell costs only itself.
. "$(dirname "$0")/lib.sh"

cells=0

# measures STATUS TRACKERS [OPTION...]: run these on `dense`, into ./N.
measures() {
	local wanted=$1 trackers=$2

	shift 2
	cells=$((cells + 1))
	dirtybench run -w dense -t "$trackers" "${small[@]}" "$@" -o $cells
	expect_status "$wanted" "$trackers"
	expect_empty err "$trackers"
	expect_page "$scratch/out" "$trackers"
	expect_no_processes "$trackers"
}

# lines STATUS TRACKER: how many samples of the last run.
lines() {
	grep -c "\"tracker\":\"$2\",.*\"status\":\"$1\"" $cells/samples.jsonl ||
		true
}

expect_lines() {
	[ "$(lines "$2" "$3")" -eq "$1" ] ||
		fail "not $1 lines '$2' of $3 but $(lines "$2" "$3")"
}

told() {
	tr -s '\n ' ' ' <"$scratch/out" | grep -qE -e "$1" ||
		fail "the table does not tell: $1"
}

# Two processes, each with two measured epochs, three more, and the row of what
# they leave behind, which proves nothing.
expect_others_measured() {
	expect_lines 12 ok none
	expect_lines 12 ok mprotect
}

measures 0 none,mprotect
expect_others_measured
told 'mprotect( [0-9.-]+)+ ok 10'

measures 1 none,crasher,mprotect
expect_others_measured
expect_lines 0 ok crasher
[ "$(lines fail crasher)" -ge 1 ] || fail "the crash is not in the samples"
told 'failed 1 process: dense/crasher .*signal 11 \(Segmentation fault\)'

# Within the limit the others end on a busy machine, too.
measures 1 none,sleeper,mprotect --time-limit 10
expect_others_measured
told 'failed 1 process: dense/sleeper .*did not end within 10 s'

measures 1 none,hog,mprotect
expect_others_measured
told 'failed 1 process: dense/hog .*memory'

measures 3 none,liar,mprotect
expect_others_measured
[ "$(lines lied liar)" -ge 4 ] || fail "not every lie was found"
told 'liar( [0-9.-]+)+ LIED'
told 'LIED [0-9]+ epochs: dense/liar .*missed 1 of 128 written pages'

measures 3 none,liar-stale,mprotect
expect_others_measured
told 'inexact [0-9]+ epochs: dense/liar-stale '

# Two control epochs besides: nothing was written there.
measures 3 none,liar-all,mprotect
expect_others_measured
expect_lines 10 inexact liar-all
told 'inexact 10 epochs: dense/liar-all '

# 16 TiB is more than any machine has.
measures 4 none,mprotect -p size=16t
expect_lines 1 skip none
told 'skipped 2 cells: .*needs [0-9]+ MiB of memory .* are available'

# A skipped cell beside a measured one is no failure.
dirtybench list
if grep -qE '^softdirty +[^+]*$' "$scratch/out"; then
	measures 4 softdirty
	expect_lines 1 skip softdirty
	measures 0 softdirty,none
	measures 1 softdirty,crasher
	measures 3 softdirty,liar
fi

# A lie is worth more than a crash.
measures 3 liar,crasher,none
measures 1 crasher

# What a tracker says beforehand that it misses is no lie unless it is asked for.
declared=(-w vma-chain -t mprotect -p chain=merge -p pieces=64 --processes 1)
dirtybench run "${declared[@]}" -o declared
expect_status 4 "${declared[@]}"
dirtybench run "${declared[@]}" --unclaimed -o unclaimed
expect_status 3 "${declared[@]}" --unclaimed
grep -q '"status":"lied"' unclaimed/samples.jsonl || fail "nothing was missed"
