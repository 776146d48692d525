// SPDX-License-Identifier: GPL-2.0-or-later
/* The shared libraries that a program needs, as the dynamic loader finds them.
 */
#include "kernels/loaded.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *loaded_path(char *line, int *missing)
{
	char *arrow = strstr(line, " => ");
	char *path = arrow ? arrow + 4 : line + strspn(line, " \t");
	char *address = strstr(path, " (0x");

	*missing = arrow && !strncmp(path, "not found", 9);
	if (address)
		*address = '\0';
	path[strcspn(path, "\n")] = '\0';
	return path[0] == '/' ? path : NULL;
}

/* ld.so(8): with this in its environment, a program is listed and not run. */
static int start_listing(const char *program, int output, pid_t *child)
{
	char trace[] = "LD_TRACE_LOADED_OBJECTS=1", locale[] = "LC_ALL=C";
	char *environment[] = { trace, locale, NULL };
	char *argv[] = { (char *)program, NULL };
	posix_spawn_file_actions_t actions;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return -err;
	err = posix_spawn_file_actions_adddup2(&actions, output, 1);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null",
						       O_WRONLY, 0);
	if (!err)
		err = posix_spawn(child, program, &actions, NULL, argv,
				  environment);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static int read_list(FILE *list,
		     int (*each)(void *arg, const char *path,
				 struct reason *why),
		     void *arg, struct reason *why)
{
	char line[4200]; /* a path and some */
	const char *path;
	int missing = 0, ret = 0;

	while (!ret && fgets(line, sizeof(line), list)) {
		path = loaded_path(line, &missing);
		if (missing)
			ret = reason_set(why, -ENOENT,
					 "a shared library of the program is "
					 "missing: %.100s",
					 line + strspn(line, "\t"));
		else if (path)
			ret = each(arg, path, why);
	}
	return ret;
}

int loaded_each(const char *program,
		int (*each)(void *arg, const char *path, struct reason *why),
		void *arg, struct reason *why)
{
	int ends[2], ret;
	FILE *list;
	pid_t child = -1;

	if (pipe2(ends, O_CLOEXEC))
		return reason_errno(why, -errno, "pipe");
	ret = start_listing(program, ends[1], &child);
	close(ends[1]);
	if (ret) {
		close(ends[0]);
		return reason_errno(why, ret, "cannot run %s", program);
	}
	list = fdopen(ends[0], "r");
	if (list) {
		ret = read_list(list, each, arg, why);
		fclose(list);
	} else {
		ret = reason_errno(why, -errno, "cannot list libraries");
		close(ends[0]);
	}
	waitpid(child, NULL, 0);
	return ret;
}
