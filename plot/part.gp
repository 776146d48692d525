# SPDX-License-Identifier: GPL-2.0-or-later
# Arming, and collecting, against the part of the memory that it is about.
#
# usage: gnuplot -c part.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c part.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("part.gp")]
load here . "common.gp"

set logscale xy
set grid xtics ytics linestyle 100
set xrange [x_low[1] : x_high[1]]
set xtics ("0.01 %%" 0.0001, "0.1 %%" 0.001, "1 %%" 0.01, "2 %%" 0.02, \
	"5 %%" 0.05, "10 %%" 0.1, "20 %%" 0.2, "50 %%" 0.5, "100 %%" 1)
set xlabel "part that is armed and collected: share of the pages"
array what_of[2] = [unit . " to arm once", unit . " to collect once"]
by = "the part"
zero = NaN
load here . "panels.gp"
