# SPDX-License-Identifier: GPL-2.0-or-later
# Bars of instructions by function: stacked, a bar a kernel, or what each
# function changed by; a panel a phase.
#
# usage: gnuplot -c functions.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c functions.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("functions.gp")]
load here . "common.gp"

# The second block: panels, in pixels from the left and the top, and their axes.
nr = 0
array name[MOST]
array left[MOST]
array right[MOST]
array top[MOST]
array bottom[MOST]
array x_least[MOST]
array x_most[MOST]
array y_least[MOST]
array y_most[MOST]
add_panel(p) = (nr = p, name[p] = strcol(1), left[p] = column(2), \
	right[p] = column(3), top[p] = column(4), bottom[p] = column(5), \
	x_least[p] = column(6), x_most[p] = column(7), \
	y_least[p] = column(8), y_most[p] = column(9), 0)
# The third: texts of the legends, and where they are.
array key_x[MOST]
array key_y[MOST]
add_key(i) = (curves = i, curve[i] = strcol(1), colour[i] = column(2), \
	key_x[i] = column(3), key_y[i] = column(4), 0)
set table $ignored
set xrange [-1:1]
set yrange [-1:1]
plot data index 1 using (add_panel(int($0) + 1)):(0), \
	data index 2 using (add_key(int($0) + 1)):(0)
unset table
set autoscale

set multiplot
set style fill solid 1.0 noborder
set border 3
set tics scale 0 font ",10"
set key off
do for [i = 1 : curves] {
	set object i rectangle from screen px(key_x[i]), \
		py(height - key_y[i] - 5) to screen px(key_x[i] + 10), \
		py(height - key_y[i] + 5) fillcolor rgb tint(colour[i]) \
		fillstyle solid 1.0 noborder
	set label 10 + i curve[i] at screen px(key_x[i] + 15), \
		py(height - key_y[i]) left font ",9" textcolor rgb INK
}
is(a, b) = a == b ? 1 : NaN
do for [p = 1 : nr] {
	set lmargin at screen px(left[p])
	set rmargin at screen px(right[p])
	set tmargin at screen py(height - top[p])
	set bmargin at screen py(height - bottom[p])
	set xrange [x_least[p] : x_most[p]]
	set yrange [y_least[p] : y_most[p]]
	set label 1 name[p] at screen px(upper ? 14 : left[p]), \
		py(height - top[p] + 12) left font upper ? ",11" : ",9" \
		textcolor rgb INK
	unset grid
	if (upper) {
		set grid xtics back linestyle 100
		set xtics format "%+g"
		unset ytics
		set arrow 1 from 0, graph 0 to 0, graph 1 nohead \
			linecolor rgb INK front
	} else {
		set grid ytics back linestyle 100
		set ytics format "%g"
		set xtics format "%s"
		if (labels) {
			set xtics rotate by -35 left
		}
	}
	if (upper) {
		plot for [c = 0 : 7] data index p + 2 \
			using (is($6, c) * ($2 + $3) / 2):(($4 + $5) / 2):2:3:4:5 \
			with boxxyerror linecolor rgb tint(c)
	} else {
		plot for [c = 0 : 7] data index p + 2 \
			using (is($6, c) * ($2 + $3) / 2):(($4 + $5) / 2):2:3:4:5 \
			with boxxyerror linecolor rgb tint(c), \
			data index p + 2 using (($2 + $3) / 2):(NaN):xtic(1) \
			with points
	}
	unset for [l = 1001 : 1003] label l
	unset for [l = 11 : 10 + curves] label l
	unset for [l = 1 : curves] object l
}
unset multiplot
