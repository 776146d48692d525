#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every field of a run's env.json is classified for comparing two of them.
. "$(dirname "$0")/lib.sh"

check_settings=$2

dirtybench run "${small[@]}" -w dense -t none -o run
expect_status 0 "a run"
quietly "$check_settings" run/env.json
expect_status 0 "a field of env.json that nobody has classified"
