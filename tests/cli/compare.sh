#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Comparing runs: sides, options wherever they stand, formats, the gate.
. "$(dirname "$0")/lib.sh"

# measured RUN [OPTION...]: a run of two cells that takes no time.
measured() {
	local run=$1

	shift
	dirtybench run "${small[@]}" -w dense -t none,mprotect -o "$run" "$@"
	expect_status 0 "run $run"
}

compares() {
	dirtybench compare "$@"
	expect_status 0 "compare $*"
	expect_empty err "compare $*"
}

told() {
	tr -s '\n ' ' ' <"$scratch/out" | grep -qF -e "$1" ||
		fail "not told: $1"
}

# The samples of run $1 with every write $3 times as long, as run $2.
slowed() {
	cp -r "$1" "$2"
	sed -i "s/run-[-0-9]*/&-$2/" "$2/env.json"
	perl -pi -e 's/"run":"[^"]*/$&-'"$2"'/;
		s/("write":)(\d+)/$1.int($2*'"$3"')/e' "$2/samples.jsonl"
}

measured one
measured two
measured three

compares one two
expect_mail "$scratch/out"
told 'base: '
told '1 run, 1 boot, 2 processes a cell'
told 'counts'
told 'geometric means'
cp "$scratch/out" "$scratch/first"

# The same digits again; a folder of the run or its sample file.
compares two/../one two/samples.jsonl
cmp "$scratch/first" "$scratch/out" || fail "not the same text twice"

# Sides of several runs; options in any place.
mkdir -p old new
cp -r one two old
cp -r three new
compares old/one old/two --all -- new/three
told 'base: '
told '2 runs, 1 boot, 4 processes a cell'
cp "$scratch/out" "$scratch/first"
compares old/one --all old/two -- new/*
cmp "$scratch/first" "$scratch/out" || fail "the place of --all matters"
compares --all old -- new
cmp "$scratch/first" "$scratch/out" || fail "a folder of runs differs"
compares 'old/*' new --all
cmp "$scratch/first" "$scratch/out" || fail "a pattern differs"

# More than two sides: each against the first.
compares one two three
expect_mail "$scratch/out"
[ "$(grep -c '^base: ' "$scratch/out")" -eq 2 ] ||
	fail "not two comparisons"

# Formats, and files that are written whole.
compares one two --format csv -o table.csv
expect_empty out "-o"
head -1 table.csv | grep -q '^side,base_label,new_label,kind,cell,' ||
	fail "no header"
tail -n +2 table.csv | grep -vq ',' && fail "a line without a comma"
compares one two --format=json
head -c 1 "$scratch/out" | grep -q '{' || fail "no object"
compares one two --format markdown
grep -q '^|---|' "$scratch/out" || fail "no table"
echo precious >kept
dirtybench compare one nowhere -o kept
expect_status 2 "no such run"
[ "$(cat kept)" = precious ] || fail "a refused comparison wrote a file"
[ -z "$(find . -name '*.tmp')" ] || fail "a temporary file is left"
status=0
"$program" compare one two >/dev/full 2>"$scratch/err" || status=$?
: >"$scratch/out"
expect_status 1 "a full disk"
expect_one_line err "a full disk"
dirtybench compare one two -o /dev/full
expect_status 1 "-o on a full disk"
expect_one_line err "-o on a full disk"

# Figures.
compares one two --all --figure write
grep -q ' write ' "$scratch/out" || fail "write is not shown"
grep -qE '(mprotect| ) +arm ' "$scratch/out" && fail "arm is shown"
compares one two --figure tracking,arm_ns_per_resident_page --all
told ' tracking '

# The gate. With enough processes a factor of three is beyond doubt.
dirtybench run "${small[@]}" --processes 12 -w dense -t none,mprotect -o base
expect_status 0 "run base"
slowed base slow 3
slowed base same 1
compares base same --gate 5%
compares slow base --gate 5
dirtybench compare base slow --gate 5%
expect_status 1 "the gate"
expect_one_line err "the gate"
grep -qE 'gate 5%: .* 0 claimed and [1-9][0-9]* exploratory .*worst \(exploratory\): dense/.* write \+[0-9]+%' \
	"$scratch/err" || fail "the gate does not say by what"
told 'worse ?'
dirtybench compare base slow --gate 5% --format json
expect_status 1 "the gate, JSON"
grep -q gate "$scratch/out" && fail "the gate's line is in the JSON"
compares base slow --gate 900%
# Two processes a side can never tell: silence is no good news.
slowed one slow-one 9
dirtybench compare one slow-one --gate 5%
expect_status 0 "a gate that cannot trip"
expect_one_line err "a gate that cannot trip"
grep -q 'gate 5%: .*: too few processes for any verdict' "$scratch/err" ||
	fail "a gate that cannot trip does not say so"
slowed base liar 1
sed -i '0,/"tracker":"mprotect".*"status":"ok"/s/\("tracker":"mprotect".*\)"status":"ok","reason":null/\1"status":"lied","reason":"made up"/' \
	liar/samples.jsonl
dirtybench compare base liar --gate 1000
expect_status 1 "a lie and the gate"
grep -q '1 cell that failed or lied' "$scratch/err" || fail "the lie is not told"
compares liar base --gate 1000

# Damaged lines.
slowed base cut 1
truncate -s -20 cut/samples.jsonl
dirtybench compare base cut
expect_status 2 "a line that was cut off"
expect_one_line err "a line that was cut off"
compares base cut --partial
told 'damaged and left out of new: 1 line of '

# Files of Google Benchmark.
compares one/gbench.json two/gbench.json --all
expect_mail "$scratch/out"
told ' real_time '
told ' cpu_time '
told 'these files do not tell boots'
