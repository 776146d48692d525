#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks the manual page: well formed, and naming what the program offers.
#
# usage: manual.sh DIRTYBENCH
set -euo pipefail

cd "$(dirname "$0")/../.."
program=$1

mandoc -Tlint -Wwarning docs/*.1

missing=0
page=$(mandoc -Tascii docs/dirtybench.1 | sed 's/.\x08//g')
need() {
	grep -qE -e "(^|[^[:alnum:]-])$1([^[:alnum:]-]|\$)" <<<"$page" || {
		echo "docs/dirtybench.1 does not mention $1"
		missing=1
	}
}

for command in $("$program" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
	need "$command"
	for option in $("$program" "$command" --help |
		grep -oE -e '--[a-z][a-z-]*' | grep -v -- '--benchmark' |
		sort -u); do
		need "$option"
	done
done
exit $missing
