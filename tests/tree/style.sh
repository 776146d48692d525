#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One check of how the tree's own files are written.
#
# usage: style.sh format|licence|marks|names|tidy BUILD-FOLDER
#
# Prints what is wrong and where; silent when nothing is.
set -euo pipefail

cd "$(dirname "$0")/../.."
check=$1
build=$2

# Files of these names, wherever they are, as NUL-terminated paths. What was
# built, measured or captured from a machine is not the tree's own.
own_files() {
	local names=() name

	for name; do
		names+=(-o -name "$name")
	done
	find . \( -path ./.git -o -path ./build -o -path './results/run-*' \
		-o -path ./tests/data -o -path "./${build#"$PWD/"}" \) -prune -o \
		-type f \( "${names[@]:1}" \) -print0 | sort -z
}

sources() {
	own_files '*.c' '*.h' '*.cc'
}

# Everything that a comment can be put into.
commented() {
	sources
	own_files '*.in' '*.cmake' CMakeLists.txt '*.sh' '*.gp' '*.md' '*.1' \
		packages.txt .clang-format .clang-tidy
	own_files run check packages
}

# Fails when there are lines to read, and prints each with what is wrong.
none() {
	local path found=0

	while IFS= read -r path; do
		echo "$path: $1"
		found=1
	done
	return $found
}

check_format() {
	sources | xargs -0 clang-format --dry-run -Werror
}

check_licence() {
	commented | while IFS= read -r -d '' path; do
		sed -n 1,3p "$path" |
			grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
			echo "$path"
	done | none "no SPDX-License-Identifier: GPL-2.0-or-later on top"
}

check_marks() {
	# Written apart, so that this line is not one of them.
	! { sources; own_files '*.sh' '*.cmake' CMakeLists.txt; } |
		xargs -0 grep -nwE 'TO''DO|FIX''ME|XX''X'
}

# A name without its folder says which file is meant. What stands in for
# another project's file has that file's name.
check_names() {
	sources | tr '\0' '\n' | grep -v '^./tests/libbench/newer/' |
		sed 's,.*/,,' | sort | uniq -d |
		none "more than one file has this name"
}

# One file a call, because the calls are slow and can go side by side.
check_tidy() {
	# shellcheck disable=SC2016
	sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' \
		"$build/compile_commands.json" | grep -vF "$build/" |
		sort -u | tr '\n' '\0' |
		xargs -0 -P "$(nproc)" -I FILE sh -c '
			out=$(clang-tidy -p "$1" --quiet "$2" 2>/dev/null) || {
				printf "%s\n" "$out"
				exit 1
			}' sh "$build" FILE
}

case $check in
format | licence | marks | names | tidy) "check_$check" ;;
*)
	echo "style.sh: no check '$check'" >&2
	exit 2
	;;
esac
