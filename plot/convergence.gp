# SPDX-License-Identifier: GPL-2.0-or-later
# Pages of each copy of a process that goes on: a line an epoch.
#
# usage: gnuplot -c convergence.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c convergence.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("convergence.gp")]
load here . "common.gp"

set logscale y
set grid xtics ytics linestyle 100
set xlabel "iteration"
set ylabel "pages copied"
set format y "%g"
set xtics 1 scale 0.5
set yrange [0.4 : *]
set autoscale xfix
set offsets 0.3, 0.3, 0, 0
if (dumb) {
	set key outside bottom center horizontal
	unset grid
	set title "pages copied, by iteration"
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
		linecolor rgb tint(colour[c]) linewidth 1.2 \
		dashtype int(variant[c]) + 1 title curve[c], \
	     for [c = 1 : curves] data index c using 1:3 with points \
		linecolor rgb tint(colour[c]) pointtype shape(colour[c]) \
		pointsize 0.8 notitle
}
