// SPDX-License-Identifier: GPL-2.0-or-later
// Functions by the names that their authors gave them.
#include <stdbool.h>
#include <string.h>

#include "results/profile/functionname.h"

static const char *const suffixes[] = {
	".isra", ".constprop", ".part", ".cold", ".llvm", ".lto_priv",
};

static bool begins(const char *text, const char *with)
{
	while (*with)
		if (*text++ != *with++)
			return false;
	return true;
}

/* Bytes of a suffix at @text with its number, 0 where there is none. */
static size_t suffix_length(const char *text)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t length = strlen(suffixes[i]);

		if (!begins(text, suffixes[i]))
			continue;
		if (text[length] == '.')
			length += 1 + strspn(text + length + 1, "0123456789");
		if (!text[length] || text[length] == '.')
			return length;
	}
	return 0;
}

/* Whether there is nothing but suffixes. */
static bool is_suffix(const char *text)
{
	size_t length;

	for (; *text; text += length) {
		length = suffix_length(text);
		if (!length)
			return false;
	}
	return true;
}

size_t functionname_length(const char *name)
{
	const char *at = name;

	/* What the kernel itself names has no dot first. */
	for (at += strcspn(at, "."); *at; at += 1 + strcspn(at + 1, "."))
		if (at != name && is_suffix(at))
			return (size_t)(at - name);
	return strlen(name);
}
