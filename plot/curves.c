// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells that differ in one parameter, as the points of a curve a tracker. */
#include "plot/curves.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/growing.h"
#include "results/tables/text.h"

enum {
	LETTER_PX = 7,
	/* The line and the point beside a name in the legend. */
	SAMPLE_PX = 60,
	WIDTH_PX = 720,
	HEIGHT_PX = 480,
	PANEL_PX = 300,
};

/* Room at the edges of logarithmic axes, so that points stand inside; above and
 * below there are labels, too. */
#define EDGE	  1.15
#define WIDE_EDGE 1.5

static void put_params(FILE *out, const struct summary_cell *cell,
		       const struct curve_rule *rule, bool of_workload)
{
	for (int i = 0; i < cell->nr_params; i++) {
		const struct sample_param *param = &cell->params[i];

		if (strcmp(param->name, rule->swept) != 0 &&
		    !(rule->split && strcmp(param->name, rule->split) == 0) &&
		    plot_workload_param(cell, param) == of_workload)
			fprintf(out, " %s=%s", param->name, param->value);
	}
}

static int end_text(FILE *file, char **text)
{
	if (!fclose(file))
		return 0;
	free(*text);
	*text = NULL;
	return -ENOMEM;
}

static int chart_key(char **key, const struct summary_cell *cell,
		     const struct curve_rule *rule)
{
	size_t size;
	FILE *file = open_memstream(key, &size);

	if (!file)
		return -ENOMEM;
	fputs(cell->workload, file);
	put_params(file, cell, rule, true);
	return end_text(file, key);
}

static const char *split_value(const struct summary_cell *cell,
			       const struct curve_rule *rule)
{
	const char *value =
		rule->split ? summary_cell_param(cell, rule->split) : NULL;

	return value ? value : "";
}

static int curve_key(char **key, const struct summary_cell *cell,
		     const struct curve_rule *rule)
{
	size_t size;
	FILE *file = open_memstream(key, &size);

	if (!file)
		return -ENOMEM;
	fputs(cell->tracker, file);
	put_params(file, cell, rule, false);
	fprintf(file, " %s", split_value(cell, rule));
	return end_text(file, key);
}

/* The label of the cell without the parameter that the curve goes along. */
static int curve_label(char **label, const struct plot_cell *cell,
		       const struct curve_rule *rule)
{
	const char *split = split_value(cell->cell, rule);
	size_t swept = strlen(rule->swept);
	const char *at = cell->variant;
	size_t size;
	FILE *file = open_memstream(label, &size);

	if (!file) {
		*label = NULL;
		return -ENOMEM;
	}
	fputs(cell->cell->tracker, file);
	while (*at) {
		int length = 1 + (int)strcspn(at + 1, " ");

		if (strncmp(at + 1, rule->swept, swept) != 0 ||
		    at[1 + swept] != '=')
			fprintf(file, "%.*s", length, at);
		at += length;
	}
	fprintf(file, "%s%s", *split ? ", " : "", split);
	return end_text(file, label);
}

/* *@chart is the one of @key, which it takes over. */
static int find_chart(struct charts *charts, char *key, struct chart **chart)
{
	struct chart *grown;

	*chart = charts_find(charts, key);
	if (*chart) {
		free(key);
		return 0;
	}
	grown = growing_room(charts->list, charts->nr, sizeof(*grown));
	if (!grown) {
		free(key);
		return -ENOMEM;
	}
	charts->list = grown;
	*chart = &grown[charts->nr++];
	memset(*chart, 0, sizeof(**chart));
	(*chart)->key = key;
	return 0;
}

static void number_curve(const struct chart *chart, struct curve *curve)
{
	for (const struct curve *c = chart->curves; c < curve; c++)
		curve->variant += c->colour == curve->colour;
}

/* As find_chart(). */
static int find_curve(struct chart *chart, char *key, int colour,
		      struct curve **curve)
{
	struct curve *grown;

	for (int i = 0; i < chart->nr; i++) {
		if (strcmp(chart->curves[i].key, key) != 0)
			continue;
		*curve = &chart->curves[i];
		free(key);
		return 0;
	}
	grown = growing_room(chart->curves, chart->nr, sizeof(*grown));
	if (!grown) {
		free(key);
		return -ENOMEM;
	}
	chart->curves = grown;
	*curve = &grown[chart->nr++];
	memset(*curve, 0, sizeof(**curve));
	(*curve)->key = key;
	(*curve)->colour = colour;
	number_curve(chart, *curve);
	return 0;
}

static int add_point(struct curve *curve, const struct point *point)
{
	struct point *grown =
		growing_room(curve->points, curve->nr, sizeof(*grown));
	int at = curve->nr;

	if (!grown)
		return -ENOMEM;
	curve->points = grown;
	for (; at && grown[at - 1].x > point->x; at--)
		grown[at] = grown[at - 1];
	grown[at] = *point;
	curve->nr++;
	return 0;
}

static int add_cell(struct charts *charts, const struct curve_rule *rule,
		    const struct plot_cell *cell)
{
	struct point point = {
		.x = rule->x(cell),
		.y = rule->y(cell),
		.spread = rule->spread ? rule->spread(cell) : 0,
		.cell = cell,
	};
	struct chart *chart;
	struct curve *curve;
	char *key;
	int err;

	if (!isfinite(point.x) || !isfinite(point.y) ||
	    (!rule->unset && !summary_cell_param(cell->cell, rule->swept)))
		return 0;
	err = chart_key(&key, cell->cell, rule);
	if (!err)
		err = find_chart(charts, key, &chart);
	if (err)
		return err;
	if (!chart->first)
		chart->first = cell;
	err = curve_key(&key, cell->cell, rule);
	if (!err)
		err = find_curve(chart, key, cell->colour, &curve);
	if (!err && !curve->label) {
		const char *split = split_value(cell->cell, rule);

		if (!charts->first_split)
			charts->first_split = split;
		curve->split = strcmp(charts->first_split, split) != 0;
		err = curve_label(&curve->label, cell, rule);
	}
	return err ? err : add_point(curve, &point);
}

static void clear_curve(struct curve *curve)
{
	free(curve->key);
	free(curve->label);
	free(curve->points);
}

static void clear_chart(struct chart *chart)
{
	for (int i = 0; i < chart->nr; i++)
		clear_curve(&chart->curves[i]);
	free(chart->curves);
	free(chart->key);
}

static bool is_curve(const struct curve *curve, const struct curve_rule *rule)
{
	return curve->nr > 1 &&
	       curve->points[0].x < curve->points[curve->nr - 1].x &&
	       (!rule->fits || rule->fits(curve));
}

/* The size of the largest curve. */
static int most_points(const struct chart *chart)
{
	int most = 0;

	for (int i = 0; i < chart->nr; i++)
		if (chart->curves[i].nr > most)
			most = chart->curves[i].nr;
	return most;
}

static void drop_lone_points(struct charts *charts,
			     const struct curve_rule *rule)
{
	int kept_charts = 0;

	for (int i = 0; i < charts->nr; i++) {
		struct chart *chart = &charts->list[i];
		int kept = 0;

		for (int j = 0; j < chart->nr; j++)
			if (is_curve(&chart->curves[j], rule))
				chart->curves[kept++] = chart->curves[j];
			else
				clear_curve(&chart->curves[j]);
		chart->nr = kept;
		if (most_points(chart) >= rule->least)
			charts->list[kept_charts++] = *chart;
		else
			clear_chart(chart);
	}
	charts->nr = kept_charts;
}

int charts_make(struct charts *charts, const struct plot *plot,
		const struct curve_rule *rule)
{
	int err = 0;

	for (int i = 0; !err && i < plot->nr_cells; i++)
		if (summary_cell_ran(plot->cells[i].cell))
			err = add_cell(charts, rule, &plot->cells[i]);
	if (err)
		return err;
	drop_lone_points(charts, rule);
	return 0;
}

void charts_clear(struct charts *charts)
{
	for (int i = 0; i < charts->nr; i++)
		clear_chart(&charts->list[i]);
	free(charts->list);
}

struct chart *charts_find(const struct charts *charts, const char *key)
{
	for (int i = 0; i < charts->nr; i++)
		if (strcmp(charts->list[i].key, key) == 0)
			return &charts->list[i];
	return NULL;
}

int charts_make_pairs(struct sheets *sheets, const struct plot *plot,
		      const struct curve_rule rules[2], chart_pair_fn make)
{
	struct charts upper = { NULL }, lower = { NULL };
	int err;

	err = charts_make(&upper, plot, &rules[0]);
	if (!err)
		err = charts_make(&lower, plot, &rules[1]);
	for (int i = 0; !err && i < upper.nr; i++)
		err = make(sheets, plot, &upper, i,
			   charts_find(&lower, upper.list[i].key));
	charts_clear(&upper);
	charts_clear(&lower);
	return err;
}

static bool same_points(const struct curve *a, const struct curve *b)
{
	if (a->nr != b->nr || a->split != b->split)
		return false;
	for (int i = 0; i < a->nr; i++)
		if (a->points[i].x != b->points[i].x ||
		    fabs(a->points[i].y - b->points[i].y) >
			    1e-9 * fabs(a->points[i].y))
			return false;
	return true;
}

static void drop_curve(struct chart *chart, int index)
{
	clear_curve(&chart->curves[index]);
	chart->nr--;
	memmove(&chart->curves[index], &chart->curves[index + 1],
		(size_t)(chart->nr - index) * sizeof(*chart->curves));
}

/* "scan" of "scan, random". */
static int name_length(const struct curve *curve)
{
	const char *comma = strrchr(curve->label, ',');

	return comma ? (int)(comma - curve->label) : (int)strlen(curve->label);
}

static int join_labels(struct curve *into, const struct curve *other)
{
	int name = name_length(into);
	char *label;

	if (asprintf(&label, "%.*s = %.*s%s", name, into->label,
		     name_length(other), other->label, into->label + name) < 0)
		return -ENOMEM;
	free(into->label);
	into->label = label;
	return 0;
}

/* Of a legend; the longest name of a tracker twice, and what is between. */
enum { MOST_LETTERS = 30 };

/*
 * Many or long names would leave no room for the plot: they become a note, and
 * a letter stands for them, the same for the same names.
 */
static int shorten_label(struct sheet *sheet, struct curve *curve, int joined)
{
	int name = name_length(curve);
	const char *at, *end;
	char letter = 'A';
	char *label;

	if (joined == 1 || (joined == 2 && name <= MOST_LETTERS))
		return 0;
	if (fflush(sheet->notes.file))
		return -ENOMEM;
	for (at = sheet->notes.text; *at; at = end + 1, letter++) {
		end = strchr(at, '\n');
		if (end - at == name + 3 &&
		    strncmp(at + 3, curve->label, (size_t)name) == 0)
			break;
	}
	if (!*at)
		fprintf(sheet->notes.file, "%c: %.*s\n", letter, name,
			curve->label);
	if (asprintf(&label, "%d trackers (%c)%s", joined, letter,
		     curve->label + name) < 0)
		return -ENOMEM;
	free(curve->label);
	curve->label = label;
	return 0;
}

static int count_split(const struct chart *chart, int split)
{
	int nr = 0;

	for (int i = 0; i < chart->nr; i++)
		nr += chart->curves[i].split == split;
	return nr;
}

/* Curves that lie on each other become one, with all of the names. */
int chart_merge(struct sheet *sheet, struct chart *chart)
{
	for (int i = 0; i < chart->nr; i++) {
		struct curve *curve = &chart->curves[i];
		int all = count_split(chart, curve->split);
		int joined = 1;

		for (int j = i + 1; j < chart->nr;) {
			if (!same_points(curve, &chart->curves[j])) {
				j++;
				continue;
			}
			if (join_labels(curve, &chart->curves[j]))
				return -ENOMEM;
			drop_curve(chart, j);
			joined++;
		}
		if (joined == all && all > 1)
			curve->colour = CURVE_SHARED;
		if (shorten_label(sheet, curve, joined))
			return -ENOMEM;
	}
	return 0;
}

/* Whether every chart of this workload has the word in its key. */
static bool common_word(const struct charts *charts, const struct chart *of,
			const char *word, size_t length)
{
	for (int i = 0; i < charts->nr; i++) {
		const struct chart *chart = &charts->list[i];
		const char *at = chart->key;

		if (strcmp(chart->first->cell->workload,
			   of->first->cell->workload) != 0)
			continue;
		while (*at) {
			size_t other = strcspn(at, " ");

			if (other == length && strncmp(at, word, length) == 0)
				break;
			at += other;
			at += *at == ' ';
		}
		if (!*at)
			return false;
	}
	return true;
}

struct sheet *chart_sheet(struct sheets *sheets, const struct charts *charts,
			  int index, const char *kind, const char *script)
{
	const struct chart *chart = &charts->list[index];
	const char *at = chart->key + strcspn(chart->key, " ");
	struct sheet *sheet;
	char *name;
	size_t size;
	FILE *file = open_memstream(&name, &size);

	if (!file)
		return NULL;
	fprintf(file, "%s-%s", kind, chart->first->cell->workload);
	while (*at) {
		size_t length;

		at += *at == ' ';
		length = strcspn(at, " ");
		if (!common_word(charts, chart, at, length))
			fprintf(file, "-%.*s", (int)length, at);
		at += length;
	}
	if (end_text(file, &name))
		return NULL;
	sheet = sheets_add(sheets, script, name);
	free(name);
	if (!sheet)
		return NULL;
	fputs("subtitle\t", sheet->head.file);
	sheet_put(sheet->head.file, chart->key);
	fputc('\n', sheet->head.file);
	return sheet;
}

void chart_set_size(struct sheet *sheet, int legend_px, int panels)
{
	sheet->width = WIDTH_PX + legend_px;
	sheet->height = panels > 1 ? panels * PANEL_PX : HEIGHT_PX;
	fprintf(sheet->head.file, "legend\t%d\npanels\t%d\n", legend_px,
		panels);
}

void chart_put_span(struct sheet *sheet, const struct chart *chart,
		    double least)
{
	double x[2] = { INFINITY, 0 }, y[2] = { INFINITY, least };

	for (int i = 0; i < chart->nr; i++)
		for (int j = 0; j < chart->curves[i].nr; j++) {
			const struct point *point = &chart->curves[i].points[j];

			x[0] = fmin(x[0], point->x);
			x[1] = fmax(x[1], point->x);
			y[0] = fmin(y[0], fmax(point->y, least));
			y[1] = fmax(y[1], point->y);
		}
	fprintf(sheet->head.file, "span\t%.6g\t%.6g\t%.6g\t%.6g\n", x[0] / EDGE,
		x[1] * EDGE, y[0] / WIDE_EDGE, y[1] * WIDE_EDGE);
}

int chart_legend_px(const struct chart *chart)
{
	size_t longest = 0;

	for (int i = 0; i < chart->nr; i++)
		if (strlen(chart->curves[i].label) > longest)
			longest = strlen(chart->curves[i].label);
	return (int)longest * LETTER_PX + SAMPLE_PX;
}

static int widest_px(const struct chart *upper, const struct chart *lower)
{
	int px = chart_legend_px(upper);

	return lower && chart_legend_px(lower) > px ? chart_legend_px(lower)
						    : px;
}

void chart_put_pair(struct sheet *sheet, const struct chart *upper,
		    double upper_least, const struct chart *lower,
		    double lower_least)
{
	chart_set_size(sheet, widest_px(upper, lower), lower ? 2 : 1);
	fprintf(sheet->head.file, "upper\t%d\n", upper->nr);
	chart_put_span(sheet, upper, upper_least);
	if (lower)
		chart_put_span(sheet, lower, lower_least);
	chart_put_curves(sheet, upper);
	if (lower)
		chart_put_curves(sheet, lower);
}

void chart_put_curves(struct sheet *sheet, const struct chart *chart)
{
	for (int i = 0; i < chart->nr; i++) {
		const struct curve *curve = &chart->curves[i];

		fputs("curve\t", sheet->head.file);
		sheet_put(sheet->head.file, curve->label);
		fprintf(sheet->head.file, "\t%d\t%d\t%d\n", curve->colour,
			curve->variant, curve->split);
	}
	for (int i = 0; i < chart->nr; i++) {
		const struct curve *curve = &chart->curves[i];

		fputs("\n\n# ", sheet->body.file);
		sheet_put(sheet->body.file, curve->label);
		fputs("\n# x\ty\n", sheet->body.file);
		for (int j = 0; j < curve->nr; j++) {
			sheet_put_number(sheet->body.file, curve->points[j].x);
			fputc('\t', sheet->body.file);
			sheet_put_number(sheet->body.file, curve->points[j].y);
			fputc('\n', sheet->body.file);
		}
	}
}

void put_percent(FILE *out, double fraction)
{
	fprintf(out, "%.*f %%", fraction < 0.1 ? 1 : 0, fraction * 100);
}

double dirty_fraction(const struct plot_cell *cell)
{
	const char *dirty = summary_cell_param(cell->cell, "dirty");
	char *end;
	double percent;

	if (!dirty)
		return NAN;
	percent = strtod(dirty, &end);
	if (end != dirty && strcmp(end, "%") == 0)
		return percent / 100;
	return cell->dirtied * cell->unit / cell->resident;
}

double cell_bytes(const struct plot_cell *cell, const char *param)
{
	const char *size = summary_cell_param(cell->cell, param);
	static const char suffixes[] = "kmgt";
	const char *suffix;
	char *end;
	double bytes;

	if (!size)
		return NAN;
	bytes = strtod(size, &end);
	suffix = *end ? strchr(suffixes, *end) : NULL;
	if (end == size || (*end && !suffix))
		return NAN;
	if (suffix)
		bytes *= pow(1024, (double)(suffix - suffixes + 1));
	return bytes;
}
