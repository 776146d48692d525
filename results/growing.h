/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays that grow by one element at a time. */
#ifndef DIRTYBENCH_GROWING_H
#define DIRTYBENCH_GROWING_H

#include <stddef.h>
#include <stdlib.h>

/*
 * @array of @nr elements of @size bytes with room for one more, grown with
 * this call from the first element on: it doubles when @nr is a power of two,
 * so that nobody has to keep the room. NULL without memory; @array is as before
 * then.
 */
static inline void *growing_room(void *array, int nr, size_t size)
{
	if (nr & (nr - 1))
		return array;
	return reallocarray(array, nr ? 2 * (size_t)nr : 1, size);
}

#endif
