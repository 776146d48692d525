// SPDX-License-Identifier: GPL-2.0-or-later
/* The JSON scanner accepts what jansson accepts, and nothing else. */
#include <jansson.h>
#include <stdbool.h>

#include "results/json_scan.h"
#include "tests/fuzz/fuzz.h"

/* The scanner's own limit; jansson's is 2048. */
enum { MAX_DEPTH = 64 };

static bool scanner_accepts(const char *text, size_t size)
{
	struct json_scan scan;

	json_scan_init(&scan, text, size);
	return !json_scan_skip(&scan) && !json_scan_finish(&scan);
}

/*
 * Not where the text may nest too deep for the scanner, nor where it has a zero
 * byte: behind a number, jansson overlooks it.
 */
static bool must_agree(const char *text, size_t size)
{
	int opened = 0;

	for (size_t i = 0; i < size; i++) {
		if (!text[i])
			return false;
		opened += text[i] == '{' || text[i] == '[';
	}
	return opened <= MAX_DEPTH;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	bool accepted = scanner_accepts(text, size);
	json_error_t error;
	json_t *tree;

	tree = json_loadb(text, size, JSON_DECODE_ANY, &error);
	if (tree)
		FUZZ_ASSERT(accepted || !must_agree(text, size));
	else if (accepted)
		/* Skipping does not look how large a number is. */
		FUZZ_ASSERT(json_error_code(&error) ==
			    json_error_numeric_overflow);
	json_decref(tree);
	return 0;
}
