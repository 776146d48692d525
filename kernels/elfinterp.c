// SPDX-License-Identifier: GPL-2.0-or-later
/* The loader that an ELF program names. */
#include "kernels/elfinterp.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool lies_within(uint64_t offset, uint64_t bytes, size_t length)
{
	return offset <= length && bytes <= length - offset;
}

static bool is_program(const Elf64_Ehdr *header, size_t length)
{
	return length >= sizeof(*header) &&
	       !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       header->e_machine == EM_X86_64 &&
	       header->e_phentsize == sizeof(Elf64_Phdr) &&
	       lies_within(header->e_phoff,
			   (uint64_t)header->e_phnum * sizeof(Elf64_Phdr),
			   length);
}

/* Where the name is; its room, final zero included, goes to *@room. */
static size_t find(const char *image, size_t length, size_t *room)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	memcpy(&header, image,
	       length < sizeof(header) ? length : sizeof(header));
	if (!is_program(&header, length))
		return 0;
	for (int i = 0; i < header.e_phnum; i++) {
		memcpy(&segment, image + header.e_phoff + i * sizeof(segment),
		       sizeof(segment));
		if (segment.p_type != PT_INTERP || !segment.p_filesz ||
		    !lies_within(segment.p_offset, segment.p_filesz, length) ||
		    image[segment.p_offset + segment.p_filesz - 1])
			continue;
		*room = segment.p_filesz;
		return segment.p_offset;
	}
	return 0;
}

const char *elfinterp_get(const char *image, size_t length)
{
	size_t room, at = find(image, length, &room);

	return at ? image + at : NULL;
}

int elfinterp_set(char *image, size_t length, const char *loader,
		  struct reason *why)
{
	size_t room, at = find(image, length, &room);

	if (!at)
		return reason_set(why, -EINVAL,
				  "not an x86-64 program with a loader");
	if (strlen(loader) >= room)
		return reason_set(why, -ENAMETOOLONG,
				  "no room for the loader %s", loader);
	memset(image + at, 0, room);
	snprintf(image + at, room, "%s", loader);
	return 0;
}
