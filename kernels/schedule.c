// SPDX-License-Identifier: GPL-2.0-or-later
/* The order in which several kernels are booted several times. */
#include "kernels/schedule.h"

#include <stddef.h>

/* splitmix64 (Steele, Lea, Flood 2014): its sequence is the same everywhere,
 * and so is the order that a seed stands for. */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void draw(int *round, int kernels, uint64_t *state)
{
	int other, kept;

	for (int i = 0; i < kernels; i++)
		round[i] = i;
	for (int i = kernels - 1; i > 0; i--) {
		other = (int)(next(state) % (uint64_t)(i + 1));
		kept = round[i];
		round[i] = round[other];
		round[other] = kept;
	}
}

void schedule_make(int kernels, int boots, uint64_t seed, int *order)
{
	const int *before;
	int *round;

	for (int boot = 0; boot < boots; boot++) {
		round = order + (ptrdiff_t)boot * kernels;
		before = round - kernels;
		if (boot % 2 == 0)
			draw(round, kernels, &seed);
		for (int i = 0; boot % 2 && i < kernels; i++)
			round[i] = before[kernels - 1 - i];
	}
}
