// SPDX-License-Identifier: GPL-2.0-or-later
/* Every line of a file is a sample or damaged; none is dropped. */
#include "results/load.h"
#include "tests/fuzz/fuzz.h"

struct outcome {
	size_t samples, damaged;
	int first_err;
};

static int count_sample(void *arg, const struct sample *sample)
{
	struct outcome *outcome = arg;

	FUZZ_ASSERT(sample->v == SAMPLE_VERSION);
	outcome->samples++;
	return 0;
}

static int count_damaged(void *arg, int err, const struct reason *why)
{
	struct outcome *outcome = arg;

	FUZZ_ASSERT(err < 0);
	fuzz_check_sentence(why);
	if (!outcome->damaged++)
		outcome->first_err = err;
	return 0;
}

static size_t count_lines(const uint8_t *data, size_t size)
{
	size_t lines = 0;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines + (size && data[size - 1] != '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome lenient = { .samples = 0 }, strict = { .samples = 0 };
	struct load_sink sink = {
		.sample = count_sample,
		.damaged = count_damaged,
		.arg = &lenient,
	};
	const char *path = fuzz_file(data, size);
	struct reason why;

	FUZZ_ASSERT(!load_samples(path, &sink, &why));
	FUZZ_ASSERT(lenient.samples + lenient.damaged ==
		    count_lines(data, size));
	sink.damaged = NULL;
	sink.arg = &strict;
	FUZZ_ASSERT(load_samples(path, &sink, &why) == lenient.first_err);
	FUZZ_ASSERT(strict.samples <= lenient.samples);
	return 0;
}
