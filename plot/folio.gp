# SPDX-License-Identifier: GPL-2.0-or-later
# Stores, and pages reported, against the size of folios.
#
# usage: gnuplot -c folio.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c folio.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("folio.gp")]
load here . "common.gp"

set logscale x 2
set logscale y
set grid xtics ytics linestyle 100
set xrange [x_low[1] : x_high[1]]
set xtics ("16" 16, "32" 32, "64" 64, "128" 128, "256" 256, "512" 512, \
	"1024" 1024)
set xlabel "size of the folios, KiB"
array what_of[2] = [unit . " to write per dirtied page", \
	"pages reported per page dirtied"]
by = "the size of folios"
zero = NaN
load here . "panels.gp"
