// SPDX-License-Identifier: GPL-2.0-or-later
/* Where curves of a chart cross: marked, and told in a note. */
#include "plot/crossing.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "results/growing.h"

/*
 * Two curves cross where one is clearly below the other first and clearly
 * above it later; closer than this, or than their spreads, they only
 * tangle.
 */
#define CLEAR_RATIO 1.05

struct crossing {
	double x, y;
	double before, after; /* the points between which it lies */
	const struct curve *a, *b;
};

struct crossings {
	struct crossing *list;
	int nr;
};

/* y of the curve at x, a straight line between points on paper with two
 * logarithmic scales; NAN outside. */
static double at(const struct curve *curve, double x)
{
	for (int i = 0; i < curve->nr; i++) {
		const struct point *p = &curve->points[i];

		if (p->x == x)
			return p->y;
		if (p->x > x && i > 0)
			return p[-1].y *
			       pow(p->y / p[-1].y,
				   log(x / p[-1].x) / log(p->x / p[-1].x));
		if (p->x > x)
			break;
	}
	return NAN;
}

static double spread_at(const struct curve *curve, double x)
{
	for (int i = 0; i < curve->nr; i++)
		if (curve->points[i].x == x)
			return curve->points[i].spread;
	return 0;
}

/* -1 or 1 where a is clearly below or above b, by the logarithm of a / b. */
static int clear_side(const struct curve *a, const struct curve *b, double x,
		      double ratio)
{
	double noise = fmax(log(CLEAR_RATIO),
			    log1p(spread_at(a, x) + spread_at(b, x)));

	return ratio > noise ? 1 : ratio < -noise ? -1 : 0;
}

/* Where a / b, of which the logarithms are @before and @after, is 1. */
static void meet(struct crossing *crossing, double x0, double before, double x1,
		 double after)
{
	double share = before / (before - after);

	crossing->x = x0 * pow(x1 / x0, share);
	crossing->before = x0;
	crossing->after = x1;
	crossing->y = at(crossing->a, crossing->x);
}

static int add_crossing(struct crossings *crossings,
			const struct crossing *crossing)
{
	struct crossing *grown =
		growing_room(crossings->list, crossings->nr, sizeof(*grown));
	int place = crossings->nr;

	if (!grown)
		return -ENOMEM;
	crossings->list = grown;
	for (; place && grown[place - 1].x > crossing->x; place--)
		grown[place] = grown[place - 1];
	grown[place] = *crossing;
	crossings->nr++;
	return 0;
}

/*
 * A side of the other counts once it is clear; the place is where the two last
 * changed sides before that.
 */
static int find_crossings(struct crossings *crossings, const struct curve *a,
			  const struct curve *b)
{
	struct crossing last = { .a = a, .b = b };
	double before = 0, x_before = 0;
	int clear = 0;
	int err = 0;

	for (int i = 0; !err && i < a->nr; i++) {
		double x = a->points[i].x;
		double after = log(a->points[i].y / at(b, x));
		int side;

		if (!isfinite(after))
			continue;
		side = clear_side(a, b, x, after);
		if (before * after <= 0 && x_before > 0)
			meet(&last, x_before, before, x, after);
		if (side && clear && side != clear)
			err = add_crossing(crossings, &last);
		if (side)
			clear = side;
		before = after;
		x_before = x;
	}
	return err;
}

static void put_crossings(struct sheet *sheet,
			  const struct crossings *crossings, const char *what)
{
	FILE *notes = sheet->notes.file;

	fprintf(sheet->head.file, "crossings\t%d\n", crossings->nr);
	fputs("\n\n# crossings\n# x\ty\tas text\n", sheet->body.file);
	for (int i = 0; i < crossings->nr; i++) {
		const struct crossing *crossing = &crossings->list[i];

		fprintf(sheet->body.file, "%.9g\t%.9g\t", crossing->x,
			crossing->y);
		put_percent(sheet->body.file, crossing->x);
		fputc('\n', sheet->body.file);
		fprintf(notes, "%s%s%s = %s at ", i ? "" : what,
			i ? "; " : ": ", crossing->a->label,
			crossing->b->label);
		put_percent(notes, crossing->x);
		fprintf(notes, " (between %g and %g %%)",
			crossing->before * 100, crossing->after * 100);
	}
	if (crossings->nr)
		fputc('\n', notes);
}

int crossings_put(struct sheet *sheet, const struct chart *chart,
		  const char *what)
{
	struct crossings crossings = { NULL };
	int err = 0;

	for (int i = 0; i < chart->nr; i++)
		for (int j = i + 1; !err && j < chart->nr; j++)
			err = find_crossings(&crossings, &chart->curves[i],
					     &chart->curves[j]);
	if (!err)
		put_crossings(sheet, &crossings, what);
	free(crossings.list);
	return err;
}
