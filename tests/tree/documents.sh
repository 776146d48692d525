#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks the manual page's form, and that what the program has is documented.
#
# usage: documents.sh DIRTYBENCH
set -euo pipefail

cd "$(dirname "$0")/../.."
program=$1
missing=0

mandoc -Tlint -Wwarning docs/*.1

# Bold and underlined letters are printed over each other.
page=$(mandoc -Tascii docs/dirtybench.1 | sed 's/.\x08//g')
readme=$(cat README.md)

# need DOCUMENT TEXT WORD...: the words stand in the text, alone.
need() {
	local document=$1 text=$2 word

	shift 2
	for word; do
		grep -qE -e "(^|[^[:alnum:]-])$word([^[:alnum:]-]|\$)" \
			<<<"$text" && continue
		echo "$document does not mention $word"
		missing=1
	done
}

options_of() {
	"$program" "$@" --help | grep -oE -e '--[a-z][a-z-]*' |
		grep -vxE -e '--usage|--benchmark.*' | sort -u
}

# The names below a heading of `dirtybench list`, which are indented by two.
names_of() {
	"$program" list | sed -n "/^$1\$/,/^\$/s/^  \([a-z][a-z-]*\).*/\1/p"
}

# What is listed is made of words.
# shellcheck disable=SC2046,SC2086
{
	commands=$("$program" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
	need docs/dirtybench.1 "$page" $commands
	for command in $commands; do
		need docs/dirtybench.1 "$page" $(options_of $command)
	done
	commands=$("$program" kernels --help | sed -n 's/^  \([a-z-]*\) .*/\1/p')
	need docs/dirtybench.1 "$page" $commands
	for command in $commands; do
		need docs/dirtybench.1 "$page" $(options_of kernels $command)
	done
	need docs/dirtybench.1 "$page" $(names_of Presets)
	need docs/dirtybench.1 "$page" $(names_of Trackers) $(names_of Workloads)
	need README.md "$readme" $(names_of Trackers) $(names_of Workloads)
}
exit $missing
