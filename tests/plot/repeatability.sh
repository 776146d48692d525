#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tools/repeatability counts the figures of two boots that are the same, and
# names the others.
#
# usage: repeatability.sh DIRTYBENCH
. "$(dirname "$0")/../cli/lib.sh"

root=${golden_folder%/tests/golden}

# copy FOLDER [SED-SCRIPT]: a reference run as another boot, changed.
copy() {
	mkdir "$1"
	for file in env.json samples.jsonl; do
		sed -e 's/"run": *"/&again-/; s/"boot": *"[^"]/&0/' \
			-e "${2:-}" \
			"$root/results/reference/6.12/$file" >"$1/$file"
	done
}

repeats() {
	quietly "$root/tools/repeatability" "$program" \
		"$root/results/reference/6.12" "$1"
}

# expect_line NAME ALL WITHIN: what the table says; "" is any number.
expect_line() {
	awk -v name="$1" -v all="$2" -v within="$3" '
		index($0, name " ") == 1 {
			right = $(NF - 1) " " $NF == \
				sprintf("%.2f %%", 100 * within / all)
			found = $(NF - 3) == all && $(NF - 2) == within && right
		}
		END { exit !found }' "$scratch/out" ||
		fail "not '$1 $2 $3'"
}

copy same
repeats same
expect_status 0 "the same"
expect_empty err "the same"
phases=$(awk '/^arm, write/ { print $(NF - 3) }' "$scratch/out")
all=$(awk '/^all / { print $(NF - 3) }' "$scratch/out")
[ "$phases" -ge 100 ] && [ "$all" -gt $((4 * phases)) ] || fail "too few"
expect_line "arm, write, collect" "$phases" "$phases"
expect_line all "$all" "$all"
! grep -q outside "$scratch/out" || fail "something differs from itself"

# A figure that is 0.05 % larger repeats, and one that is 1 % larger does not.
arm=$(sed -n 's/.*"cell":"dense.scan.collect.*"kind":"measured".*"arm":\([0-9]*\).*/\1/p' \
	"$root/results/reference/6.12/samples.jsonl" | head -n1)
measured='/"cell":"dense.scan.collect.*"kind":"measured"/'
copy close "${measured}s/\"arm\":[0-9]*/\"arm\":$((arm + arm / 2000))/"
repeats close
expect_status 0 "0.05 %"
expect_line "arm, write, collect" "$phases" "$phases"
copy far "${measured}s/\"arm\":[0-9]*/\"arm\":$((arm + arm / 100))/"
repeats far
expect_status 0 "1 %"
expect_line "arm, write, collect" "$phases" $((phases - 1))
grep -A1 '^6.12 dense/scan/' "$scratch/out" |
	grep -q '^    arm_insn_per_resident_page .* (+1.00 %)$' ||
	fail "the figure is not named"

# So many that it is no repetition any more; a count, a cell that is missing.
copy wide '/"kind":"measured"/s/"write":\([1-9]\)/"write":1\1/'
repeats wide
expect_status 1 "many"
copy count "${measured}"'s/"final":\([0-9]\)/"final":1\1/'
repeats count
grep -q '^    regions.* and ' "$scratch/out" || fail "the count is not named"
copy lost '/"cell":"thp.mprotect/d'
repeats lost
expect_line cells 1 0
grep -A1 '^6.12 thp/mprotect' "$scratch/out" | grep -q '^    only in base$' ||
	fail "the cell is not named"

repeats nowhere
expect_status 2 "no run"
expect_one_line err "no run"
