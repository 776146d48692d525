#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The pages of docs/findings: each can be made anew by the command that it names,
# and shows nothing that its steps do not make.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
	echo "findings.sh: $*"
	exit 1
}

# check NAME: the page, its steps and its pictures fit together.
check() {
	local page=$root/docs/findings/$1.md steps=$root/docs/findings/$1/steps
	local block picture

	[ -s "$page" ] || fail "$1 has no page"
	grep -q '^\*\*The question' "$page" || fail "$1 asks no question"
	grep -qx '## The finding' "$page" || fail "$1 has no finding"
	grep -qx "tools/finding build/bin/dirtybench $1" "$page" ||
		fail "$1 does not say how it is made"
	bash -n "$steps"
	diff <(sed -n 's/^<!-- measured: \(.*\) -->$/\1/p' "$page" | sort) \
		<(grep -oE 'block [a-z]+$' "$steps" | sed 's/block //' |
			sort) || fail "$1: blocks of page and steps differ"
	for block in $(sed -n 's/^<!-- measured: \(.*\) -->$/\1/p' "$page"); do
		[ "$(sed -n "/^<!-- measured: $block -->\$/,/^<!-- end -->\$/p" \
			"$page" | wc -l)" -gt 5 ] || fail "$1: $block is empty"
	done
	diff <(grep -oE "\($1/[^)]*\.svg\)" "$page" | sort) \
		<(cd "$root/docs/findings" && printf '(%s)\n' "$1"/*.svg) ||
		fail "$1: pictures that are shown and those there are differ"
	! grep -nE '.{161}' "$page" || fail "$1 has a line that nobody reads"
}

cd "$root/docs/findings"
for folder in */; do
	check "${folder%/}"
done

# What cannot be made leaves everything as it is.
copy=$scratch/tree
mkdir -p "$copy/docs"
cp -r "$root/docs/findings" "$copy/docs/findings"
cp -r "$root/tools" "$copy/tools"
printf '#!/bin/sh\nexit 1\n' >"$scratch/program"
chmod +x "$scratch/program"
for folder in */; do
	! "$copy/tools/finding" "$scratch/program" "${folder%/}" \
		>"$scratch/out" 2>&1 || fail "a run that failed made $folder"
done
diff -r "$root/docs/findings" "$copy/docs/findings" ||
	fail "a run that failed changed a page"

status=0
"$copy/tools/finding" "$scratch/program" nothing 2>"$scratch/err" || status=$?
[ $status -eq 2 ] || fail "an unknown finding: exit $status"
grep -q "no finding 'nothing': there are .*merging" "$scratch/err" ||
	fail "an unknown finding: $(cat "$scratch/err")"
