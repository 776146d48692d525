#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A matrix of guests that break: the cell says how, the others are there.
# Boots nothing.
. "$(dirname "$0")/../cli/lib.sh"
. "$golden_folder/../vm/guests.sh"

cells=(--preset quick -w dense -t none,pagemap,scan)
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

# matrix HOW CELL OPTION...
matrix() {
	local how=$1 cell=$2

	shift 2
	quietly env PATH="$fake:$PATH" FAKE_GUEST="$how" FAKE_CELL="$cell" \
		"$program" kernels matrix "$PWD/image" "${cells[@]}" "$@"
	expect_no_processes "$how"
	[ -z "$(ls "$TMPDIR")" ] || fail "left behind: $(ls "$TMPDIR")"
}

# row TRACKER WORD
row() {
	grep -qE "^  $1 +$2( [0-9]+)?\$" "$scratch/out" || fail "$1: not $2"
}

make_image

matrix works 'no cell'
expect_status 0 "all cells are skipped"
expect_empty err "nothing broke"
row pagemap -
row scan -
grep -q '^ 1 unsupported: a fake guest measures nothing' "$scratch/out" ||
	fail "does not say why"
! grep -q '^  none' "$scratch/out" || fail "none proves nothing"

for how in oops hangs stuck killed; do
	matrix "$how" /pagemap/ --silence 1
	expect_status 1 "$how"
	expect_one_line err "$how"
	case $how in
	oops) row pagemap OOPS ;;
	hangs | stuck) row pagemap HUNG ;;
	killed) row pagemap FAILED ;;
	esac
	row scan -
done

# A kernel that does not boot leaves nothing but the reason.
matrix no-root .
expect_status 1 "does not boot"
row scan '\?'
grep -q '^ 1 nothing: the kernel panicked: ' "$scratch/out" ||
	fail "does not say why"

# What is wrong before anything is booted.
matrix works . --format html
expect_status 2 "no such format"
expect_one_line err "no such format"
quietly "$program" kernels matrix "$PWD/image" -t none -w dense
expect_status 2 "nothing to prove"
expect_one_line err "nothing to prove"
quietly "$program" kernels matrix
expect_status 2 "no kernel"
expect_one_line err "no kernel"
