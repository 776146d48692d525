// SPDX-License-Identifier: GPL-2.0-or-later
/* Presets: which cells, with which parameters, how often. */
#include "cli/preset.h"

#include <string.h>

#include "harness/params.h"

/* Every pair of a workload and a tracker, as both come. */
#define EVERY_PAIR           \
	{                    \
		"*", "*", "" \
	}

static const struct preset_row quick_rows[] = {
	EVERY_PAIR,
	{ NULL, NULL, NULL },
};

/*
 * A handler thread on another core takes 50 us and more a page: where it is
 * put is compared on few pages.
 */
#define HANDLER_PLACES                                             \
	{ "dense", "none", "dirty=512" },                          \
		{ "dense", "uffd-wp", "dirty=512 handler=same" },  \
		{ "dense", "uffd-wp", "dirty=512 handler=other" }, \
	{                                                          \
		"dense", "uffd-wp", "dirty=512 handler=free"       \
	}

static const struct preset_row default_rows[] = {
	EVERY_PAIR,
	{ "dense", "scan,scan-resident", "collect=atomic" },
	HANDLER_PLACES,
	{ "hugetlb", "*", "sharing=shared" },
	{ "thp", "*", "state=split size=64m" },
	{ NULL, NULL, NULL },
};

/* Reading 14 TiB of pagemap, or arming its holes, takes minutes a target.
 */
#define REAL_SHADOW                                                         \
	{ "asan-shadow", "mprotect,none,scan-resident,uffd-sigbus,uffd-wp", \
	  "size=14t" },                                                     \
	{                                                                   \
		"asan-shadow", "none,pagemap,scan,softdirty", "size=1t"     \
	}

static const struct preset_row full_rows[] = {
	EVERY_PAIR,
	{ "*", "scan,scan-resident", "collect=atomic" },
	HANDLER_PLACES,
	{ "hugetlb", "*", "sharing=shared" },
	{ "thp", "*", "state=split size=64m" },
	{ "dense", "*", "size=1g dirty=1%" },
	{ "dense", "*", "pattern=sequential" },
	{ "dense", "*", "pattern=clustered" },
	{ "dense", "*", "order=shuffled" },
	{ "asan-shadow", "none,uffd-sigbus,uffd-wp", "unpopulated=yes" },
	{ "asan-shadow", "*", "read-holes=yes" },
	REAL_SHADOW,
	{ "forked", "*", "writer=child" },
	{ "forked", "*", "writer=child tracked=child" },
	{ "forked", "*", "tracked=child" },
	{ "swapped", "*", "backend=file" },
	{ "swapped", "*", "when=after-arm" },
	{ "swapped", "*", "when=after-write" },
	{ NULL, NULL, NULL },
};

#define FOLIOS(size_text)                                       \
	{ "mthp", "**", "folio=" size_text },                   \
	{                                                       \
		"mthp", "**", "folio=" size_text " state=holes" \
	}

static const struct preset_row pages_rows[] = {
	{ "shmem", "**", "" },
	{ "shmem", "**", "sharing=private" },
	{ "file-private", "**", "" },
	{ "file-private", "**", "state=copied" },
	{ "file-shared", "**", "" },
	{ "file-shared", "**", "state=clean" },
	{ "zero-page", "**", "" },
	{ "guard", "**", "" },
	{ "guard", "**", "when=after-arm" },
	FOLIOS("16k"),
	FOLIOS("32k"),
	FOLIOS("64k"),
	FOLIOS("128k"),
	FOLIOS("256k"),
	FOLIOS("512k"),
	FOLIOS("1m"),
	{ NULL, NULL, NULL },
};

#define QUERIES                                                     \
	"none,pagemap,scan,scan-criu,scan-resident,scan-softdirty," \
	"scan-wasmtime,scan-wine,softdirty"

/* So many written pages, in both patterns. */
#define QUERIES_AT(dirty)                                          \
	{ "dense", QUERIES, "pattern=random dirty=" dirty },       \
	{                                                          \
		"dense", QUERIES, "pattern=clustered dirty=" dirty \
	}

/* With 8192 regions, the largest array has room for all of them. */
#define QUERIES_WITH_VEC(vec)                                               \
	{                                                                   \
		"dense",                                                    \
			"none,scan,scan-criu,scan-resident,scan-softdirty," \
			"scan-wasmtime",                                    \
			"size=128m dirty=50% vec=" vec                      \
	}

/* As programs ask, with arrays of their own; then alike but for the query. */
static const struct preset_row queries_rows[] = {
	{ "dense,file-private,file-shared,shmem,swapped,thp,zero-page", QUERIES,
	  "" },
	{ "dense,swapped,thp", "scan-criu,scan-wasmtime,scan-wine",
	  "vec=512 max-pages=1048576" },
	QUERIES_AT("0.1%"),
	QUERIES_AT("2%"),
	QUERIES_AT("10%"),
	QUERIES_AT("50%"),
	QUERIES_AT("90%"),
	QUERIES_AT("99%"),
	QUERIES_AT("100%"),
	QUERIES_WITH_VEC("32"),
	QUERIES_WITH_VEC("128"),
	QUERIES_WITH_VEC("512"),
	QUERIES_WITH_VEC("2048"),
	QUERIES_WITH_VEC("8192"),
	QUERIES_WITH_VEC("65536"),
	{ "partial", "**", "part=1%" },
	{ "partial", "**", "part=10%" },
	{ "partial", "**", "part=50%" },
	{ "partial", "**", "part=100%" },
	{ NULL, NULL, NULL },
};

/* Shadows of one size. */
#define SHADOWS_AT(trackers, size)                                    \
	{                                                             \
		"asan-shadow,msan-shadow,tsan-shadow", trackers, size \
	}

/* 4096 pages with ever more holes, and with 255 in an ever larger range. */
#define HOLES_AT(holes)                                    \
	{                                                  \
		"sparse", "*", "size=16g dirty=10% " holes \
	}
#define SPARSE_AT(size)                                             \
	{ "sparse", "*", "holes=255 dirty=10% " size },             \
	{                                                           \
		"sparse", "uffd-sigbus,uffd-wp",                    \
			"holes=255 dirty=10% unpopulated=yes " size \
	}

#define NO_HOLES "mprotect,none,scan-resident,uffd-sigbus,uffd-wp"

/*
 * Trackers that read pagemap for holes, or arm them, get 256 GiB: at 1 TiB
 * arming takes seconds and 2 GiB of page tables. The others get the real sizes.
 */
static const struct preset_row sparse_rows[] = {
	SHADOWS_AT("*", "size=4g"),
	SHADOWS_AT("*", "size=16g"),
	SHADOWS_AT("*", "size=64g"),
	SHADOWS_AT("*", "size=256g"),
	SHADOWS_AT(NO_HOLES ",pagemap", "size=1t"),
	{ "asan-shadow", NO_HOLES, "size=14t" },
	{ "msan-shadow", NO_HOLES, "size=32t" },
	{ "msan-shadow", NO_HOLES, "size=64t origins=yes" },
	{ "tsan-shadow", NO_HOLES, "size=19t" },
	SPARSE_AT("size=1g"),
	SPARSE_AT("size=4g"),
	SPARSE_AT("size=16g"),
	SPARSE_AT("size=64g"),
	HOLES_AT("holes=1"),
	HOLES_AT("holes=15"),
	HOLES_AT("holes=63"),
	HOLES_AT("holes=1023"),
	HOLES_AT("holes=4095"),
	{ "holes", "mprotect,none,pagemap,scan-resident,softdirty",
	  "size=10g dirty=1024" },
	{ "holes", "uffd-wp", "size=10g dirty=1024 unpopulated=yes" },
	{ "holes", "uffd-wp", "size=10g dirty=1024 unpopulated=read" },
	{ "holes", "uffd-wp", "size=10g dirty=1024 unpopulated=populate" },
	{ NULL, NULL, NULL },
};

/*
 * Those who can be collected from while others store. The parameters are those
 * of the list's benchmark: threads, pages, delay, random; its last one, whether
 * one call gets and resets, is collect=atomic.
 */
#define WATCHERS                                                             \
	"none,mprotect,pagemap,scan,scan-resident,scan-softdirty,scan-wine," \
	"scan-writeprotect,softdirty,uffd-sigbus,uffd-wp"
#define WATCH_ATOMICALLY "scan,scan-resident,scan-wine"

static const struct preset_row watch_rows[] = {
	{ "write-watch", WATCHERS, "threads=8 pages=8192 delay-ms=3" },
	{ "write-watch", WATCH_ATOMICALLY,
	  "threads=8 pages=8192 delay-ms=3 collect=atomic" },
	{ "write-watch", WATCHERS, "threads=1 pages=8192 delay-ms=3" },
	{ "write-watch", WATCHERS, "threads=1 pages=100000 delay-ms=1" },
	{ "write-watch", "mprotect,none,scan,uffd-wp",
	  "threads=1 pages=8192 delay-ms=3 access=sequential" },
	{ NULL, NULL, NULL },
};

/*
 * Those who can follow another process, at rates from a process that nearly
 * rests to one that writes faster than anybody copies. Without stopping it,
 * what two calls lose is seen; one call needs no stop.
 */
#define PRE_DUMPERS \
	"none,pagemap,scan,scan-criu,scan-resident,scan-softdirty,softdirty"
#define PRE_DUMPS_AT(rate)                                          \
	{ "pre-dump", PRE_DUMPERS, rate },                          \
		{ "pre-dump", "scan,scan-resident",                 \
		  "collect=atomic stop=no " rate },                 \
	{                                                           \
		"pre-dump", "pagemap,scan,scan-resident,softdirty", \
			"stop=no " rate                             \
	}

static const struct preset_row predump_rows[] = {
	PRE_DUMPS_AT("rate=10000"),
	PRE_DUMPS_AT("rate=100000"),
	PRE_DUMPS_AT("rate=1000000"),
	{ "pre-dump", PRE_DUMPERS, "rate=0" },
	{ "pre-dump", PRE_DUMPERS, "rate=100000 access=sequential" },
	{ "pre-dump", PRE_DUMPERS, "rate=100000 hot=100%" },
	{ NULL, NULL, NULL },
};

/*
 * Writers from one to all processors, and more: those that are among them are
 * the collector's, too. Then a writer alone in a process with threads that do
 * nothing; those that are awake have a processor each.
 */
#define SCALERS "none,mprotect,scan,scan-resident,softdirty,uffd-sigbus,uffd-wp"
#define IDLING	"none,mprotect,scan,softdirty,uffd-sigbus,uffd-wp"

static const struct preset_row scaling_rows[] = {
	{ "dense,thp,asan-shadow", SCALERS, "threads=cpus collector=among" },
	{ "dense", "scan,scan-resident",
	  "threads=cpus collector=among collect=atomic" },
	{ "dense", "uffd-wp", "threads=cpus collector=among handlers=2,4" },
	{ "dense", IDLING, "idle-threads=0,1,4,16" },
	{ "dense", IDLING, "idle=awake idle-threads=0,1,3,7" },
	{ NULL, NULL, NULL },
};

/* Proving takes few pages; those of a huge page make a unit, and a quarter of
 * four is one. */
static const struct preset_row matrix_rows[] = {
	{ "dense", "**", "size=2m" },
	{ "dense", "**", "size=2m order=shuffled pattern=clustered" },
	{ "dense", "scan,scan-resident,scan-wine", "size=2m collect=atomic" },
	{ "dense", "scan,scan-resident,scan-softdirty,scan-wine",
	  "size=8m vec=1024 max-pages=700" },
	{ "asan-shadow", "**", "size=1g heap=16m" },
	{ "asan-shadow", "**", "size=1g heap=16m read-holes=yes" },
	{ "asan-shadow", "uffd-sigbus,uffd-wp",
	  "size=1g heap=16m unpopulated=yes" },
	{ "msan-shadow", "**", "size=1g heap=16m" },
	{ "msan-shadow", "**", "size=1g heap=16m origins=yes read-holes=yes" },
	{ "tsan-shadow", "**", "size=1g heap=4m" },
	{ "tsan-shadow", "**", "size=1g heap=4m read-holes=yes" },
	{ "thp", "**", "size=8m" },
	{ "thp", "**", "size=8m state=split" },
	{ "thp", "**", "size=8m state=split-armed" },
	{ "thp", "scan,scan-resident,scan-wine", "size=8m collect=atomic" },
	{ "hugetlb", "**", "size=8m" },
	{ "hugetlb", "**", "size=8m sharing=shared" },
	{ "hugetlb", "scan,scan-resident,scan-wine", "size=8m collect=atomic" },
	{ "hugetlb", "scan-wine",
	  "size=8m dirty=75% collect=atomic max-pages=700" },
	{ "holes", "**", "size=8m" },
	{ "holes", "uffd-sigbus,uffd-wp", "size=8m unpopulated=yes" },
	{ "holes", "uffd-sigbus,uffd-wp", "size=8m unpopulated=read" },
	{ "holes", "uffd-sigbus,uffd-wp", "size=8m unpopulated=populate" },
	{ "holes", "**", "size=8m pages=hugetlb" },
	{ "sparse", "**", "size=256m pages=256 holes=63" },
	{ "merged", "**", "size=2m" },
	{ "vma-chain", "**", "chain=split pieces=64 piece=16k" },
	{ "vma-chain", "**", "chain=merge pieces=64 piece=16k" },
	{ "vma-chain", "**", "chain=beside pieces=64 piece=16k" },
	{ "vma-chain", "**", "chain=over pieces=64 piece=16k" },
	{ "vma-chain", "**", "chain=protect pieces=64 piece=16k" },
	{ "vma-chain", "**", "chain=move pieces=64 piece=16k" },
	{ "swapped", "**", "size=2m backend=zram" },
	{ "swapped", "**", "size=2m backend=zram when=after-arm" },
	{ "swapped", "**", "size=2m backend=zram when=after-write" },
	{ "forked", "**", "size=2m" },
	{ "forked", "**", "size=2m writer=child" },
	{ "forked", "**", "size=2m tracked=child" },
	{ "forked", "**", "size=2m writer=child tracked=child" },
	{ "shmem", "**", "size=2m" },
	{ "shmem", "**", "size=2m sharing=private" },
	{ "file-private", "**", "size=2m" },
	{ "file-private", "**", "size=2m state=copied" },
	{ "file-shared", "**", "size=2m" },
	{ "file-shared", "**", "size=2m state=clean" },
	{ "partial", "**", "size=2m part=1%" },
	{ "partial", "**", "size=2m part=50%" },
	{ "zero-page", "**", "size=2m" },
	{ "write-watch", "**", "pages=512 threads=4 epoch-ms=50" },
	{ "write-watch", "scan,scan-resident,scan-wine",
	  "pages=512 threads=4 epoch-ms=50 collect=atomic" },
	{ "dense", "**", "size=2m threads=2 epoch-ms=50" },
	{ "dense", "uffd-wp", "size=2m threads=2 epoch-ms=50 handlers=2" },
	{ "dense", "**", "size=2m idle-threads=4" },
	{ "thp", "**", "size=8m threads=2 epoch-ms=50" },
	{ "asan-shadow", "**", "size=1g heap=16m threads=2 epoch-ms=50" },
	{ "pre-dump", "**", "size=2m" },
	{ "pre-dump", "**", "size=2m rate=0" },
	{ "pre-dump", "scan,scan-resident,scan-wine",
	  "size=2m collect=atomic stop=no" },
	{ "guard", "**", "size=2m" },
	{ "guard", "**", "size=2m when=after-arm" },
	{ "mthp", "**", "size=4m folio=16k" },
	{ "mthp", "**", "size=4m folio=64k" },
	{ "mthp", "**", "size=4m folio=1m" },
	{ "mthp", "**", "size=4m folio=64k state=holes" },
	{ "mthp", "uffd-sigbus,uffd-wp",
	  "size=4m folio=64k state=holes unpopulated=yes" },
	{ NULL, NULL, NULL },
};

/*
 * Sizes up to what vm.max_map_count, 65530 by default, lets two VMAs a piece
 * have. Where new mappings are not registered most trackers have to miss them,
 * so that only the calls are measured.
 */
#define CHAINS(pieces)                                                \
	{ "vma-chain", "*", "chain=split pieces=" pieces },           \
		{ "vma-chain", "*", "chain=merge pieces=" pieces },   \
		{ "vma-chain", "*", "chain=beside pieces=" pieces },  \
		{ "vma-chain", "*", "chain=over pieces=" pieces },    \
		{ "vma-chain", "*", "chain=protect pieces=" pieces }, \
	{                                                             \
		"vma-chain", "*", "chain=move pieces=" pieces         \
	}

static const struct preset_row vma_rows[] = {
	CHAINS("1024"),
	CHAINS("4096"),
	CHAINS("16384"),
	{ "vma-chain", "*", "chain=split pieces=32000" },
	{ "vma-chain", "*", "chain=merge pieces=32000" },
	{ "vma-chain", "none,uffd-wp", "chain=over pieces=32000" },
	{ NULL, NULL, NULL },
};

const struct preset preset_matrix = { "matrix", "every kind of pages, small", 1,
				      2, matrix_rows };

const struct preset presets[] = {
	{ "quick", "every pair once over, in seconds", 3, 2, quick_rows },
	{ "default", "every pair, enough for intervals", 10, 4, default_rows },
	{ "full", "all variants, real sizes, more processes", 20, 4,
	  full_rows },
	{ "pages", "kinds of pages that the others leave out", 3, 4,
	  pages_rows },
	{ "queries", "what programs ask PAGEMAP_SCAN, and how they are told", 5,
	  4, queries_rows },
	{ "vma", "mappings that come, split and merge in tracked memory", 2, 2,
	  vma_rows },
	{ "sparse", "what a hole costs, by their number and the range", 2, 2,
	  sparse_rows },
	{ "watch", "writers that do not stop while trackers collect", 3, 4,
	  watch_rows },
	{ "pre-dump", "a process that is copied while it goes on", 2, 3,
	  predump_rows },
	{ "scaling", "more and more writers, and threads that do nothing", 2, 3,
	  scaling_rows },
	{ NULL, NULL, 0, 0, NULL },
};

enum { MAX_PRESETS = 16 }; /* more than there are */

const struct preset *preset_find(const char *name, struct reason *why)
{
	const char *names[MAX_PRESETS];
	const char *near;
	size_t nr = 0;

	for (const struct preset *preset = presets; preset->name; preset++) {
		if (!strcmp(preset->name, name))
			return preset;
		names[nr++] = preset->name;
	}
	near = nearest_name(name, names, nr);
	if (near)
		reason_set(why, 0, "no preset '%s': did you mean '%s'?", name,
			   near);
	else
		reason_set(why, 0,
			   "no preset '%s': 'dirtybench list' shows what there "
			   "is",
			   name);
	return NULL;
}
