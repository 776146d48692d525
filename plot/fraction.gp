# SPDX-License-Identifier: GPL-2.0-or-later
# Curves over the dirty fraction, and where they cross; `heading` is what is
# drawn in characters, `axis` the other axis. Loaded by the other scripts.
set logscale xy
set grid xtics ytics linestyle 100
low = y_low[1]
high = y_high[1]
load here . "decades.gp"
set xrange [x_low[1] : x_high[1]]
set xtics ("0.001 %%" 0.00001, "0.01 %%" 0.0001, "0.1 %%" 0.001, "0.2 %%" 0.002, "0.5 %%" 0.005, \
	"1 %%" 0.01, "2 %%" 0.02, "5 %%" 0.05, "10 %%" 0.1, "20 %%" 0.2, \
	"50 %%" 0.5, "100 %%" 1)
set xlabel "dirty fraction: share of the mapping units that are written"
if (dumb) {
	set title heading
	set key outside bottom center horizontal
	unset grid
	plot for [c = 1 : curves] data index c using 1:2 with points \
			pointtype c title curve[c]
} else {
	set ylabel axis
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
			title curve[c], \
		data index curves + 1 using 1:2 with points pointtype 6 \
			pointsize 2.4 linewidth 1.5 linecolor rgb INK \
			title crossings ? "crossing" : "", \
		"" index curves + 1 using 1:($2 * 1.18):(int($0) % 2 ? "" : strcol(3)) \
			with labels offset 0, 0.9 font ",11" \
			textcolor rgb INK notitle, \
		"" index curves + 1 using 1:($2 / 1.18):(int($0) % 2 ? strcol(3) : "") \
			with labels offset 0, -0.9 font ",11" \
			textcolor rgb INK notitle
}
