#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Another user measures what needs no privilege, and is told what would help.
#
# usage: unprivileged.sh DIRTYBENCH CHECK-RUN
. "$(dirname "$0")/lib.sh"

check_run=$2

# The build may lie where only its owner may go.
cp "$program" "$scratch/dirtybench"
chmod 755 "$scratch/dirtybench"
as_user=("$scratch/dirtybench")
if [ "$(id -u)" -eq 0 ]; then
	as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups
		"$scratch/dirtybench")
	chown 65534:65534 .
fi

# told FOLDER WORKLOAD COMMAND: it was measured, or skipped with the command.
told() {
	has_sample "$1" "\"workload\":\"$2\",.*\"status\":\"ok\"" && return
	has_sample "$1" "\"workload\":\"$2\",.*\"status\":\"skip\",\"reason\":\"[^\"]*$3" ||
		fail "$2 is neither measured nor skipped with '$3'"
	tr -s '\n ' ' ' <"$scratch/out" | grep -qE -e "$3" ||
		fail "the table does not tell how to have $2"
}

# Every tracker on plain memory; what this kernel lacks is skipped for root
# as well. The matrix has a workload a line, and trackers in their order.
dirtybench list
mapfile -t trackers < <(sed -n \
	'/^Trackers$/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' "$scratch/out")
read -ra marks < <(sed -n 's/^dense  *//p' "$scratch/out")
[ "${#trackers[@]}" -gt 0 ] || fail "the list has no trackers"
[ "${#trackers[@]}" -eq "${#marks[@]}" ] ||
	fail "the matrix has ${#marks[@]} marks for ${#trackers[@]} trackers"
quietly "${as_user[@]}" run "${small[@]}" -w dense -o dense \
	-t "$(IFS=,; echo "${trackers[*]}")"
expect_status 0 "dense as another user"
expect_empty err "dense as another user"
"$check_run" --processes 2 --measured 2 --same-stores dense ||
	fail "dense: see above"
for i in "${!trackers[@]}"; do
	[ "${marks[i]}" != + ] ||
		has_sample dense \
			"\"tracker\":\"${trackers[i]}\",.*\"status\":\"ok\"" ||
		fail "${trackers[i]} needs privileges on dense"
done

# Huge pages and swap are root's.
quietly "${as_user[@]}" run --preset quick --processes 1 --epochs 1 \
	-w dense,hugetlb,swapped -t none,mprotect -o some
expect_status 0 "hugetlb and swapped as another user"
expect_empty err "hugetlb and swapped as another user"
"$check_run" some || fail "some: see above"
told some hugetlb 'run as root without --no-prepare, or sysctl vm.nr_hugepages=[0-9]+'
told some swapped 'run as root without --no-prepare, or swapon'
has_sample some '"workload":"dense",.*"status":"ok"' || fail "dense is lost"

# The list tells the same before anything is run.
quietly "${as_user[@]}" list
expect_status 0 "list as another user"
expect_page "$scratch/out" "list as another user"
if has_sample some '"workload":"hugetlb",.*"status":"skip"'; then
	tr -s '\n ' ' ' <"$scratch/out" | grep -q 'vm.nr_hugepages=' ||
		fail "list does not tell how to have hugetlb"
fi
quietly "${as_user[@]}" doctor
expect_status 0 "doctor as another user"
expect_page "$scratch/out" "doctor as another user"

# Root who asks for nothing to be prepared is told the same.
need_root "not preparing what could be"
dirtybench run --preset quick --processes 1 --epochs 1 --no-prepare \
	-w dense,hugetlb,swapped -t none -o not-prepared
expect_status 0 --no-prepare
told not-prepared hugetlb 'vm.nr_hugepages=[0-9]+'
told not-prepared swapped 'swapon'
