// SPDX-License-Identifier: GPL-2.0-or-later
/* What the machine has now of what prepare.h can set up. */
#include "harness/machine/foliomode.h"
#include "harness/machine/hugepool.h"
#include "harness/machine/swaplist.h"
#include "harness/machine/thpmode.h"
#include "harness/machine/zram.h"
#include "harness/prepare.h"

uint64_t machine_hugetlb_free_bytes(void)
{
	return hugepool_free_pages() * hugepool_page_bytes();
}

uint64_t machine_hugetlb_page_bytes(void)
{
	return hugepool_page_bytes();
}

bool machine_thp_works(void)
{
	return thpmode_works();
}

bool machine_folio_exists(uint64_t bytes)
{
	return foliomode_exists(bytes);
}

bool machine_folio_works(uint64_t bytes)
{
	return foliomode_works(bytes);
}

uint64_t machine_swap_free_bytes(enum swap_backend backend)
{
	struct swap_list list;

	return swaplist_read(&list) ? 0
				    : swaplist_first_free_bytes(&list, backend);
}

bool machine_has_zram(void)
{
	return zram_exists();
}

const char *swap_backend_name(enum swap_backend backend)
{
	static const char *const names[SWAP_BACKENDS] = {
		[SWAP_NONE] = "none",
		[SWAP_ZRAM] = "zram",
		[SWAP_FILE] = "file",
	};

	return names[backend];
}
