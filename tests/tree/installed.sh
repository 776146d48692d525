#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs a build under a folder of its own and uses what lies there.
#
# usage: installed.sh BUILD-FOLDER
set -euo pipefail

build=$1
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

fail() {
	echo "installed.sh: $*"
	find "$prefix" | sort
	exit 1
}

cmake --install "$build" --prefix "$prefix" >/dev/null
"$prefix/bin/dirtybench" --version | grep -q '^dirtybench [0-9]' ||
	fail "no dirtybench that tells its version"
"$prefix/bin/bench-dense" --benchmark_list_tests | grep -q '^dense/none/' ||
	fail "no bench-dense that lists its cells"
[ -s "$prefix/share/man/man1/dirtybench.1" ] || fail "no manual page"
[ -s "$prefix/share/doc/dirtybench/README.md" ] || fail "no README.md"
[ -s "$prefix/share/dirtybench/plot/phases.gp" ] || fail "no scripts for plots"
