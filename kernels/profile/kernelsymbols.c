// SPDX-License-Identifier: GPL-2.0-or-later
/* The functions of a guest's kernel, by address. */
#include "kernels/profile/kernelsymbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
	const struct kernel_symbol *a = left, *b = right;

	return (a->address > b->address) - (a->address < b->address);
}

static size_t count_lines(const char *text)
{
	size_t nr = 0;

	for (; (text = strchr(text, '\n')); text++)
		nr++;
	return nr;
}

/* Cuts @symbols->text into lines. */
static int read_lines(struct kernel_symbols *symbols)
{
	char *rest = symbols->text, *line, *end;
	uint64_t address = 0;

	while ((line = strsep(&rest, "\n")) && *line) {
		address += strtoull(line, &end, 16);
		if (end == line || *end != ' ' || !end[1])
			return -EINVAL;
		symbols->v[symbols->nr++] =
			(struct kernel_symbol){ address, end + 1 };
	}
	return 0;
}

int kernel_symbols_read(struct kernel_symbols *symbols, const char *text,
			size_t length, struct reason *why)
{
	*symbols = (struct kernel_symbols){ .nr = 0 };
	symbols->text = strndup(text, length);
	if (!symbols->text)
		return reason_set(why, -ENOMEM, "no memory for symbols");
	symbols->v =
		calloc(count_lines(symbols->text) + 1, sizeof(*symbols->v));
	if (!symbols->v)
		return reason_set(why, -ENOMEM, "no memory for symbols");
	if (read_lines(symbols))
		return reason_set(why, -EINVAL,
				  "the guest's symbols came damaged");
	qsort(symbols->v, symbols->nr, sizeof(*symbols->v), compare);
	if (symbols->nr && symbols->v[symbols->nr - 1].address)
		return 0;
	return reason_set(why, -ENODATA,
			  "the guest's kernel does not tell its functions: it "
			  "needs CONFIG_KALLSYMS");
}

void kernel_symbols_free(struct kernel_symbols *symbols)
{
	free(symbols->text);
	free(symbols->v);
	*symbols = (struct kernel_symbols){ .nr = 0 };
}

const struct kernel_symbol *
kernel_symbols_find(const struct kernel_symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->v[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &symbols->v[low - 1] : NULL;
}
