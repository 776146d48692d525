#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests that break, each in its way: one clear line, one cell lost, the rest
# measured in the next boot, nothing left behind. Boots nothing.
. "$(dirname "$0")/../cli/lib.sh"
. "$golden_folder/../vm/guests.sh"

cells=(--preset quick -w dense -t none,pagemap,scan)

# kernels run with a guest that breaks as $1 says in cells that match $2.
guest() {
	local how=$1 cell=$2

	shift 2
	rm -rf out
	quietly env PATH="$fake:$PATH" FAKE_GUEST="$how" FAKE_CELL="$cell" \
		"$program" kernels run "$PWD/image" "${cells[@]}" -o out "$@"
	expect_no_processes "$how"
}

says() {
	grep -q "$1" "$scratch/err" || fail "does not say: $1"
	expect_one_line err "$1"
}

failed_rows() {
	cat out/*/boot-*/samples.jsonl 2>/dev/null |
		grep -c '"status":"fail"' || true
}

skipped_rows() {
	cat out/*/boot-*/samples.jsonl 2>/dev/null |
		grep -c '"status":"skip"' || true
}

expect_rows() {
	[ "$(failed_rows)" -eq "$1" ] || fail "$(failed_rows) failed rows"
	[ "$(skipped_rows)" -eq "$2" ] || fail "$(skipped_rows) other rows"
}

make_image

# A guest that does as it should: what the others are compared with.
guest works 'no cell'
expect_status 4 "all cells are skipped"
expect_empty err "nothing broke"
expect_rows 0 3
[ "$(wc -l <out/boots.jsonl)" -eq 2 ] || fail "boots.jsonl: $(cat out/boots.jsonl)"

# What swaps needs a module that a lone image does not have.
quietly env PATH="$fake:$PATH" FAKE_GUEST=works FAKE_CELL='no cell' \
	"$program" kernels run "$PWD/image" --preset quick -w swapped -t none \
	-o lone
says 'goes without kernel modules: there is no folder of modules'

for how in oops hangs killed ends stuck; do
	guest "$how" /pagemap/ --silence 1
	expect_status 1 "$how"
	case $how in
	oops) says "boot-0, dense/pagemap.*kernel oops: BUG: kernel NULL" ;;
	hangs) says "boot-0, dense/pagemap.*hangs: no word for 1 s" ;;
	killed) says "boot-0, dense/pagemap.*killed: QEMU died of signal 9" ;;
	stuck) says "boot-0, dense/pagemap.*does not let the target die" ;;
	ends) says "boot-0, dense/pagemap.*ended by itself" ;;
	esac
	expect_rows 1 2
	grep -q '"status":"fail".*"reason":"[^"]' \
		out/*/boot-0/samples.jsonl || fail "no reason in the sample"
	grep -q '"status":"skip"' out/*/boot-1/samples.jsonl ||
		fail "the next boot does not go on: $how"
done

# Every cell breaks: each costs a boot, and there is an end of it.
guest oops . 
expect_status 1 "all cells break"
expect_rows 3 0
[ "$(wc -l <"$scratch/err")" -eq 3 ] || fail "not a line a cell"

# Nothing to go on with.
guest no-root .
expect_status 1 "does not boot"
says "the kernel panicked: Kernel panic - not syncing: VFS: Unable to mount"
expect_rows 0 0
guest silent . --silence 1
expect_status 1 "says nothing"
says "hangs: no word for 1 s"
guest aborts . --engine kvm
expect_status 1 "QEMU aborts"
says "failed to initialize kvm"

# A QEMU without plugins, and one whose plugins are of another kind.
mkdir plain
for words in "qemu-system-x86_64: -plugin: invalid option" \
	"dirtybench: cannot profile: versions 1 to 5"; do
	printf '#!/bin/sh\necho "%s" >&2\nexit 1\n' "$words" \
		>plain/qemu-system-x86_64
	chmod +x plain/qemu-system-x86_64
	rm -rf out
	quietly env PATH="$PWD/plain:$PATH" "$program" kernels run ./image \
		"${cells[@]}" --profile -o out
	expect_status 1 "$words"
	says "$words"
	expect_one_line err "$words"
done
quietly env PATH="$fake:$PATH" FAKE_GUEST=works FAKE_CELL=none "$program" \
	kernels run ./image "${cells[@]}" -o without
expect_status 4 "without a profile: this guest skips all cells"

# What is wrong before anything is booted.
head -c 600 image >short
rm -rf out
dirtybench kernels run ./short -o out
expect_status 2 "a truncated image"
expect_one_line err "a truncated image"
[ ! -e out ] || fail "a folder is left behind"
quietly env PATH="$scratch/nothing" "$program" kernels run ./image -o out
expect_status 2 "no QEMU"
says "qemu-system-x86_64 is not installed"
[ ! -e out ] || fail "a folder is left behind"

# A full disk: said once, what there is stays whole, and no further boot.
need_root "mounting a small file system"
unshare --mount true 2>/dev/null || skip "mounting is not allowed here"
mkdir disk
rm -rf out
# shellcheck disable=SC2016
quietly unshare --mount env PATH="$fake:$PATH" FAKE_GUEST=works FAKE_CELL=0 \
	bash -c '
	mount -t tmpfs -o size=12k none disk || exit 99
	"$1" kernels run ./image --preset quick -w dense,thp -o disk/out
	status=$?
	cp -a disk/out .
	exit $status' sh "$program"
[ "$status" -ne 99 ] || skip "no tmpfs can be mounted here"
expect_status 1 "a full disk"
says "No space left on device"
! grep -q "dense/" "$scratch/err" || fail "a cell is blamed"
[ ! -e out/6.0-fake/boot-1 ] || fail "booted again onto a full disk"
[ -z "$(tail -c 1 out/6.0-fake/boot-0/samples.jsonl)" ] || fail "half a line"
expect_no_processes "a full disk"

# Ctrl-C: the guest goes, what there is stays.
rm -rf out
in_background env PATH="$fake:$PATH" FAKE_GUEST=hangs FAKE_CELL=scan \
	"$program" kernels run ./image "${cells[@]}" -o out
wait_until 10 has_sample out/6.0-fake/boot-0 pagemap || fail "no sample"
kill -INT "$pid"
finish 5
[ "$status" -eq 130 ] || fail "exit status $status, not 130"
expect_rows 0 2
expect_no_processes "Ctrl-C"
grep -q '"end":"interrupted"' out/boots.jsonl || fail "not in boots.jsonl"
