# SPDX-License-Identifier: GPL-2.0-or-later
# What one set of written pages takes in four forms; crossings.
#
# usage: gnuplot -c output.gp DATA.tsv OUT.svg|OUT.png|OUT.txt
if (ARGC != 2) {
	print "usage: gnuplot -c output.gp DATA.tsv OUT.svg|OUT.png|OUT.txt"
	exit status 2
}
data = ARG1
out = ARG2
here = ARG0[1 : strlen(ARG0) - strlen("output.gp")]
load here . "common.gp"

heading = "bytes that the written pages take, by dirty fraction"
axis = "bytes of one epoch"
load here . "fraction.gp"
