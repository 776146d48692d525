// SPDX-License-Identifier: GPL-2.0-or-later
/* A line that is accepted can be written, and is the same sample then. */
#include <stdlib.h>
#include <string.h>

#include "results/record.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sample sample, again;
	char *line, *line_again;
	size_t length, length_again;
	struct reason why = { "" };
	int err;

	err = record_decode((const char *)data, size, &sample, &why);
	FUZZ_ASSERT(err <= 0);
	if (err) {
		fuzz_check_sentence(&why);
		return 0;
	}
	FUZZ_ASSERT(!record_encode(&sample, &line, &length, &why));
	FUZZ_ASSERT(!record_decode(line, length, &again, &why));
	FUZZ_ASSERT(!record_encode(&again, &line_again, &length_again, &why));
	FUZZ_ASSERT(length == length_again);
	FUZZ_ASSERT(!memcmp(line, line_again, length));
	free(line);
	free(line_again);
	return 0;
}
