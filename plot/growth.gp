# SPDX-License-Identifier: GPL-2.0-or-later
# Growth of VMAs, and pages per region, against the dirty fraction.
#
# usage: gnuplot -c growth.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c growth.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("growth.gp")]
load here . "common.gp"

# A logarithmic axis has no zero; half of the least growth stands for it.
ZERO = 0.5
above(y) = y < 1 ? ZERO : y

set logscale xy
set grid xtics ytics linestyle 100
set xtics ("0.001 %%" 0.00001, "0.01 %%" 0.0001, "0.1 %%" 0.001, "0.2 %%" 0.002, "0.5 %%" 0.005, \
	"1 %%" 0.01, "2 %%" 0.02, "5 %%" 0.05, "10 %%" 0.1, "20 %%" 0.2, \
	"50 %%" 0.5, "100 %%" 1)
set xlabel "dirty fraction: share of the mapping units that are written"
lower = curves - upper
if (dumb) {
	set terminal dumb nofeed noenhanced mono size 72, 22 * panels
	set multiplot layout panels, 1
	set key outside bottom center horizontal
	unset grid
	set title "growth of VMAs at the peak, by dirty fraction"
	set xrange [x_low[1] : x_high[1]]
	set yrange [ZERO * 0.7 : y_high[1]]
	set ytics ("0" ZERO, "1" 1, "10" 10, "100" 100, "1000" 1000, \
		"10000" 10000, "100000" 100000)
	plot for [c = 1 : upper] data index c using 1:(above($2)) \
			with points pointtype c title curve[c]
	if (panels > 1) {
		set title "pages per region, by dirty fraction"
		low = y_low[2]
		high = y_high[2]
		load here . "decades.gp"
		plot for [c = upper + 1 : curves] data index c using 1:2 \
			with points pointtype c title curve[c]
	}
} else {
	inside = (height - 62 - below - 58 - (panels - 1) * 70) / panels
	set multiplot
	set lmargin at screen px(86)
	set rmargin at screen px(width - legend - 14)
	set xrange [x_low[1] : x_high[1]]
	set ylabel "growth of VMAs at the peak"
	set tmargin at screen py(height - 62)
	set bmargin at screen py(height - 62 - inside)
	set key at screen px(width - legend - 4), py(height - 62) left top \
		Left reverse samplen 3.5
	set yrange [ZERO * 0.8 : y_high[1]]
	set ytics ("0" ZERO, "1" 1, "10" 10, "100" 100, "1000" 1000, \
		"10000" 10000, "100000" 100000)
	plot for [c = 1 : upper] data index c using 1:(above($2)) \
			with linespoints \
			linecolor rgb tint(colour[c]) linewidth 2 \
			dashtype int(split[c]) * 2 + 1 \
			pointtype shape(colour[c]) + (split[c] ? -1 : 0) \
			pointsize 0.9 title curve[c]
	if (panels > 1) {
		unset for [l = 1001 : 1003] label l
		set ylabel "pages per region (compaction)"
		set tmargin at screen py(below + 58 + inside)
		set bmargin at screen py(below + 58)
		set key at screen px(width - legend - 4), \
			py(below + 58 + inside)
		low = y_low[2]
		high = y_high[2]
		load here . "decades.gp"
		plot for [c = upper + 1 : curves] data index c using 1:2 \
			with linespoints \
			linecolor rgb tint(colour[c]) linewidth 2 \
			dashtype int(split[c]) * 2 + 1 \
			pointtype shape(colour[c]) + (split[c] ? -1 : 0) \
			pointsize 0.9 title curve[c]
	}
	unset multiplot
}
