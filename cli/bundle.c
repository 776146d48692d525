// SPDX-License-Identifier: GPL-2.0-or-later
/* dirtybench bundle: this program, to be unpacked and run elsewhere. */
#include "cli/bundle.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/sibling.h"
#include "harness/libbench/wholefile.h"
#include "kernels/bundlefiles.h"

struct bundle_options {
	const char *file;
	enum packing_format format;
};

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length > tail && !strcmp(text + length - tail, end);
}

static error_t parse_file(struct bundle_options *options, const char *file)
{
	struct reason why;

	options->file = file;
	if (ends_in(file, ".tar.xz"))
		options->format = PACKING_TAR_XZ;
	else if (ends_in(file, ".tar"))
		options->format = PACKING_TAR;
	else {
		reason_set(&why, 0,
			   "-o %s: the name has to end in .tar.xz or .tar",
			   file);
		return options_refuse(&why);
	}
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct reason why;

	switch (key) {
	case 'o':
		return parse_file(state->input, arg);
	case ARGP_KEY_ARG:
		reason_set(&why, 0, "bundle takes no argument '%s'", arg);
		return options_refuse(&why);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int write_archive(const char *file, int archive, struct reason *why)
{
	struct stat info;
	void *bytes;
	int err;

	if (fstat(archive, &info))
		return reason_errno(why, -errno, "the archive");
	bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE,
		     archive, 0);
	if (bytes == MAP_FAILED)
		return reason_errno(why, -errno, "the archive");
	err = wholefile_write(file, bytes, (size_t)info.st_size);
	munmap(bytes, (size_t)info.st_size);
	return err ? reason_errno(why, err, "%s could not be written", file)
		   : 0;
}

static int make(const struct bundle_options *options, struct reason *why)
{
	char program[PATH_MAX], starter[PATH_MAX];
	int archive, ret;

	ret = sibling_path("dirtybench", program, sizeof(program), why);
	if (!ret)
		ret = sibling_path("dirtybench-start", starter, sizeof(starter),
				   why);
	if (ret)
		return ret;
	archive = bundle_files(program, starter, options->format, why);
	if (archive < 0)
		return archive;
	ret = write_archive(options->file, archive, why);
	close(archive);
	return ret;
}

int bundle_main(int argc, char **argv)
{
	static const struct argp_option option_table[] = {
		{ "output", 'o', "FILE", 0,
		  "write there; " BUNDLE_FOLDER ".tar.xz unless given", 0 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	static const struct argp argp = {
		.options = option_table,
		.parser = parse_option,
		.doc = "Write an archive of this program with its libraries. "
		       "Unpacked, it runs on any x86-64 Linux.",
	};
	struct bundle_options options = {
		.file = BUNDLE_FOLDER ".tar.xz",
		.format = PACKING_TAR_XZ,
	};
	struct reason why;
	int err;

	if (options_parse(&argp, argc, argv, &options))
		return EXIT_USAGE;
	/* Not after seconds of packing. */
	err = wholefile_check(options.file);
	if (err) {
		reason_errno(&why, err, "-o %s", options.file);
		options_refuse(&why);
		return EXIT_USAGE;
	}
	if (!make(&options, &why)) {
		printf("%s\n", options.file);
		return fflush(stdout) ? EXIT_FAILED : EXIT_MEASURED;
	}
	fprintf(stderr, "dirtybench: %s\n", why.text);
	return EXIT_FAILED;
}
