#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine is as it was: after a run, Ctrl-C and a kill of the runner.
#
# usage: machine-state.sh DIRTYBENCH CHECK-RUN
. "$(dirname "$0")/lib.sh"

check_run=$2
need_root "preparing the machine"

# What a run may change, and everything near it. The kernel's own counters and
# files that are commands are left out; so is how much of a swap area is used.
snapshot() (
	set +e
	awk '{ print $1, $2, $3, $5 }' /proc/swaps
	grep -rs . /proc/sys/vm |
		grep -vE '/(stat_refresh|compact_memory|drop_caches):'
	grep -s . /sys/kernel/mm/transparent_hugepage/{,hugepages-*/}* \
		/sys/kernel/mm/transparent_hugepage/khugepaged/* |
		grep -vE '/(pages_collapsed|full_scans):'
	grep -s . /sys/kernel/mm/hugepages/*/nr_* \
		/sys/devices/system/node/node*/hugepages/*/nr_hugepages \
		/sys/kernel/mm/ksm/run /sys/module/zswap/parameters/*
	grep -E '^(HugePages|Hugetlb|SwapTotal)' /proc/meminfo
	find /sys/block -name 'zram*' -o -name 'loop*' | sort
	[ ! -e /proc/modules ] || cut -d' ' -f1 /proc/modules | sort
	find /run -maxdepth 1 -name 'dirtybench*' | sort
	cut -d' ' -f2 /proc/self/mounts
)

# Another run may have the machine prepared; it is not our doing.
lock=/run/dirtybench.lock
idle() {
	[ ! -e "$lock" ] || flock --nonblock "$lock" true
}
wait_until 60 idle || skip "another run has this machine prepared"
snapshot >"$scratch/before"

as_before() {
	snapshot >"$scratch/after"
	cmp -s "$scratch/before" "$scratch/after"
}

# expect_as_before SECONDS WHAT
expect_as_before() {
	wait_until "$1" as_before || {
		diff "$scratch/before" "$scratch/after" || true
		fail "the machine is not as it was: $2"
	}
}

changed() {
	! as_before
}

files_in() {
	find "$1" -type f -printf '%f\n' | sort | tr '\n' ' '
}

endless=(--preset quick -t none,mprotect --processes 1000)

# A run that ends: everything is back when the program is.
dirtybench run --preset quick -w hugetlb,swapped,thp -t none,mprotect --processes 1 \
	--epochs 1 -o done
[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || expect_status 0 "a whole run"
expect_as_before 0 "after a run"
expect_no_processes "after a run"
"$check_run" done || fail "done: see above"
[ "$(files_in done)" = "env.json gbench.json samples.jsonl topology.xml " ] ||
	fail "left in the folder: $(files_in done)"
has_sample done '"workload":"hugetlb",.*"status":"ok"' ||
	has_sample done '"workload":"swapped",.*"status":"ok"' ||
	skip "nothing can be prepared here: $(tr -s '\n ' ' ' <"$scratch/out")"

# started FOLDER WORKLOAD [ARGUMENT...]: is in the middle of it. False when the
# machine cannot do it.
started() {
	local folder=$1 workload=$2

	shift 2
	in_background "$program" run "${endless[@]}" -w "$workload" "$@" \
		-o "$folder"
	wait_until 60 has_sample "$folder" '"process":1,|"status":"skip"' ||
		fail "$folder: nothing measured"
	if ! has_sample "$folder" '"status":"ok"'; then
		kill -TERM "$pid"
		finish 20
		return 1
	fi
	changed || fail "$folder: nothing was prepared"
}

# interrupted FOLDER WORKLOAD [ARGUMENT...]
interrupted() {
	started "$@" || return 0
	kill -INT "$pid"
	finish 20
	expect_status 130 "$1"
	expect_as_before 0 "$1"
	expect_no_processes "$1"
	"$check_run" --partial "$1" || fail "$1: see above"
}

# killed FOLDER WORKLOAD [ARGUMENT...]: nobody asks the runner.
killed() {
	started "$@" || return 0
	kill -KILL "$pid"
	finish 20
	expect_status 137 "$1"
	expect_as_before 30 "$1"
	wait_until 20 nobody_left || expect_no_processes "$1"
	"$check_run" --samples-only "$1" || fail "$1: see above"
	[ "$(files_in "$1" | sed 's/gbench.json //')" = \
		"env.json samples.jsonl topology.xml " ] ||
		fail "left in the folder: $(files_in "$1")"
}

nobody_left() {
	[ -z "$(marked_processes)" ]
}

interrupted interrupted-hugetlb hugetlb
interrupted interrupted-swapped swapped
killed killed-hugetlb hugetlb
killed killed-swapped swapped
killed killed-file swapped -p backend=file

# The size of folios changes from cell to cell.
interrupted interrupted-mthp mthp
killed killed-mthp mthp

# A machine whose huge pages are off has them on for the run only.
thp=/sys/kernel/mm/transparent_hugepage/enabled
if [ -w $thp ]; then
	mode=$(sed 's/.*\[\(.*\)\].*/\1/' $thp)
	trap 'echo "$mode" >$thp; clean_up' EXIT
	echo never >$thp
	snapshot >"$scratch/before"
	killed killed-thp thp
	dirtybench run --preset quick -w thp -t none --processes 1 \
		--epochs 1 -o thp
	expect_status 0 "thp where it was off"
	expect_as_before 0 "thp where it was off"
fi
