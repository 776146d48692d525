# SPDX-License-Identifier: GPL-2.0-or-later
# What tracking a dirtied page costs against the dirty fraction; crossings.
#
# usage: gnuplot -c sweep.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c sweep.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("sweep.gp")]
load here . "common.gp"

heading = unit . " of tracking per dirtied page, by dirty fraction"
axis = unit . " per dirtied page"
load here . "fraction.gp"
