#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A patch series of a repository whose "builds" copy what is committed: a column
# a commit, in it what that one did; the user's work tree is left alone. Boots
# nothing.
. "$(dirname "$0")/../cli/lib.sh"
. "$golden_folder/../vm/guests.sh"

export PATH="$fake:$PATH" FAKE_GUEST=replays FAKE_CELL=.
# Hashes have to be the same in every run of this test.
export GIT_AUTHOR_DATE='2026-01-01T00:00:00Z'
export GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE GIT_CONFIG_GLOBAL=/dev/null
make_image

git_() { git -C tree -c user.name=a -c user.email=a@b "$@"; }

# commit SUBJECT WORD...: a kernel that the stand-in finds these words in.
commit() {
	local subject=$1

	shift
	echo "$@" >tree/words
	git_ add words
	git_ commit -qm "$subject"
}

git init -q tree
commit "Base" arm=20000
git_ branch base
commit "mm: arm with less" arm=10000
commit "mm: does not compile" syntax
commit "mm: does not boot" arm=10000 panics
commit "mm: rename a variable" arm=10001
commit "mm: break PAGEMAP_SCAN" arm=10001 oops
commit "mm: fix it, arm with more" arm=12000 kasan
git_ branch tip
# What is only here must neither be used nor changed.
git_ checkout -q -b mine base
echo mine >tree/words
touch tree/untracked

# What a build leaves must not stand for a build that fails.
build="! grep syntax words || { echo 'words:1: error: syntax'; exit 1; }
	mkdir -p arch/x86/boot
	{ cat '$PWD/image'; printf ' '; tr '\n' ' ' <words; } >arch/x86/boot/bzImage"
cells=(-w dense -t none,scan -p size=2m --preset quick)

series() {
	rm -rf out
	dirtybench kernels series "$@"
	expect_no_processes "$*"
	[ "$(git_ worktree list | wc -l)" -eq 1 ] || fail "a work tree is left"
	[ ! -e out/worktree ] || fail "the folder of the work tree is left"
	[ "$(git_ status --short)" = " M words
?? untracked" ] && [ "$(cat tree/words)" = mine ] &&
		[ "$(git_ rev-parse --abbrev-ref HEAD)" = mine ] ||
		fail "the user's work tree was touched"
}

series base..tip --tree tree --build "$build" "${cells[@]}" -o out
expect_status 1 "some commits cannot be measured"
expect_empty err "a series"
golden series "$scratch/out"
[ "$(wc -l <out/series.jsonl)" -eq 7 ] || fail "not a line a commit"
[ "$(grep -c '"end":"measured"' out/series.jsonl)" -eq 5 ] ||
	fail "series.jsonl: $(cat out/series.jsonl)"
grep -q '"end":"no build","reason":"does not build: words:1' out/series.jsonl ||
	fail "series.jsonl does not tell why it does not build"
grep -q syntax out/02-*/build.log || fail "no log of the build"
for folder in out/00-*/6.0-fake/boot-1 out/01-*/6.0-fake/boot-0; do
	[ -s "$folder/samples.jsonl" ] || fail "no run in $folder"
done
# What was kept is what compare takes.
dirtybench compare --all out/00-*/6.0-fake out/01-*/6.0-fake
expect_status 0 "comparing two of them"
grep -q -- '-50.0%' "$scratch/out" || fail "compare sees another change"

# Another range of the same series; all rows.
series base..tip~4 --tree tree --build "$build" "${cells[@]}" -o out --all
expect_status 1 "two commits, one of which does not build"
golden series-all "$scratch/out"
# In the repository itself, from its folder, nothing changes.
(cd tree && env "$mark" "$program" kernels series tip~3..tip~2 \
	--build "$build" "${cells[@]}" -o ../same >"$scratch/out" \
	2>"$scratch/err") && fail "a commit does not boot, and all is well"
grep -q 'no boot' "$scratch/out" || fail "does not say that it does not boot"
grep -q 'No row changes' "$scratch/out" || fail "a rename changes something"

# A build that makes nothing is not the kernel that was made before.
series base..tip~5 --tree tree "${cells[@]}" -o out \
	--build "[ -e made ] || { touch made; $build; }"
expect_status 1 "a build that makes nothing"
grep -q 'with less: does not build: the command made no' "$scratch/out" ||
	fail "does not say that nothing was made"

# Nothing is begun.
refused() {
	expect_status 2 "$1"
	expect_one_line err "$1"
	grep -qe "$1" "$scratch/err" || fail "does not say: $1"
	[ ! -e out ] || fail "a folder is left behind: $1"
}
series base..none --tree tree --build true -o out
refused 'none'
series base --tree tree --build true -o out
refused 'has to be BASE..TIP'
series base...tip --tree tree --build true -o out
refused 'has to be BASE..TIP'
series tip..base --tree tree --build true -o out
refused 'has no commits'
series base..tip --tree "$scratch" --build true -o out
refused 'not a git repository'
series base..tip --tree tree -o out
refused 'how is a commit built'
series base..tip --tree tree --build true
refused '-o DIR'
series base..tip --tree tree --build true -o out -w danse
refused "did you mean 'dense'"
series base..tip --tree tree --build true -o out --epochs x
refused '--epochs x'
mkdir used
touch used/series.jsonl
series base..tip --tree tree --build true -o used
refused 'used/series.jsonl: File exists'

# Ctrl-C, while it builds and while it measures: what there is stays.
interrupted() {
	wait_until 20 "$@" || fail "it never comes so far"
	kill -INT "$pid"
	finish 20
	[ "$status" -eq 130 ] || fail "exit status $status, not 130"
	expect_no_processes "Ctrl-C"
	[ "$(git_ worktree list | wc -l)" -eq 1 ] || fail "a work tree is left"
	[ ! -e out/worktree ] || fail "the work tree's folder is left"
	has_sample out/00-*/6.0-fake/boot-1 '"tracker":"scan"' ||
		fail "what was measured is gone"
	grep -q Base "$scratch/out" || fail "what was measured is not shown"
}
rm -rf out
in_background "$program" kernels series base..tip --tree tree "${cells[@]}" \
	-o out --build "$build; ! grep 10000 words || { touch $PWD/building
		sleep 1000 & wait; }"
interrupted test -e building
git_ checkout -q -f -B slow base
commit "mm: takes long" arm=20000 slow
rm -rf out
in_background "$program" kernels series base..slow --tree tree "${cells[@]}" \
	-o out --build "$build"
is_measuring() { compgen -G 'out/01-*/6.0-fake/boot-0/samples.jsonl'; }
interrupted is_measuring >/dev/null
