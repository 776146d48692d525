#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The matrix of a kernel without PAGEMAP_SCAN and of one with it: what is known
# of both shows, each entry from epochs of its own.
. "$(dirname "$0")/../cli/lib.sh"
. "$golden_folder/../vm/guests.sh"

need_kernels 6.1 6.12

export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

# entry PAGES TRACKER: the words of both kernels, without numbers of notes.
entry() {
	awk -v pages="$1" -v tracker="$2" '
		!/^ / { on = $0 == pages }
		on && $1 == tracker { $1 = ""; gsub(/ [0-9]+/, ""); print }' \
		"$scratch/out" | sed 's/^ *//'
}

# expect_entry PAGES TRACKER WORDS
expect_entry() {
	[ "$(entry "$1" "$2")" = "$3" ] ||
		fail "$1, $2: $(entry "$1" "$2"), not $3"
}

dirtybench kernels matrix 6.1 6.12 -t liar,softdirty,scan,scan-criu \
	-w dense,thp,hugetlb,merged --epochs 1 --seed 1
expect_status 3 "a liar"
expect_empty err "two good boots"
expect_page "$scratch/out" "the matrix"
expect_no_processes "after the boots"
[ -z "$(ls "$TMPDIR")" ] || fail "left behind: $(ls "$TMPDIR")"
base='dense order=ascending pattern=random size=2m'
expect_entry "$base" softdirty 'exact exact'
expect_entry "$base" scan '- exact'
# What a tracker takes by default are no other pages.
expect_entry "$base" scan-criu '- exact'
expect_entry "$base" liar 'WRONG WRONG'
expect_entry 'thp state=intact' softdirty 'over over'
# A huge page that is split while it is clean: 6.2 made all of it dirty.
expect_entry 'thp state=split-armed' 'softdirty*' 'exact over'
expect_entry 'thp state=split-armed' scan '- exact'
expect_entry 'merged' 'softdirty*' 'over over'
expect_entry 'merged' scan '- exact'
expect_entry 'hugetlb sharing=private' 'softdirty*' 'WRONG WRONG'
expect_entry 'hugetlb sharing=private' scan '- over'
grep -q 'unsupported: .*PAGEMAP_SCAN\|unsupported: .*UFFD_FEATURE_WP_ASYNC' \
	"$scratch/out" || fail "does not say why 6.1 has no scan"

# What is declared impossible is no failure; the runs are kept.
dirtybench kernels matrix 6.12 -t softdirty -w hugetlb --epochs 1 -o kept \
	--format csv
expect_status 0 "what the tracker does not claim"
grep -q 'softdirty,1,6.12,wrong,4,[0-9]*,[1-9]' "$scratch/out" ||
	fail "the CSV lacks it"
has_sample kept/6.12/boot-0 '"workload":"hugetlb".*"status":"lied"' ||
	fail "the run is not kept"
