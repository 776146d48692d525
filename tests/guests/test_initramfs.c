// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's first file system: what is in it, and that it is always the same.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernels/guestfiles.h"
#include "kernels/loaded.h"
#include "kernels/packing.h"

static struct reason why;

static char *contents(int fd, size_t *length)
{
	struct stat info;
	char *bytes;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &info), 0);
	*length = (size_t)info.st_size;
	bytes = malloc(*length);
	assert_non_null(bytes);
	assert_int_equal(pread(fd, bytes, *length, 0), *length);
	close(fd);
	return bytes;
}

/* "PATH MODE MAJOR:MINOR SIZE" a line. */
static void list(const char *bytes, size_t length, char *text, size_t size)
{
	struct archive *in = archive_read_new();
	struct archive_entry *entry;
	size_t used = 0;

	archive_read_support_format_cpio(in);
	assert_int_equal(archive_read_open_memory(in, bytes, length),
			 ARCHIVE_OK);
	while (archive_read_next_header(in, &entry) == ARCHIVE_OK)
		used += (size_t)snprintf(
			text + used, used < size ? size - used : 0,
			"%s %o %d:%d %d\n", archive_entry_pathname(entry),
			archive_entry_mode(entry),
			(int)archive_entry_rdevmajor(entry),
			(int)archive_entry_rdevminor(entry),
			(int)archive_entry_size(entry));
	archive_read_free(in);
}

static int make_small(void)
{
	struct packing *archive;

	assert_int_equal(packing_create(&archive, PACKING_INITRAMFS, &why), 0);
	assert_int_equal(packing_folder(archive, "/var/tmp", &why), 0);
	assert_int_equal(packing_folder(archive, "/var", &why), 0);
	assert_int_equal(
		packing_device(archive, "/dev/ttyS1", S_IFCHR, 4, 65, &why), 0);
	assert_int_equal(
		packing_bytes(archive, "/a/b/c", 0755, "12345", 5, &why), 0);
	return packing_finish(archive, &why);
}

static void test_listing(void **state)
{
	char text[1024] = "";
	size_t length;
	char *bytes = contents(make_small(), &length);

	(void)state;
	list(bytes, length, text, sizeof(text));
	assert_string_equal(text, "var 40755 0:0 0\n"
				  "var/tmp 40755 0:0 0\n"
				  "dev 40755 0:0 0\n"
				  "dev/ttyS1 20600 4:65 0\n"
				  "a 40755 0:0 0\n"
				  "a/b 40755 0:0 0\n"
				  "a/b/c 100755 0:0 5\n");
	free(bytes);
}

static void test_missing_file_is_named(void **state)
{
	struct packing *archive;

	(void)state;
	assert_int_equal(packing_create(&archive, PACKING_INITRAMFS, &why), 0);
	assert_int_equal(packing_copy(archive, "/x", "/nowhere/x", 0644, &why),
			 -ENOENT);
	assert_non_null(strstr(why.text, "/nowhere/x"));
	packing_discard(archive);
}

static int make_guest(void)
{
	char *cells[] = { (char *)"dense/none/dirty:25%" };
	struct order order = { .run = (char *)"run",
			       .label = (char *)"kernel",
			       .start = (char *)"2026-01-01T00:00:00Z",
			       .processes = 1,
			       .epochs = 2,
			       .time_limit_s = 60,
			       .cells = cells,
			       .nr_cells = 1 };
	struct kernel_image image = { .release = (char *)"6.0" };
	struct module_list none = { .nr = 0 };

	return guest_files("/proc/self/exe", &image, &none, &order, &why);
}

static void test_guest_has_what_it_needs(void **state)
{
	static const char *const paths[] = {
		"init 100755",		 "order.json 100644",
		"dev/console 20600 5:1", "dev/ttyS1 20600 4:65",
		"libc.so.6 100755",	 "ld-linux",
		"var/tmp 40755",	 "proc 40755"
	};
	static char text[1 << 16];
	size_t length;
	char *bytes = contents(make_guest(), &length);

	(void)state;
	list(bytes, length, text, sizeof(text));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!strstr(text, paths[i]))
			fail_msg("no %s in:\n%s", paths[i], text);
	free(bytes);
}

static void test_same_byte_for_byte(void **state)
{
	size_t first_length, again_length;
	char *first = contents(make_guest(), &first_length), *again;

	(void)state;
	/* Time is the usual reason for a difference. */
	sleep(1);
	again = contents(make_guest(), &again_length);
	assert_int_equal(first_length, again_length);
	assert_memory_equal(first, again, first_length);
	free(first);
	free(again);
}

static void test_loader_lines(void **state)
{
	char library[] = "\tlibm.so.6 => /lib/libm.so.6 (0x00007f)\n";
	char loader[] = "\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n";
	char vdso[] = "\tlinux-vdso.so.1 (0x00007ffd)\n";
	char missing[] = "\tlibgone.so.1 => not found\n";
	int gone;

	(void)state;
	assert_string_equal(loaded_path(library, &gone), "/lib/libm.so.6");
	assert_int_equal(gone, 0);
	assert_string_equal(loaded_path(loader, &gone),
			    "/lib64/ld-linux-x86-64.so.2");
	assert_null(loaded_path(vdso, &gone));
	assert_int_equal(gone, 0);
	assert_null(loaded_path(missing, &gone));
	assert_int_equal(gone, 1);
}

static void test_order_comes_back(void **state)
{
	char *cells[] = { (char *)"a/b/c:1", (char *)"d/e" };
	char *modules[] = { (char *)"zram" };
	struct order order = { .engine = ENGINE_TCG,
			       .run = (char *)"run",
			       .label = (char *)"6.12 \"mine\"",
			       .start = (char *)"2026-01-01T00:00:00Z",
			       .processes = 3,
			       .epochs = 2,
			       .time_limit_s = 7.5,
			       .cells = cells,
			       .nr_cells = 2,
			       .agree = true,
			       .modules = modules,
			       .nr_modules = 1 };
	char *text = order_encode(&order);
	struct order back;

	(void)state;
	assert_non_null(text);
	assert_int_equal(order_decode(&back, text, strlen(text), &why), 0);
	assert_int_equal(back.engine, ENGINE_TCG);
	assert_string_equal(back.label, order.label);
	assert_int_equal(back.nr_cells, 2);
	assert_string_equal(back.cells[1], "d/e");
	assert_string_equal(back.modules[0], "zram");
	assert_true(back.time_limit_s == 7.5);
	assert_true(back.agree);
	assert_false(back.unclaimed);
	order_free(&back);
	assert_int_equal(order_decode(&back, text, strlen(text) / 2, &why),
			 -EINVAL);
	order_free(&back);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listing),
		cmocka_unit_test(test_missing_file_is_named),
		cmocka_unit_test(test_guest_has_what_it_needs),
		cmocka_unit_test(test_same_byte_for_byte),
		cmocka_unit_test(test_loader_lines),
		cmocka_unit_test(test_order_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
