#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A comparison on a machine that is rebooted by hand; here, reboots are a fake.
. "$(dirname "$0")/lib.sh"

tool=$golden_folder/../../tools/boot-share

# What a reboot changes: the release, the boot, what doctor finds.
mkdir fake
cat >fake/uname <<'EOF'
#!/bin/sh
cat release
EOF
cat >fake/dirtybench <<EOF
#!/bin/sh
[ "\$1" != doctor ] || exec cat findings
[ ! -e breaks ] || exit 130
"$program" "\$@" || exit
sed -i "s/\$(cat /proc/sys/kernel/random/boot_id)/\$BOOT_ID/" \
	comparison/running/samples.jsonl comparison/running/env.json
EOF
chmod +x fake/*
export PATH="$PWD/fake:$PATH" SETTLE=0

boot() {
	echo "$1" >release
	boots=$((${boots:-0} + 1))
	BOOT_ID=$(printf '00000000-0000-4000-8000-%012d' "$boots")
	export BOOT_ID
}

finding() { printf '"id": "%s"\n"severity": "%s"\n' "$2" "$1"; }

share() { quietly "$tool" "$@"; }

filed() {
	expect_status 0 "$1"
	expect_one_line out "$1"
	grep -q "$1" "$scratch/out" || fail "does not say: $1"
}

refused() {
	expect_status 2 "$1"
	expect_one_line err "$1"
	grep -q "$1" "$scratch/err" || fail "does not say: $1"
	[ ! -e comparison/base/boot-004 ] || fail "filed all the same: $1"
}

finding warning smt >findings
finding note khugepaged >>findings

share plan comparison 6.1 6.1 2
refused 'both kernels are 6.1'
share plan comparison 6.1 6.2 many
refused 'BOOTS many'
share run comparison
refused 'has no plan'
share plan comparison 6.1 6.2 2 "${small[@]}" -w dense -t none,mprotect
filed 'share 1 of 4 is to come: boot 6.1'
share plan comparison 6.1 6.2 2
refused 'has a plan already'

# A, B, B, A.
boot 6.2
share run comparison
refused 'this is 6.2: share 1 is for 6.1'
boot 6.1
share run comparison
filed 'share 2 of 4 is to come: boot 6.2'
echo 6.2 >release
share run comparison
refused 'this boot has had its share'
boot 6.2
share run comparison
filed 'share 3 of 4 is to come: boot 6.2'
boot 6.2
share run comparison
filed 'share 4 of 4 is to come: boot 6.1'
share next comparison
filed '^6.1$'

# Machines that are not as they were, and runs that are not whole.
boot 6.1
finding serious steal >>findings
share run comparison
refused "finds 'steal': quiet it first, or set ALLOW=steal"
finding warning governor >findings
share run comparison
refused "finds 'governor'; in the first share it was 'smt'"
finding note khugepaged >findings
share run comparison
refused "finds ''; in the first share it was 'smt'"
finding warning smt >findings
touch breaks
share run comparison
expect_status 2 "a run that is interrupted"
[ ! -e comparison/base/boot-004 ] || fail "filed half a run"
rm breaks
mkdir -p comparison/running
share run comparison
filed 'all is measured: dirtybench compare comparison/base comparison/new'
share run comparison
filed 'all is measured'

dirtybench compare comparison/base comparison/new
expect_status 0 "comparing the shares"
grep -q '2 boots' "$scratch/out" || fail "not two boots a side"
