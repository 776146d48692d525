# SPDX-License-Identifier: GPL-2.0-or-later
# VMAs, calls and wrong pages against the number of small mappings.
#
# usage: gnuplot -c chain.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c chain.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("chain.gp")]
load here . "common.gp"

set logscale x 2
set logscale y
set grid xtics ytics linestyle 100
set xrange [x_low[1] : x_high[1]]
set xtics ("1" 1, "4" 4, "16" 16, "64" 64, "256" 256, "1024" 1024, \
	"4096" 4096, "16384" 16384, "65536" 65536)
set xlabel "small mappings of an epoch"
array what_of[4] = ["VMAs at the peak", unit . " per system call", \
	"pages over-reported", "pages lost"]
if (dumb) {
	set terminal dumb nofeed noenhanced mono size 72, 22 * panels
	set multiplot layout panels, 1
	set key outside bottom center horizontal
	unset grid
	do for [p = 1 : panels] {
		set title what_of[panel[p]] . ", by the number of mappings"
		low = y_low[p]
		high = y_high[p]
		load here . "decades.gp"
		plot for [c = panel_first[p] : panel_last[p]] data index c \
			using 1:2 with points pointtype c title curve[c]
	}
} else {
	inside = (height - 62 - below - 58 - (panels - 1) * 70) / panels
	set multiplot
	set lmargin at screen px(86)
	set rmargin at screen px(width - legend - 14)
	do for [p = 1 : panels] {
		top = height - 62 - (p - 1) * (inside + 70)
		set tmargin at screen py(top)
		set bmargin at screen py(top - inside)
		set key at screen px(width - legend - 4), py(top) left top \
			Left reverse samplen 2.5
		set ylabel what_of[panel[p]]
		low = y_low[p]
		high = y_high[p]
		load here . "decades.gp"
		plot for [c = panel_first[p] : panel_last[p]] data index c \
			using 1:2 with linespoints \
			linecolor rgb tint(colour[c]) linewidth 2 \
			dashtype int(variant[c]) + 1 \
			pointtype shape(colour[c]) pointsize 0.9 title curve[c]
		unset for [l = 1001 : 1003] label l
	}
}
unset multiplot
