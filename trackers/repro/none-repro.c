// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking: none; the cost of the stores alone. */
