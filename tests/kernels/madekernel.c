// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes small files that look like kernels, modules and packages. */
#include "madekernel.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <endian.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernels/cachedir.h"

/* More than any file here, packed. */
enum { ROOM_BYTES = 1 << 20 };

static void *zeroed(size_t bytes)
{
	void *memory = calloc(1, bytes);

	if (!memory)
		err(1, "%zu bytes", bytes);
	return memory;
}

static void put_16(char *to, uint16_t value)
{
	value = htole16(value);
	memcpy(to, &value, sizeof(value));
}

static void put_32(char *to, uint32_t value)
{
	value = htole32(value);
	memcpy(to, &value, sizeof(value));
}

char *made_image(const char *release)
{
	enum { SECTORS = 7, VERSION_AT = 0x600 };
	char *image = zeroed(MADE_IMAGE_BYTES);

	image[0x1f1] = SECTORS;
	put_32(image + 0x1f4, (MADE_IMAGE_BYTES - (SECTORS + 1) * 512) / 16);
	put_16(image + 0x1fe, 0xaa55);
	put_32(image + 0x202, 0x53726448); /* "HdrS" */
	put_16(image + 0x206, 0x020f);
	put_16(image + 0x20e, VERSION_AT - 0x200);
	snprintf(image + VERSION_AT, 200, "%s (builder@host) #1 SMP Debian",
		 release);
	return image;
}

/* Sections of the module: none, their names, .modinfo. */
struct made_elf {
	Elf64_Ehdr header;
	Elf64_Shdr sections[3];
	char names[32];
	char info[128];
};

char *made_module(const char *depends, size_t *bytes)
{
	static const char names[] = "\0.shstrtab\0.modinfo";
	struct made_elf *elf = zeroed(sizeof(*elf));
	int length;

	memcpy(elf->header.e_ident, ELFMAG, SELFMAG);
	elf->header.e_ident[EI_CLASS] = ELFCLASS64;
	elf->header.e_ident[EI_DATA] = ELFDATA2LSB;
	elf->header.e_ident[EI_VERSION] = EV_CURRENT;
	elf->header.e_type = ET_REL;
	elf->header.e_machine = EM_X86_64;
	elf->header.e_version = EV_CURRENT;
	elf->header.e_ehsize = sizeof(Elf64_Ehdr);
	elf->header.e_shentsize = sizeof(Elf64_Shdr);
	elf->header.e_shnum = 3;
	elf->header.e_shstrndx = 1;
	elf->header.e_shoff = offsetof(struct made_elf, sections);
	memcpy(elf->names, names, sizeof(names));
	elf->sections[1].sh_name = 1;
	elf->sections[1].sh_type = SHT_STRTAB;
	elf->sections[1].sh_offset = offsetof(struct made_elf, names);
	elf->sections[1].sh_size = sizeof(names);
	length = snprintf(elf->info, sizeof(elf->info),
			  "license=GPL%cdepends=%s", 0, depends);
	elf->sections[2].sh_name = 11;
	elf->sections[2].sh_type = SHT_PROGBITS;
	elf->sections[2].sh_offset = offsetof(struct made_elf, info);
	elf->sections[2].sh_size = (Elf64_Xword)length + 1;
	*bytes = sizeof(*elf);
	return (char *)elf;
}

static void add_file(struct archive *archive, const struct made_file *file)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, file->path);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)file->bytes);
	if (archive_write_header(archive, entry) != ARCHIVE_OK ||
	    archive_write_data(archive, file->data, file->bytes) !=
		    (la_ssize_t)file->bytes)
		errx(1, "%s: %s", file->path, archive_error_string(archive));
	archive_entry_free(entry);
}

static char *close_memory(struct archive *archive, char *memory)
{
	if (archive_write_close(archive) != ARCHIVE_OK)
		errx(1, "%s", archive_error_string(archive));
	archive_write_free(archive);
	return memory;
}

static void add_filter(struct archive *archive, const char *name)
{
	const char *dot = strrchr(name, '.');

	archive_write_set_bytes_per_block(archive, 0);
	if (dot && !strcmp(dot, ".xz"))
		archive_write_add_filter_xz(archive);
	if (dot && !strcmp(dot, ".zst"))
		archive_write_add_filter_zstd(archive);
}

char *made_compressed(const char *name, const char *data, size_t bytes,
		      size_t *packed_bytes)
{
	struct archive *archive = archive_write_new();
	struct made_file file = { "data", data, bytes };
	char *memory = zeroed(ROOM_BYTES);

	add_filter(archive, name);
	archive_write_set_format_raw(archive);
	archive_write_open_memory(archive, memory, ROOM_BYTES, packed_bytes);
	add_file(archive, &file);
	return close_memory(archive, memory);
}

void made_write(const char *path, const char *data, size_t bytes)
{
	size_t packed_bytes;
	char *packed = made_compressed(path, data, bytes, &packed_bytes);
	FILE *file = fopen(path, "w");

	if (!file || fwrite(packed, 1, packed_bytes, file) != packed_bytes ||
	    fclose(file))
		err(1, "%s", path);
	free(packed);
}

static char *made_tar(const struct made_file *files, size_t nr, size_t *bytes)
{
	struct archive *archive = archive_write_new();
	char *memory = zeroed(ROOM_BYTES);
	struct made_file file;
	char below[512];

	add_filter(archive, ".xz");
	archive_write_set_format_gnutar(archive);
	archive_write_open_memory(archive, memory, ROOM_BYTES, bytes);
	for (size_t i = 0; i < nr; i++) {
		snprintf(below, sizeof(below), "./%s", files[i].path);
		file = files[i];
		file.path = below;
		add_file(archive, &file);
	}
	return close_memory(archive, memory);
}

void made_deb(const char *path, const struct made_file *files, size_t nr)
{
	struct archive *archive = archive_write_new();
	struct made_file members[3] = { { "debian-binary", "2.0\n", 4 },
					{ .path = "control.tar.xz" },
					{ .path = "data.tar.xz" } };
	char *control = made_tar(NULL, 0, &members[1].bytes);
	char *data = made_tar(files, nr, &members[2].bytes);

	members[1].data = control;
	members[2].data = data;
	archive_write_set_format_ar_svr4(archive);
	if (archive_write_open_filename(archive, path) != ARCHIVE_OK)
		errx(1, "%s: %s", path, archive_error_string(archive));
	for (int i = 0; i < 3; i++)
		add_file(archive, &members[i]);
	close_memory(archive, NULL);
	free(control);
	free(data);
}

char *made_folder(void)
{
	char *folder = strdup("/tmp/dirtybench-kernels-XXXXXX");

	if (!folder || !mkdtemp(folder))
		err(1, "a folder for the test");
	return folder;
}

void made_folder_remove(char *folder)
{
	struct reason why;

	if (folder_remove(folder, &why))
		errx(1, "%s", why.text);
	free(folder);
}

const char *made_path(const char *folder, const char *name)
{
	static char paths[8][512];
	static int turn;
	char *path = paths[turn++ % 8];
	struct reason why;
	char *slash;

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (folder_make(path, &why))
		errx(1, "%s", why.text);
	*slash = '/';
	return path;
}
