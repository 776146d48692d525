#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What bundle writes runs where nothing is installed: below an empty root.
. "$(dirname "$0")/lib.sh"
check_run=$2

dirtybench bundle -o made.tar
expect_status 0 "bundle"
expect_empty err "bundle"
[ "$(cat "$scratch/out")" = made.tar ] || fail "not told what was written"
cp made.tar first.tar
dirtybench bundle -o made.tar
cmp first.tar made.tar || fail "two bundles of one program differ"

dirtybench bundle -o made.zip
expect_status 2 "another format"
expect_one_line err "another format"
[ ! -e made.zip ] || fail "a file is left behind"
dirtybench bundle -o none/made.tar
expect_status 2 "no such folder"
expect_one_line err "no such folder"
dirtybench bundle more
expect_status 2 "an argument"
expect_one_line err "an argument"

# From any folder, by any name, with the program's own libraries.
mkdir "a folder"
tar -xf made.tar -C "a folder"
bundle="$PWD/a folder/dirtybench-bundle"
(cd / && "$bundle/bench-dense" --benchmark_list_tests) >list ||
	fail "bench-dense does not run"
grep -q '^dense/none/' list || fail "bench-dense lists no cells"
! grep -q '^thp/' list || fail "bench-dense is not one workload's"
ln -s "$bundle/dirtybench" linked
[ "$(./linked --version)" = "$("$program" --version)" ] ||
	fail "not the same program"

# What libraries load by themselves is not this machine's either.
quietly env HWLOC_PLUGINS_VERBOSE=1 "$bundle/dirtybench" \
	run "${small[@]}" -w dense -t none -o plugins
grep -q 'Starting plugin dlforeach in ' "$scratch/err" &&
	! grep 'plugin dlforeach in ' "$scratch/err" | grep -qvF "in $bundle" ||
	fail "plugins of this machine are looked for"

# A bundle that misses a part says so.
mv "$bundle/lib" "$bundle/gone"
quietly "$bundle/dirtybench" --version
expect_status 126 "no libraries"
expect_one_line err "no libraries"
mv "$bundle/gone" "$bundle/lib"

need_root "an empty root"
unshare --mount true 2>/dev/null || skip "mounting is not allowed here"
mkdir -p root/proc root/sys root/dev root/tmp
tar -xf made.tar -C root
# Nothing but the bundle and what the kernel shows.
# shellcheck disable=SC2016
in_root='
	mount -t proc none root/proc && mount -t sysfs none root/sys &&
		mount -t tmpfs none root/tmp || exit 99
	mount --bind /dev root/dev || exit 99
	chroot root "$@"
	status=$?
	[ ! -d root/tmp/run ] || cp -a root/tmp/run .
	exit $status'
quietly unshare --mount bash -c "$in_root" sh \
	/dirtybench-bundle/dirtybench run "${small[@]}" -w dense -o /tmp/run
[ "$status" -ne 99 ] || skip "nothing can be mounted here"
expect_status 0 "run below an empty root"
expect_no_processes "run below an empty root"
"$check_run" run >"$scratch/check" || fail "$(cat "$scratch/check")"
has_sample run '"tracker":"none".*"status":"ok"' || fail "nothing measured"
has_sample run '"tracker":"mprotect".*"status":"ok"' || fail "nothing proved"

# The other way to fail: it is the bundle's libraries that were used.
rm root/dirtybench-bundle/lib/dirtybench/libjansson*
quietly unshare --mount bash -c "$in_root" sh \
	/dirtybench-bundle/dirtybench --version
expect_status 127 "a library is missing"
