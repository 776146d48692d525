#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Compares the packages that README.md tells to install with packages.txt.
set -euo pipefail

cd "$(dirname "$0")/../.."

# The words of the command, which goes on behind lines that end in \.
in_readme() {
	awk '/apt-get install/ { on = 1 }
	     on { print; on = /\\$/ }' README.md |
		tr -s ' \\\t' '\n' |
		grep -vxE -e '|apt-get|install|sudo|-.*'
}

diff -u --label README.md --label packages.txt \
	<(in_readme | sort) <(tools/packages list build test | sort)
