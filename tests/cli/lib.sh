# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests of the program share. To be sourced, first of all:
#
#   . "$(dirname "$0")/lib.sh"
#
# Afterwards $program is the first argument of the test and the current folder
# is an empty one that only this test uses.
set -euo pipefail

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
	echo "usage: $0 DIRTYBENCH [OTHER-PROGRAM]" >&2
	exit 2
fi

program=$1
golden_folder=$(cd "$(dirname "$0")/../golden" && pwd)
scratch=$(mktemp -d)
chmod 755 "$scratch"
mkdir "$scratch/cwd"
cd "$scratch/cwd"

# Every process that a test starts has this in its environment, and so have
# the processes that those start.
mark=DIRTYBENCH_TEST_RUN=$scratch

# The quickest cells, one for a tracker: 2 MiB, an epoch of microseconds.
small=(--preset quick -p size=2m -p dirty=25% --processes 2 --epochs 2)

marked_processes() {
	grep -lzxF "$mark" /proc/[0-9]*/environ 2>/dev/null |
		sed 's,^/proc/,,; s,/.*,,' || true
}

clean_up() {
	local pid

	for pid in $(marked_processes); do
		kill -KILL "$pid" 2>/dev/null || true
	done
	cd /
	rm -rf "$scratch"
}
trap clean_up EXIT

fail() {
	echo "FAILED: $*"
	if [ -s "$scratch/out" ]; then
		echo "--- standard output:"
		cat "$scratch/out"
	fi
	if [ -s "$scratch/err" ]; then
		echo "--- standard error:"
		cat "$scratch/err"
	fi
	exit 1
}

# expect_mail FILE: at most 72 columns of printable ASCII, nothing behind the
# last word of a line.
expect_mail() {
	local bad

	bad=$(LC_ALL=C grep -nE -e '.{73}' -e '[^ -~]' -e ' $' "$1" || true)
	[ -z "$bad" ] || fail "$1: not 72 columns of ASCII:
$bad"
}

can_make_terminal() {
	script -qec true /dev/null >/dev/null 2>&1 </dev/null
}

skip() {
	echo "skipped: $*"
	exit 77
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "$1 needs root"
}

# Run a command; its output goes to $scratch/out and $scratch/err, its exit
# status to $status.
quietly() {
	status=0
	env "$mark" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null ||
		status=$?
}

dirtybench() {
	quietly "$program" "$@"
}

# The same in the background. Unlike a shell's own background command, it has
# the signals as a user's command has them. Its number goes to $pid.
in_background() {
	env --default-signal "$mark" "$@" >"$scratch/out" 2>"$scratch/err" \
		</dev/null &
	pid=$!
}

# Wait for the program in the background, at most $1 seconds.
finish() {
	local deadline=$(($(date +%s%N) + $1 * 1000000000))

	while [ -d "/proc/$pid" ] && ! is_zombie "$pid"; do
		[ "$(date +%s%N)" -lt "$deadline" ] ||
			fail "still there after $1 s"
		sleep 0.01
	done
	status=0
	wait "$pid" 2>/dev/null || status=$?
}

is_zombie() {
	grep -qs '^State:.*Z' "/proc/$1/status"
}

expect_status() {
	[ "$status" -eq "$1" ] || fail "exit status $status, not $1: $2"
}

expect_empty() {
	[ ! -s "$scratch/$1" ] || fail "$1 is not empty: $2"
}

# One line that people read: complete, printable, nothing else.
expect_one_line() {
	[ "$(wc -l <"$scratch/$1")" -eq 1 ] &&
		[ "$(grep -c . "$scratch/$1")" -eq 1 ] ||
		fail "$1 is not exactly one line: $2"
}

# At most 80 columns of printable ASCII, nothing behind the last word.
expect_page() {
	local bad

	bad=$(LC_ALL=C grep -nE -e '.{81}' -e '[^ -~]' -e ' $' "$1" || true)
	[ -z "$bad" ] || fail "$2: not 80 columns of ASCII:
$bad"
}

expect_no_processes() {
	local pid left

	left=$(marked_processes)
	[ -z "$left" ] && return
	for pid in $left; do
		tr '\0' ' ' <"/proc/$pid/cmdline" || true
		echo
	done
	fail "processes are left behind: $1"
}

# Compare the file $2 with tests/golden/cli-$1.txt.
golden() {
	local file=$golden_folder/cli-$1.txt

	if [ "${DIRTYBENCH_GOLDEN:-}" = rewrite ]; then
		cp "$2" "$file"
	fi
	diff -u "$file" "$2" || fail "$file differs; where the new text is" \
		"right, run again with DIRTYBENCH_GOLDEN=rewrite"
}

# Wait until the command succeeds, at most $1 seconds.
wait_until() {
	local deadline=$(($(date +%s%N) + $1 * 1000000000))

	shift
	until "$@"; do
		[ "$(date +%s%N)" -lt "$deadline" ] || return 1
		sleep 0.02
	done
}

# Whether the samples in folder $1 have a line that matches $2.
has_sample() {
	grep -qsE -e "$2" "$1/samples.jsonl"
}
