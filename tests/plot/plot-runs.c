// SPDX-License-Identifier: GPL-2.0-or-later
// Writes small runs whose figures are made up, one for each kind of plot.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/results/fixture.h"
#include "tests/results/runfolder.h"

enum { PROCESSES = 3, EPOCHS = 2 };

/* A run that is being written. */
struct writer {
	const char *folder;
	struct runfolder what;
	int slower;  /* per cent that writing takes longer */
	int64_t seq; /* of the next line */
};

struct costs {
	const char *tracker;
	int64_t arm, write, collect; /* ns per dirtied page */
	int vmas;		     /* that a dirtied page takes in 100 */
	int tables_kb;		     /* that page tables grow by */
};

static const struct costs trackers[] = {
	{ "none", 0, 20, 0, 0, 0 },
	{ "mprotect", 200, 5000, 2, 40, 0 },
	{ "scan", 30, 800, 40, 0, 2048 },
	{ "uffd-wp", 100, 4000, 3, 0, 4 },
};

enum { NR_TRACKERS = sizeof(trackers) / sizeof(trackers[0]) };

static void check(int err)
{
	if (!err)
		return;
	fprintf(stderr, "plot-runs: %s\n", strerror(-err));
	exit(1);
}

static struct writer begin(const char *folder)
{
	struct writer writer = { .folder = folder };

	runfolder_init(&writer.what, folder);
	writer.what.release = "6.19.0-rc1";
	writer.what.model = "Test CPU 9000";
	check(runfolder_write(folder, &writer.what));
	return writer;
}

/* Processes and epochs differ by some per cent, in a way that repeats. */
static int64_t varied(int64_t ns, int process, int epoch)
{
	return ns + ns * (3 * process + epoch) / 100;
}

static void add(struct writer *writer, struct sample *sample)
{
	sample->seq = writer->seq++;
	check(runfolder_add(writer->folder, &writer->what, sample));
}

/* @dirtied of 1000 resident pages. */
static void add_cell(struct writer *writer, const char *workload,
		     const struct costs *costs, const char *params,
		     int64_t dirtied, int64_t range)
{
	struct sample sample;

	for (int process = 0; process < PROCESSES; process++)
		for (int epoch = 1; epoch <= EPOCHS; epoch++) {
			struct sample_figures *figures = &sample.figures;

			fixture_epoch(&sample, workload, costs->tracker,
				      params);
			sample.process = process;
			sample.epoch = epoch;
			figures->pages.range = range;
			figures->pages.resident = 1000;
			figures->pages.dirtied = dirtied;
			figures->pages.reported = dirtied;
			figures->regions.final = dirtied / 2 + 1;
			figures->regions.ideal = dirtied / 2 + 1;
			figures->pagetable_kb.before = 100;
			figures->pagetable_kb.peak = 100 + costs->tables_kb;
			figures->vmas.peak = 20 + dirtied * costs->vmas / 100;
			figures->ns.arm =
				varied(costs->arm * dirtied, process, epoch);
			figures->ns.write =
				varied(costs->write * dirtied, process, epoch) *
				(100 + writer->slower) / 100;
			figures->ns.collect = varied(costs->collect * dirtied,
						     process, epoch);
			add(writer, &sample);
		}
}

static void add_skip(struct writer *writer, const char *tracker,
		     const char *reason)
{
	struct sample sample;

	fixture_row(&sample, "dense", tracker, "dirty=25% size=4m", STATUS_SKIP,
		    reason);
	add(writer, &sample);
}

/* As JSON has it: env.json is written as it is told. */
static void escape(char escaped[128], const char *text)
{
	size_t length = 0;

	for (; text && *text && length < 125; text++) {
		if (*text == '"' || *text == '\\')
			escaped[length++] = '\\';
		escaped[length++] = *text;
	}
	escaped[length] = '\0';
}

/* Two workloads, a tracker that is skipped and one that lies. */
static void write_plain(const char *folder, const char *label, int slower)
{
	static int minute; /* one run after the other */
	struct writer writer = begin(folder);
	struct sample sample;
	char escaped[128], start[32];

	snprintf(start, sizeof(start), "2026-01-31T10:%02d:00Z", minute++);
	writer.what.start = start;
	writer.what.command = "[\"/usr/local/bin/dirtybench\", \"run\", "
			      "\"-w\", \"dense,thp\", \"--label\", "
			      "\"before's\"]";
	writer.what.commit = "0123456789ab";
	writer.what.boot = folder;
	writer.slower = slower;
	escape(escaped, label);
	writer.what.label = label ? escaped : NULL;
	check(runfolder_write(folder, &writer.what));
	writer.what.label = label;
	for (int i = 0; i < NR_TRACKERS; i++) {
		add_cell(&writer, "dense", &trackers[i], "dirty=25% size=4m",
			 250, 1000);
		add_cell(&writer, "thp", &trackers[i], "dirty=25% size=8m", 250,
			 2000);
	}
	fixture_epoch(&sample, "dense", "liar", "dirty=25% size=4m");
	sample.status = STATUS_LIED;
	snprintf(sample.reason, sizeof(sample.reason), "1 page is missing");
	add(&writer, &sample);
	add_skip(&writer, "softdirty", "this kernel has no soft-dirty bit");
}

/* Arming costs what it costs for the whole range: shares decide who wins. */
static void write_sweep(const char *folder)
{
	static const int shares[] = { 1, 5, 25, 100 };
	struct writer writer = begin(folder);

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		for (int t = 0; t < NR_TRACKERS; t++) {
			static const char *const patterns[] = { "clustered",
								"random" };
			struct costs costs = trackers[t];

			if (!strcmp(costs.tracker, "scan"))
				costs.collect = 20000 / shares[i];
			for (int p = 0; p < 2; p++) {
				char params[64];

				snprintf(params, sizeof(params),
					 "dirty=%d%% pattern=%s size=4m",
					 shares[i], patterns[p]);
				costs.vmas = trackers[t].vmas / (p ? 1 : 4);
				add_cell(&writer, "dense", &costs, params,
					 10L * shares[i], 1000);
			}
		}
}

/* One tracker looks at holes, the others do not. */
static void write_range(const char *folder)
{
	struct writer writer = begin(folder);

	for (int gib = 1; gib <= 64; gib *= 4)
		for (int t = 0; t < NR_TRACKERS; t++) {
			struct costs costs = trackers[t];
			char params[64];

			if (!strcmp(costs.tracker, "scan")) {
				costs.collect *= gib;
				costs.tables_kb *= gib;
			}
			snprintf(params, sizeof(params), "dirty=25%% size=%dg",
				 gib);
			add_cell(&writer, "asan-shadow", &costs, params, 250,
				 262144L * gib);
		}
}

/* One tracker looks for each hole, and arms as much in all. */
static void write_holes(const char *folder)
{
	struct writer writer = begin(folder);

	for (int holes = 1; holes <= 64; holes *= 8)
		for (int t = 0; t < NR_TRACKERS; t++) {
			struct costs costs = trackers[t];
			char params[64];

			if (!strcmp(costs.tracker, "scan"))
				costs.collect += 4L * holes;
			snprintf(params, sizeof(params),
				 "dirty=25%% holes=%d size=16g", holes);
			add_cell(&writer, "sparse", &costs, params, 250,
				 4194304);
		}
}

/* A call costs 500 ns and a page 25; of another tracker, nobody can tell. */
static void write_vec(const char *folder)
{
	static const int vecs[] = { 32, 128, 512, 65536 };
	struct writer writer = begin(folder);
	struct sample sample;

	add_cell(&writer, "dense", &trackers[0], "dirty=50% size=4m", 500,
		 1000);
	for (size_t i = 0; i < sizeof(vecs) / sizeof(vecs[0]); i++)
		for (int process = 0; process < 2 * PROCESSES; process++) {
			bool unsteady = process >= PROCESSES;
			struct sample_figures *figures = &sample.figures;
			char params[64];

			snprintf(params, sizeof(params),
				 "dirty=50%% size=4m vec=%d", vecs[i]);
			fixture_epoch(&sample, "dense",
				      unsteady ? "scan-wide" : "scan", params);
			sample.process = process % PROCESSES;
			sample.epoch = 1;
			figures->pages.range = 1000;
			figures->pages.resident = 1000;
			figures->pages.dirtied = 500;
			figures->syscalls = 1 + 500 / vecs[i] + 1;
			figures->ns.collect = 25000 + 500 * figures->syscalls;
			if (unsteady)
				figures->ns.collect *= 1 + sample.process;
			add(&writer, &sample);
		}
}

/* One tracker splits VMAs, one reports all kept pages and loses all others. */
static void write_chain(const char *folder)
{
	struct writer writer = begin(folder);
	struct sample sample;
	char params[64];

	for (int pieces = 256; pieces <= 4096; pieces *= 4)
		for (int t = 0; t < 3; t++) {
			struct sample_figures *figures = &sample.figures;

			snprintf(params, sizeof(params), "chain=move pieces=%d",
				 pieces);
			fixture_epoch(&sample, "vma-chain",
				      (const char *[]){ "none", "softdirty",
							"uffd-wp" }[t],
				      params);
			figures->change_calls = pieces;
			figures->ns.change = pieces * (1000 + 500LL * t);
			figures->vmas.peak = t == 2 ? 20 + 2 * pieces : 20;
			figures->pages.extra = t == 1 ? 2 * pieces : 0;
			figures->pages.missed = t ? pieces : 0;
			if (t)
				sample.status = STATUS_LIED;
			snprintf(sample.reason, sizeof(sample.reason), "%s",
				 t ? "missed what is new" : "");
			add(&writer, &sample);
		}
	fixture_row(&sample, "vma-chain", "scan", "chain=move pieces=256",
		    STATUS_SKIP, "a new mapping is not registered");
	add(&writer, &sample);
}

/* One tracker arms all, whatever the part; the others what they are told. */
static void write_part(const char *folder)
{
	static const int shares[] = { 1, 10, 50, 100 };
	struct writer writer = begin(folder);
	struct sample sample;

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		for (int t = 0; t < NR_TRACKERS; t++) {
			struct sample_figures *figures = &sample.figures;
			bool all = !strcmp(trackers[t].tracker, "mprotect");
			char params[64];

			snprintf(params, sizeof(params),
				 "dirty=25%% part=%d%% size=4m", shares[i]);
			fixture_epoch(&sample, "partial", trackers[t].tracker,
				      params);
			figures->pages.range = 1000;
			figures->pages.resident = 1000;
			figures->pages.dirtied = 250;
			if (shares[i] < 100) {
				figures->pages.part_range = 10L * shares[i];
				figures->pages.part_resident = 10L * shares[i];
			}
			figures->ns.arm = trackers[t].arm * 250 *
					  (all ? 100 : shares[i]) / 100;
			figures->ns.collect =
				trackers[t].collect * 250 * shares[i] / 100;
			add(&writer, &sample);
		}
}

/* Two workloads; what each tracker leaves is worse than the one before's. */
static void write_aftermath(const char *folder)
{
	static const char *const workloads[] = { "dense", "thp" };
	struct writer writer = begin(folder);
	struct sample sample;

	for (int w = 0; w < 2; w++)
		for (int t = 0; t < NR_TRACKERS; t++) {
			struct sample_figures *figures = &sample.figures;

			fixture_epoch(&sample, workloads[w],
				      trackers[t].tracker, "dirty=25% size=8m");
			add(&writer, &sample);
			sample.epoch = 4;
			sample.kind = KIND_AFTER;
			figures->ns.read = 4000 + 2000L * t;
			figures->ns.write = 20000 - 4000L * t;
			figures->vmas.after = 20 + 2L * t;
			figures->pagetable_kb.after = 100 + 8L * (t / 2);
			if (w) {
				figures->anon_huge_kb.before = 8192;
				figures->anon_huge_kb.after = 8192 - 2048L * t;
			}
			add(&writer, &sample);
		}
}

/* Writers that did not stop: of 100 writes, one takes a hundred times as long,
 * and in the one timeline one write as long as a collection. */
static void write_watch(const char *folder)
{
	static struct sample_detail detail;
	struct writer writer = begin(folder);
	struct sample sample;

	for (int n = 0; n < 2 * PROCESSES; n++) {
		bool tracked = n >= PROCESSES;

		memset(&detail, 0, sizeof(detail));
		for (uint64_t i = 1; i <= 1000; i++)
			histogram_add(&detail.histograms[DETAIL_WRITE],
				      (tracked ? 50UL : 10UL) *
					      (i % 100 ? 1 : 100));
		detail.has_timeline = n % PROCESSES == 0;
		for (int i = 0; i < TIMELINE_SLOTS; i++) {
			detail.timeline.writes[i] = 9;
			detail.timeline.slowest_ns[i] = i == 100 ? 1000000 : 50;
		}
		detail.timeline.collecting_ns[100] = TIMELINE_SLOT_NS;
		fixture_epoch(&sample, "write-watch", tracked ? "scan" : "none",
			      "pages=8192 threads=8");
		sample_figures_clear(&sample.figures);
		sample.figures.concurrent.collections = 10;
		sample.figures.concurrent.recorded = 100;
		histogram_add(&detail.histograms[DETAIL_RECORDING_MORE], 1000);
		sample.process = n % PROCESSES;
		sample.detail = &detail;
		add(&writer, &sample);
	}
}

/* A process that is copied while it goes on: ever fewer pages, none at last by
 * one tracker. */
static void write_pre_dump(const char *folder)
{
	static struct sample_detail detail;
	struct writer writer = begin(folder);
	static const char *const trackers[] = { "none", "scan", "softdirty" };
	struct sample sample;
	uint64_t *pages = detail.iterations.column[ITERATION_PAGES];

	for (int n = 0; n < 3 * PROCESSES; n++) {
		int tracker = n / PROCESSES;

		memset(&detail, 0, sizeof(detail));
		detail.iterations.nr = 4;
		pages[0] = 16384;
		pages[1] = 2000;
		pages[2] = 300;
		pages[3] = tracker == 1 ? 0 : 77;
		fixture_epoch(&sample, "pre-dump", trackers[tracker],
			      "rate=1000 size=64m");
		sample_figures_clear(&sample.figures);
		sample.figures.pages.resident = 16384;
		sample.figures.pursuit = (struct sample_pursuit){
			.iterations = 3,
			.copied_pages = 18684,
			.left_pages = (int64_t)pages[3],
			.stopped_ns = 100000,
			.pause_ns = 2000000,
			.duration_ns = 70000000,
			.stores = 7000,
		};
		sample.process = n % PROCESSES;
		sample.detail = &detail;
		add(&writer, &sample);
	}
}

/* Twice the writers get twice as much done without a tracker, and no more with
 * one; each thread that does nothing makes arming dearer. */
static void write_scaling(const char *folder)
{
	static struct sample_detail detail;
	struct writer writer = begin(folder);
	struct sample sample;
	char params[64];

	for (int n = 0; n < 6 * PROCESSES; n++) {
		int threads = 1 << n / PROCESSES % 3;
		bool tracked = n >= 3 * PROCESSES;

		memset(&detail, 0, sizeof(detail));
		histogram_add(&detail.histograms[DETAIL_TRACKED_WRITE],
			      tracked ? 50UL : 10UL);
		snprintf(params, sizeof(params), "size=4m threads=%d", threads);
		fixture_epoch(&sample, "dense", tracked ? "scan" : "none",
			      params);
		sample_figures_clear(&sample.figures);
		sample.figures.concurrent.collections = 10;
		sample.figures.concurrent.duration_ns = 1000000000;
		sample.figures.concurrent.writes =
			tracked ? 3000000 : threads * 8000000;
		sample.process = n % PROCESSES;
		sample.detail = &detail;
		add(&writer, &sample);
	}
	for (int n = 0; n < 6 * PROCESSES; n++) {
		int idle = n / PROCESSES % 3 * 4;
		bool tracked = n >= 3 * PROCESSES;

		snprintf(params, sizeof(params), "%ssize=4m",
			 idle == 8   ? "idle-threads=16 "
			 : idle == 4 ? "idle-threads=4 "
				     : "");
		fixture_epoch(&sample, "dense", tracked ? "scan" : "none",
			      params);
		sample.figures.pages.resident = 1000;
		sample.figures.pages.dirtied = 250;
		sample.figures.ns.arm = 1000 * (int64_t)(10 + idle);
		sample.figures.ns.write = tracked ? 175000 : 2500;
		sample.process = n % PROCESSES;
		add(&writer, &sample);
	}
}

/* All pages of a folio cost 100 ns each, and are reported, by one tracker; by
 * the other, a page is filled and no folio. */
static void write_folio(const char *folder)
{
	static const int sizes_kb[] = { 16, 64, 256, 512 };
	struct writer writer = begin(folder);
	struct sample sample;

	for (size_t i = 0; i < sizeof(sizes_kb) / sizeof(sizes_kb[0]); i++)
		for (int n = 0; n < 2 * PROCESSES; n++) {
			bool whole = n >= PROCESSES;
			struct sample_figures *figures = &sample.figures;
			int64_t pages = whole ? sizes_kb[i] / 4 : 1;
			char params[64];

			snprintf(params, sizeof(params),
				 "dirty=25%% folio=%dk state=holes",
				 sizes_kb[i]);
			fixture_epoch(&sample, "mthp",
				      whole ? "softdirty" : "scan", params);
			sample.process = n % PROCESSES;
			sample.epoch = 1;
			figures->pages.range = 100000;
			figures->pages.resident = 0;
			figures->pages.dirtied = 100;
			figures->pages.reported = 100 * pages;
			figures->pages.missed = 0;
			figures->pages.extra = 100 * (pages - 1);
			figures->pages.extra_in_granule = 100 * (pages - 1);
			figures->ns.write = 100 * (1000 + 100 * pages);
			add(&writer, &sample);
		}
}

/* One kernel of several: @without is a tracker that it does not have. */
static void write_kernel(const char *name, int slower, const char *without)
{
	struct writer writer;
	char folder[32], release[32];

	snprintf(folder, sizeof(folder), "kernels/%s", name);
	snprintf(release, sizeof(release), "%s.1", name);
	writer = begin(folder);
	writer.what.label = name;
	writer.what.release = release;
	writer.what.boot = folder;
	writer.slower = slower;
	check(runfolder_write(folder, &writer.what));
	for (int i = 0; i < NR_TRACKERS; i++) {
		if (!strcmp(trackers[i].tracker, without)) {
			add_skip(&writer, without, "this kernel has none");
			continue;
		}
		add_cell(&writer, "dense", &trackers[i], "dirty=25% size=4m",
			 250, 1000);
		add_cell(&writer, "thp", &trackers[i], "dirty=25% size=8m", 250,
			 2000);
	}
}

int main(int argc, char **argv)
{
	char name[16];

	if (argc != 2) {
		fprintf(stderr, "usage: plot-runs LABEL\n");
		return 2;
	}
	write_plain("plain", NULL, 0);
	write_plain("odd", argv[1], 0);
	write_sweep("sweep");
	write_range("range");
	write_holes("holes");
	write_vec("vec");
	write_chain("chain");
	write_part("part");
	write_aftermath("aftermath");
	write_folio("folio");
	write_watch("watch");
	write_pre_dump("pre-dump");
	write_scaling("scaling");
	mkdir("kernels", 0777);
	write_kernel("5.10", 0, "scan");
	write_kernel("6.1", 300, "");
	write_kernel("6.12", 100, "mprotect");
	write_kernel("7.3", 50, "");
	mkdir("base", 0777);
	mkdir("new", 0777);
	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "base/%d", i);
		write_plain(name, "before", i % 2);
		snprintf(name, sizeof(name), "new/%d", i);
		write_plain(name, "after", 20 + i % 3);
	}
	return 0;
}
