/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of plots: each makes its sheets from a plot's data. */
#ifndef DIRTYBENCH_KINDS_H
#define DIRTYBENCH_KINDS_H

#include "plot/sheet.h"

/*
 * Each adds sheets, none where the data has nothing for the kind, and returns 0
 * or -ENOMEM. sheets_clear() in any case.
 */
int phases_make(struct sheets *sheets, const struct plot *plot);
int sweep_make(struct sheets *sheets, const struct plot *plot);
int range_make(struct sheets *sheets, const struct plot *plot);
int holes_make(struct sheets *sheets, const struct plot *plot);
int growth_make(struct sheets *sheets, const struct plot *plot);
int chain_make(struct sheets *sheets, const struct plot *plot);
int output_make(struct sheets *sheets, const struct plot *plot);
int vec_make(struct sheets *sheets, const struct plot *plot);
int part_make(struct sheets *sheets, const struct plot *plot);
int aftermath_make(struct sheets *sheets, const struct plot *plot);
int folio_make(struct sheets *sheets, const struct plot *plot);
int functions_make(struct sheets *sheets, const struct plot *plot);
int changes_make(struct sheets *sheets, const struct plot *plot);
int history_make(struct sheets *sheets, const struct plot *plot);
int forest_make(struct sheets *sheets, const struct plot *plot);
int latency_make(struct sheets *sheets, const struct plot *plot);
int timeline_make(struct sheets *sheets, const struct plot *plot);
int convergence_make(struct sheets *sheets, const struct plot *plot);
int scaling_make(struct sheets *sheets, const struct plot *plot);
int idle_make(struct sheets *sheets, const struct plot *plot);
int distribution_make(struct sheets *sheets, const struct plot *plot);

#endif
