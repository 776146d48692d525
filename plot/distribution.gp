# SPDX-License-Identifier: GPL-2.0-or-later
# Single epochs as points, with a box: a phase a facet, a cell a column.
#
# usage: gnuplot -c distribution.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c distribution.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("distribution.gp")]
load here . "common.gp"

set border 2
set tics scale 0.5
set xrange [-0.6 : cells - 0.4]
set grid ytics linestyle 100
set format y "%+g %%"
set format x ""
facet_px = 190
set multiplot
set key off
set lmargin at screen px(96)
set rmargin at screen px(width - 14)
set style fill solid 0.25 border
set boxwidth 0.8
do for [f = 1 : facets] {
	set tmargin at screen py(height - 84 - (f - 1) * facet_px)
	set bmargin at screen py(height - 84 - f * facet_px + 34)
	set yrange [-edge[f] : edge[f] * 1.3]
	set ytics steps(edge[f], 2)
	set ylabel facet[f] font ",13"
	set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead \
		linecolor rgb "#a0a0a0"
	if (f == facets) {
		do for [c = 1 : cells] {
			set label c cell[c] . "\n" . what[c] \
				at first c - 1, graph 0 center \
				offset 0, -1 font ",10" \
				textcolor rgb INK
		}
	}
	plot data index 2 * f - 1 using 1:3:2:5:4 with candlesticks \
			whiskerbars 0.5 linewidth 1 \
			linecolor rgb "#909090", \
		data index 2 * f using 1:2:(tint($3)) with points \
			pointtype 7 pointsize 0.45 \
			linecolor rgb variable, \
		data index 2 * f - 1 using 1:(edge[f] * 1.18):6 \
			with labels font ",10" textcolor rgb INK
	unset for [l = 1001 : 1003] label l
}
unset multiplot
