// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench kernels list: what the cache has. */
#include <argp.h>
#include <errno.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/kernels.h"
#include "cli/options.h"
#include "kernels/cachedir.h"
#include "kernels/image.h"
#include "kernels/kernelcache.h"

enum { RELEASE, VERSION, SUITE, SIZE, MODULES, NR_COLUMNS };

static const struct column {
	const char *name;
	int flags;
} columns[NR_COLUMNS] = {
	[RELEASE] = { "RELEASE", 0 },
	[VERSION] = { "VERSION", 0 },
	[SUITE] = { "SUITE", 0 },
	[SIZE] = { "MB", SCOLS_FL_RIGHT },
	[MODULES] = { "MODULES", SCOLS_FL_RIGHT },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct reason why;

	(void)state;
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	reason_set(&why, 0, "kernels list takes no argument '%s'", arg);
	return options_refuse(&why);
}

static int add_row(struct libscols_table *table,
		   const struct cached_kernel *kernel)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char *version = package_record_field(kernel->package, "Version");
	char *suite = package_record_field(kernel->package, "Suite");
	char size[24], modules[12];
	int err = 0;

	snprintf(size, sizeof(size), "%.1f", (double)kernel->bytes / 1e6);
	snprintf(modules, sizeof(modules), "%d", kernel->modules);
	if (!line || !version || !suite ||
	    scols_line_set_data(line, RELEASE, kernel->release) ||
	    scols_line_set_data(line, VERSION, version) ||
	    scols_line_set_data(line, SUITE, suite) ||
	    scols_line_set_data(line, SIZE, size) ||
	    scols_line_set_data(line, MODULES, modules))
		err = -ENOMEM;
	free(version);
	free(suite);
	return err;
}

static int print_cache(const struct kernel_cache *cache)
{
	struct libscols_table *table = scols_new_table();
	int err = table ? 0 : -ENOMEM;

	for (int i = 0; !err && i < NR_COLUMNS; i++)
		if (!scols_table_new_column(table, columns[i].name, 0,
					    columns[i].flags))
			err = -ENOMEM;
	for (size_t i = 0; !err && i < cache->nr; i++)
		err = add_row(table, &cache->v[i]);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}

/* A line for each that cannot be booted. */
static int check_images(const struct kernel_cache *cache)
{
	struct kernel_image image;
	int code = EXIT_MEASURED;
	struct reason why;

	for (size_t i = 0; i < cache->nr; i++) {
		if (!image_find(cache->v[i].folder, &image, &why)) {
			image_free(&image);
			continue;
		}
		fprintf(stderr, "dirtybench: %s\n", why.text);
		code = EXIT_FAILED;
	}
	return code;
}

static int list_folder(const char *folder)
{
	struct kernel_cache cache;
	int code = EXIT_MEASURED;
	struct reason why;

	if (kernel_cache_read(&cache, folder, &why)) {
		fprintf(stderr, "dirtybench: %s\n", why.text);
		return EXIT_FAILED;
	}
	if (!cache.nr) {
		printf("no kernels in %s: 'dirtybench kernels fetch' gets "
		       "some\n",
		       folder);
	} else if (print_cache(&cache) || fflush(stdout)) {
		fprintf(stderr, "dirtybench: the list could not be written\n");
		code = EXIT_FAILED;
	} else {
		code = check_images(&cache);
	}
	kernel_cache_free(&cache);
	return code;
}

int kernels_list_main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_option,
		.doc = "Show the kernels that were fetched.",
	};
	struct reason why;
	char *folder;
	int code;

	if (options_parse(&argp, argc, argv, NULL))
		return EXIT_USAGE;
	if (cachedir_path(&folder, "kernels", &why)) {
		fprintf(stderr, "dirtybench: %s\n", why.text);
		return EXIT_USAGE;
	}
	code = list_folder(folder);
	free(folder);
	return code;
}
