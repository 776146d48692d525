#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program tells about itself and the machine, in 80 columns of ASCII.
. "$(dirname "$0")/lib.sh"

data=$(cd "$golden_folder/../data" && pwd)

# page ARGUMENT...: the program prints it and is content.
page() {
	dirtybench "$@"
	expect_status 0 "$*"
	expect_empty err "$*"
	expect_page "$scratch/out" "$*"
	[ -s "$scratch/out" ] || fail "nothing printed: $*"
}

# Append the page to a report.
noted() {
	page "$@"
	{
		echo "\$ dirtybench $*"
		cat "$scratch/out"
		echo
	} >>"$scratch/report"
}

noted --help
noted run --help
noted run --usage
noted list --help
noted agree --help
noted compare --help
noted plot --help
noted repro --help
noted doctor --help
golden help "$scratch/report"

page --version
grep -qxE 'dirtybench [0-9]+\.[0-9]+\.[0-9]+' "$scratch/out" ||
	fail "no version"

# What is behind the matrix's heading depends on the kernel. So does what is
# swapped to: the default is what the machine has.
page list
sed -n '/^workload  /q; s/backend=[a-z]*/backend=BACKEND/; p' "$scratch/out" \
	>"$scratch/things"
golden list "$scratch/things"
grep -qE "^dense .*\\+" "$scratch/out" || fail "list: nothing can be run"
for letter in $(sed -n '/^workload  /,/^$/p' "$scratch/out" | sed 1d |
	grep -oE ' [a-z]( |$)' | sort -u); do
	grep -q "^$letter " "$scratch/out" || fail "list: what is '$letter'?"
done

page doctor --root "$data/noisy"
golden doctor-noisy "$scratch/out"
page doctor --root "$data/quiet"
golden doctor-quiet "$scratch/out"
page doctor

# All of a page or an error: a full disk is not overlooked.
for command in --help --version list doctor 'run --help' \
	'run -w dense --benchmark_list_tests'; do
	status=0
	# shellcheck disable=SC2086
	"$program" $command >/dev/full 2>"$scratch/err" || status=$?
	: >"$scratch/out"
	expect_status 1 "$command >/dev/full"
	expect_one_line err "$command >/dev/full"
done
