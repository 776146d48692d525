# SPDX-License-Identifier: GPL-2.0-or-later
# The slowest write of each moment, and collections: a panel a tracker.
#
# usage: gnuplot -c timeline.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c timeline.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("timeline.gp")]
load here . "common.gp"

set logscale y
set yrange [10 : 1e9]
set format y "%g"
set ytics 100 scale 0.5
set xrange [0 : 68]
if (dumb) {
	set terminal dumb nofeed noenhanced mono size 72, 12 * curves
	set multiplot layout curves, 1
} else {
	set multiplot
	set lmargin at screen px(86)
	set rmargin at screen px(width - 24)
}
unset key
# As wide as a slot.
set boxwidth 0.065536
do for [c = 1 : curves] {
	if (dumb) {
		set title curve[c] . ": slowest ns, by ms"
		plot data index c using 1:($3 > 0.2 ? 10 : NaN) \
				with points pointtype 3, \
			data index c using 1:2 with points pointtype 1
	} else {
		top = height - 84 - (c - 1) * 162
		set tmargin at screen py(top)
		set bmargin at screen py(top - 112)
		set label 900 curve[c] at screen px(86), py(top + 9) left
		set ylabel "ns"
		if (c == curves) {
			set xlabel "ms from the start of the epoch"
		}
		plot data index c using ($1 + 0.033):($3 > 0 ? 1e9 : NaN) \
				with boxes linecolor rgb "#d0d0d0" \
				fillstyle solid 1.0, \
			data index c using ($1 + 0.033):2 with points \
				pointtype 7 pointsize 0.3 \
				linecolor rgb tint(colour[c])
		unset for [l = 1001 : 1003] label l
	}
}
unset multiplot
