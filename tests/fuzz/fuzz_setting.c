// SPDX-License-Identifier: GPL-2.0-or-later
/* Two environments, one behind a zero byte, differ as they differ turned. */
#include <errno.h>
#include <string.h>

#include "results/side/settings.h"
#include "tests/fuzz/fuzz.h"

/* NULL where it is refused. */
static json_t *read_environment(const uint8_t *data, size_t size)
{
	json_t *environment = NULL;
	struct reason why = { "" };
	int err;

	err = setting_read(fuzz_file(data, size), &environment, &why);
	FUZZ_ASSERT(err <= 0 && err != -ENOMEM);
	FUZZ_ASSERT(!err == !!environment);
	if (err)
		fuzz_check_sentence(&why);
	return environment;
}

static void check_same(const json_t *environment)
{
	struct setting_differences differences;

	FUZZ_ASSERT(!setting_compare(environment, environment, &differences));
	FUZZ_ASSERT(!differences.nr);
	setting_differences_clear(&differences);
}

static void check_turned(const json_t *base, const json_t *fresh)
{
	struct setting_differences there, back;

	FUZZ_ASSERT(!setting_compare(base, fresh, &there));
	FUZZ_ASSERT(!setting_compare(fresh, base, &back));
	FUZZ_ASSERT(there.nr == back.nr);
	for (int i = 0; i < there.nr; i++) {
		const struct setting_difference *one = &there.list[i];

		FUZZ_ASSERT(!strcmp(one->field, back.list[i].field));
		FUZZ_ASSERT(one->kind == back.list[i].kind);
		FUZZ_ASSERT(one->kind < NR_SETTING_KINDS);
		FUZZ_ASSERT(strcmp(one->base, one->fresh) != 0);
	}
	setting_differences_clear(&there);
	setting_differences_clear(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = size ? memchr(data, '\0', size) : NULL;
	size_t length = zero ? (size_t)(zero - data) : size;
	json_t *base, *fresh = NULL;

	base = read_environment(data, length);
	if (zero)
		fresh = read_environment(zero + 1, size - length - 1);
	if (base)
		check_same(base);
	if (base && fresh)
		check_turned(base, fresh);
	json_decref(base);
	json_decref(fresh);
	return 0;
}
