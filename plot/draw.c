// SPDX-License-Identifier: GPL-2.0-or-later
/* Plots of runs: which kinds there are, their files, and plain text. */
#include "plot/plot.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plot/gnuplot.h"
#include "plot/kinds.h"
#include "results/tables/text.h"

struct kind {
	const char *name;
	int (*make)(struct sheets *sheets, const struct plot *plot);
	const char *needs; /* which run has something to draw */
};

static const struct kind kinds[NR_PLOT_KINDS] = {
	[PLOT_PHASES] = { "phases", phases_make,
			  "a cell that was measured: dirtybench run" },
	[PLOT_SWEEP] = { "sweep", sweep_make,
			 "three dirty fractions or more, and tracker none: "
			 "dirtybench run -w dense --sweep "
			 "dirty=1%,2%,5%,10%,25%,50%,100%" },
	[PLOT_RANGE] = { "range", range_make,
			 "two sizes or more with the same populated pages: "
			 "dirtybench run -w asan-shadow --sweep "
			 "size=1g,4g,16g,64g" },
	[PLOT_HOLES] = { "holes", holes_make,
			 "two numbers of holes or more: dirtybench run -w "
			 "sparse --sweep holes=1,15,255,4095" },
	[PLOT_GROWTH] = { "growth", growth_make,
			  "three dirty fractions or more: dirtybench run -w "
			  "dense --sweep dirty=1%,5%,25%,100% --sweep "
			  "pattern=random,clustered" },
	[PLOT_CHAIN] = { "chain", chain_make,
			 "three lengths of a chain or more: dirtybench run -w "
			 "vma-chain --sweep pieces=1024,4096,16384" },
	[PLOT_OUTPUT] = { "output", output_make,
			  "three dirty fractions or more: dirtybench run -w "
			  "dense --sweep dirty=0.1%,1%,5%,25%,100% --sweep "
			  "pattern=random,clustered" },
	[PLOT_VEC] = { "vec", vec_make,
		       "three sizes of the array or more: dirtybench run -w "
		       "dense -t none,scan --sweep vec=32,512,4096,65536" },
	[PLOT_PART] = { "part", part_make,
			"three parts or more: dirtybench run -w partial "
			"--sweep part=1%,10%,50%,100%" },
	[PLOT_AFTERMATH] = { "aftermath", aftermath_make,
			     "tracker none beside another one, measured by a "
			     "program that looks at what is left: dirtybench "
			     "run -w thp" },
	[PLOT_FOLIO] = { "folio", folio_make,
			 "three sizes of folios or more: dirtybench run -w "
			 "mthp -p state=holes --sweep folio=16k,64k,256k,1m" },
	[PLOT_FUNCTIONS] = { "functions", functions_make,
			     "profiles of two kernels or more: dirtybench "
			     "kernels run --profile, then plot "
			     "--kind=functions RUN RUN..." },
	[PLOT_CHANGES] = { "changes", changes_make,
			   "profiles of two sides: dirtybench kernels run "
			   "--profile, then plot BASE... -- NEW..." },
	[PLOT_HISTORY] = { "history", history_make,
			   "two kernels or more: dirtybench plot "
			   "--kind=history RUN RUN..." },
	[PLOT_FOREST] = { "forest", forest_make,
			  "two sides: dirtybench plot BASE... -- NEW..." },
	[PLOT_LATENCY] = { "latency", latency_make,
			   "writers that do not stop: dirtybench run -w "
			   "write-watch" },
	[PLOT_TIMELINE] = { "timeline", timeline_make,
			    "writers that do not stop: dirtybench run -w "
			    "write-watch" },
	[PLOT_CONVERGENCE] = { "convergence", convergence_make,
			       "a process that is copied while it goes on: "
			       "dirtybench run -w pre-dump" },
	[PLOT_SCALING] = { "scaling", scaling_make,
			   "two numbers of writers or more: dirtybench run -w "
			   "dense --sweep threads=1,2,4" },
	[PLOT_IDLE] = { "idle", idle_make,
			"two numbers of idle threads or more: dirtybench run "
			"-w dense --sweep idle-threads=0,4,16" },
	[PLOT_DISTRIBUTION] = { "distribution", distribution_make,
				"a cell that was measured: dirtybench run" },
};

static const struct {
	enum plot_format format;
	const char *suffix;
} formats[] = {
	{ PLOT_SVG, "svg" },
	{ PLOT_PNG, "png" },
	{ PLOT_TEXT, "txt" },
};

const char *plot_kind_name(enum plot_kind kind)
{
	return kinds[kind].name;
}

static int make(struct sheets *sheets, const struct plot *plot,
		enum plot_kind kind, struct reason *why)
{
	int err = kinds[kind].make(sheets, plot);

	if (err)
		return reason_set(why, err, "no memory");
	if (sheets->nr)
		return 0;
	return reason_set(why, -ENODATA, "nothing to draw for %s: it needs %s",
			  kinds[kind].name, kinds[kind].needs);
}

int plot_check(const struct plot *plot, enum plot_kind kind, struct reason *why)
{
	struct sheets sheets = { NULL };
	int err;

	err = make(&sheets, plot, kind, why);
	sheets_clear(&sheets);
	return err;
}

/* NULL with @why, where the path is too long or cannot be opened. */
static FILE *open_in(const char *folder, const char *name, const char *mode,
		     struct reason *why)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, mode);
	if (!file)
		reason_errno(why, -errno, "%.200s", path);
	return file;
}

static int write_data(const struct sheet *sheet, const struct plot *plot,
		      const char *folder, const char *name, struct reason *why)
{
	FILE *file = open_in(folder, name, "w", why);
	int err;

	if (!file)
		return -errno;
	err = sheet_write(file, sheet, plot);
	if (fclose(file) && !err)
		err = -errno;
	return err ? reason_errno(why, err, "%.100s/%s", folder, name) : 0;
}

/* --- plain text --- */

static void print_lines(FILE *out, const char *lines)
{
	while (*lines) {
		int length = (int)strcspn(lines, "\n");
		char *line;

		if (asprintf(&line, "%.*s", length, lines) < 0)
			return;
		text_wrap_at(out, PLOT_TEXT_COLUMNS, 4, line);
		free(line);
		lines += length;
		lines += *lines == '\n';
	}
}

static int print_small(FILE *out, const struct sheet *sheet,
		       const struct plot *plot)
{
	struct stream caption;

	fputc('\n', out);
	print_lines(out, sheet->notes.text);
	caption.file = open_memstream(&caption.text, &caption.size);
	if (!caption.file)
		return -ENOMEM;
	caption_print(caption.file, plot);
	if (fclose(caption.file)) {
		free(caption.text);
		return -ENOMEM;
	}
	print_lines(out, caption.text);
	free(caption.text);
	return 0;
}

/* By gnuplot, which writes a file of its own. */
static int print_dumb(FILE *out, const struct sheet *sheet, const char *folder,
		      const char *data, struct reason *why)
{
	static const char image[] = "dirtybench.txt";
	char path[PATH_MAX];
	FILE *in;
	int err;

	err = gnuplot_run(sheet->script, folder, data, image, why);
	if (err)
		return err;
	in = open_in(folder, image, "r", why);
	if (!in)
		return -errno;
	err = gnuplot_copy_text(out, in);
	fclose(in);
	snprintf(path, sizeof(path), "%s/%s", folder, image);
	unlink(path);
	return err ? reason_set(why, err, "a plot could not be copied") : 0;
}

/* Drawn here, but with names from files, in which there may be anything. */
static int print_drawn(FILE *out, const struct sheet *sheet, bool brief)
{
	FILE *in = fmemopen(sheet->drawn.text, sheet->drawn.size, "r");
	int err;

	if (!in)
		return -ENOMEM;
	if (!brief)
		fprintf(out, "%s\n\n", sheet->title);
	err = gnuplot_copy_text(out, in);
	fclose(in);
	return err;
}

static int print_sheet(FILE *out, const struct sheet *sheet,
		       const struct plot *plot, const char *folder,
		       const char *data, bool brief, struct reason *why)
{
	int err;

	if (sheet->drawn.size) {
		err = print_drawn(out, sheet, brief);
		if (err)
			reason_errno(why, err, "a plot");
	} else {
		err = print_dumb(out, sheet, folder, data, why);
	}
	if (!err && !brief && print_small(out, sheet, plot))
		err = reason_set(why, -ENOMEM, "no memory");
	return err;
}

/* A scratch folder, the data in it, and away with both. */
static int print_apart(FILE *out, const struct sheet *sheet,
		       const struct plot *plot, bool brief, struct reason *why)
{
	static const char data[] = "dirtybench.tsv";
	char folder[] = "/tmp/dirtybench-plot-XXXXXX";
	char path[sizeof(folder) + sizeof(data) + 1];
	int err;

	if (sheet->drawn.size)
		return print_sheet(out, sheet, plot, NULL, NULL, brief, why);
	if (!mkdtemp(folder))
		return reason_errno(why, -errno, "%s", folder);
	err = write_data(sheet, plot, folder, data, why);
	if (!err)
		err = print_sheet(out, sheet, plot, folder, data, brief, why);
	snprintf(path, sizeof(path), "%s/%s", folder, data);
	unlink(path);
	rmdir(folder);
	return err;
}

int plot_text(FILE *out, const struct plot *plot, enum plot_kind kind,
	      bool brief, struct reason *why)
{
	struct sheets sheets = { NULL };
	int err;

	err = make(&sheets, plot, kind, why);
	for (int i = 0; !err && i < sheets.nr; i++) {
		if (i)
			fputc('\n', out);
		err = print_apart(out, &sheets.list[i], plot, brief, why);
	}
	sheets_clear(&sheets);
	return err;
}

/* --- files --- */

struct drawing {
	const struct plot *plot;
	const char *folder;
	void (*wrote)(void *arg, const char *path);
	void *arg;
};

static void tell(const struct drawing *drawing, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", drawing->folder, name);
	drawing->wrote(drawing->arg, path);
}

static int write_text(const struct drawing *drawing, const struct sheet *sheet,
		      const char *data, const char *name, struct reason *why)
{
	FILE *file = open_in(drawing->folder, name, "w", why);
	int err;

	if (!file)
		return -errno;
	err = print_sheet(file, sheet, drawing->plot, drawing->folder, data,
			  false, why);
	if (fclose(file) && !err)
		err = reason_errno(why, -errno, "%s", name);
	return err;
}

static int draw_sheet(const struct drawing *drawing, const struct sheet *sheet,
		      unsigned int chosen, struct reason *why)
{
	char data[sizeof(sheet->name) + 4], name[sizeof(data)];
	int err;

	snprintf(data, sizeof(data), "%s.tsv", sheet->name);
	err = write_data(sheet, drawing->plot, drawing->folder, data, why);
	if (err)
		return err;
	tell(drawing, data);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!(chosen & formats[i].format))
			continue;
		snprintf(name, sizeof(name), "%s.%s", sheet->name,
			 formats[i].suffix);
		err = formats[i].format == PLOT_TEXT
			      ? write_text(drawing, sheet, data, name, why)
			      : gnuplot_run(sheet->script, drawing->folder,
					    data, name, why);
		if (err)
			return err;
		tell(drawing, name);
	}
	return 0;
}

int plot_draw(const struct plot *plot, enum plot_kind kind, unsigned int chosen,
	      const char *folder, void (*wrote)(void *arg, const char *path),
	      void *arg, struct reason *why)
{
	struct drawing drawing = { plot, folder, wrote, arg };
	struct sheets sheets = { NULL };
	int err;

	err = make(&sheets, plot, kind, why);
	for (int i = 0; !err && i < sheets.nr; i++)
		err = draw_sheet(&drawing, &sheets.list[i], chosen, why);
	sheets_clear(&sheets);
	return err;
}
