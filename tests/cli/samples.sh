#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a run leaves on disk and shows: every line, every file, the table.
#
# usage: samples.sh DIRTYBENCH CHECK-RUN
. "$(dirname "$0")/lib.sh"

check_run=$2

# Every tracker that is listed, on plain memory.
dirtybench run -w dense --preset quick -p size=4m --processes 3 --epochs 3 \
	--label labelled -o dense
expect_status 0 "every tracker on dense"
expect_empty err "every tracker on dense"
expect_page "$scratch/out" "every tracker on dense"
"$check_run" --processes 3 --measured 3 --same-stores dense ||
	fail "dense: see above"
if grep -qv '"label":"labelled"' dense/samples.jsonl; then
	fail "a line without the label"
fi

# The closing table: a row for each, and what was not measured by reason.
dirtybench list
trackers=$(sed -n '/^tracker  /,/^$/p' "$scratch/out" | sed '1d; s/ .*//')
dirtybench run -w dense --preset quick -p size=4m --processes 1 --epochs 1 \
	-o table
for tracker in $trackers; do
	if has_sample table "\"tracker\":\"$tracker\",.*\"status\":\"skip\""; then
		tr -s '\n ' ' ' <"$scratch/out" |
			grep -qE "skipped [0-9]+ cells?: [^:]*dense/$tracker|skipped [2-9] cells: dense" ||
			fail "$tracker: skipped and not told"
	elif [ "$tracker" = none ]; then
		grep -qE '^  none( +[0-9.-]+){6} -$' "$scratch/out" ||
			fail "no row of none"
	else
		grep -qE "^  $tracker( +[0-9.-]+){6} ok 4$" "$scratch/out" ||
			fail "no row of $tracker, proved in 4 epochs"
	fi
done
tail -n 1 "$scratch/out" | grep -qx 'results in table' ||
	fail "not told where the results are"

# Collecting and re-arming in one call; stores in another order.
if has_sample dense '"tracker":"scan",.*"status":"ok"'; then
	dirtybench run -w dense -t none,scan,scan-resident --preset quick \
		-p size=4m -p collect=atomic -p order=shuffled \
		--processes 2 --epochs 2 -o atomic
	expect_status 0 collect=atomic
	"$check_run" --processes 2 --measured 2 --same-stores atomic ||
		fail "atomic: see above"
	grep -q '"collect_arm":[0-9]' atomic/samples.jsonl ||
		fail "collect=atomic has no time"
fi

# What went wrong is in the files as well.
dirtybench run -w dense -t none,liar,liar-all,crasher "${small[@]}" -o bad
expect_status 3 "bad trackers"
"$check_run" --measured 2 bad || fail "bad: see above"
for row in liar:lied liar-all:inexact crasher:fail; do
	has_sample bad "\"tracker\":\"${row%:*}\",.*\"status\":\"${row#*:}\"" ||
		fail "no line '${row#*:}' of ${row%:*}"
done

# Another seed, other pages; the same seed, the same pages.
ideal() {
	grep -o '"ideal":[0-9]*' "$1/samples.jsonl" | tr '\n' ' '
}
for run in 1/a 1/b 2/c; do
	dirtybench run -w dense -t none "${small[@]}" -p seed="${run%/*}" \
		-o "${run#*/}"
	expect_status 0 "seed ${run%/*}"
done
[ "$(ideal a)" = "$(ideal b)" ] || fail "one seed, different pages"
[ "$(ideal a)" != "$(ideal c)" ] || fail "two seeds, the same pages"

# Without a folder it makes one, below the current folder.
dirtybench run -w dense -t none "${small[@]}"
expect_status 0 "without -o"
folder=$(tail -n 1 "$scratch/out" | sed -n 's/^results in //p')
[ -d "$folder" ] && [ "${folder%/run-*}" = results ] ||
	fail "results are in '$folder'"
"$check_run" "$folder" || fail "$folder: see above"

# Whoever starts the program with its standard files closed gets no table into
# the samples.
(
	exec env "$mark" "$program" run -w dense -t none "${small[@]}" \
		-o closed <&- >&- 2>&-
) || true
"$check_run" closed || fail "closed: see above"
