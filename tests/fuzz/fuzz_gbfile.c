// SPDX-License-Identifier: GPL-2.0-or-later
/* A file of Google Benchmark is read, or refused with a sentence. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "results/side/gbfile.h"
#include "tests/fuzz/fuzz.h"

static int take_process(void *arg, const char *cell, double real_ns,
			double cpu_ns)
{
	FUZZ_ASSERT(cell);
	FUZZ_ASSERT(isnan(real_ns) || (real_ns > 0 && isfinite(real_ns)));
	FUZZ_ASSERT(isnan(cpu_ns) || (cpu_ns > 0 && isfinite(cpu_ns)));
	++*(size_t *)arg;
	return 0;
}

static int take_message(void *arg, const char *cell, const char *message)
{
	FUZZ_ASSERT(cell && *message);
	++*(size_t *)arg;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t taken = 0;
	const struct gbfile_sink sink = {
		.process = take_process,
		.failed = take_message,
		.skipped = take_message,
		.arg = &taken,
	};
	const char *path = fuzz_file(data, size);
	json_t *environment = NULL, *tree;
	struct reason why = { "" };
	int err;

	gbfile_is_one(path);
	err = gbfile_load(path, &sink, &environment, &why);
	FUZZ_ASSERT(err <= 0 && err != -ENOMEM);
	FUZZ_ASSERT(!err == !!environment);
	if (err)
		fuzz_check_sentence(&why);
	else
		FUZZ_ASSERT(taken > 0);
	json_decref(environment);
	/* What is done about bare NaN leaves JSON as it is. */
	tree = json_loadb((const char *)data, size, 0, NULL);
	FUZZ_ASSERT(!tree || err != -EBADMSG);
	json_decref(tree);
	return 0;
}
