# SPDX-License-Identifier: GPL-2.0-or-later
# Collecting and page tables against the number of holes.
#
# usage: gnuplot -c holes.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c holes.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("holes.gp")]
load here . "common.gp"

set logscale x 2
set logscale y
set grid xtics ytics linestyle 100
set xrange [x_low[1] : x_high[1]]
set xtics ("1" 1, "4" 4, "16" 16, "64" 64, "256" 256, "1024" 1024, \
	"4096" 4096, "16384" 16384, "65536" 65536)
set xlabel "holes between the populated pages"
array what_of[2] = [unit . " to collect once", "kB that page tables grow by"]
by = "the number of holes"
zero = 2
load here . "panels.gp"
