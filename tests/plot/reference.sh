#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The reference runs: whole, proved, without a trace of where they were made; and
# README's picture is drawn from them.
#
# usage: reference.sh DIRTYBENCH
. "$(dirname "$0")/../cli/lib.sh"

command -v gnuplot >/dev/null || skip "there is no gnuplot"
root=${golden_folder%/tests/golden}
runs=$root/results/reference
mapfile -t kernels < <(cd "$runs" && ls -d -- */ | sort -V)
[ ${#kernels[@]} -ge 6 ] || fail "there are ${#kernels[@]} kernels only"

# Every cell has its epochs, all right, or the reason why the kernel cannot; and
# all kernels were asked for the same.
cells_of() {
	grep -E '"kind":"first"|"status":"skip"' "$runs/$1/samples.jsonl" |
		sed 's/.*"cell":"\([^"]*\)".*/\1/' | sort
}
cells_of "${kernels[0]}" >cells
[ "$(wc -l <cells)" -ge 48 ] || fail "not all pairs"
for kernel in "${kernels[@]}"; do
	cells_of "$kernel" | diff cells - || fail "$kernel: other cells"
	! grep -E '"status":"(fail|lied|inexact)"' "$runs/$kernel/samples.jsonl" ||
		fail "$kernel: not all epochs are right"
	! grep -E '"status":"ok".*"insn":null' "$runs/$kernel/samples.jsonl" ||
		fail "$kernel: no instructions"
done
! grep -rE -e '/(root|home|tmp|work|var|usr)/' "$runs" ||
	fail "a path of the machine that made them"

# The same data, and the same picture where gnuplot is that of the picture.
(
	cd "$root"
	"$program" plot --kind=history --format=svg -o "$scratch/cwd" \
		"${kernels[@]/#/results/reference/}"
) >"$scratch/out" 2>"$scratch/err" || fail "they cannot be drawn"
cmp history.tsv "$root/docs/history.tsv" ||
	fail "docs/history.tsv is not of these runs: tools/reference"
! gnuplot --version | grep -q '^gnuplot 5.4' ||
	cmp history.svg "$root/docs/history.svg" ||
	fail "docs/history.svg is not of these runs: tools/reference"
