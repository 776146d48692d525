# SPDX-License-Identifier: GPL-2.0-or-later
# What all plots share: reading the texts of a data file, terminal, colours.
#
# Loaded by the other scripts, which are called as
#
#	gnuplot -c .../KIND.gp DATA.tsv OUT
#
# where OUT ends in .svg, .png or .txt; `data` and `out` have the two names.
# Texts of the data file are only ever used as values: none of them is code.

set encoding utf8
set datafile separator "\t"
set datafile missing "-"

# The first block: a key and its value a line. Lists are gathered in arrays.
MOST = 64
title = ""
subtitle = ""
small = ""
unit = "ns"
width = 800
height = 500
below = 0
legend = 0
panels = 1
upper = 0
crossings = 0
atomic = 0
rows = 0
reach = 0
labels = 0
curves = 0
facets = 0
cells = 0
array curve[MOST]
array colour[MOST]
array variant[MOST]
array split[MOST]
array facet[MOST]
array edge[MOST]
array cell[MOST]
array what[MOST]
listed = 0
counted = 0
array panel[4]
array panel_first[4]
array panel_last[4]
spans = 0
array x_low[4]
array x_high[4]
array y_low[4]
array y_high[4]

line(text, more) = text eq "" ? more : text . "\n" . more
add_curve(v, a, b, c) = (curves = curves + 1, curve[curves] = v, \
	colour[curves] = int(a), variant[curves] = int(b), \
	split[curves] = int(c))
add_facet(v, a) = (facets = facets + 1, facet[facets] = v, edge[facets] = a)
add_span(a, b, c, d) = (spans = spans + 1, x_low[spans] = a, \
	x_high[spans] = b, y_low[spans] = c, y_high[spans] = d)
add_panel(a, n) = (listed = listed + 1, panel[listed] = a, \
	panel_first[listed] = counted + 1, counted = counted + n, \
	panel_last[listed] = counted)
take(k) = (\
	k eq "title" ? (title = strcol(2)) : \
	k eq "subtitle" ? (subtitle = strcol(2)) : \
	k eq "small" ? (small = line(small, strcol(2))) : \
	k eq "unit" ? (unit = strcol(2)) : \
	k eq "width" ? (width = int(column(2))) : \
	k eq "height" ? (height = int(column(2))) : \
	k eq "below" ? (below = int(column(2))) : \
	k eq "legend" ? (legend = int(column(2))) : \
	k eq "panels" ? (panels = int(column(2))) : \
	k eq "upper" ? (upper = int(column(2))) : \
	k eq "panel" ? add_panel(int(column(2)), int(column(3))) : \
	k eq "crossings" ? (crossings = int(column(2))) : \
	k eq "atomic" ? (atomic = int(column(2))) : \
	k eq "rows" ? (rows = int(column(2))) : \
	k eq "reach" ? (reach = column(2)) : \
	k eq "labels" ? (labels = int(column(2))) : \
	k eq "curve" ? add_curve(strcol(2), column(3), column(4), column(5)) : \
	k eq "facet" ? add_facet(strcol(2), column(3)) : \
	k eq "cell" ? (cells = cells + 1, cell[cells] = strcol(2), \
		what[cells] = "") : \
	k eq "variant" ? (what[cells] = strcol(2)) : \
	k eq "span" ? add_span(column(2), column(3), column(4), column(5)) : \
	0, 0)

set terminal dumb
set table $ignored
set xrange [-1:1]
set yrange [-1:1]
plot data index 0 using (take(strcol(1))):(0)
unset table
set autoscale

# The terminal, by the end of the file's name. Texts have no markup.
ending = out[strlen(out) - 2 : strlen(out)]
dumb = ending eq "txt"
if (dumb) {
	set terminal dumb nofeed noenhanced mono size 72, 24
} else {
	if (ending eq "png") {
		set terminal pngcairo noenhanced size width, height \
			font "Sans,10" background "white"
	} else {
		set terminal svg noenhanced size width, height \
			font "sans-serif,13" background "white"
	}
}
set output out

# Okabe and Ito's colours, which nearly everybody can tell apart; their yellow
# is too pale for a line on white. What is shared by several trackers is black.
GREY = 0x808080
INK = 0x303030
array PALETTE[7] = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, \
	0x56B4E9, 0x000000]
array POINTS[7] = [7, 5, 9, 13, 11, 3, 2]
tint(c) = c < 0 ? INK : c == 0 ? GREY : PALETTE[int(c - 1) % 7 + 1]
shape(c) = c < 1 ? 6 : POINTS[int(c - 1) % 7 + 1]

# At most @n steps of a round size up to @most.
power(x) = 10.0 ** floor(log10(x))
rounded(x) = x <= 1 ? 1 : x <= 2 ? 2 : x <= 5 ? 5 : 10
steps(most, n) = rounded(most / n / power(most / n)) * power(most / n)

# Pixels from the left and from the bottom, as parts of the whole.
px(x) = real(x) / width
py(y) = real(y) / height

set style line 100 linecolor rgb "#e0e0e0" linewidth 1
set border 3 linecolor rgb "#606060"
set tics nomirror textcolor rgb "#303030"

# Title on top, small print at the bottom; a mail has both elsewhere.
if (!dumb) {
	set label 1001 title at screen px(14), py(height - 20) left \
		font ",15" textcolor rgb INK
	set label 1002 subtitle at screen px(14), py(height - 40) left \
		font ",11" textcolor rgb GREY
	set label 1003 small at screen px(14), py(below - 10) left \
		font ",10" textcolor rgb "#606060"
}
