/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marks in the flow of instructions, which a plugin of an emulator sees. */
#ifndef DIRTYBENCH_MARK_H
#define DIRTYBENCH_MARK_H

#include <stdint.h>
#include <time.h>

/* Where the clock is read, which phase that was, and whose all of it was. */
enum mark {
	MARK_BEGIN, /* the next reading of the clock begins a phase */
	MARK_END,   /* the next reading ends it */
	MARK_ROW,   /* the next sample is of all phases since the last one */
	MARK_OPEN,  /* it was this phase */
	MARK_ARM,
	MARK_CHANGE,
	MARK_WRITE,
	MARK_COLLECT,
	MARK_COLLECT_ARM,
	MARK_DISARM,
	MARK_CLOSE,
	MARK_READ,
	NR_MARKS,
};

/*
 * A mark is an instruction of 8 bytes that does nothing: a NOP with an
 * operand in memory, which is not accessed, at a displacement that nothing
 * else uses. Marks are executed in every run, so that what is profiled is what
 * runs elsewhere; each takes a processor less than a nanosecond.
 */
#define MARK_OPCODE	  "\x0f\x1f\x84"
#define MARK_DISPLACEMENT 0x64627000 /* + mark */

#ifdef __x86_64__
#define MARK_INSN "nopl %c[displacement](%%rax,%%rax,1)"
#define MARK_CASE(mark)                                                    \
	case mark:                                                         \
		__asm__ volatile(                                          \
			MARK_INSN                                          \
			:                                                  \
			: [displacement] "i"(MARK_DISPLACEMENT + (mark))); \
		break

static inline void mark_here(enum mark mark)
{
	switch (mark) {
		MARK_CASE(MARK_ROW);
		MARK_CASE(MARK_OPEN);
		MARK_CASE(MARK_ARM);
		MARK_CASE(MARK_CHANGE);
		MARK_CASE(MARK_WRITE);
		MARK_CASE(MARK_COLLECT);
		MARK_CASE(MARK_COLLECT_ARM);
		MARK_CASE(MARK_DISARM);
		MARK_CASE(MARK_CLOSE);
		MARK_CASE(MARK_READ);
	/* These are where the clock is read. */
	case MARK_BEGIN:
	case MARK_END:
	case NR_MARKS:
		break;
	}
}
#undef MARK_CASE

/*
 * Marks and reads the clock. From the mark on it is the same instructions with
 * each mark, so that there are as many between two marks as between the two
 * readings: the arguments of the call are ready before.
 */
#define MARK_CLOCK(mark, id, now)                                         \
	__asm__ volatile(MARK_INSN                                        \
			 : "+D"(id), "+S"(now)                            \
			 : [displacement] "i"(MARK_DISPLACEMENT + (mark)) \
			 : "memory")
#else
/* Nobody has profiled another architecture. */
static inline void mark_here(enum mark mark __attribute__((unused)))
{
}
#define MARK_CLOCK(mark, id, now) ((void)0)
#endif

/* clock_now_ns() behind MARK_BEGIN or MARK_END, which is a constant. */
#define mark_clock_ns(mark)                                           \
	({                                                            \
		struct timespec now_ = { .tv_sec = 0 }, *at_ = &now_; \
		clockid_t id_ = CLOCK_MONOTONIC;                      \
                                                                      \
		MARK_CLOCK(mark, id_, at_);                           \
		clock_gettime(id_, at_);                              \
		(int64_t) now_.tv_sec * 1000000000 + now_.tv_nsec;    \
	})

#endif
