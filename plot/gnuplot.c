// SPDX-License-Identifier: GPL-2.0-or-later
/* Starts gnuplot on a data file, and makes its characters fit a mail. */
#include "plot/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plot/plot.h"

extern char **environ;

/* Where the scripts are, seen from the program: installed, and in a build. */
static const char from_program[] = DIRTYBENCH_PLOT_FOLDER;

/* Longer names than a script's own have no place in a folder of scripts. */
enum { MAX_NAME = 64 };

static int script_path(char path[PATH_MAX], const char *script,
		       struct reason *why)
{
	char program[PATH_MAX - sizeof(from_program) - MAX_NAME];
	ssize_t length =
		readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (length < 0)
		return reason_errno(why, -errno, "/proc/self/exe");
	program[length] = '\0';
	slash = strrchr(program, '/');
	if (slash)
		*slash = '\0';
	snprintf(path, PATH_MAX, "%s/%s/%.*s", program, from_program,
		 MAX_NAME - 2, script);
	if (!access(path, R_OK))
		return 0;
	return reason_set(why, -ENOENT,
			  "the plot scripts are not there: no %.*s; run the "
			  "program where it was built or installed",
			  200, path);
}

/* Waits for it: its exit status, or a negative errno. */
static int run(char *const argv[], const char *folder, int errors)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;
	int err;

	err = -posix_spawn_file_actions_init(&actions);
	if (err)
		return err;
	err = -posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
						"/dev/null", O_RDONLY, 0);
	if (!err)
		err = -posix_spawn_file_actions_addopen(
			&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = -posix_spawn_file_actions_adddup2(&actions, errors,
							STDERR_FILENO);
	if (!err && folder)
		err = -posix_spawn_file_actions_addchdir_np(&actions, folder);
	if (!err)
		err = -posix_spawnp(&pid, argv[0], &actions, NULL, argv,
				    environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		return err;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* What gnuplot says begins with the place in the script, and the line. */
static void read_complaint(int errors, char line[256])
{
	FILE *file;

	line[0] = '\0';
	if (lseek(errors, 0, SEEK_SET) < 0)
		return;
	file = fdopen(errors, "r");
	if (!file)
		return;
	while (fgets(line, 256, file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "line ") && strchr(line, ':'))
			break;
	}
	fclose(file);
}

static int errors_file(void)
{
	FILE *file = tmpfile();
	int copy = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 3) : -1;

	if (file)
		fclose(file);
	return copy;
}

static int missing(int err, struct reason *why)
{
	return reason_errno(why, err,
			    "gnuplot cannot be started: install gnuplot-nox");
}

int plot_gnuplot(struct reason *why)
{
	char name[] = "gnuplot", option[] = "--version";
	char *const argv[] = { name, option, NULL };
	char path[PATH_MAX];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int ret;

	if (null < 0)
		return reason_errno(why, -errno, "/dev/null");
	ret = run(argv, NULL, null);
	close(null);
	if (ret < 0)
		return missing(ret, why);
	return script_path(path, "common.gp", why);
}

static int complain(int errors, const char *data, struct reason *why)
{
	char line[256];

	read_complaint(errors, line);
	return reason_set(why, -EIO, "gnuplot fails on %s: %s", data,
			  line[0] ? line : "it says nothing");
}

int gnuplot_run(const char *script, const char *folder, const char *data,
		const char *image, struct reason *why)
{
	char name[] = "gnuplot", defaults[] = "-d", call[] = "-c";
	char path[PATH_MAX], from[NAME_MAX + 1], to[NAME_MAX + 1];
	char *const argv[] = { name, defaults, call, path, from, to, NULL };
	char made[PATH_MAX];
	int errors;
	int ret;

	ret = script_path(path, script, why);
	if (ret)
		return ret;
	snprintf(from, sizeof(from), "%s", data);
	snprintf(to, sizeof(to), "%s", image);
	errors = errors_file();
	if (errors < 0)
		return reason_errno(why, -errno, "a temporary file");
	ret = run(argv, folder, errors);
	if (!ret) {
		close(errors);
		return 0;
	}
	snprintf(made, sizeof(made), "%s/%s", folder, image);
	unlink(made);
	if (ret > 0)
		return complain(errors, data, why);
	close(errors);
	return missing(ret, why);
}

/* The length of @line without what is blank at its end; cleans it. */
static size_t clean(char *line)
{
	size_t length = 0;

	for (size_t i = 0; line[i]; i++) {
		if (line[i] == '\f' || line[i] == '\n' || line[i] == '\r')
			line[i] = ' ';
		else if (line[i] < ' ' || line[i] > '~')
			line[i] = '?';
		if (line[i] != ' ')
			length = i + 1;
	}
	line[length] = '\0';
	return length;
}

int gnuplot_copy_text(FILE *out, FILE *in)
{
	bool any = false;
	char *line = NULL;
	size_t size = 0;
	bool empty = false;

	while (getline(&line, &size, in) >= 0) {
		if (!clean(line)) {
			empty = true;
			continue;
		}
		if (any && empty)
			fputc('\n', out);
		empty = false;
		any = true;
		fprintf(out, "%.*s\n", PLOT_TEXT_COLUMNS, line);
	}
	free(line);
	return ferror(in) || ferror(out) ? -EIO : 0;
}
