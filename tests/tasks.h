/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The threads of this process that a test has not begun with. */
#ifndef DIRTYBENCH_TESTS_TASKS_H
#define DIRTYBENCH_TESTS_TASKS_H

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

/* This one, and what a sanitizer has. */
enum { TASKS_MAX = 64 };

struct tasks {
	pid_t tid[TASKS_MAX];
	int nr;
};

static inline int tasks_has(const struct tasks *tasks, pid_t tid)
{
	for (int i = 0; i < tasks->nr; i++)
		if (tasks->tid[i] == tid)
			return 1;
	return 0;
}

/* Those that are not in @known, which may be NULL. */
static inline struct tasks tasks_list(const struct tasks *known)
{
	DIR *folder = opendir("/proc/self/task");
	struct tasks found = { .nr = 0 };
	struct dirent *entry;
	pid_t tid;

	while (folder && found.nr < TASKS_MAX && (entry = readdir(folder))) {
		tid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (tid && (!known || !tasks_has(known, tid)))
			found.tid[found.nr++] = tid;
	}
	if (folder)
		closedir(folder);
	return found;
}

static inline void *tasks_end_at_once(void *arg)
{
	return arg;
}

/* What a test begins with: a sanitizer's own thread comes with the first. */
static inline struct tasks tasks_begin(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, tasks_end_at_once, NULL))
		pthread_join(thread, NULL);
	return tasks_list(NULL);
}

/* Where any of them may run. */
static inline void tasks_cpus(const struct tasks *tasks, cpu_set_t *cpus)
{
	cpu_set_t set;

	CPU_ZERO(cpus);
	for (int i = 0; i < tasks->nr; i++)
		if (!sched_getaffinity(tasks->tid[i], sizeof(set), &set))
			CPU_OR(cpus, cpus, &set);
}

#endif
