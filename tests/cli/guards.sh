#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A cell that would not fit is skipped with the figures, and not tried.
. "$(dirname "$0")/lib.sh"

available_kb=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)

# skipped_untried FOLDER ARGUMENT...
skipped_untried() {
	local folder=$1

	shift
	dirtybench run "$@" --processes 2 --epochs 1 -o "$folder"
	expect_status 4 "$*"
	expect_empty err "$*"
	tr -s '\n ' ' ' <"$scratch/out" |
		grep -qE 'needs [0-9]+ MiB of memory and [0-9]+ MiB of page tables, and [0-9]+ MiB are available' ||
		fail "$*: the figures are not told"
	if grep -qv '"status":"skip"' "$folder/samples.jsonl"; then
		fail "$*: not only skipped"
	fi
}

# Resident memory: twice of what there is.
skipped_untried dense -w dense -t none,mprotect \
	-p size=$((available_kb / 512))m

# Page tables: arming all holes of 14 TiB takes 28 GiB of them, the heap none.
dirtybench list
if grep -q '^  asan-shadow ' "$scratch/out" &&
	grep -qE '^scan +\+' "$scratch/out" &&
	[ "$available_kb" -lt $((28 << 20)) ]; then
	skipped_untried sparse -w asan-shadow -t scan -p size=14t -p heap=16m
	# What does not arm holes is not kept from it.
	dirtybench run -w asan-shadow -t none -p size=14t -p heap=16m \
		--processes 1 --epochs 1 -o holes
	expect_status 0 "sparse memory without arming holes"
fi
