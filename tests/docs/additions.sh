#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does what docs/adding-a-*.md say, in a copy of the tree, and runs the result.
#
# usage: additions.sh build|tracker|workload FOLDER
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
action=$1
folder=$2
copy=$folder/tree
program=$folder/build/bin/dirtybench

fail() {
	echo "additions.sh: $*"
	exit 1
}

# Only one file and one word are what the pages promise to be enough.
add() {
	local kind=$1 page=$root/docs/adding-a-$1.md file name list

	# shellcheck disable=SC2016
	file=$(sed -n 's,^`\('"$kind"'s/[a-z-]*\.c\)`:$,\1,p' "$page")
	[ -n "$file" ] || fail "$page names no file"
	[ ! -e "$copy/$file" ] || fail "$file is there already"
	awk '/^```$/ { on = 0 } on { print } /^```c$/ { on = 1 }' \
		"$page" >"$copy/$file"
	name=$(basename "$file" .c)
	list=$copy/${kind}s/CMakeLists.txt
	awk -v name="$name" '
		/^\)/ && on { if (!added) print "\t" name; on = 0 }
		on && !added && $1 > name { print "\t" name; added = 1 }
		{ print }
		/^set\('"${kind^^}"'S$/ { on = 1 }' "$list" >"$list.new"
	mv "$list.new" "$list"
	(cd "$copy" && clang-format --dry-run -Werror "$file")
}

copy_tree() {
	rm -rf "$copy"
	mkdir -p "$copy"
	tar -C "$root" -c --exclude=./.git --exclude=./build \
		--exclude='./results/run-*' --exclude="./${folder#"$root"/}" . |
		tar -C "$copy" -x
}

build() {
	copy_tree
	add tracker
	add workload
	cmake -S "$copy" --preset debug -B "$folder/build" \
		-DDIRTYBENCH_TESTS=OFF -DDIRTYBENCH_WERROR=ON
	cmake --build "$folder/build"
}

# Each cell has proved epochs and nothing but.
prove() {
	local out=$folder/$action cells=$1

	shift
	rm -rf "$out"
	"$program" run --preset quick -p size=8m -o "$out" "$@"
	[ "$(grep -c '"status": *"ok"' "$out/samples.jsonl")" -gt 0 ] ||
		fail "nothing was measured"
	! grep -E '"status": *"(lied|inexact|fail|skip)"' \
		"$out/samples.jsonl" || fail "not every epoch is ok"
	[ "$(grep -o '"cell": *"[^"]*"' "$out/samples.jsonl" | sort -u |
		wc -l)" -eq "$cells" ] || fail "there are not $cells cells"
}

case $action in
build) build ;;
tracker) prove 2 -w dense,ring -t hash ;;
workload) prove 3 -w ring -t none,mprotect,hash ;;
*) fail "no action '$action'" ;;
esac
