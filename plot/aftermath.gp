# SPDX-License-Identifier: GPL-2.0-or-later
# What reading and writing cost once tracking has ended: a row a tracker.
#
# usage: gnuplot -c aftermath.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c aftermath.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("aftermath.gp")]
load here . "common.gp"

low = 1 / reach
high = reach
set logscale x
set xrange [low : high]
set yrange [rows - 0.4 : -0.6]
set border 1
unset ytics
set xtics scale 0.5 ("" low)
set for [e = -3 : 4] xtics add (sprintf("%g", 10.0 ** e) 10.0 ** e)
if (reach < 30) {
	set for [e = -3 : 4] xtics add (sprintf("%g", 2 * 10.0 ** e) \
		2 * 10.0 ** e, sprintf("%g", 5 * 10.0 ** e) 5 * 10.0 ** e)
}
set grid xtics linestyle 100
set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead \
	linecolor rgb "#a0a0a0"
set xlabel "times what it costs where there was no tracker"
set lmargin at screen px(labels)
set rmargin at screen px(width - 400)
set tmargin at screen py(height - 84)
set bmargin at screen py(below + 58)
set key at screen px(width - 14), py(height - 52) right top horizontal \
	samplen 1.5
plot data index 1 using 3:2:(tint($5)) with points pointtype 6 pointsize 1 \
		linecolor rgb variable notitle, \
	"" index 1 using 4:2:(tint($5)) with points pointtype 7 pointsize 0.8 \
		linecolor rgb variable notitle, \
	"" index 1 using (low):2:1 with labels right offset -1, 0 \
		font ",11" textcolor rgb INK notitle, \
	"" index 1 using (high):2:6 with labels left offset 1, 0 \
		font ",10" textcolor rgb "#606060" notitle, \
	"" index 2 using (low):2:1 with labels left offset 0, 0 \
		font ",10" textcolor rgb INK notitle, \
	NaN with points pointtype 6 linecolor rgb INK title "read", \
	NaN with points pointtype 7 linecolor rgb INK title "write"
