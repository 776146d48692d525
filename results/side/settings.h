/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What env.json says of machine, kernel and settings, and where two differ. */
#ifndef DIRTYBENCH_SETTINGS_H
#define DIRTYBENCH_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "harness/reason.h"

/* How much it means when a field differs between runs that are compared. */
enum setting_kind {
	SETTING_MACHINE, /* another machine: refused; both sides know it */
	SETTING_KERNEL,	 /* release, version: what is compared */
	SETTING_CONTROL, /* command line, configuration, THP, mitigations, …:
			  * compared, and named above the table */
	SETTING_TOOLS,	 /* versions of compiler, libraries, this program */
	NR_SETTING_KINDS,
};

/* A field of one kind whose value differs. */
struct setting_difference {
	char *field; /* "thp.enabled", "kernel.config.KASAN" */
	/*
	 * The values as text. "unknown" for null and for a field that is not
	 * there; "absent" where that is an answer: a configuration option, a
	 * mitigation or a size of huge pages that this kernel does not have.
	 * "recorded" where a whole group of fields stands against "unknown".
	 */
	char *base, *fresh;
	enum setting_kind kind;
	/*
	 * The kernel command line: base and fresh have only the words that the
	 * other side does not have, in their order and with single spaces; ""
	 * where there are none. To be shown word by word.
	 */
	bool words;
};

struct setting_differences {
	struct setting_difference *list; /* by kind, then field */
	int nr;
};

/*
 * Reads env.json (version 1) of a run into *@environment; the caller drops the
 * reference. Errors with one sentence that names the file: -ENOENT and what
 * else open() says, -EBADMSG not JSON, -EPROTONOSUPPORT another version,
 * -EINVAL a field that is needed is missing or of another type.
 */
int setting_read(const char *path, json_t **environment, struct reason *why);

/*
 * Every field in which two environments differ and that is not the state of a
 * moment (load, free memory, measured clock cost, noise, start, command). What
 * the kernel command line says in another order, or of the files of kernel and
 * initramfs, is no difference; nor is what kernels reserve of the memory. A
 * field of SETTING_MACHINE that one side does not know is SETTING_CONTROL. A
 * field that this program does not know is SETTING_CONTROL as well. 0 or
 * -ENOMEM. setting_differences_clear() in any case.
 */
int setting_compare(const json_t *base, const json_t *fresh,
		    struct setting_differences *differences);
void setting_differences_clear(struct setting_differences *differences);

/* A field's text ("cpu.model"); NULL where it is null, absent or no string. */
const char *setting_text(const json_t *environment, const char *field);

/*
 * Whether there is a field that setting_compare() does not know; @field gets
 * the first one. For tests: what env.json gets besides has to be classified.
 */
bool setting_unclassified(const json_t *environment, char *field, size_t size);

#endif
