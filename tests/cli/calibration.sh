#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The calibration of the statistics: few tables, with the rates they must keep.
. "$(dirname "$0")/lib.sh"

bench=$2

quietly "$bench" --tables 10 --seed 1
[ "$status" -eq 0 ] || fail "exit status $status"
[ "$(grep -c ': kept$' "$scratch/out")" -eq 3 ] || fail "a rate is not kept"
[ "$(awk 'length > 80' "$scratch/out")" = "" ] || fail "wider than 80 columns"
# One boot a side does show nothing: the reason for the rule.
grep -A1 'naive way' "$scratch/out" | grep -q ' 100.0 %' ||
	fail "the naive way is no worse"

quietly "$bench" --tables 2 --seed 2
cp "$scratch/out" "$scratch/again"
quietly "$bench" --tables 2 --seed 2
cmp -s "$scratch/out" "$scratch/again" || fail "other rates with the same seed"
quietly "$bench" --tables 2 --seed 3
cmp -s "$scratch/out" "$scratch/again" && fail "the seed changes nothing"

for words in "--tables 0" "--tables many" "--seed -1" "--nothing"; do
	# shellcheck disable=SC2086 # words
	quietly "$bench" $words
	expect_status 2 "$words"
	expect_empty out "$words"
	expect_one_line err "$words"
done
