# SPDX-License-Identifier: GPL-2.0-or-later
# Writes a second, and the time of one, against the threads that store.
#
# usage: gnuplot -c scaling.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c scaling.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("scaling.gp")]
load here . "common.gp"

set logscale x 2
set logscale y
set grid xtics ytics linestyle 100
set xrange [x_low[1] : x_high[1]]
set xtics ("1" 1, "2" 2, "4" 4, "8" 8, "16" 16, "32" 32, "64" 64)
set xlabel "threads that store"
array what_of[2] = ["million writes a second, of all", \
	unit . " that a tracked write takes"]
by = "threads"
zero = NaN
load here . "panels.gp"
