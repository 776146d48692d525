# SPDX-License-Identifier: GPL-2.0-or-later
# Which share of the writes takes longer than so long: a curve a tracker.
#
# usage: gnuplot -c latency.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c latency.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("latency.gp")]
load here . "common.gp"

set logscale xy
set grid xtics ytics linestyle 100
set xlabel "ns that a write takes"
set ylabel "share of writes that take longer"
set format x "%g"
set format y "%g"
set xtics scale 0.5
set yrange [* : 1]
if (dumb) {
	set key outside bottom center horizontal
	unset grid
	set title "share of writes that take longer, by ns"
	unset ylabel
	plot for [c = 1 : curves] data index c using 1:2 with points \
		pointtype c title curve[c]
} else {
	set lmargin at screen px(90)
	set rmargin at screen px(width - legend - 14)
	set tmargin at screen py(height - 62)
	set bmargin at screen py(below + 58)
	set key at screen px(width - legend - 4), py(height - 62) left top \
		Left reverse samplen 2.5
	plot for [c = 1 : curves] data index c using 1:2 with lines \
		linecolor rgb tint(colour[c]) linewidth 2 \
		dashtype int(variant[c]) + 1 title curve[c]
}
