#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Progress is for a terminal only, and is gone at the end.
. "$(dirname "$0")/lib.sh"

dirtybench run -w dense -t none,mprotect "${small[@]}" -o quiet
expect_status 0 "without a terminal"
expect_empty err "without a terminal"
if grep -q $'[\r\033]' "$scratch/out"; then
	fail "control characters without a terminal"
fi

can_make_terminal ||
	skip "no terminal can be made: needs script(1) and /dev/pts"

# Standard output is a file, so that what script copies is standard error.
on_terminal() {
	status=0
	env "$mark" script -qec "'$program' run $* >'$scratch/out'" /dev/null \
		</dev/null >"$scratch/err" || status=$?
}

on_terminal -w dense -t none,mprotect "${small[*]}" -o shown
expect_status 0 "on a terminal"
expect_page "$scratch/out" "on a terminal"
tr '\r' '\n' <"$scratch/err" | sed 's/\x1b\[K//g' >"$scratch/shown"
for i in 1 2 3 4; do
	grep -qE "^\[$i/4\] dense/(none|mprotect)/" "$scratch/shown" ||
		fail "no progress $i of 4"
done
grep -qE ' [0-9]+:[0-9][0-9] left$' "$scratch/shown" || fail "no time left"
expect_page "$scratch/shown" "progress"
# Each line is taken away by the one behind it, the last one by nothing.
lines=$(grep -c '^\[' "$scratch/shown")
cleared=$(grep -o $'\r\033\[K' "$scratch/err" | wc -l)
[ "$cleared" -eq $((lines + 1)) ] || fail "$lines lines, cleared $cleared times"
[ "$(tail -c 4 "$scratch/err")" = $'\r\033[K' ] ||
	fail "the last progress stays"

# What went wrong stands on a line of its own.
on_terminal -w dense -t none,mprotect "${small[*]}" -o shown
expect_status 2 "a folder that holds a run"
sed -i 's/\r$//' "$scratch/err"
expect_one_line err "a folder that holds a run"
