// SPDX-License-Identifier: GPL-2.0-or-later
/* Which part of our program an address in a target belongs to. */
#include "kernels/profile/ownsymbols.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/mark.h"

struct own_symbols {
	Dwfl *dwfl;
	Dwfl_Module *module;
	uint64_t mark;	   /* where the program has MARK_BEGIN, as @module */
	uint64_t distance; /* from there to where it runs */
	bool placed;
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static int open_module(struct own_symbols *symbols, const char *program,
		       struct reason *why)
{
	symbols->dwfl = dwfl_begin(&callbacks);
	if (!symbols->dwfl)
		return reason_set(why, -ENOMEM, "%s: %s", program,
				  dwfl_errmsg(-1));
	symbols->module =
		dwfl_report_offline(symbols->dwfl, program, program, -1);
	dwfl_report_end(symbols->dwfl, NULL, NULL);
	if (!symbols->module)
		return reason_set(why, -EINVAL, "%s: %s", program,
				  dwfl_errmsg(-1));
	return 0;
}

/* Where in the segment the mark's instruction is; its end where it is not. */
static size_t search_mark(const char *bytes, size_t length)
{
	static const uint32_t displacement = MARK_DISPLACEMENT + MARK_BEGIN;
	char insn[8] = MARK_OPCODE;
	const char *found;

	memcpy(insn + 4, &displacement, sizeof(displacement));
	found = memmem(bytes, length, insn, sizeof(insn));
	return found ? (size_t)(found - bytes) : length;
}

static void find_mark(struct own_symbols *symbols)
{
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(symbols->module, &bias);
	size_t size, nr = 0, at;
	char *file = elf ? elf_rawfile(elf, &size) : NULL;

	if (file)
		elf_getphdrnum(elf, &nr);
	for (size_t i = 0; i < nr; i++) {
		GElf_Phdr segment;

		if (!gelf_getphdr(elf, (int)i, &segment) ||
		    segment.p_type != PT_LOAD || !(segment.p_flags & PF_X) ||
		    segment.p_offset + segment.p_filesz > size)
			continue;
		at = search_mark(file + segment.p_offset, segment.p_filesz);
		if (at < segment.p_filesz)
			symbols->mark = segment.p_vaddr + at + bias;
	}
}

int own_symbols_open(struct own_symbols **symbols, const char *program,
		     struct reason *why)
{
	int ret;

	*symbols = calloc(1, sizeof(**symbols));
	if (!*symbols)
		return reason_set(why, -ENOMEM, "no memory for symbols");
	ret = open_module(*symbols, program, why);
	if (!ret)
		find_mark(*symbols);
	return ret;
}

void own_symbols_close(struct own_symbols *symbols)
{
	if (symbols && symbols->dwfl)
		dwfl_end(symbols->dwfl);
	free(symbols);
}

void own_symbols_place(struct own_symbols *symbols, uint64_t address)
{
	symbols->distance = address - symbols->mark;
	symbols->placed = symbols->mark;
}

/* By the file that it was compiled from, whatever is inlined in it. Stores
 * are what workloads have in common. */
static bool is_workload(const char *path)
{
	const char *name = strrchr(path, '/'), *folder = name;

	if (!name)
		return false;
	if (!strcmp(name, "/stores.c"))
		return true;
	while (folder > path && folder[-1] != '/')
		folder--;
	return !strncmp(folder, "workloads/", strlen("workloads/"));
}

const char *own_symbols_find(struct own_symbols *symbols, uint64_t address)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit;
	const char *path;

	if (!symbols->placed || !dwfl_module_getdwarf(symbols->module, &bias))
		return "[user]";
	unit = dwfl_module_addrdie(symbols->module, address - symbols->distance,
				   &bias);
	path = unit ? dwarf_diename(unit) : NULL;
	return path && is_workload(path) ? "[workload]" : "[tracker]";
}
