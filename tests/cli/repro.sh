#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs by hand: their form, that they prove what they time, and that they
# store and find what the suite does.
. "$(dirname "$0")/lib.sh"

cp "$golden_folder/../../.clang-format" .

# At most so many lines: other parameters than the default take some more.
lines_of() {
	case $1 in
	# With a proof that holds while others store.
	write-watch/*) echo 335 ;;
	pre-dump/*) echo 335 ;;
	*/*/*) echo 215 ;;
	*) echo 205 ;;
	esac
}

# make KEY [FLAG]: the program is well-formed, and compiles alone.
make() {
	dirtybench repro "$1" -o program.c
	expect_status 0 "repro $1"
	expect_empty out "repro $1"
	expect_empty err "repro $1"
	lines=$(wc -l <program.c)
	[ "$lines" -ge 100 ] && [ "$lines" -le "$(lines_of "$1")" ] ||
		fail "$1: a program of $lines lines"
	expect_page <(tr '\t' ' ' <program.c) "$1"
	! grep -n REPRO_ program.c || fail "$1: not resolved"
	quietly clang-format --dry-run -Werror program.c
	expect_status 0 "format of $1"
	quietly "${CC:-cc}" -Wall -Wextra -Werror "${2:--O2}" \
		-o program program.c
	expect_status 0 "compiling $1"
}

# Whether the machine can run the cell now.
can_run() {
	dirtybench run -w "${1%%/*}" -t "$(cut -d/ -f2 <<<"$1")" --no-prepare \
		--processes 1 --epochs 4 -o run "${@:2}"
	[ "$status" -eq 0 ]
}

# "PAGES REGIONS" an epoch, of the first and the measured ones.
of_run() {
	sed -n '/"kind":"\(first\|measured\)"/s/.*"reported":\([0-9]*\),.*"final":\([0-9]*\),.*/\1 \2/p' \
		run/samples.jsonl
}

of_program() {
	sed -n 's/^\([0-9]*\) pages, \([0-9]*\) regions$/\1 \2/p' "$scratch/out"
}

# agree KEY: as many pages, and where chance has no part as many regions; where
# it has, about as many.
agree() {
	paste -d' ' <(of_run) <(of_program) | awk -v exact="$2" '
		NF != 4 || $1 != $3 { exit 1 }
		exact && $2 != $4 { exit 1 }
		$2 > 1.3 * $4 + 8 || $4 > 1.3 * $2 + 8 { exit 1 }
		{ nr++ }
		END { if (nr != 5) exit 1 }' ||
		fail "$1: run and program differ:
$(paste <(of_run) <(of_program))"
}

# as_populated KEY: the pages of the range, those populated and those stored to
# are as many.
as_populated() {
	local ours

	ours=$(sed -n '/"kind":"measured"/s/.*"range":\([0-9]*\),"resident":\([0-9]*\),"dirtied":\([0-9]*\),.*/\1 \2 \3/p' run/samples.jsonl | head -n1)
	{
		sed '/^int main/,$d' program.c
		echo 'int main(void) { choose(0); return !printf("%lu %lu %lu\n",'
		echo 'SIZE_BYTES / PAGE_BYTES, UNITS + ZEROS, DIRTY); }'
	} >counts.c
	"${CC:-cc}" -O2 -w -o counts counts.c
	[ "$ours" = "$(./counts)" ] ||
		fail "$1: pages '$ours', in the program '$(./counts)'"
}

# try KEY: run both, if this kernel and machine can.
try() {
	local key=$1 pair=() rest exact=

	make "$key"
	rest=$(cut -d/ -f3- <<<"$key")
	[ -z "$rest" ] || mapfile -t pair < <(tr '/' '\n' <<<"$rest" |
		sed 's/^/-p /; s/:/=/' | tr ' ' '\n')
	rm -rf run
	can_run "$key" "${pair[@]}" || return 0
	# Cells of the preset that differ in what the key leaves out.
	sed -i "/\"cell\":\"$(cell_pattern "$key")\"/!d" run/samples.jsonl
	case $key in asan-shadow/*) as_populated "$key" ;; esac
	quietly ./program
	expect_status 0 "the program for $key"
	expect_empty err "the program for $key"
	grep -qE '^write [0-9.]+ ns/page$' "$scratch/out" ||
		fail "$key: no time of writing"
	case $key in
	*/none* | */softdirty*) return 0 ;;
	*pattern:sequential* | *pattern:stride* | *writer:child*) exact=1 ;;
	esac
	agree "$key" "$exact"
	ran="$ran $key"
}

# The cell as the program's comment has it.
cell_pattern() {
	sed -n '/ cell$/,/Memory:/p' program.c |
		sed '1d; $d; s/^ \* //' | tr -d '\n' | sed 's,/,\\/,g'
}

# Every default pair is within the bounds, and compiles.
for workload in dense thp hugetlb forked swapped asan-shadow; do
	for tracker in none softdirty pagemap scan scan-resident uffd-wp \
		uffd-sigbus mprotect; do
		[ $workload/$tracker = hugetlb/softdirty ] ||
			make $workload/$tracker -fsyntax-only
	done
done

ran=
trackers='none softdirty pagemap scan scan-resident uffd-wp uffd-sigbus mprotect'
small=size:2m
for tracker in $trackers; do
	try "dense/$tracker/$small"
	try "dense/$tracker/pattern:stride/$small"
	try "thp/$tracker/size:4m/dirty:50%"
	make "thp/$tracker/state:split/$small" -fsyntax-only
	try "forked/$tracker/$small"
	try "forked/$tracker/$small/writer:child"
	[ "$tracker" = softdirty ] || try "hugetlb/$tracker/size:4m/dirty:50%"
done
for tracker in scan uffd-wp; do
	try "dense/$tracker/pattern:sequential/dirty:100/$small"
	try "dense/$tracker/pattern:clustered/order:shuffled/$small"
	make "hugetlb/$tracker/sharing:shared/size:4m" -fsyntax-only
done
for key in dense/scan/collect:atomic dense/scan-resident/collect:atomic/vec:7 \
	dense/scan/vec:4096 dense/uffd-wp/handler:other \
	dense/uffd-wp/handler:free dense/uffd-wp/unpopulated:yes \
	dense/uffd-sigbus/unpopulated:yes dense/mprotect/order:shuffled; do
	try "$key/$small"
done
for tracker in none pagemap scan-resident mprotect; do
	try "asan-shadow/$tracker/size:1g"
done

# Programs do not set up swap: a run that is under way has it set up.
try_swapped() {
	make "$1"
	sed -i 's/^\(#define PROCESSES *\).*/\11/' program.c
	"${CC:-cc}" -O2 -o program program.c
	quietly ./program
	[ "$(wc -l </proc/swaps)" -gt 1 ] || {
		expect_status 1 "$1 without swap"
		expect_one_line err "$1 without swap"
	}
	rm -rf run
	# Its output would come between that of the program.
	in_background bash -c 'exec "$0" "$@" >/dev/null 2>&1' "$program" run \
		-w swapped -t none --processes 1000 -p "backend=${1##*:}" \
		-p size=32m -o run
	for ((i = 0; i < 50 && $(wc -l </proc/swaps) < 2; i++)); do
		sleep 0.1
	done
	status=1
	[ "$(wc -l </proc/swaps)" -lt 2 ] || quietly ./program
	ended=$status
	kill -INT "$pid" 2>/dev/null || true
	finish 20
	if [ "$ended" -ne 0 ]; then
		echo "$1 was not run: no swap on ${1##*:}"
	else
		[ "$(of_program | grep -c '^1024 ')" -eq 5 ] ||
			fail "$1: not 1024 pages in 5 epochs"
		ran="$ran $1"
	fi
}
if [ "$(id -u)" -eq 0 ]; then
	try_swapped swapped/scan/backend:zram
	try_swapped swapped/uffd-sigbus/backend:file
else
	echo "programs for swapped were not run: swap needs root"
fi
make swapped/scan-resident/when:after-arm -fsyntax-only
make swapped/scan-resident/when:after-write -fsyntax-only
echo "run beside the suite:${ran:- none}"

# try_others KEY COUNT LINES: run a program whose writers do not stop, if this
# kernel can: nothing but COUNT lines like LINES.
try_others() {
	make "$1"
	if ! can_run "$1"; then
		case $1 in
		*/softdirty*)
			quietly ./program
			expect_status 77 "$1 without soft-dirty bits"
			expect_one_line err "$1 without soft-dirty bits"
			;;
		esac
		return 0
	fi
	quietly ./program
	expect_status 0 "the program for $1"
	expect_empty err "the program for $1"
	[ "$(grep -cxE "$3" "$scratch/out")" -eq "$2" ] &&
		[ "$(wc -l <"$scratch/out")" -eq "$2" ] ||
		fail "$1 does not say '$3' in $2 lines:
$(cat "$scratch/out")"
	ran="$ran $1"
}
times='(write|tracked) [0-9.]+ ns, mean [0-9.]+'
pages='(reported|lost) [0-9.]+ pages, mean [0-9.]+'
watch=epoch-ms:60/pages:512/threads:3
for tracker in scan scan-resident pagemap softdirty; do
	make write-watch/$tracker -fsyntax-only
	try_others "write-watch/$tracker/$watch" 6 \
		"$times|(collect|arm) [0-9.]+ us, mean [0-9.]+|$pages"
	make pre-dump/$tracker -fsyntax-only
	try_others "pre-dump/$tracker/size:4m" 40 \
		'1024( [0-9]+)+ and [0-9]+ pages, stopped for [0-9]+ us, 0 lost'
done
try_others "write-watch/scan/access:sequential/collect:atomic/collector:among/$watch" \
	5 "$times|collect\+arm [0-9.]+ us, mean [0-9.]+|reported .*|lost 0.0 pages, mean 0.0"
try_others pre-dump/scan/access:sequential/collect:atomic/rate:0/size:4m 40 \
	'1024( [0-9]+)+ and [0-9]+ pages, stopped for [0-9]+ us, 0 lost'
make pre-dump/softdirty/stop:no -fsyntax-only

# What is not written, or not found, ends the program with 1.
spoil() {
	make "${2:-dense/mprotect/$small}"
	sed -i "$1" program.c
	"${CC:-cc}" -O2 -o program program.c
	quietly ./program
	expect_status 1 "a program spoilt by $1"
	expect_one_line err "a program spoilt by $1"
}
spoil 's/for (size_t i = 0; i < DIRTY; i++)$/for (size_t i = 1; i < DIRTY; i++)/'
spoil 's/for (size_t i = 0, nr = logged; i < nr; i++)/for (size_t i = 1, nr = logged; i < nr; i++)/'
drop='s/for (int i = 0; i < nr; i++)$/for (int i = 1; i < nr; i++)/'
if can_run write-watch/scan; then
	spoil "$drop" "write-watch/scan/$watch"
	spoil "$drop" "write-watch/scan/collect:atomic/$watch"
	spoil 's/^\tTIME(ARM, .*/\t;/' "write-watch/scan/$watch"
	spoil "$drop" pre-dump/scan/size:4m
fi

# What there is no program for is said, in one line, and nothing is written.
refuse() {
	rm -f refused.c
	dirtybench repro "$1" -o refused.c
	expect_status 2 "repro $1"
	expect_one_line err "repro $1"
	expect_empty out "repro $1"
	[ ! -e refused.c ] || fail "repro $1 has written"
	grep -qF -e "$2" "$scratch/err" || fail "repro $1: not '$2'"
}
refuse forked/scan/tracked:child 'tracked=child'
refuse forked/uffd-wp/tracked:child 'uffd-wp follows only the process'
refuse hugetlb/softdirty 'soft-dirty'
refuse asan-shadow/scan/heap:1g 'heap=224m'
# Values that no part names.
refuse asan-shadow/pagemap/read-holes:yes 'read-holes=yes: there is no program'
refuse swapped/none/share:50% 'share=50%: there is no program'
refuse pre-dump/scan/pid:$$ 'process'
refuse write-watch/none 'none: '
refuse write-watch/mprotect 'no log of faults'
refuse pre-dump/uffd-wp 'follows only the process'
refuse dense/liar 'there is no program by hand for the tracker liar'
refuse dens/scan "did you mean 'dense'"
refuse dense/scam "did you mean 'scan'"
refuse dense/scan/siez:2m "did you mean 'size'"
refuse dense/scan/size:3000000 'multiple'
refuse dense 'names no tracker'
dirtybench repro
expect_status 2 "repro without a cell"
expect_one_line err "repro without a cell"
dirtybench repro dense/scan dense/none
expect_status 2 "repro with two cells"
dirtybench repro dense/scan -o no/such/folder
expect_status 1 "repro into no folder"
expect_one_line err "repro into no folder"
