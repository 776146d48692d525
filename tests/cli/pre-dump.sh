#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Real processes are followed, refused in one line, or end meanwhile: what a run
# tells of it, and that the other cells go on.
#
# usage: pre-dump.sh DIRTYBENCH FOLLOWED
. "$(dirname "$0")/lib.sh"

followed=$2

told() {
	tr -s '\n ' ' ' <"$scratch/out" | grep -qE -e "$1" ||
		fail "the table does not tell: $1"
}

# follows STATUS PID TRACKERS [OPTION...]: a folder a run.
runs=0
follows() {
	local status=$1 pid=$2 trackers=$3

	shift 3
	runs=$((runs + 1))
	dirtybench run --preset quick -w pre-dump -t "$trackers" -p "pid=$pid" \
		--processes 1 --epochs 2 -o "run-$runs" "$@"
	expect_status "$status" "following $pid"
	expect_empty err "following $pid"
	expect_page "$scratch/out" "following $pid"
}

# start THREADS: begins to store; its number is in $real.
start() {
	coproc FOLLOWED { exec "$followed" "$@"; }
	read -r real <&"${FOLLOWED[0]}"
}

end() {
	kill "$real"
	wait "$real" 2>/dev/null || true
}

start 2
dirtybench run --preset quick -w pre-dump -t none,scan-resident --processes 1 \
	--epochs 2 -p size=4m -o ours
expect_status 0 ours
if ! grep -q '"tracker":"scan-resident",.*"status":"ok"' ours/samples.jsonl; then
	end
	echo "this kernel has no PAGEMAP_SCAN"
	exit 77
fi
told 'scan-resident( [0-9.e*-]+)+ ok 5'

has_sample ours '"pursuit":{"iterations":[0-9]+,.*"iterations":{"nr":[0-9]+,' ||
	fail "the iterations are not in the samples"
has_sample ours '"kind":"after",.*"vmas":{"before":[0-9]+' ||
	fail "what is left behind is not told"

follows 0 "$real" none,scan,scan-resident
told 'scan-resident( [0-9.e*-]+)+ ok 5'
has_sample "run-$runs" '"tracker":"scan",.*"stores":null' ||
	fail "the stores of a real process are told"
# It may be on its way back to sleep.
wait_until 20 grep -q '^State:.S' "/proc/$real/status" ||
	fail "the process does not sleep as before"
! grep -q '^VmFlags:.* uw' "/proc/$real/smaps" || fail "it is still registered"

# Nobody else's without the right to.
if [ "$(id -u)" -eq 0 ]; then
	cp "$program" "$scratch/dirtybench"
	chmod 755 "$scratch/dirtybench"
	quietly setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$scratch/dirtybench" run --preset quick -w pre-dump \
		-t scan-resident -p "pid=$real" -o /tmp/nowhere-$$
	expect_status 4 "without the right to"
	rm -rf /tmp/nowhere-$$
	told "no right to follow process $real: .*ptrace_scope=0, or CAP_SYS_PTRACE"
fi
end

# No such process, a kernel thread, one of ours: skipped, and others measured.
follows 4 "$real" scan-resident
told "there is no process $real"
follows 4 2 scan-resident
told "process 2 has no memory: it is a kernel thread"
dirtybench run --preset quick -w pre-dump,dense -t scan-resident --processes 1 \
	--epochs 2 -p size=4m -p "pid=$real" -o beside
expect_status 0 "beside others"
told "skipped 1 cell: .*there is no process"
has_sample beside '"workload":"dense",.*"status":"ok"' || fail "dense is lost"

# It ends meanwhile: the cell fails with a line, and others go on.
start 1
{
	until grep -qs '"workload":"pre-dump"' ended/samples.jsonl; do
		sleep 0.05
	done
	kill "$real"
} &
watcher=$!
dirtybench run --preset quick -w pre-dump,dense -t scan-resident --processes 1 \
	--epochs 50 -p size=4m -p "pid=$real" -p bandwidth=32m -o ended
kill "$watcher" 2>/dev/null || true
kill "$real" 2>/dev/null || true
expect_status 1 "a process that ends"
expect_empty err "a process that ends"
told "failed 1 process: .*process $real ended while it was followed"
has_sample ended '"workload":"dense",.*"status":"ok"' || fail "dense is lost"
