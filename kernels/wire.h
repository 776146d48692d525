/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest says on its serial port: lines, and files between them. */
#ifndef DIRTYBENCH_WIRE_H
#define DIRTYBENCH_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "harness/reason.h"

/*
 * A message is a line "@WORD TEXT". The line of WIRE_FILE is "@file NAME
 * BYTES", followed by so many bytes and a newline.
 */
enum wire_word {
	WIRE_HELLO,  /* the first process runs: release and boot_id */
	WIRE_CELL,   /* a cell begins, or its next process: its key */
	WIRE_SAMPLE, /* a line of samples.jsonl */
	WIRE_FILE,
	WIRE_TROUBLE,	/* a sentence: why the guest cannot go on */
	WIRE_END,	/* all is done: the exit code */
	WIRE_AGREEMENT, /* what trackers said together, as JSON */
	NR_WIRE_WORDS,
};

/*
 * The guest's side. Each returns when the other side has it all, so that no
 * byte is under way while something is measured. -errno.
 */
int wire_open(const char *path);
int wire_send(int fd, enum wire_word word, const char *text);
int wire_send_file(int fd, const char *name, const void *bytes, size_t length);

/* The other side: takes in what comes in pieces, and gives out messages. */
struct wire_sink {
	/*
	 * @text is zero-terminated and without a newline. For a file it is
	 * the name, and @bytes its content; else @bytes is NULL. Not 0 ends
	 * the feeding.
	 */
	int (*message)(void *arg, enum wire_word word, const char *text,
		       const char *bytes, size_t length);
	void *arg;
};

struct wire_reader {
	char *buffer;
	size_t used, size;
	uint64_t strays; /* lines that are no message */
};

/*
 * Take in @length bytes. What is not whole yet is kept; @reader starts zeroed.
 * 0, what the sink returned, -ENOMEM, or -EOVERFLOW for a message beyond what
 * a guest ever says.
 */
int wire_feed(struct wire_reader *reader, const char *bytes, size_t length,
	      const struct wire_sink *sink);
void wire_reader_free(struct wire_reader *reader);

#endif
