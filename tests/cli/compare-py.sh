#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Google Benchmark's compare.py reads the gbench.json of two runs.
. "$(dirname "$0")/lib.sh"

# Where Debian's package libbenchmark-tools has it.
compare_py=/usr/share/benchmark/compare.py
python=/usr/bin/python3

[ -f "$compare_py" ] || skip "no $compare_py: install libbenchmark-tools"
"$python" -c 'import scipy' 2>/dev/null ||
	skip "no scipy for $python: install python3-scipy"

cells=(dense/none/dirty:25%/order:ascending/pattern:random/seed:1/size:2m)

# --- cells that ran, with the test over their repetitions

for run in base new; do
	dirtybench run "${small[@]}" --processes 3 -w dense -t none,mprotect \
		-o "$run"
	expect_status 0 "run $run"
done
key=$(sed -n 's/.*"run_name": "\(dense\/mprotect[^"]*\)".*/\1/p' \
	base/gbench.json | head -n 1)
[ -n "$key" ] || fail "no cell of mprotect in gbench.json"
cells+=("$key")

quietly "$python" "$compare_py" --no-color benchmarks \
	base/gbench.json new/gbench.json
expect_status 0 "compare.py of two runs"
expect_empty err "compare.py of two runs"
for cell in "${cells[@]}"; do
	# A line a repetition, then what is computed over them.
	[ "$(grep -cF "$cell " "$scratch/out")" -eq 3 ] ||
		fail "not three lines of $cell"
	grep -F "${cell}_pvalue " "$scratch/out" | grep -q 'U Test' ||
		fail "no U test of $cell"
	grep -F "${cell}_median " "$scratch/out" >/dev/null ||
		fail "no median of $cell"
done
grep -q '^OVERALL_GEOMEAN ' "$scratch/out" || fail "no geometric mean"
! grep -qwi nan "$scratch/out" || fail "a figure is not a number"

# --- two trackers of one run, as compare.py calls it

quietly "$python" "$compare_py" --no-color filters base/gbench.json \
	dense/none dense/mprotect
expect_status 0 "compare.py of two trackers"
grep -qF '[dense/none vs. dense/mprotect]' "$scratch/out" ||
	fail "no comparison of two trackers"

# --- a skipped cell beside one that ran

dirtybench run "${small[@]}" -w dense -t none,softdirty -o skipping
if grep -q '"status":"skip"' skipping/samples.jsonl; then
	quietly "$python" "$compare_py" --no-color benchmarks \
		skipping/gbench.json skipping/gbench.json
	expect_status 0 "compare.py of a skipped cell"
	grep -qF "${cells[0]}_pvalue " "$scratch/out" ||
		fail "no U test of the cell that ran"
fi
