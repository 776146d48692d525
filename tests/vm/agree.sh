#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Soft-dirty bits as pagemap has them and as PAGEMAP_SCAN has them: the same, but
# for hugetlbfs.
. "$(dirname "$0")/../cli/lib.sh"
. "$golden_folder/../vm/guests.sh"

need_kernels 6.1 6.12

export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

dirtybench kernels agree 6.12 -t softdirty,scan-softdirty --epochs 1 --seed 1 \
	-w dense,thp,swapped,forked,hugetlb
expect_status 0 "what is declared"
expect_empty err "a good boot"
expect_page "$scratch/out" "the table"
expect_no_processes "after the boot"
[ -z "$(ls "$TMPDIR")" ] || fail "left behind: $(ls "$TMPDIR")"

# outcome PAGES: the word of the table.
outcome() {
	sed -n "s/^$1  *\\([a-zA-Z-]*\\)\$/\\1/p" "$scratch/out"
}

for pages in 'hugetlb sharing=private' 'hugetlb sharing=shared'; do
	[ "$(outcome "$pages")" = declared ] ||
		fail "$pages: $(outcome "$pages"), not declared"
done
for pages in 'thp state=intact' 'thp state=split' 'thp state=split-armed' \
	'swapped when=before-arm' 'swapped when=after-arm' \
	'forked tracked=parent writer=parent' \
	'forked tracked=child writer=child'; do
	[ "$(outcome "$pages")" = agree ] ||
		fail "$pages: $(outcome "$pages"), not agree"
done
# Which it is that never has them, and which always.
grep -q '^    [0-9]* pages: scan-softdirty says written; softdirty says clean;' \
	"$scratch/out" || fail "does not say who says what"
! grep -q 'softdirty says written; scan-softdirty says clean' "$scratch/out" ||
	fail "the other way round"
# All four huge pages in all four epochs, of both kinds.
grep -q '^differ: 8192 pages of kind hugetlb-private, 8192 of hugetlb-shared$' \
	"$scratch/out" || fail "$(tail -n 3 "$scratch/out")"

# Trackers of both families follow the same stores.
dirtybench kernels agree 6.12 -t mprotect,scan,softdirty,uffd-wp --epochs 1 \
	-w dense,thp --seed 1
expect_status 0 "trackers of all families"
grep -q '^  mprotect, scan, softdirty: ' "$scratch/out" ||
	fail "not together: asynchronous ones"
grep -q '^  mprotect, softdirty, uffd-wp: ' "$scratch/out" ||
	fail "not together: synchronous ones"
# Huge pages: one tells no pages of them apart, which it declares.
grep -q 'which the granule explains:' "$scratch/out" ||
	fail "softdirty tells no pages of a huge page apart"

# There UFFDIO_WRITEPROTECT takes one VMA, and mprotect splits them.
dirtybench kernels agree 6.1 -t mprotect,softdirty,uffd-sigbus,uffd-wp \
	--epochs 1 -w dense --seed 1
expect_status 0 "each in its turn"
expect_empty err "each in its turn"
for trackers in 'mprotect, softdirty, uffd-sigbus' \
	'mprotect, softdirty, uffd-wp'; do
	[ "$(grep -c "^  $trackers: agree on all 2048 pages in 4 epochs\$" \
		"$scratch/out")" -eq 2 ] || fail "$trackers: not everywhere"
done
