// SPDX-License-Identifier: GPL-2.0-or-later
/* What a kernel's console tells of how it ended. */
#include "kernels/console.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What the kernel's sources print; the same since Linux 4 at least. */
static const struct {
	const char *text;
	enum console_finding finding;
} signs[] = {
	{ "BUG: kernel NULL pointer dereference", CONSOLE_OOPS },
	{ "BUG: unable to handle", CONSOLE_OOPS },
	{ "kernel BUG at ", CONSOLE_OOPS },
	{ "general protection fault", CONSOLE_OOPS },
	{ "Oops:", CONSOLE_OOPS },
	{ "double fault", CONSOLE_OOPS },
	{ "Kernel panic - not syncing", CONSOLE_PANIC },
	{ "BUG: soft lockup", CONSOLE_LOCKUP },
	{ "hard LOCKUP", CONSOLE_LOCKUP },
	{ "self-detected stall", CONSOLE_LOCKUP },
	{ "detected stalls on", CONSOLE_LOCKUP },
	{ "blocked for more than", CONSOLE_LOCKUP },
	{ "dirtybench: cannot profile:", CONSOLE_EMULATOR }, /* our plugin */
	{ "qemu-system-x86_64:", CONSOLE_EMULATOR },
	{ "KVM internal error", CONSOLE_EMULATOR },
};

const char *console_finding_name(enum console_finding finding)
{
	static const char *const names[] = {
		[CONSOLE_NOTHING] = "nothing",
		[CONSOLE_EMULATOR] = "QEMU ended",
		[CONSOLE_LOCKUP] = "the kernel is stuck",
		[CONSOLE_PANIC] = "the kernel panicked",
		[CONSOLE_OOPS] = "kernel oops",
	};

	return names[finding];
}

static bool contains(const char *line, size_t length, const char *text)
{
	return memmem(line, length, text, strlen(text)) != NULL;
}

static enum console_finding finding_of(const char *line, size_t length)
{
	/* QEMU goes on after these. */
	if (contains(line, length, "qemu-system-x86_64: warning:"))
		return CONSOLE_NOTHING;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (contains(line, length, signs[i].text))
			return signs[i].finding;
	return CONSOLE_NOTHING;
}

/* "[    1.234567][    T1] " in front of every line, or not. */
static size_t stamp_length(const char *line, size_t length)
{
	size_t at = 0, end;

	while (at < length && line[at] == '[') {
		for (end = at; end < length && line[end] != ']'; end++)
			continue;
		at = end < length ? end + 1 : length;
		while (at < length && line[at] == ' ')
			at++;
	}
	return at;
}

static void copy_line(const char *from, size_t length, char *line, size_t bytes)
{
	size_t skipped = stamp_length(from, length);
	size_t used = 0;

	for (size_t i = skipped; i < length && used + 1 < bytes; i++)
		if (isprint((unsigned char)from[i]))
			line[used++] = from[i];
	while (used && line[used - 1] == ' ')
		used--;
	line[used] = '\0';
}

enum console_finding console_classify(const char *text, size_t length,
				      char *line, size_t bytes)
{
	enum console_finding gravest = CONSOLE_NOTHING, finding;
	const char *at = text, *end = text + length, *newline;

	line[0] = '\0';
	for (; at < end; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			newline = end;
		finding = finding_of(at, (size_t)(newline - at));
		if (finding <= gravest)
			continue;
		gravest = finding;
		copy_line(at, (size_t)(newline - at), line, bytes);
	}
	return gravest;
}
