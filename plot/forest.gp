# SPDX-License-Identifier: GPL-2.0-or-later
# A comparison as a forest plot: ratio of new to base and its 95 % interval.
#
# usage: gnuplot -c forest.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c forest.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("forest.gp")]
load here . "common.gp"

# In the middle of the axis nothing has changed.
set logscale x
set xrange [exp(-reach) : exp(reach)]
set yrange [-rows + 0.3 : 0.7]
set border 1
set tics scale 0.5
set grid xtics linestyle 100
set ytics scale 0
if (reach < 0.7) {
	set xtics ("0" 1)
	step = reach < 0.06 ? 0.02 : reach < 0.15 ? 0.05 : \
		reach < 0.4 ? 0.1 : 0.25
	do for [i = 1 : 40] {
		set xtics add (sprintf("+%g %%%%", 100 * i * step) 1 + i * step)
		if (i * step < 0.95) {
			set xtics add (sprintf("-%g %%%%", 100 * i * step) \
				1 - i * step)
		}
	}
} else {
	set xtics ("1" 1)
	do for [i = 1 : 20] {
		set xtics add (sprintf("x %g", 2 ** i) 2.0 ** i, \
			sprintf("/ %g", 2 ** i) 0.5 ** i)
	}
}
set xlabel "new against base, medians, logarithmic axis (lower is better)"
set arrow 1 from 1, graph 0 to 1, graph 1 nohead linecolor rgb INK \
	linewidth 1.2 back
set lmargin at screen px(labels + 24)
set rmargin at screen px(width - 136)
set tmargin at screen py(height - 62)
set bmargin at screen py(below + 52)
clip(x) = x < exp(-reach) ? exp(-reach) : x > exp(reach) ? exp(reach) : x
is(v, x) = v == x ? 1 : NaN
set key at screen px(width - 14), py(height - 44) right center horizontal \
	Left reverse samplen 1.5
array SHADE[3] = [0x808080, 0x0072B2, 0xD55E00]
plot for [v = 0 : 2] data index 1 \
		using (clip($2) * is($5, v)):(-$0):(clip($3)):(clip($4)) \
		with xerrorbars pointtype (v ? 7 : 6) pointsize 0.8 \
		linewidth 1.5 linecolor rgb SHADE[v + 1] \
		title v == 0 ? "no claim" : v == 1 ? "better" : "worse", \
	"" index 1 using (exp(reach)):(-$0):6 with labels left offset 1.5, 0 \
		font ",10" textcolor rgb INK notitle, \
	"" index 1 using (1):(-$0):(0):ytic(1) with points pointtype -1 \
		notitle
