# SPDX-License-Identifier: GPL-2.0-or-later
# Two charts above each other, with one x axis: curves up to `upper` and those
# behind. Loaded by scripts that have set the x axis, `what_of` each panel and
# `by`, and `zero`: where the lower one has room for 0, NaN for nowhere.
array from[2] = [1, upper + 1]
array to[2] = [upper, curves]
shown(y, p) = p == 2 && zero == zero && y < zero ? zero : y
if (dumb) {
	set terminal dumb nofeed noenhanced mono size 72, 22 * panels
	set multiplot layout panels, 1
	set key outside bottom center horizontal
	unset grid
} else {
	set multiplot
	inside = (height - 62 - below - 58 - (panels - 1) * 70) / panels
	set lmargin at screen px(86)
	set rmargin at screen px(width - legend - 14)
}
do for [p = 1 : panels] {
	low = y_low[p]
	high = y_high[p]
	load here . "decades.gp"
	if (p == 2 && zero == zero) {
		set ytics add ("0" zero)
	}
	if (dumb) {
		set title what_of[p] . ", by " . by
		plot for [c = from[p] : to[p]] data index c \
			using 1:(shown($2, p)) \
			with points pointtype c title curve[c]
	} else {
		top = height - 62 - (p - 1) * (inside + 70)
		set tmargin at screen py(top)
		set bmargin at screen py(top - inside)
		set key at screen px(width - legend - 4), py(top) left top \
			Left reverse samplen 2.5
		set ylabel what_of[p]
		plot for [c = from[p] : to[p]] data index c \
			using 1:(shown($2, p)) with linespoints \
			linecolor rgb tint(colour[c]) linewidth 2 \
			dashtype int(variant[c]) + 1 \
			pointtype shape(colour[c]) pointsize 0.9 title curve[c]
		unset for [l = 1001 : 1003] label l
	}
}
unset multiplot
