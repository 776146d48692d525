/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An agreement as a JSON value. */
#ifndef DIRTYBENCH_AGREEMENT_JSON_H
#define DIRTYBENCH_AGREEMENT_JSON_H

#include <jansson.h>

#include "results/agreement/agreement.h"

/* NULL: no memory. */
json_t *agreement_json(const struct agreement *agreement);

#endif
