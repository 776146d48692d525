# SPDX-License-Identifier: GPL-2.0-or-later
# What each phase costs from kernel to kernel: a line a tracker, a panel a
# workload and phase.
#
# usage: gnuplot -c history.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c history.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("history.gp")]
load here . "common.gp"

# The second block: the lines, and where the legend has them.
array key_x[MOST]
array key_y[MOST]
add_line(i) = (curves = i, curve[i] = strcol(1), colour[i] = column(2), \
	variant[i] = column(3), key_x[i] = column(4), key_y[i] = column(5), 0)
# The third: where each panel is, in pixels from the left and the top.
nr = 0
array name[MOST]
array params[MOST]
array phase[MOST]
array left[MOST]
array right[MOST]
array top[MOST]
array bottom[MOST]
array lowest[MOST]
array highest[MOST]
add_panel(p) = (nr = p, name[p] = strcol(1), params[p] = strcol(2), \
	phase[p] = strcol(3), left[p] = column(4), right[p] = column(5), \
	top[p] = column(6), bottom[p] = column(7), lowest[p] = column(8), \
	highest[p] = column(9), 0)
kernels = 0
set table $ignored
set xrange [-1:1]
set yrange [-1:1]
plot data index 1 using (add_line(int($0) + 1)):(0), \
	data index 2 using (add_panel(int($0) + 1)):(0), \
	data index 3 using (kernels = kernels + 1):(0)
unset table
set autoscale

# Marks of equal figures stand beside each other: of 1 a kernel.
BESIDE = 0.5
beside(i) = curves > 1 ? BESIDE * ((i - 1.0) / (curves - 1) - 0.5) : 0

set multiplot
set logscale y
set grid ytics back linestyle 100
set tics scale 0.4 font ",10"
set key off
do for [i = 1 : curves] {
	set label 10 + i curve[i] at screen px(key_x[i] + 7), \
		py(height - key_y[i]) left offset 0.4, 0 font ",11" \
		textcolor rgb INK point linecolor rgb tint(colour[i]) \
		pointtype shape(colour[i]) pointsize 1
}
do for [p = 1 : nr] {
	set lmargin at screen px(left[p])
	set rmargin at screen px(right[p])
	set tmargin at screen py(height - top[p])
	set bmargin at screen py(height - bottom[p])
	low = lowest[p]
	high = highest[p]
	load here . "decades.gp"
	if (labels) {
		set xtics rotate by -35 left
	}
	set label 1 name[p] at screen px(14), py(height - top[p] + 36) \
		left font ",13" textcolor rgb INK
	set label 2 params[p] at screen px(24 + 11 * strlen(name[p])), \
		py(height - top[p] + 36) left font ",9" textcolor rgb "#606060"
	set label 3 phase[p] at screen px(left[p]), \
		py(height - top[p] + 11) left font ",9" textcolor rgb INK
	set xrange [-0.5 : kernels - 0.5]
	plot for [i = 1 : curves] data index p + 2 \
		using ($0 + beside(i)):(column(i + 1)) with linespoints \
		linecolor rgb tint(colour[i]) linewidth 1.5 \
		dashtype int(variant[i]) + 1 \
		pointtype shape(colour[i]) pointsize 0.6, \
		data index p + 2 using 0:(NaN):xtic(1) with points
	unset for [l = 1001 : 1003] label l
	unset for [l = 11 : 10 + curves] label l
}
unset multiplot
