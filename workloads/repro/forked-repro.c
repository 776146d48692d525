// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory: anonymous base pages shared copy-on-write with a child. */
#include <signal.h>
#include <sys/prctl.h>

#ifdef REPRO_TRACKED_CHILD
#error "tracked=child: a program by hand tracks the process that it is in"
#endif /* REPRO_TRACKED_PARENT */

#include "basepages-repro.c"

#define REPRO_PREPARE prepare_memory()
#define REPRO_TOUCHES
#ifdef REPRO_WRITER_CHILD
static pid_t child;

#endif
static pid_t prepare_memory(void)
{
#ifdef REPRO_WRITER_PARENT
	static pid_t child;

#endif
	if (child && !kill(child, SIGKILL))
		wait(NULL);
	MUST(child = fork());
	if (!child && !prctl(PR_SET_PDEATHSIG, SIGKILL))
#ifdef REPRO_WRITER_CHILD
		for (;; write_pages())
			raise(SIGSTOP);
#else
		_exit(raise(SIGSTOP));
#endif
	return waitpid(child, NULL, WUNTRACED);
}
#ifdef REPRO_WRITER_CHILD

#define REPRO_OTHER_WRITER
static void have_pages_written(void)
{
	kill(child, SIGCONT);
	MUST(waitpid(child, NULL, WUNTRACED));
}
#endif
