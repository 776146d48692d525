# SPDX-License-Identifier: GPL-2.0-or-later
# Collecting, and calls made, against the size of the array that a call fills.
#
# usage: gnuplot -c vec.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c vec.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("vec.gp")]
load here . "common.gp"

set logscale x 2
set logscale y
set grid xtics ytics linestyle 100
set xrange [x_low[1] : x_high[1]]
set xtics ("1" 1, "8" 8, "32" 32, "128" 128, "512" 512, "2048" 2048, \
	"8192" 8192, "32768" 32768)
set xtics add ("64" 64 1, "256" 256 1, "1024" 1024 1, "4096" 4096 1, \
	"16384" 16384 1, "65536" 65536 1)
set xlabel "entries of the array that one call fills"
array what_of[2] = [unit . " to collect per resident page", \
	"calls of an epoch"]
by = "the size of the array"
zero = NaN
load here . "panels.gp"
