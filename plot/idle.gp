# SPDX-License-Identifier: GPL-2.0-or-later
# What a store and arming cost, against the threads of the process.
#
# usage: gnuplot -c idle.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c idle.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("idle.gp")]
load here . "common.gp"

set logscale x 2
set logscale y
set grid xtics ytics linestyle 100
set xrange [x_low[1] : x_high[1]]
set xtics ("1" 1, "2" 2, "5" 5, "17" 17, "65" 65, "257" 257, "1025" 1025)
set xlabel "threads of the process: one that stores, and others that do nothing"
array what_of[2] = [unit . " to write a dirtied page", \
	unit . " to arm a resident page"]
by = "threads"
zero = NaN
load here . "panels.gp"
