#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No room for the samples: one clear line, exit status 1, whole lines only.
#
# usage: full-disk.sh DIRTYBENCH CHECK-RUN
. "$(dirname "$0")/lib.sh"

check_run=$2

# Minutes of work: it ends before its limit where it notices that there is no
# room, and as soon as that.
endless=(--preset quick -w dense -t none,mprotect -p size=64m --processes 1000)
limit=(timeout 100)

# expect_cut FOLDER: a run that ended for want of room.
expect_cut() {
	expect_status 1 "$1"
	expect_one_line err "$1"
	grep -q "samples.jsonl: " "$scratch/err" ||
		fail "$1: not told which file could not be written"
	expect_no_processes "$1"
	"$check_run" --samples-only "$1" || fail "$1: see above"
	grep -q '^  none ' "$scratch/out" || fail "$1: what there is, not shown"
}

# A limit on the size of files is met like a full disk. 40 KiB hold the other
# files and some 30 samples.
quietly "${limit[@]}" prlimit --fsize=40960 "$program" run "${endless[@]}" \
	-o limited
expect_cut limited
grep -q 'File too large' "$scratch/err" || fail "no cause is told"

need_root "mounting a small file system"
unshare --mount true 2>/dev/null || skip "mounting is not allowed here"
mkdir disk

# on_disk KILOBYTES FOLDER ARGUMENT...: run on a file system of that size; the
# folder is copied from it.
on_disk() {
	local size=$1 folder=$2

	shift 2
	# shellcheck disable=SC2016
	quietly "${limit[@]}" unshare --mount sh -c '
		mount -t tmpfs -o size="$1"k none disk || exit 99
		folder=$2
		program=$3
		shift 3
		"$program" run "$@" -o "disk/$folder"
		status=$?
		[ ! -e "disk/$folder" ] || cp -a "disk/$folder" .
		exit $status' sh "$size" "$folder" "$program" "$@"
	[ "$status" -ne 99 ] || skip "no tmpfs can be mounted here"
}

on_disk 80 full "${endless[@]}"
expect_cut full
grep -q 'No space left on device' "$scratch/err" || fail "no cause is told"

# Not even room for the description of the machine: nothing stays.
on_disk 4 tiny "${endless[@]}"
[ "$status" -eq 1 ] || [ "$status" -eq 2 ] || fail "exit status $status"
expect_empty out "no room to begin with"
expect_one_line err "no room to begin with"
[ ! -e tiny ] || fail "something is left where nothing had room"

# A lie is worth more than a full disk.
on_disk 80 lying --preset quick -w dense -t liar,none -p size=2m \
	--processes 1000
expect_status 3 "a lie and a full disk"
expect_one_line err "a lie and a full disk"
