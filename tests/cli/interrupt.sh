#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Being stopped: at once, with what was measured kept and nobody left behind.
# Nothing here would end by itself in the time that stopping is waited for.
#
# usage: interrupt.sh DIRTYBENCH CHECK-RUN
. "$(dirname "$0")/lib.sh"

check_run=$2

# stopped_by SIGNAL FOLDER PATTERN ARGUMENT...: start a run, wait until the
# samples match the pattern, stop it.
stopped_by() {
	local signal=$1 folder=$2 pattern=$3

	shift 3
	in_background "$program" run "$@" -o "$folder"
	wait_until 60 has_sample "$folder" "$pattern" ||
		fail "$folder: nothing measured"
	[ -z "${seconds:-}" ] || sleep "$seconds"
	kill -"$signal" "$pid"
	finish 20
	# How a shell sees that the process died of the signal.
	expect_status $((128 + $(kill -l "$signal"))) "$folder"
	expect_no_processes "$folder"
	expect_empty err "$folder"
	expect_page "$scratch/out" "$folder"
	grep -q "^results in $folder\$" "$scratch/out" ||
		fail "$folder: not told where the results are"
	"$check_run" --partial "$folder" || fail "$folder: see above"
}

endless=(--processes 1000 --preset quick -p dirty=25%)

# In the middle of a cell, with others measured: the table has them.
for signal in INT TERM HUP; do
	stopped_by $signal $signal '"tracker":"none",.*"process":1,' \
		-w dense -t none,mprotect "${endless[@]}"
	grep -q '^  none ' "$scratch/out" || fail "$signal: no table"
done

# While arming, storing or collecting takes long.
stopped_by INT slow '"epoch":0,' -w dense -t mprotect -p size=512m \
	"${endless[@]}"

# While a target hangs, which is told to come behind what is measured.
seconds=0.3 stopped_by INT hanging '"process":1,.*"kind":"read"' -w dense \
	-t none,sleeper --preset quick --processes 2 \
	--benchmark_enable_random_interleaving=false
if grep -q '"tracker":"sleeper"' hanging/samples.jsonl; then
	fail "what was interrupted counts as failed"
fi

# A lie that was seen does not hide that the run was interrupted.
stopped_by INT lying '"status":"lied"' -w dense -t liar "${endless[@]}"
grep -q LIED "$scratch/out" || fail "the lie is not told"

# More than one Ctrl-C, as people do.
in_background "$program" run -w dense -t none,mprotect "${endless[@]}" -o twice
wait_until 60 has_sample twice '"process":2,' || fail "nothing measured"
kill -INT "$pid"
kill -INT "$pid" 2>/dev/null || true
finish 20
expect_status 130 "interrupted twice"
"$check_run" --partial twice || fail "twice: see above"

# Under nohup, the terminal may go.
(
	trap '' HUP
	exec env "$mark" "$program" run -w dense -t none "${endless[@]}" \
		-o nohup
) >"$scratch/out" 2>"$scratch/err" </dev/null &
pid=$!
wait_until 60 has_sample nohup '"process":2,' || fail "nothing measured"
kill -HUP "$pid"
later=$(($(wc -l <nohup/samples.jsonl) + 50))
goes_on() {
	[ "$(wc -l <nohup/samples.jsonl)" -gt $later ]
}
wait_until 60 goes_on || fail "a run under nohup ends with its terminal"
kill -TERM "$pid"
finish 20
expect_status 143 "nohup"

# From a terminal: Ctrl-C goes to the runner, and not to the target as well.
if can_make_terminal; then
	mkfifo keys
	env --default-signal "$mark" script -qec \
		"'$program' run -w dense -t none,mprotect ${endless[*]} -o typed" \
		"$scratch/typescript" <keys >/dev/null 2>&1 &
	pid=$!
	exec 3>keys
	wait_until 60 has_sample typed '"process":2,' || fail "nothing measured"
	printf '\003' >&3
	exec 3>&-
	finish 20
	expect_status 130 "Ctrl-C"
	expect_no_processes "Ctrl-C"
	"$check_run" --partial typed || fail "Ctrl-C: see above"
	if grep -qs '"status":"fail"' typed/samples.jsonl; then
		fail "Ctrl-C: what was interrupted counts as failed"
	fi
fi
