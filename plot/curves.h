/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cells that differ in one parameter, as the points of a curve a tracker. */
#ifndef DIRTYBENCH_CURVES_H
#define DIRTYBENCH_CURVES_H

#include "plot/sheet.h"

struct point {
	double x, y;
	double spread; /* of y, as a share of it */
	const struct plot_cell *cell;
};

struct curve {
	char *key;   /* what all of its points have in common */
	char *label; /* tracker and what tells it from its other curves */
	int colour;  /* of the tracker */
	int variant; /* counts the tracker's curves in this chart */
	int split;   /* 0, or 1 where the splitting parameter is another */
	struct point *points; /* by x */
	int nr;
};

/* Curves of one workload whose other parameters are the same. */
struct chart {
	char *key; /* "dense order=ascending size=64m" */
	const struct plot_cell *first;
	struct curve *curves;
	int nr;
};

struct charts {
	struct chart *list;
	int nr;
	const char *first_split; /* the value whose curves are split 0 */
};

/* How cells become points. */
struct curve_rule {
	const char *swept; /* the parameter that makes x */
	bool unset;	   /* cells without it are points as well */
	int least;	   /* points that one curve of a chart has to have */
	const char *split; /* not required: one that makes curves of its own */
	/* NAN leaves the cell out. */
	double (*x)(const struct plot_cell *cell);
	double (*y)(const struct plot_cell *cell);
	/* Not required: how far y is spread; 0 where it is exact. */
	double (*spread)(const struct plot_cell *cell);
	/* Not required: whether the points of a curve belong together. */
	bool (*fits)(const struct curve *curve);
};

/*
 * Charts whose curves have @rule's number of points; others and curves of a
 * single point are left out. 0 or -ENOMEM; charts_clear() in any case.
 */
int charts_make(struct charts *charts, const struct plot *plot,
		const struct curve_rule *rule);
void charts_clear(struct charts *charts);

/*
 * A sheet for the chart, named "kind-workload", without a size; NULL without
 * memory.
 */
struct sheet *chart_sheet(struct sheets *sheets, const struct charts *charts,
			  int index, const char *kind, const char *script);

/* Makes the sheet of chart @index and of that of the same key by another rule,
 * NULL where there is none. 0 or -ENOMEM. */
typedef int (*chart_pair_fn)(struct sheets *sheets, const struct plot *plot,
			     const struct charts *charts, int index,
			     struct chart *lower);

/* Calls @make for every chart of the first rule. 0 or -ENOMEM. */
int charts_make_pairs(struct sheets *sheets, const struct plot *plot,
		      const struct curve_rule rules[2], chart_pair_fn make);

/* The colour of a curve that all trackers share. */
enum { CURVE_SHARED = -1 };

/* The chart of the same key; NULL where there is none. */
struct chart *charts_find(const struct charts *charts, const char *key);

/*
 * Makes curves that lie on each other one, with all of the names, which become
 * a note where the legend has no room for them. 0 or -ENOMEM.
 */
int chart_merge(struct sheet *sheet, struct chart *chart);

/* Writes a line for each curve to the head, and its points to the body. */
void chart_put_curves(struct sheet *sheet, const struct chart *chart);

/* Sets the size of @panels charts above each other, the legend beside them. */
void chart_set_size(struct sheet *sheet, int legend_px, int panels);

/*
 * Writes the part of the plane that the chart takes, with room at its edges;
 * both axes are logarithmic and y is not shown below @least.
 */
void chart_put_span(struct sheet *sheet, const struct chart *chart,
		    double least);

/* Room for the legend, in pixels. */
int chart_legend_px(const struct chart *chart);

/* Sets size and spans, y from @least, and writes the curves of two charts above
 * each other, or of one: @lower may be NULL. */
void chart_put_pair(struct sheet *sheet, const struct chart *upper,
		    double upper_least, const struct chart *lower,
		    double lower_least);

/* In per cent, with as many digits as make sense of what is interpolated. */
void put_percent(FILE *out, double fraction);

/* A parameter that is a size, in bytes; NAN where the cell has none. */
double cell_bytes(const struct plot_cell *cell, const char *param);

/*
 * Which share of the mapping units that can be written was: as the parameter
 * dirty says, else computed from the pages; NAN where neither can be.
 */
double dirty_fraction(const struct plot_cell *cell);

#endif
