#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The section of a cover letter: its text, and that git carries it unchanged.
#
# usage: cover.sh DIRTYBENCH PLOT-RUNS
. "$(dirname "$0")/lib.sh"

runs=$2
command -v git >/dev/null || skip "there is no git: install git"

# Nothing of the machine's own settings of git.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org

covers() {
	dirtybench cover "$@"
	expect_status 0 "cover $*"
	expect_empty err "cover $*"
	expect_mail "$scratch/out"
	# git-commit(1) takes the second of two empty lines away.
	awk 'last == "" && $0 == "" { exit 1 } { last = $0 }' last=x \
		"$scratch/out" || fail "two empty lines in a row"
}

told() {
	tr -s '\n ' ' ' <"$scratch/out" | grep -qF -e "$1" ||
		fail "not told: $1"
}

# make_repository FOLDER: with one commit, always the same.
make_repository() {
	git init -q "$1"
	echo first >"$1/file"
	git -C "$1" add file
	git -C "$1" commit -q -m "First"
}

# Send the section as the message of a commit, and as a cover letter.
mail_section() {
	make_repository sender
	make_repository receiver
	{
		printf 'mm: make tracking faster\n\n'
		cat section.txt
	} >message.txt
	echo second >sender/file
	git -C sender commit -q -a -F "$PWD/message.txt"
	git -C sender config branch.topic.description "$(cat message.txt)"
	git -C sender branch -m topic
	git -C sender format-patch -q --cover-letter \
		--cover-from-description=subject -1 -o "$PWD/mails"
	mv mails/0000-* cover.mail
}

check_commit() {
	git -C receiver am -q "$PWD"/mails/0001-*
	git -C receiver log -1 --format=%B | sed '$d' >got.txt
	cmp message.txt got.txt || fail "git am changed the message"
	[ "$(cat receiver/file)" = second ] || fail "git am lost the change"
}

# What git makes of the mail: the section, and behind it the list of commits.
check_cover() {
	git mailinfo -u got-cover.txt got-patch.txt <cover.mail >got-head.txt
	head -n "$(wc -l <section.txt)" got-cover.txt |
		cmp section.txt - || fail "the cover letter changed the section"
}

"$runs" "label"

# Boots that replicate, a claim, a liar, a tracker that was skipped.
covers base/\* -- new/\*
told 'Measured with dirtybench'
told 'in the order B N B N B N B N B N B N B N B N (B base, N new).'
told 'in 16 they were wrong, see below'
told 'base: before, kernel 6.19.0-rc1, 8 runs, 8 boots'
told 'worse *'
told 'o ratio of medians; ( ) 95 % interval'
told 'geometric means'
told 'LIED'
told 'this kernel has no soft-dirty bit'
told 'dirtybench run -w dense,thp --label '"'before'\\''s'"
told 'To reproduce, with dirtybench at commit 0123456789ab'
cp "$scratch/out" section.txt
golden cover section.txt
mail_section
check_commit
check_cover

# The cell that changed most is offered as a program, and can be had.
dirtybench run "${small[@]}" -w dense -t none,mprotect -o one
dirtybench run "${small[@]}" -w dense -t none,mprotect -o two
covers one two -o letter.txt
expect_empty out "cover -o"
cp letter.txt "$scratch/out"
expect_mail letter.txt
told 'only one boot on a side: each verdict is exploratory'
told 'dirtybench run --preset quick -p size=2m -p dirty=25%'
cell=$(sed -n '/dirtybench repro/{n;s/^ *//;s/ >.*//;p}' letter.txt)
[ -n "$cell" ] || fail "no cell is offered as a program"
dirtybench repro "$cell"
expect_status 0 "repro $cell"

# One base and one new side.
dirtybench cover one two one
expect_status 2 "three sides"
expect_one_line err "three sides"
