# SPDX-License-Identifier: GPL-2.0-or-later
# Time to collect against the size of the range, with the same populated pages.
#
# usage: gnuplot -c range.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c range.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("range.gp")]
load here . "common.gp"

set logscale x 2
set logscale y
set grid xtics ytics linestyle 100
low = y_low[1]
high = y_high[1]
load here . "decades.gp"
set xrange [x_low[1] : x_high[1]]
set xtics ("64 MiB" 0.0625, "256 MiB" 0.25, "1 GiB" 1, "2 GiB" 2, "4 GiB" 4, \
	"8 GiB" 8, "16 GiB" 16, "32 GiB" 32, "64 GiB" 64, "128 GiB" 128, \
	"256 GiB" 256, "512 GiB" 512, "1 TiB" 1024, "4 TiB" 4096, \
	"16 TiB" 16384)
set xlabel "size of the range"
if (dumb) {
	set title unit . " to collect once, by the size of the range"
	set key outside bottom center horizontal
	unset grid
	plot for [c = 1 : curves] data index c using 1:2 with points \
			pointtype c title curve[c]
} else {
	set ylabel unit . " to collect once"
	set lmargin at screen px(86)
	set rmargin at screen px(width - legend - 14)
	set tmargin at screen py(height - 62)
	set bmargin at screen py(below + 58)
	set key at screen px(width - legend - 4), py(height - 62) left top \
		Left reverse samplen 2.5
	plot for [c = 1 : curves] data index c using 1:2 with linespoints \
			linecolor rgb tint(colour[c]) linewidth 2 \
			dashtype int(variant[c]) + 1 \
			pointtype shape(colour[c]) pointsize 0.9 \
			title curve[c]
}
