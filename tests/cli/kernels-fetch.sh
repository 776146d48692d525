#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Getting kernels from an archive that is made here, and what can go wrong.
#
# usage: kernels-fetch.sh DIRTYBENCH MAKE-KERNEL-DEB
. "$(dirname "$0")/lib.sh"

make_deb=$2
type apt-get dpkg ar >/dev/null 2>&1 || skip "no apt here"
[ -r /usr/share/keyrings/debian-archive-keyring.gpg ] ||
	skip "no keys of Debian's archive"

archive=$scratch/mirror/debian
export XDG_CACHE_HOME=$scratch/cache
kernels=$XDG_CACHE_HOME/dirtybench/kernels

# What stands for the system's apt: its mirror is what has to be found, and
# nothing of it may change. The proxy is one that nobody is behind, so that
# whoever takes another mirror fails.
mkdir -p etc/apt.conf.d state
for suite in debian debian-security; do
	echo "deb file:$scratch/mirror/$suite bookworm main"
done >etc/sources.list
cat >system.conf <<EOF
Dir::Etc "$PWD/etc/";
Dir::State "$PWD/state/";
Acquire::AllowInsecureRepositories "true";
APT::Get::AllowUnauthenticated "true";
Acquire::http::Proxy "http://127.0.0.1:9/";
APT::Update::Pre-Invoke { "touch $PWD/hook"; };
EOF
export APT_CONFIG=$PWD/system.conf
system_before=$(find etc state system.conf | sort)

# package SUITE NAME VERSION DEPENDS [RELEASE PART...]: into the archive.
package() {
	local suite=$1 name=$2 version=$3 depends=$4 root=$archive
	local file=pool/${2}_${3}_amd64.deb lists

	shift 4
	[[ $suite != *-security ]] || root=$archive-security
	lists=$root/dists/$suite/main/binary-amd64
	mkdir -p "$root/pool" "$lists"
	"$make_deb" "$root/$file" "$@"
	cat >>"$lists/Packages" <<EOF
Package: $name
Version: $version
Architecture: amd64
Depends: $depends
Filename: $file
Size: $(stat -c %s "$root/$file")
SHA256: $(sha256sum <"$root/$file" | cut -d' ' -f1)

EOF
}

for suite in bullseye{,-updates,-security} {bookworm,trixie}{,-updates,-security,-backports} \
	forky sid experimental; do
	root=$archive
	[[ $suite != *-security ]] || root=$archive-security
	mkdir -p "$root/dists/$suite/main/binary-amd64"
	: >"$root/dists/$suite/main/binary-amd64/Packages"
done

old=6.1.0-9-cloud-amd64 new=6.1.0-10-cloud-amd64 sid=7.2.3+deb14-cloud-amd64
next=7.3.4-cloud-amd64
package bookworm "linux-image-$old" 6.1.9-1 kmod "$old" boot
package bookworm-security "linux-image-$new" 6.1.10-1 kmod "$new" boot module
package sid "linux-image-$sid" 7.2.3-1 \
	"linux-base-$sid (= 7.2.3-1), linux-binary-$sid (= 7.2.3-1), linux-modules-$sid (= 7.2.3-1)" "$sid"
package sid "linux-base-$sid" 7.2.3-1 x "$sid" config
package sid "linux-binary-$sid" 7.2.3-1 "linux-base-$sid (= 7.2.3-1)" "$sid" image
package sid "linux-modules-$sid" 7.2.3-1 "linux-base-$sid (= 7.2.3-1)" "$sid" module
package experimental "linux-binary-unsigned-$next" 7.3.4-1 \
	"linux-base-$next (= 7.3.4-1)" "$next" image

expect_clean() {
	[ -z "$(find "$kernels" -mindepth 1 -maxdepth 1 -name '.*' 2>/dev/null)" ] ||
		fail "something unfinished is left: $1"
	expect_no_processes "$1"
}

# Nothing there yet.
dirtybench kernels list
expect_status 0 "an empty cache"
grep -q "no kernels in $kernels" "$scratch/out" || fail "where is not told"

# What cannot be used: before anything is downloaded.
for word in 6 linux '6.1/..' ''; do
	dirtybench kernels fetch "$word"
	expect_status 2 "fetch '$word'"
	expect_one_line err "fetch '$word'"
done
dirtybench kernels fetch
expect_status 2 "fetch without a word"
expect_one_line err "fetch without a word"
[ ! -e "$XDG_CACHE_HOME" ] || fail "something is written"

dirtybench kernels fetch 6.1 6.13
expect_status 2 "a series that there is not"
expect_one_line err "a series that there is not"
grep -qF 'no kernel 6.13; it has 6.1, 7.2, 7.3' "$scratch/err" ||
	fail "not told what there is"
[ ! -e "$kernels" ] || fail "6.1 is fetched all the same"

# The newest of a series, in one package and in four, and one without all.
dirtybench kernels fetch 6.1 7.2
expect_status 0 "6.1 7.2"
expect_empty err "6.1 7.2"
for file in $new/{vmlinuz,package,modules/zram.ko} \
	$sid/{vmlinuz,config,package,modules/zram.ko}; do
	[ -s "$kernels/$file" ] || fail "no $file"
done
[ ! -e "$kernels/$old" ] || fail "an old build is fetched"
[ "$(grep -c '^SHA256: ' "$kernels/$sid/package")" -eq 4 ] ||
	fail "not all packages are noted"
grep -qx 'Suite: bookworm-security' "$kernels/$new/package" ||
	fail "not told from where 6.1 is"
expect_clean "6.1 7.2"

dirtybench kernels fetch 7.3
expect_status 0 "7.3"
expect_one_line err "7.3"
grep -q "no modules, no configuration: .* linux-base-$next" "$scratch/err" ||
	fail "not told what is missing"
[ -s "$kernels/$next/vmlinuz" ] || fail "no image of 7.3"

# What is there is not fetched again, unless it is damaged.
inode=$(stat -c %i "$kernels/$new/vmlinuz")
dirtybench kernels fetch 6.1
grep -q 'is there already' "$scratch/out" || fail "6.1 again"
[ "$(stat -c %i "$kernels/$new/vmlinuz")" = "$inode" ] || fail "6.1 again"
truncate -s 1000 "$kernels/$new/vmlinuz"
dirtybench kernels list
expect_status 1 "a damaged kernel"
expect_one_line err "a damaged kernel"
grep -q "$new/vmlinuz is cut short" "$scratch/err" || fail "not told which"
dirtybench kernels fetch 6.1
expect_status 0 "mending 6.1"
[ "$(stat -c %s "$kernels/$new/vmlinuz")" -eq 16384 ] || fail "not mended"
dirtybench kernels list
expect_status 0 "list"
[ "$(grep -c cloud-amd64 "$scratch/out")" -eq 3 ] || fail "not three kernels"
expect_clean "list"

# A kernel that somebody killed us in the middle of.
mkdir -p "$kernels/.unfinished/debs"
echo half >"$kernels/.unfinished/debs/linux-image-half.deb"
rm -r "${kernels:?}/$new"
dirtybench kernels fetch 6.1
expect_status 0 "after a kill"
expect_clean "after a kill"

# Somebody else is at it.
rm -r "${kernels:?}/$new"
exec 9<"$XDG_CACHE_HOME/dirtybench/apt"
flock 9
dirtybench kernels fetch 6.1
expect_status 1 "a second one"
expect_one_line err "a second one"
grep -q 'being fetched .* already' "$scratch/err" || fail "not told why"
exec 9<&-

# A package that is not what the lists say; the others are fetched.
echo more >>"$archive-security/pool/linux-image-${new}_6.1.10-1_amd64.deb"
rm -r "${kernels:?}/$sid"
dirtybench kernels fetch 6.1 7.2
expect_status 1 "a package that was changed"
expect_one_line err "a package that was changed"
[ ! -e "$kernels/$new" ] || fail "what was changed is used"
[ -s "$kernels/$sid/vmlinuz" ] || fail "7.2 is not fetched"
expect_clean "a package that was changed"

# A limit on the size of files is met like a full disk.
rm -r "${kernels:?}/$sid"
quietly prlimit --fsize=8192 "$program" kernels fetch 7.2
expect_status 1 "a full disk"
expect_one_line err "a full disk"
grep -q 'File too large' "$scratch/err" || fail "a full disk: not told"
[ ! -e "$kernels/$sid" ] || fail "half a kernel: a full disk"
expect_clean "a full disk"

# An apt that gets nowhere, and we are asked to stop, or are stopped.
mkdir slow
cat >slow/apt-get <<EOF
#!/bin/sh
case "\$*" in *download*) exec sleep 1000 ;; esac
exec $(type -P apt-get) "\$@"
EOF
chmod +x slow/apt-get
for signal in INT KILL; do
	in_background PATH="$PWD/slow:$PATH" "$program" kernels fetch 7.2
	wait_until 20 test -e "$kernels/.unfinished/kernel" ||
		fail "$signal: nothing is begun"
	wait_until 20 pgrep -P "$pid" sleep >"$scratch/sleep" ||
		fail "$signal: nothing is downloaded"
	kill -"$signal" "$pid"
	finish 20
	[ "$status" -gt 128 ] || fail "$signal: exit status $status"
	wait_until 20 test ! -e "/proc/$(cat "$scratch/sleep")" ||
		fail "$signal: apt-get goes on"
	[ ! -e "$kernels/$sid" ] || fail "half a kernel: $signal"
	expect_empty err "$signal"
	[ "$signal" = KILL ] || expect_clean "$signal"
done

# No archive at all: with the lists there were, and without.
mv "$scratch/mirror" "$scratch/gone"
dirtybench kernels fetch 7.2
expect_status 1 "the archive is gone"
expect_clean "the archive is gone"
rm -r "$XDG_CACHE_HOME"
dirtybench kernels fetch 7.2
expect_status 1 "no archive and no lists"
expect_one_line err "no archive and no lists"
expect_clean "no archive and no lists"
mv "$scratch/gone" "$scratch/mirror"

# Another distribution's sources.
mv etc/sources.list debian.list
dirtybench kernels fetch 7.2
expect_status 1 "no Debian"
expect_one_line err "no Debian"
grep -q 'name no archive of Debian' "$scratch/err" || fail "no Debian: not told"
mv debian.list etc/sources.list

# Without apt.
mkdir bin
ln -s "$(type -P dpkg)" bin/dpkg
quietly env PATH="$PWD/bin" "$program" kernels fetch 7.2
expect_status 1 "no apt"
expect_one_line err "no apt"
grep -q 'no program apt-config' "$scratch/err" || fail "no apt: not told"

[ ! -e hook ] || fail "the system's hooks were run"
[ "$system_before" = "$(find etc state system.conf | sort)" ] ||
	fail "something of the system's apt has changed"

# A disk with no room for what apt needs.
[ "$(id -u)" -eq 0 ] && unshare --mount true 2>/dev/null || exit 0
mkdir disk
# shellcheck disable=SC2016
quietly unshare --mount sh -c '
	mount -t tmpfs -o size=20m none disk || exit 99
	XDG_CACHE_HOME=$PWD/disk "$1" kernels fetch 7.2' sh "$program"
[ "$status" -ne 99 ] || exit 0
expect_status 1 "a small disk"
expect_one_line err "a small disk"
grep -q 'too little room .* needs 524 MB' "$scratch/err" ||
	fail "a small disk: not told"
