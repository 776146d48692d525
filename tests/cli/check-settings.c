// SPDX-License-Identifier: GPL-2.0-or-later
// Whether every field of env.json is classified for comparing two of them.
//
// usage: check-settings ENV-FILE
#include <stdio.h>

#include "results/side/settings.h"

int main(int argc, char **argv)
{
	json_t *environment;
	struct reason why;
	char field[256];
	int ret = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: check-settings ENV-FILE\n");
		return 2;
	}
	if (setting_read(argv[1], &environment, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return 2;
	}
	if (setting_unclassified(environment, field, sizeof(field))) {
		printf("%s has no row in results/side/settings.c\n", field);
		ret = 1;
	}
	json_decref(environment);
	return ret;
}
