# SPDX-License-Identifier: GPL-2.0-or-later
# Stacked bars of arm, write and collect: a bar a tracker, a panel a workload.
#
# usage: gnuplot -c phases.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c phases.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("phases.gp")]
load here . "common.gp"

# The second block: where each panel is, in pixels from the top.
nr = 0
array name[MOST]
array params[MOST]
array more[MOST]
array left[MOST]
array right[MOST]
array top[MOST]
array bottom[MOST]
array bars[MOST]
array start[MOST]
array longest[MOST]
add(p) = (nr = p, name[p] = strcol(1), params[p] = strcol(2), \
	more[p] = strcol(3), left[p] = column(4), right[p] = column(5), \
	top[p] = column(6), bottom[p] = column(7), bars[p] = column(8), \
	longest[p] = column(9), start[p] = column(10), 0)
set table $ignored
set xrange [-1:1]
set yrange [-1:1]
plot data index 1 using (add(int($0) + 1)):(0)
unset table
set autoscale

# Half the height of a bar, of 1 a row.
HALF = 0.36

set multiplot
set style fill solid 1.0 noborder
set grid xtics back linestyle 100
set border 2
set tics scale 0
set format x "%g"
set key off
# The key: there is no room for it inside of a panel.
array KEY[4] = ["arm", "write", "collect", "collect and arm in one call"]
array KEY_X[4] = [14, 70, 136, 212]
array FILL[4] = [0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7]
do for [i = 1 : 3 + atomic] {
	set object i rectangle from screen px(KEY_X[i]), py(height - 49) \
		to screen px(KEY_X[i] + 12), py(height - 37) \
		fillcolor rgb FILL[i] fillstyle solid 1.0 noborder
	set label 10 + i KEY[i] at screen px(KEY_X[i] + 17), py(height - 43) \
		left font ",11" textcolor rgb INK
}
do for [p = 1 : nr] {
	set lmargin at screen px(left[p])
	set rmargin at screen px(right[p])
	set tmargin at screen py(height - top[p])
	set bmargin at screen py(height - bottom[p])
	# Room for the figure behind the longest bar.
	set xrange [0 : longest[p] * 1.22]
	set xtics steps(longest[p] * 1.22, 4)
	set yrange [-bars[p] + 0.5 : 0.5]
	set xlabel unit . " per dirtied page, all phases"
	set label 1 name[p] at screen px(start[p]), py(height - top[p] + 38) left \
		font ",13" textcolor rgb INK
	set label 2 params[p] at screen px(start[p]), \
		py(height - top[p] + 23) left font ",9" textcolor rgb "#606060"
	set label 3 more[p] at screen px(start[p]), \
		py(height - top[p] + 10) left font ",9" textcolor rgb "#606060"
	plot data index p + 1 using (0):(-$0):(0):($2):(-$0 - HALF):(-$0 + HALF):ytic(1) \
			with boxxyerror linecolor rgb FILL[1], \
		"" index p + 1 using (0):(-$0):($2):($2 + $3):(-$0 - HALF):(-$0 + HALF) \
			with boxxyerror linecolor rgb FILL[2], \
		"" index p + 1 using (0):(-$0):($2 + $3):($2 + $3 + $4):(-$0 - HALF):(-$0 + HALF) \
			with boxxyerror linecolor rgb FILL[3], \
		"" index p + 1 using (0):(-$0):($2 + $3 + $4):($2 + $3 + $4 + $5):(-$0 - HALF):(-$0 + HALF) \
			with boxxyerror linecolor rgb FILL[4], \
		"" index p + 1 using 6:(-$0):7 with labels left offset 0.6, 0 \
			font ",10" textcolor rgb INK
	unset for [l = 1001 : 1003] label l
	unset for [l = 11 : 14] label l
	unset for [i = 1 : 4] object i
}
unset multiplot
