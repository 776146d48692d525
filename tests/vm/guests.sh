# SPDX-License-Identifier: GPL-2.0-or-later
# What tests of guests share: kernels to boot, and guests that are none. To be
# sourced behind lib.sh.
# shellcheck disable=SC2154

# need_kernels SERIES...: skips without QEMU or one of them.
need_kernels() {
	local kernel

	command -v qemu-system-x86_64 >/dev/null ||
		skip "needs qemu-system-x86_64"
	for kernel; do
		"$program" kernels list | grep -q "^$kernel\." ||
			skip "needs the kernel $kernel: dirtybench kernels" \
				"fetch $kernel"
	done
}

# A folder with a program of QEMU's name, for PATH.
# shellcheck disable=SC2034
fake=$golden_folder/../vm/fake

# The smallest file that has the boot header of a kernel, with its release.
make_image() {
	head -c 1024 /dev/zero >image
	printf '\x55\xaa' | dd of=image bs=1 seek=510 conv=notrunc status=none
	printf '\x01' | dd of=image bs=1 seek=497 conv=notrunc status=none
	printf 'HdrS\x0f\x02' |
		dd of=image bs=1 seek=514 conv=notrunc status=none
	printf '\x80' | dd of=image bs=1 seek=526 conv=notrunc status=none
	printf '6.0-fake (made)\0' |
		dd of=image bs=1 seek=640 conv=notrunc status=none
}
