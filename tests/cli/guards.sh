#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A cell that would not fit is skipped with the figures, and not tried.
. "$(dirname "$0")/lib.sh"

available_kb=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)

# skipped_quickly FOLDER ARGUMENT...
skipped_quickly() {
	local folder=$1 start_ns

	shift
	start_ns=$(date +%s%N)
	dirtybench run "$@" --processes 2 --epochs 1 -o "$folder"
	took_ms=$((($(date +%s%N) - start_ns) / 1000000))
	expect_status 4 "$*"
	expect_empty err "$*"
	tr -s '\n ' ' ' <"$scratch/out" |
		grep -qE 'needs [0-9]+ MiB of memory and [0-9]+ MiB of page tables, and [0-9]+ MiB are available' ||
		fail "$*: the figures are not told"
	# Touching what is there takes a second a few GiB.
	[ "$took_ms" -lt 1000 ] || fail "$*: took $took_ms ms"
	if grep -qv '"status":"skip"' "$folder/samples.jsonl"; then
		fail "$*: not only skipped"
	fi
}

# Resident memory: twice of what there is.
skipped_quickly dense -w dense -t none,mprotect \
	-p size=$((available_kb / 512))m

# Page tables: arming all holes of 14 TiB takes 28 GiB of them, the heap none.
dirtybench list
if grep -q '^  asan-shadow ' "$scratch/out" &&
	grep -qE '^scan +\+' "$scratch/out" &&
	[ "$available_kb" -lt $((28 << 20)) ]; then
	skipped_quickly sparse -w asan-shadow -t scan -p size=14t -p heap=16m
	# What does not arm holes is not kept from it.
	dirtybench run -w asan-shadow -t none -p size=14t -p heap=16m \
		--processes 1 --epochs 1 -o holes
	expect_status 0 "sparse memory without arming holes"
fi
