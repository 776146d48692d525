#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Trackers over the same stores: those that tell the truth agree, and one that
# does not is found out, page by page.
. "$(dirname "$0")/lib.sh"

# compared TRACKERS PAGES: a set of trackers agrees on as many pages.
compared() {
	grep -qxF "  $1: agree on all $2 pages in 4 epochs" "$scratch/joined" ||
		fail "not compared: $1"
}

# Lines that were broken, whole again.
join_lines() {
	sed -E ':a; N; $!ba; s/\n    +([^ e])/ \1/g' "$scratch/out" \
		>"$scratch/joined"
}

# A kernel that can: three share one registration, and the one with a handler
# resolves its fault before they see the store.
small=(--epochs 1 -p size=8m -p dirty=25%)
dirtybench agree -t mprotect,pagemap,scan,scan-resident \
	-w dense,thp,swapped,forked "${small[@]}"
[ "$status" -ne 4 ] || skip "no two trackers can be compared here"
expect_status 0 "trackers that are right"
expect_empty err "trackers that are right"
expect_page "$scratch/out" "trackers that are right"
expect_no_processes "trackers that are right"
! grep -q ' FAILED\| DIFFER$' "$scratch/out" || fail "they do not agree"
tail -n 1 "$scratch/out" | grep -q '^differ' && fail "they differ"
grep -qE '^agree: [0-9]+ pages of kind base' "$scratch/out" ||
	fail "does not say how many pages were compared"
if ! grep -q '^  pagemap.*left out' "$scratch/out"; then
	join_lines
	compared 'mprotect, pagemap, scan, scan-resident' 8192
fi

# What an epoch does to its mappings besides: here they become accessible first.
dirtybench agree -t pagemap,scan -w vma-chain -p chain=merge -p pieces=64 \
	--epochs 1
expect_status 0 "changes of mappings"

# A page that one drops is listed, and nothing else.
dirtybench agree -t liar,scan,uffd-wp -w dense --epochs 1 -p size=2m \
	-p order=ascending -p pattern=sequential -p vec=512 --format json
expect_status 3 "a liar"
expect_no_processes "a liar"
[ "$(grep -c '"start"' "$scratch/out")" -ge 2 ] || fail "no page is listed"
! grep -E '"pages": [0-9]' "$scratch/out" | grep -qv '"pages": 1,' ||
	fail "more than a page is listed"
grep -q '"because": \[' "$scratch/out" || fail "does not say why"
dirtybench agree -t liar,scan,uffd-wp -w dense --epochs 1 -p size=2m
expect_status 3 "a liar"
grep -q 'liar says clean; stored to, and' "$scratch/out" ||
	fail "the liar is not named"
grep -qE '^      epoch 0  0x[0-9a-f]+000-0x[0-9a-f]+000  1 page$' \
	"$scratch/out" || fail "the page is not listed"
grep -q '^differ: .*(not as declared)' "$scratch/out" ||
	fail "the end does not say so"

# One that reports more is found out in epochs without stores, too.
dirtybench agree -t liar-all,scan -w dense --epochs 1 -p size=2m --all
expect_status 3 "one that reports all"
grep -q '^      epoch 3  .* 512 pages$' "$scratch/out" ||
	fail "not in the epoch that reads"

# A target that dies is a failure of its own.
dirtybench agree -t crasher,scan -w dense --epochs 1 -p size=2m
expect_status 1 "a crasher"
grep -q '^  FAILED: the target died of signal 11' "$scratch/out" ||
	fail "does not say how"
expect_no_processes "a crasher"

# Two that each need the memory for themselves: named, with the reason.
dirtybench agree -t uffd-wp,uffd-sigbus -w dense --epochs 1 -p size=2m
expect_status 4 "nothing to compare"
grep -q 'no two trackers can follow these pages together' "$scratch/out" ||
	fail "does not say why"
