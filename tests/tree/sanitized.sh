#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds with AddressSanitizer and UndefinedBehaviorSanitizer; runs unit tests.
#
# usage: sanitized.sh BUILD-FOLDER
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$1

export ASAN_OPTIONS=detect_stack_use_after_return=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
cmake -S "$root" --preset asan -B "$build" -DDIRTYBENCH_TESTS=ON
cmake --build "$build"
ctest --test-dir "$build" --output-on-failure --no-tests=error -L unit
