# SPDX-License-Identifier: GPL-2.0-or-later
# Numbers at the logarithmic y axis from `low` to `high`: 1, 10, 100 where it
# spans decades; 1, 2, 5, 10 where it does not. Loaded by the other scripts.
first = floor(log10(low))
last = ceil(log10(high))
unset mytics
set ytics scale 0.5 ("" low)
do for [decade = first : last] {
	set ytics add (sprintf("%g", 10.0 ** decade) 10.0 ** decade)
	if (high / low < 2000) {
		set ytics add (sprintf("%g", 2 * 10.0 ** decade) \
			2 * 10.0 ** decade, sprintf("%g", 5 * 10.0 ** decade) \
			5 * 10.0 ** decade)
	}
}
set yrange [low : high]
