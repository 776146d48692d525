#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Google Benchmark's flags, and a workload's own benchmark program.
#
# usage: flags.sh DIRTYBENCH CHECK-RUN
. "$(dirname "$0")/lib.sh"

check_run=$2
cell=dense/none/dirty:25%/order:ascending/pattern:random/seed:1/size:2m
bench=$scratch/bench-dense

ln -s "$program" "$bench"

# Names, as keys: what is listed can be filtered for.
dirtybench run --preset quick -w dense -p size=2m --benchmark_list_tests
expect_status 0 "--benchmark_list_tests"
grep -qxF "$cell" "$scratch/out" || fail "no cell $cell"
[ "$(grep -c ^dense/ "$scratch/out")" -eq "$(wc -l <"$scratch/out")" ] ||
	fail "not one cell a line"
[ -z "$(ls -A)" ] || fail "a list writes nothing"
mv "$scratch/out" "$scratch/listed"

quietly "$bench" --preset quick -p size=2m --benchmark_list_tests
expect_status 0 "bench-dense --benchmark_list_tests"
diff "$scratch/listed" "$scratch/out" || fail "bench-dense lists other cells"

# listed FILTER: how many cells it leaves.
listed() {
	dirtybench run --preset quick -w dense -p size=2m \
		--benchmark_filter="$1" --benchmark_list_tests
	wc -l <"$scratch/out"
}

[ "$(listed '/size:2m$')" -eq "$(grep -c '/size:2m$' "$scratch/listed")" ] ||
	fail "a filter that ends in \$ misses"
[ "$(listed '^dense/none/.*m$')" -eq 1 ] || fail "a filter with ^ and \$"
[ "$(listed '^dense/(none|mprotect)/')" -eq 2 ] || fail "an alternative"
[ "$(listed '-dense/none')" -eq $(($(wc -l <"$scratch/listed") - 1)) ] ||
	fail "a filter that takes away"

# The filter chooses, and repetitions are processes; --processes gives way.
dirtybench run "${small[@]}" -w dense --benchmark_filter='/none/.*2m$' \
	--benchmark_repetitions=3 --benchmark_out="$scratch/own.json" -o run
expect_status 0 "filter and repetitions"
"$check_run" --processes 3 --measured 2 run || fail "run: see above"
[ "$(grep -c '"tracker":"none"' run/samples.jsonl)" -eq 18 ] ||
	fail "not 3 processes of 5 epochs and a row behind"
[ "$(wc -l <run/samples.jsonl)" -eq 18 ] || fail "the filter lets more through"
cmp -s "$scratch/own.json" run/gbench.json ||
	"$check_run" --json "$scratch/own.json" ||
	fail "--benchmark_out: see above"

# bench-dense: the library's console, nothing written.
quietly "$bench" "${small[@]}" --benchmark_filter=none
expect_status 0 "bench-dense"
grep -qE "^$cell +[0-9.]+ ns " "$scratch/out" || fail "no line for $cell"
grep -qE "^${cell}_median +[0-9.]+ ns " "$scratch/out" || fail "no median"
if grep -q '^results in' "$scratch/out"; then
	fail "bench-dense tells of results"
fi
[ "$(ls -A)" = run ] || fail "bench-dense writes something"

quietly "$bench" "${small[@]}" --benchmark_filter=none \
	--benchmark_format=json
expect_status 0 "--benchmark_format=json"
"$check_run" --json "$scratch/out" || fail "not JSON on standard output"
grep -qF "\"name\": \"$cell\"" "$scratch/out" || fail "no $cell"

quietly "$bench" "${small[@]}" -t none --benchmark_format=csv
expect_status 0 "--benchmark_format=csv"
grep -q "^\"$cell\"," "$scratch/out" || fail "no CSV"

# With a folder, it is a run like others.
quietly "$bench" "${small[@]}" -t none,mprotect -o own
expect_status 0 "bench-dense -o"
"$check_run" --processes 2 --measured 2 own || fail "own: see above"

# Its exit status is that of a run, and a lie does not pass for a figure.
quietly "$bench" "${small[@]}" -t none,liar
expect_status 3 "bench-dense with a liar"
cat "$scratch/out" "$scratch/err" | tr -s '\n ' ' ' | grep -q 'missed 1 of' ||
	fail "bench-dense does not tell that the tracker lied"
quietly "$bench" "${small[@]}" -t none,crasher
expect_status 1 "bench-dense with a crasher"
grep -q 'signal 11' "$scratch/out" || fail "bench-dense does not tell why"
quietly "$bench" -t none -p size=16t
expect_status 4 "bench-dense with nothing to measure"
grep -q 'MiB of memory' "$scratch/out" || fail "bench-dense does not tell why"
