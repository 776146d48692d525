#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Plots: files, texts and axes, what has nothing to draw, and names that gnuplot
# or a shell could take for code.
#
# usage: plot.sh DIRTYBENCH PLOT-RUNS
. "$(dirname "$0")/../cli/lib.sh"

runs=$2
command -v gnuplot >/dev/null || skip "there is no gnuplot"

# draws ARGUMENT...: it is content and says what it wrote, which is there.
draws() {
	local file

	dirtybench plot "$@"
	expect_status 0 "plot $*"
	expect_empty err "plot $*"
	while IFS= read -r file; do
		[ -s "$file" ] || fail "plot $*: no $file"
	done <"$scratch/out"
	[ -s "$scratch/out" ] || fail "plot $*: nothing written"
}

# refused WORDS-OF-THE-REASON ARGUMENT...
refused() {
	local words=$1

	shift
	dirtybench plot "$@"
	expect_status 2 "plot $*"
	expect_empty out "plot $*"
	expect_one_line err "plot $*"
	grep -qF -e "$words" "$scratch/err" || fail "plot $*: not '$words'"
}

# Whether the texts are in the SVG file $1.
shows() {
	local file=$1 text

	shift
	python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.argv[1])' "$file" || fail "$file is no XML"
	for text; do
		grep -qF -e "$text" "$file" || fail "$file: no '$text'"
	done
}

# Width and height as the data file has them, and as the PNG file says.
expect_size() {
	local wanted got

	wanted=$(awk -F'\t' '$1 == "width" || $1 == "height" { print $2 }' \
		"$1.tsv" | tr '\n' ' ')
	got=$(python3 -c 'import struct, sys
head = open(sys.argv[1], "rb").read(24)
assert head[:8] == b"\x89PNG\r\n\x1a\n"
print(*struct.unpack(">II", head[16:24]), end=" ")' "$1.png")
	[ "$wanted" = "$got" ] || fail "$1.png: $got instead of $wanted"
}

label="a_b^2 {/x} \"q\" 100% it's \`touch a\` \\n\$(touch b)"
"$runs" "$label"
caption=("Linux 6.19.0-rc1" "1 boot, " "3 processes a cell" "Test CPU 9000")

# Every kind, from the runs that have something for it.
draws plain --format svg,png,text
[ "$(sort "$scratch/out")" = "$(find plain/plots -type f | sort)" ] ||
	fail "not all files are told"
shows plain/plots/phases.svg "${caption[@]}" "ns per dirtied page" dense thp \
	arm write collect mprotect "liar LIED" "no soft-dirty bit" skipped
shows plain/plots/distribution-dense.svg "${caption[@]}" "+0 %" uffd-wp
draws sweep --format svg,png,text
shows sweep/plots/sweep-dense-pattern-random.svg "${caption[@]}" \
	"ns per dirtied page" "100 %" "dirty fraction" "scan = uffd-wp at 6.4 %" \
	"4.6 %"
shows sweep/plots/growth-dense.svg "${caption[@]}" "growth of VMAs" \
	"pages per region" "mprotect, random" "mprotect, clustered"
shows sweep/plots/output-dense-pattern-random.svg "${caption[@]}" \
	"bytes of one epoch" "page offsets = bitmap at 1.6 %" "pagemap entries"
draws vec --format svg,png,text
shows vec/plots/vec-dense.svg "${caption[@]}" \
	"ns to collect per resident page" "calls of an epoch" 512 \
	"scan: one more call costs 500 ns" "scan-wide: one more call costs less"
draws chain --format svg,png,text
shows chain/plots/chain-vma-chain.svg "VMAs at the peak" "ns per system call" \
	"pages over-reported" "pages lost" 4096 softdirty uffd-wp \
	"small mappings of an epoch" "a new mapping is not registered"
! grep -q "missed what is new" chain/plots/chain-vma-chain.svg ||
	fail "what is drawn is a note as well"
draws part --format svg,png,text
shows part/plots/part-partial.svg "${caption[0]}" "us to arm once" \
	"us to collect once" "10 %" \
	"Of what 100 % of the pages take, 1.0 % take, to arm and to collect" \
	"scan 1.0 % and " "mprotect 100 % and "
draws aftermath --kind aftermath --format svg,png,text
shows aftermath/plots/aftermath.svg "${caption[0]}" "against none" read write \
	"dense dirty=25% size=8m" uffd-wp "+4096 kB of huge pages lost, +4 VMAs"
draws folio --format svg,png,text
shows folio/plots/folio-mthp.svg "${caption[@]}" \
	"ns to write per dirtied page" "pages reported per page dirtied" 256 scan \
	softdirty
draws watch --kind latency,timeline --format svg,png,text
shows watch/plots/latency-write-watch.svg "${caption[@]}" \
	"share of writes that take longer" "pages=8192 threads=8" none \
	"scan: 3000 writes recorded, median 50 ns, 99 % 50, 99.9 % 4999" \
	"recording adds 10.0 ns a write"
expect_size watch/plots/latency-write-watch
shows watch/plots/timeline-write-watch.svg "${caption[@]}" none scan \
	"ms from the start of the epoch" "grey: the tracker collects or arms"
grep -q "^6.5536.1000000.1.9$" watch/plots/timeline-write-watch.tsv ||
	fail "the slowest write is not where the collection was"
draws scaling --kind scaling,idle --format svg,png,text
shows scaling/plots/scaling-dense.svg "${caption[@]}" "dense size=4m" \
	"million writes a second, of all" "ns that a tracked write takes" \
	"threads that store" none scan
grep -q "^4.32$" scaling/plots/scaling-dense.tsv || fail "four writers of none"
expect_size scaling/plots/scaling-dense
shows scaling/plots/idle-dense.svg "ns to arm a resident page" \
	"ns to write a dirtied page" "others that do nothing" 17 none scan
grep -q "^17.18$" scaling/plots/idle-dense.tsv || fail "sixteen idle threads"
# What has no phases by itself is in none of their plots.
refused "nothing to draw for phases" watch --kind phases
refused "nothing to draw for latency" plain --kind latency
draws pre-dump --kind convergence --format svg,png,text
shows pre-dump/plots/convergence-pre-dump.svg "${caption[@]}" "pages copied" \
	iteration scan softdirty "A line an epoch" \
	"scan: 3 epochs; medians: 3 copies while it goes on, 1.14 times its" \
	"softdirty: 3 epochs" "77 left, an estimated pause of 2 ms"
grep -q "^3.0.5.0.5$" pre-dump/plots/convergence-pre-dump.tsv ||
	fail "an empty set is not drawn below one page"
grep -q "^3.77.77$" pre-dump/plots/convergence-pre-dump.tsv ||
	fail "what was left is not told from what was copied"
! grep -q "^curve.none" pre-dump/plots/convergence-pre-dump.tsv ||
	fail "who reports nothing converges"
expect_size pre-dump/plots/convergence-pre-dump
refused "nothing to draw for convergence" watch --kind convergence
refused "nothing to draw for phases" pre-dump --kind phases
draws range --format svg,png,text
shows range/plots/range-asan-shadow.svg "${caption[@]}" "us to collect once" \
	"64 GiB" "scan: size^1.00" "uffd-wp: size^0.00" \
	"1000 populated pages, by the size of the range; page tables: scan +128 MiB" \
	"kB that page tables grow by" "page tables grow most under scan"
draws holes --format svg,png,text
shows holes/plots/holes-sparse.svg "${caption[@]}" "us to collect once" \
	"uffd-wp: holes^0.00" "kB that page tables grow by" \
	"by the number of holes; page tables: scan +2048 kB"
draws --format svg,png,text base/\* -- new/\*
shows new/0/plots/forest.svg "before (Linux 6.19.0-rc1)" after "8 boots" \
	"worse *" "dense/scan write" "new against base"
draws --kind history --format svg,png,text -o history kernels/5.10 kernels/6.1 \
	kernels/6.12 kernels/7.3
shows history/history.svg "5.10 (Linux 5.10.1), 6.1" "each 1 boot, 3 processes" \
	"write, ns per dirtied page (none: 20.9-83.6)" 5.10 6.12 7.3 dense thp scan
draws odd --format svg,png,text

# profiled FOLDER WALK TICK: 100 pages, of which 25 are written.
profiled() {
	local cell=dense/scan/dirty:25% phase functions

	for phase in arm write collect; do
		functions='{"function":"walk.isra.0","inlined":null,"line":null,'
		functions+='"caller":null,"insn":'$2',"entries":1,"reads":1,'
		functions+='"writes":1},{"function":"tick_'${1##*/}'",'
		functions+='"inlined":null,"line":null,"caller":"walk.isra.0",'
		functions+='"insn":'$3',"entries":1,"reads":1,"writes":1}'
		printf '{"v":1,"seq":1,"run":"r","cell":"%s","process":0,' "$cell"
		printf '"epoch":1,"kind":"measured","phase":"%s",' "$phase"
		printf '"pages":{"range":100,"resident":100,"dirtied":25},'
		printf '"change_calls":null,"insn":%d,' $(($2 + $3))
		printf '"counted":%d,"matches":true,"functions":[%s]}\n' \
			$(($2 + $3)) "$functions"
	done >"$1/profile.jsonl"
}
profiled kernels/6.1 4000 100
profiled kernels/6.12 3000 50
draws --kind functions --format svg,png,text -o functions kernels/6.1 \
	kernels/6.12
shows functions/functions-dense-scan.svg "6.1 (Linux 6.1" walk tick_6.1 \
	tick_6.12 others "write, instructions per dirtied page" \
	"Where dense/scan executes"
golden plot-functions-dense-scan functions/functions-dense-scan.txt
draws --kind changes --format svg,png,text -o functions kernels/6.1 -- \
	kernels/6.12
shows functions/changes-dense-scan.svg walk "tick_6.1, vanishes" \
	"tick_6.12, appears" "from 41.00 to 30.50" \
	"Where dense/scan differs from 6.1 to 6.12"
golden plot-changes-dense-scan functions/changes-dense-scan.txt

for file in ./*/plots/*.png history/*.png functions/*.png new/0/plots/*.png; do
	expect_size "${file%.png}"
done
for file in ./*/plots/*.txt history/*.txt functions/*.txt new/0/plots/*.txt; do
	expect_mail "$file"
done
for kind in plain/plots/phases plain/plots/distribution-dense \
	sweep/plots/sweep-dense-pattern-random sweep/plots/growth-dense \
	sweep/plots/output-dense-pattern-random vec/plots/vec-dense \
	chain/plots/chain-vma-chain part/plots/part-partial aftermath/plots/aftermath \
	folio/plots/folio-mthp range/plots/range-asan-shadow holes/plots/holes-sparse \
	history/history new/0/plots/forest; do
	# What other versions draw in characters is placed otherwise.
	grep -q '^ns\|^What\|^Single' "$kind.txt" ||
		gnuplot --version | grep -q '^gnuplot 5.4' || continue
	golden "plot-${kind##*/}" "$kind.txt"
done

# A label is what it is: nothing is run, nothing is markup.
[ ! -e a ] && [ ! -e b ] && [ ! -e odd/plots/a ] && [ ! -e odd/plots/b ] ||
	fail "the label was run"
python3 - odd/plots/phases.svg "${label//\"/\'\'}" <<'END' || fail "the label"
import sys, xml.dom.minidom
svg = xml.dom.minidom.parse(sys.argv[1])
texts = ["".join(node.data for node in text.childNodes if node.nodeType == 3)
         for text in svg.getElementsByTagName("text")]
assert any(sys.argv[2] in text for text in texts), texts
END
grep -qF -e "$label" odd/plots/phases.txt || fail "the label is not in the text"

# The data file alone, with the script of the sources, gives the same again.
source=${golden_folder%/tests/golden}/plot
cp plain/plots/phases.tsv .
gnuplot -d -c "$source/phases.gp" phases.tsv phases.svg
cmp phases.svg plain/plots/phases.svg || fail "drawn again, it is another"

# Kernels stand as they were named, with "--" between their runs or without.
# What a kernel does not have is a gap in a line, not a line across.
draws --kind history --format text -o apart kernels/7.3 -- kernels/6.12 -- \
	kernels/5.10
[ "$(grep -c '^  arm  *7.3     6.12     5.10$' apart/history.txt)" -eq 2 ] ||
	fail "the kernels stand otherwise"
grep -q "^6.12$(printf '\t')NaN$(printf '\t')NaN" apart/history.tsv ||
	fail "there is no gap"
draws --kind history --format text -o narrow -w thp -t none,scan kernels/6.1 \
	kernels/7.3
! grep -q 'dense\|mprotect' narrow/history.txt || fail "what was not chosen"
[ "$(grep -c 'scan' narrow/history.txt)" -eq 3 ] || fail "what was chosen"

# Narrowed, and to a folder that is named.
draws plain -o out -w dense -t none,scan --kind phases --format svg
[ "$(ls out)" = "phases.svg
phases.tsv" ] || fail "other files than asked for"
! grep -q 'thp\|uffd' out/phases.tsv || fail "what was not chosen is drawn"
# A tracker keeps its colour where others are left out.
draws sweep -o all --kind sweep --format svg
draws sweep -o one --kind sweep --format svg -t none,uffd-wp
[ "$(grep -h '^curve.uffd-wp' all/*random.tsv)" = \
	"$(grep -h '^curve.uffd-wp' one/*random.tsv)" ] || fail "another colour"

# What cannot be drawn, or not so.
rm -rf plain/plots
refused "--sweep dirty=" plain --kind sweep
refused "--sweep size=" plain --kind range
refused "--sweep holes=" plain --kind holes
refused "pattern=random,clustered" plain --kind growth
refused "--sweep dirty=" plain --kind output
refused "--sweep vec=" plain --kind vec
refused "--sweep pieces=" plain --kind chain
refused "--sweep part=" plain --kind part
refused "looks at what is left" plain --kind aftermath
refused "--sweep folio=" plain --kind folio
refused "--sweep threads=" plain --kind scaling
refused "--sweep idle-threads=" plain --kind idle
refused "BASE... -- NEW..." plain --kind forest
refused "BASE... -- NEW..." plain --kind changes
refused "kernels run --profile" --kind changes base/\* -- new/\*
refused "kernels run --profile" --kind functions kernels/6.1 kernels/5.10
refused "two kernels or more" --kind functions plain
refused "two kernels or more" --kind history plain
refused "draw it by itself" --kind history,phases plain odd
refused "kernels/6.0" --kind history kernels/6.1 kernels/6.0
refused "no cell is on both sides" --kind history plain range
refused "leave out --" --kind phases plain -- odd
refused "no kind of plot 'pie'" plain --kind pie
refused "no format 'gif'" plain --format gif
refused "no cell has the tracker 'scann'" plain -t scann
refused "no cell has the workload 'dens'" plain -w dens
refused "which run?"
refused "nowhere" nowhere
refused "nowhere/plots" plain -o nowhere/plots
[ ! -e plain/plots ] || fail "something is written for what is refused"

# Without gnuplot there is one line, and nothing is written.
mkdir empty
status=0
PATH=$PWD/empty "$program" plot plain >"$scratch/out" 2>"$scratch/err" ||
	status=$?
expect_status 2 "without gnuplot"
expect_empty out "without gnuplot"
expect_one_line err "without gnuplot"
grep -q 'install gnuplot-nox' "$scratch/err" || fail "what to install?"
[ ! -e plain/plots ] || fail "something is written without gnuplot"
