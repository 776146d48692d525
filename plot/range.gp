# SPDX-License-Identifier: GPL-2.0-or-later
# Collecting and page tables against the range, of the same populated pages.
#
# usage: gnuplot -c range.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c range.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("range.gp")]
load here . "common.gp"

set logscale x 2
set logscale y
set grid xtics ytics linestyle 100
set xrange [x_low[1] : x_high[1]]
set xtics ("64 MiB" 0.0625, "256 MiB" 0.25, "1 GiB" 1, "4 GiB" 4, \
	"16 GiB" 16, "64 GiB" 64, "256 GiB" 256, "1 TiB" 1024, "4 TiB" 4096, \
	"16 TiB" 16384, "64 TiB" 65536)
set xlabel "size of the range"
array what_of[2] = [unit . " to collect once", "kB that page tables grow by"]
by = "the size of the range"
zero = 2
load here . "panels.gp"
