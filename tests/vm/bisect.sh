#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A step of a bisection: its exit status is all that git has of it. And a whole
# bisection, of a repository whose "builds" copy what is committed. Boots
# nothing.
. "$(dirname "$0")/../cli/lib.sh"
. "$golden_folder/../vm/guests.sh"

export PATH="$fake:$PATH" FAKE_GUEST=replays FAKE_CELL=.
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"
make_image

# kernel NAME WORD...: an image that the stand-in finds these words in.
kernel() {
	local name=$1

	shift
	{ cat image; printf ' %s ' "$@"; } >"$name"
}

step() {
	dirtybench kernels bisect-step "$@"
}

# said STATUS PATTERN: the step ended so, with one line that says this.
said() {
	expect_status "$1" "$2"
	expect_one_line out "$2"
	expect_empty err "$2"
	grep -qE -e "$2" "$scratch/out" || fail "does not say: $2"
	expect_no_processes "$2"
	[ -z "$(compgen -G "$TMPDIR/dirtybench-step-*")" ] ||
		fail "a folder is left behind"
}

refused() {
	expect_status 128 "$1"
	expect_empty out "$1"
	expect_one_line err "$1"
	grep -qE -e "$1" "$scratch/err" || fail "does not say: $1"
}

kernel good arm=20000
kernel little arm=20300
kernel much arm=21000
kernel less arm=10000
kernel dead panics arm=20000
kernel broken oops arm=20000
head -c 600 image >short

dirtybench kernels run ./good -w dense -t none,scan -p size=2m \
	--preset quick --append threadirqs --memory 512 -o runs
expect_status 0 "the good run"
good=runs/6.0-fake

step "$good" --figure arm ./good
said 0 '^good: dense/scan/.* arm 39.1 -> 39.1 insn/page \(\+0.0%; gate 2%'
step "$good" --figure arm ./little
said 0 '^good: .*\+1.5%'
step "$good" --figure arm --gate 1% ./little
said 1 '^bad: .*\+1.5%; gate 1%'
step "$good" --figure arm ./much
said 1 '^bad: dense/scan/.* arm 39.1 -> 41.0 insn/page \(\+5.0%'
step "$good" --figure arm ./less
said 0 '^good: '
# It is this figure, and this cell, that is asked for.
step "$good" --figure collect ./much
said 0 '^good: .* collect .*1 cell\)'
step "$good" --figure write ./much
said 0 '^good: .* write .*2 cells\)'
step "$good" --figure write --cell dense/none ./much
said 0 '^good: dense/none/.*1 cell\)'
step "$good" --figure arm --cell dense/scan ./much
said 1 '^bad: dense/scan/.*1 cell\)'
step "$good" --figure tracking --gate 0.1 ./much
said 1 '^bad: dense/scan/.* tracking '

# Neither good nor bad.
step "$good" --figure arm ./dead
said 125 '^skip: .*Kernel panic - not syncing: VFS: Unable to mount root fs'
step "$good" --figure arm ./broken
said 125 '^skip: dense/scan/.*NULL pointer dereference'
step "$good" --figure arm ./short
said 125 '^skip: .*short'
step "$good" --figure arm ./none
said 125 '^skip: .*no kernel'

# Wrong at every step: git has to stop.
step "$good" --figure arms ./good
refused '--figure arms'
step "$good" --figure regions ./good
refused '--figure regions'
step "$good" --figure arm --gate few ./good
refused '--gate few: has to be per cent'
step "$good" --figure arm
refused 'the image to try'
step "$good" ./good
refused '--figure NAME'
step nothing --figure arm ./good
refused 'nothing'
step "$good" --figure arm --cell thp/scan ./good
refused 'no cell thp/scan has the figure arm'
step "$good" --figure open --wrong ./good
refused 'wrong'
quietly env PATH=/nothing "$program" kernels bisect-step "$good" \
	--figure arm ./good
refused 'not installed'
dirtybench run "${small[@]}" -w dense -t none,mprotect -o time
step time --figure arm ./good
refused 'has time, not instructions'

# The image gets what the good run got.
cat >noting <<EOF
#!/bin/bash
printf '%s\n' "\$@" >>$PWD/words
exec $fake/qemu-system-x86_64 "\$@"
EOF
chmod +x noting
mkdir front
mv noting front/qemu-system-x86_64
PATH="$PWD/front:$PATH" step "$good" --figure arm --cell dense/scan ./good
said 0 '^good'
grep -q threadirqs words || fail "the command line is another"
grep -qx 512M words || grep -q 512 words || fail "the memory is another"

# Ctrl-C ends the guest and leaves nothing; git stops at such a status.
kernel slow slow arm=20000
in_background "$program" kernels bisect-step "$good" --figure arm ./slow
guest_is_up() { compgen -G "$TMPDIR/dirtybench-step-*/*/boot-0/env.json"; }
wait_until 10 guest_is_up >/dev/null || fail "no guest"
kill -INT "$pid"
finish 20
[ "$status" -eq 130 ] || fail "exit status $status, not 130"
expect_no_processes "Ctrl-C"
[ -z "$(compgen -G "$TMPDIR/dirtybench-step-*")" ] || fail "a folder is left"

# A whole bisection: the third commit is the one, the second does not boot.
git_() { git -C history -c user.name=a -c user.email=a@b "$@"; }
git init -q history
for name in good dead much much2; do
	kernel "history/kernel" "arm=$([[ $name =~ much ]] && echo 21000 ||
		echo 20000)" "$([ "$name" != dead ] || echo panics)" "$name"
	git_ add kernel
	git_ commit -qm "$name"
done
git_ bisect start HEAD HEAD~3 >/dev/null
(cd history && git bisect run "$program" kernels bisect-step "../$good" \
	--figure arm ./kernel) >bisected 2>&1 || true
git_ bisect log >log
grep -q '# skip: .*dead' log || fail "dead is not skipped: $(cat log bisected)"
grep -q '# bad: .*much$' log || fail "much is not bad: $(cat log bisected)"
