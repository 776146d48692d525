// SPDX-License-Identifier: GPL-2.0-or-later
/* A small program for sanitizers, whose shadows are the reference. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* In AddressSanitizer's shadow it is 2048 zero pages. */
#define MAPPING_BYTES (64UL << 20)

enum { BLOCKS = 100000, THREADS = 4, FRAME_BYTES = 8000 };

static void *wait_in_a_frame(void *unused)
{
	volatile char frame[FRAME_BYTES];

	memset((char *)frame, 1, sizeof(frame));
	for (;;)
		pause();
	return unused;
}

static void start_threads(void)
{
	pthread_t thread;

	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, wait_in_a_frame, NULL);
}

/* Sizes from 16 bytes to 4 KiB, small ones as often as large ones. */
static void use_the_heap(char **blocks)
{
	for (int i = 0; i < BLOCKS; i++) {
		size_t bytes = 16UL << rand() % 8;

		blocks[i] = malloc(bytes + (size_t)rand() % bytes);
		if (!blocks[i])
			abort();
		blocks[i][0] = 1;
	}
	for (int i = 0; i < BLOCKS; i += 2)
		free(blocks[i]);
}

static int read_a_mapping(void)
{
	const char *mapping = mmap(NULL, MAPPING_BYTES, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int sum = 0;

	if (mapping == MAP_FAILED)
		abort();
	for (size_t i = 0; i < MAPPING_BYTES; i += 512)
		sum += mapping[i];
	return sum;
}

int main(void)
{
	static char *blocks[BLOCKS];

	start_threads();
	use_the_heap(blocks);
	/* Whoever started this looks at its memory now, and then ends it. */
	printf("ready %d\n", read_a_mapping());
	fflush(stdout);
	for (;;)
		pause();
}
