#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel profiled twice: the functions are the phases, the same in both boots
# but for hardly any, and those that a tracker is known to run. Without a
# profile nothing of it is there.
. "$(dirname "$0")/../cli/lib.sh"
. "$golden_folder/../vm/guests.sh"

need_kernels 6.12

dirtybench kernels run 6.12 6.12 --profile -w dense \
	-t none,scan,uffd-wp,mprotect -p size=4m --preset quick --seed 3 -o out
expect_status 0 "two boots with a profile"
expect_empty err "two boots with a profile"
expect_no_processes "after the boots"

# Each phase of these has its line, and each line is its phase.
for run in out/*/boot-0; do
	[ "$(grep -c '"phase":"collect"' "$run/profile.jsonl")" = 12 ] ||
		fail "$run: not every epoch's collect is there"
	! grep -q '"matches":false' "$run/profile.jsonl" ||
		fail "$run: $(grep -m1 '"matches":false' "$run/profile.jsonl" |
			head -c 400)"
	grep -qE '"kind":"read".*"phase":"close"' "$run/profile.jsonl" ||
		fail "$run: the close is missing"
done

# Who does what is what the kernel's source says.
dirtybench kernels explain out/6.12 --cell dense/scan --phase collect
expect_status 0 "explain a run"
expect_mail "$scratch/out"
grep -q '^pagemap_scan_pmd_entry  ' "$scratch/out" ||
	fail "PAGEMAP_SCAN is not in its own function"
dirtybench kernels explain out/6.12 --cell dense/none --phase write
grep -qE '^\[workload\] +5\.0' "$scratch/out" ||
	fail "5 instructions a store are not the workload's"
dirtybench kernels explain out/6.12 --cell dense/mprotect --phase write \
	--rows 1000
grep -qE '^\[tracker\] +[1-9]' "$scratch/out" ||
	fail "the signal handler is not the tracker's"

# 98 of 100 functions are the same to 0.05 instructions a page.
dirtybench kernels explain out/6.12 out/6.12-2 --format csv
expect_status 0 "explain two runs"
tr -d '\r' <"$scratch/out" | awk -F, 'NR > 1 {
		all++
		same += ($NF ^ 2 < 0.05 ^ 2)
	}
	END {
		print same, "of", all, "functions are the same"
		exit !(all > 1000 && same >= 0.98 * all)
	}' || fail "two boots of one image differ"

# What adds work to a page is named: Debian's kernels zero what they allocate
# unless told otherwise.
dirtybench kernels run 6.12 --profile -w dense -t mprotect -p size=4m \
	--preset quick --seed 3 --append init_on_alloc=0 -o unzeroed
expect_status 0 "init_on_alloc=0"
dirtybench kernels explain unzeroed/6.12 out/6.12 --cell dense/mprotect \
	--phase write --format csv
expect_status 0 "explain init_on_alloc=0"
tr -d '\r' <"$scratch/out" | awk -F, '
	$4 ~ /memset|clear_page/ { zeroing += $NF }
	$4 !~ /memset|clear_page/ { others += $NF }
	END {
		print zeroing, "to zero,", others, "besides"
		exit !(zeroing > 100 && others ^ 2 < (0.2 * zeroing) ^ 2)
	}' || fail "what zeroes memory is not what init_on_alloc adds"

# A plain run knows nothing of it.
dirtybench kernels run 6.12 -w dense -t none -p size=2m --preset quick \
	--seed 3 -o plain
expect_status 0 "without a profile"
[ ! -e plain/6.12/boot-0/profile.jsonl ] || fail "a profile nobody asked for"
dirtybench kernels explain plain/6.12
expect_status 2 "explain a run without a profile"
expect_one_line err "explain a run without a profile"
