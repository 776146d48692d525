#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the fuzz targets and runs each over its corpus, every input once.
#
# usage: corpus.sh BUILD-FOLDER
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$1

if ! command -v clang >/dev/null; then
	echo "skipped: libFuzzer needs clang, which is not installed"
	exit 77
fi

export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
cmake -S "$here/../.." --preset fuzz -B "$build"
cmake --build "$build" --target fuzzers
# Kept where a crash writes the input that made it.
cd "$build"
for corpus in "$here"/corpus/*/; do
	name=$(basename "$corpus")
	"$build/bin/fuzz-$name" -runs=0 -timeout=10 "$corpus"
done
