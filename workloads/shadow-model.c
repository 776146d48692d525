// SPDX-License-Identifier: GPL-2.0-or-later
/* A sanitizer that maps a program's addresses linearly: what it fills. */
#include "workloads/shadow-model.h"

#include "harness/memory.h"

/* Sizes up to 128 KiB; larger blocks are mapped by themselves. */
enum { LAST_CLASS = 52 };

/*
 * The program that asan-shadow is the shadow of, in pages of its own memory:
 * globals of an executable and its libraries, what frames took of the stacks.
 */
enum {
	EXECUTABLE_PAGES = 288, /* 384 KiB with redzones, 768 KiB of arrays */
	LIBRARIES = 4,
	LIBRARY_PAGES = 2,
	THREADS = 8,
	STACK_PAGES = 3,
	MAPPINGS = 8 /* files and large blocks, read in part */
};

/* Where Linux puts them when it randomises nothing: two thirds of the address
 * space, for what is PIE, and 2 MiB of code; and the top. */
#define EXECUTABLE_START 0x555555600000ULL
#define STACK_END	 0x7ffffffff000ULL

/* What Linux keeps free below the main stack, at least. */
#define STACK_GAP (128ULL << 20)

/* A thread's stack, or a library and its neighbours. */
#define STACK_SPACING (8ULL << 20)

/* The reference program has 76 MiB in its heap and reads a mapping of 64. */
enum { SEEN_HEAP = 76, SEEN_READ = 64 };

/* The images of @pages of the program. */
static void add_images(const struct shadow_model *model,
		       struct shadow_layout *layout, enum app_memory memory,
		       uint64_t start, uint64_t pages)
{
	uint64_t last = start + pages * SHADOW_PAGE - 1;
	uint64_t image, end;

	for (int i = 0; pages && i < model->nr_copies; i++) {
		const struct shadow_copy *copy = &model->copies[i];

		if (copy->fill[memory] == FILL_NONE)
			continue;
		image = copy->of(start) / SHADOW_PAGE * SHADOW_PAGE;
		end = round_up(copy->of(last) + 1, SHADOW_PAGE);
		shadow_add_run(layout, image, (end - image) / SHADOW_PAGE,
			       copy->fill[memory] == FILL_WRITTEN);
	}
}

static void add_heap(const struct shadow_model *model,
		     struct shadow_layout *layout, gsl_rng *rng, uint64_t heap)
{
	unsigned int chunks[LAST_CLASS];

	shadow_divide(rng, heap / SHADOW_CHUNK_BYTES, LAST_CLASS, chunks);
	for (unsigned int i = 0; i < LAST_CLASS; i++)
		add_images(model, layout, APP_HEAP,
			   model->allocator_start +
				   (i + 1) * model->region_bytes,
			   chunks[i] * (SHADOW_CHUNK_BYTES / SHADOW_PAGE));
}

/* The stack, libraries and threads' stacks; returns what is free below. */
static uint64_t add_stacks(const struct shadow_model *model,
			   struct shadow_layout *layout)
{
	uint64_t bottom = STACK_END - STACK_PAGES * SHADOW_PAGE;

	add_images(model, layout, APP_STACK, bottom, STACK_PAGES);
	bottom = STACK_END - STACK_GAP;
	for (int i = 0; i < LIBRARIES; i++) {
		bottom -= STACK_SPACING;
		add_images(model, layout, APP_GLOBALS, bottom, LIBRARY_PAGES);
	}
	for (int i = 0; i < THREADS; i++) {
		bottom -= STACK_SPACING;
		add_images(model, layout, APP_STACK, bottom, STACK_PAGES);
	}
	return bottom;
}

/* Mappings below @bottom of which @pages are read, a quarter more between. */
static void add_mappings(const struct shadow_model *model,
			 struct shadow_layout *layout, gsl_rng *rng,
			 uint64_t bottom, uint64_t pages)
{
	uint64_t unread = pages / 4 / MAPPINGS + 1;
	unsigned int parts[MAPPINGS];

	shadow_divide(rng, pages, MAPPINGS, parts);
	for (int i = 0; i < MAPPINGS; i++) {
		bottom -= (unread + parts[i]) * SHADOW_PAGE;
		add_images(model, layout, APP_MAPPING, bottom, parts[i]);
	}
}

static void lay_out(const struct shadow_model *model,
		    struct shadow_layout *layout, uint64_t heap, uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	uint64_t bottom;

	gsl_rng_set(rng, seed);
	add_images(model, layout, APP_GLOBALS, EXECUTABLE_START,
		   EXECUTABLE_PAGES);
	bottom = add_stacks(model, layout);
	add_mappings(model, layout, rng, bottom,
		     heap / SHADOW_PAGE * SEEN_READ / SEEN_HEAP);
	add_heap(model, layout, rng, heap);
	gsl_rng_free(rng);
	shadow_sort_runs(layout);
}

/* Shrunk ones are in one piece, and this program is PIE as well. */
static int check_end(const struct shadow_layout *layout, uint64_t size,
		     struct reason *why)
{
	char text[PARAM_TEXT_BYTES];

	if (layout->parts[layout->nr_parts - 1].end <
	    EXECUTABLE_START / MEMORY_GAP * MEMORY_GAP)
		return 0;
	params_format_bytes(text, size);
	return reason_set(why, -ERANGE,
			  "size=%s: would reach to where this program lies: "
			  "choose a smaller one, or the real one",
			  text);
}

int shadow_model_layout(const struct shadow_model *model,
			struct shadow_layout *layout,
			const struct params *values, struct reason *why)
{
	uint64_t size = params_value(values, "size");
	uint64_t heap = params_value(values, "heap");
	uint64_t real;
	int ret;

	*layout = (struct shadow_layout){ .nr_parts = model->nr_parts,
					  .in_place = true };
	for (int i = 0; i < model->nr_parts; i++)
		layout->parts[i] = model->parts[i];
	real = shadow_layout_bytes(layout);
	ret = shadow_check_size(size, SHADOW_LEAST_BYTES, real, why);
	if (ret)
		return ret;
	lay_out(model, layout, heap, params_value(values, "seed"));
	if (size == real)
		return 0;
	ret = shadow_shrink(layout, size, memory_base());
	return ret ? shadow_no_room(heap, size, why)
		   : check_end(layout, size, why);
}
