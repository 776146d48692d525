// SPDX-License-Identifier: GPL-2.0-or-later
/* What debugging information of a kernel tells of an instruction. */
#include "kernels/profile/vmlinux.h"

#include <dwarf.h>
#include <elf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct vmlinux {
	const char *path;
	Dwfl *dwfl;
	Dwfl_Module *module;
	void *lines; /* of tsearch(): texts */
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static int open_module(struct vmlinux *vmlinux, struct reason *why)
{
	Dwarf_Addr bias;

	/* The library says of a file that is not there that nothing is wrong.
	 */
	if (access(vmlinux->path, R_OK))
		return reason_errno(why, -errno, "cannot read %s",
				    vmlinux->path);
	vmlinux->dwfl = dwfl_begin(&callbacks);
	if (!vmlinux->dwfl)
		return reason_set(why, -ENOMEM, "%s: %s", vmlinux->path,
				  dwfl_errmsg(-1));
	vmlinux->module = dwfl_report_offline(vmlinux->dwfl, "vmlinux",
					      vmlinux->path, -1);
	dwfl_report_end(vmlinux->dwfl, NULL, NULL);
	if (!vmlinux->module)
		return reason_set(why, -EINVAL, "%s: %s", vmlinux->path,
				  dwfl_errmsg(-1));
	if (dwfl_module_getdwarf(vmlinux->module, &bias))
		return 0;
	return reason_set(why, -ENODATA,
			  "%s has no debugging information: it is stripped, or "
			  "was built without CONFIG_DEBUG_INFO",
			  vmlinux->path);
}

int vmlinux_open(struct vmlinux **vmlinux, const char *path, struct reason *why)
{
	*vmlinux = calloc(1, sizeof(**vmlinux));
	if (!*vmlinux)
		return reason_set(why, -ENOMEM, "no memory for symbols");
	(*vmlinux)->path = path;
	return open_module(*vmlinux, why);
}

void vmlinux_close(struct vmlinux *vmlinux)
{
	if (!vmlinux)
		return;
	if (vmlinux->dwfl)
		dwfl_end(vmlinux->dwfl);
	tdestroy(vmlinux->lines, free);
	free(vmlinux);
}

/* Notes are padded to words. */
static size_t padded(size_t bytes)
{
	return (bytes + 3) & ~(size_t)3;
}

/* The build ID among @notes; its length, 0 where there is none. */
static size_t find_build_id(const char *notes, size_t length, const char **id)
{
	Elf64_Nhdr head;
	size_t name, end;

	for (size_t at = 0; length - at >= sizeof(head); at = end) {
		memcpy(&head, notes + at, sizeof(head));
		name = at + sizeof(head);
		if (head.n_namesz > length || head.n_descsz > length)
			return 0;
		*id = notes + name + padded(head.n_namesz);
		end = name + padded(head.n_namesz) + padded(head.n_descsz);
		if (end > length)
			return 0;
		if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
		    !memcmp(notes + name, "GNU", 4))
			return head.n_descsz;
	}
	return 0;
}

int vmlinux_check(const struct vmlinux *vmlinux, const void *notes,
		  size_t length, struct reason *why)
{
	const unsigned char *own;
	const char *id = NULL;
	GElf_Addr address;
	int own_bytes = dwfl_module_build_id(vmlinux->module, &own, &address);
	size_t bytes = find_build_id(notes, length, &id);

	if (own_bytes <= 0 || !bytes)
		return reason_set(why, -EINVAL,
				  "whether %s is of the kernel that was booted "
				  "cannot be told: %s has no build ID",
				  vmlinux->path, bytes ? "it" : "that kernel");
	if ((size_t)own_bytes == bytes && !memcmp(own, id, bytes))
		return 0;
	return reason_set(why, -EINVAL,
			  "%s is of another build than the kernel that was "
			  "booted",
			  vmlinux->path);
}

/* --- one instruction --- */

static const char *find_inlined(Dwarf_Die *unit, Dwarf_Addr address)
{
	const char *name = NULL;
	Dwarf_Die *scopes;
	int nr = dwarf_getscopes(unit, address, &scopes);

	/* From the inside to the function that has it all. */
	for (int i = 0; i < nr; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag == DW_TAG_inlined_subroutine)
			name = dwarf_diename(&scopes[i]);
		if (tag == DW_TAG_inlined_subroutine ||
		    tag == DW_TAG_subprogram)
			break;
	}
	if (nr > 0)
		free(scopes);
	return name;
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* One copy of each text. */
static const char *keep_line(struct vmlinux *vmlinux, const char *text)
{
	char **found = tfind(text, &vmlinux->lines, compare_texts);
	char *copy;

	if (found)
		return *found;
	copy = strdup(text);
	if (copy && tsearch(copy, &vmlinux->lines, compare_texts))
		return copy;
	free(copy);
	return NULL;
}

/* @path as seen from where the kernel was built. */
static const char *shorten(Dwarf_Die *unit, const char *path)
{
	Dwarf_Attribute attribute;
	const char *folder =
		dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
	size_t length = folder ? strlen(folder) : 0;

	if (length && !strncmp(path, folder, length) && path[length] == '/')
		path += length + 1;
	return strncmp(path, "./", 2) ? path : path + 2;
}

static const char *find_line(struct vmlinux *vmlinux, Dwarf_Die *unit,
			     Dwarf_Addr address)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	const char *path = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	char text[512];
	int number;

	if (!path || dwarf_lineno(line, &number))
		return NULL;
	snprintf(text, sizeof(text), "%s:%d", shorten(unit, path), number);
	return keep_line(vmlinux, text);
}

void vmlinux_find(struct vmlinux *vmlinux, uint64_t address,
		  struct code_place *place)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(vmlinux->module, address, &bias);

	if (!unit)
		return;
	place->inlined = find_inlined(unit, address - bias);
	place->line = find_line(vmlinux, unit, address - bias);
}
