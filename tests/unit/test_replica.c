// SPDX-License-Identifier: GPL-2.0-or-later
/* A copy of memory, here of this process's own, and what differs from it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/page.h"
#include "harness/replica.h"

/* More than is compared at a time. */
enum { PAGES = 200 };

struct fixture {
	unsigned char *memory;
	struct mapped_range range;
	struct region region;
	struct region_array all;
	struct replica replica;
};

static unsigned char *page(const struct fixture *f, int nr)
{
	return f->memory + (uint64_t)nr * page_bytes();
}

static void set_up(struct fixture *f)
{
	uint64_t bytes = PAGES * page_bytes();

	f->memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(f->memory, MAP_FAILED);
	memset(f->memory, 1, bytes);
	f->range = (struct mapped_range){
		.start = (uint64_t)(uintptr_t)f->memory,
		.end = (uint64_t)(uintptr_t)f->memory + bytes,
		.kind = PAGE_KIND_BASE,
		.unit_bytes = page_bytes(),
	};
	f->region = (struct region){ f->range.start, f->range.end };
	f->all = (struct region_array){ .v = &f->region, .nr = 1, .max = 1 };
	assert_int_equal(replica_open(&f->replica, getpid(), &f->range, 1), 0);
	replica_populate(&f->replica, &f->all);
}

static void tear_down(struct fixture *f)
{
	replica_close(&f->replica);
	munmap(f->memory, PAGES * page_bytes());
}

/* Skips where a sandbox forbids reading by process_vm_readv. */
static void copy_all(struct fixture *f)
{
	int ret = replica_update(&f->replica, &f->all);

	if (ret == -EPERM || ret == -ENOSYS)
		skip();
	assert_int_equal(ret, 0);
}

static void compare(struct fixture *f, uint64_t pages, int first)
{
	struct replica_verdict verdict;

	assert_int_equal(replica_compare(&f->replica, &f->all, &verdict), 0);
	assert_int_equal(verdict.pages, pages);
	if (pages)
		assert_int_equal(verdict.first,
				 (uint64_t)(uintptr_t)page(f, first));
}

static void what_differs_is_told(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	copy_all(&f);
	compare(&f, 0, 0);
	page(&f, 3)[17] = 2;
	page(&f, PAGES - 1)[page_bytes() - 1] = 2;
	compare(&f, 2, 3);
	copy_all(&f);
	compare(&f, 0, 0);
	tear_down(&f);
}

/* As guard pages are. What lies behind is copied and compared. */
static void what_cannot_be_read_is_passed_over(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	copy_all(&f);
	mprotect(page(&f, 0), page_bytes(), PROT_NONE);
	mprotect(page(&f, 5), 2 * page_bytes(), PROT_NONE);
	page(&f, 3)[0] = 2;
	page(&f, 7)[0] = 2;
	page(&f, PAGES - 1)[0] = 2;
	compare(&f, 3, 3);
	copy_all(&f);
	compare(&f, 0, 0);
	tear_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_is_told),
		cmocka_unit_test(what_cannot_be_read_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
