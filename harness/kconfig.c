// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration that the running kernel was built with. */
#include "harness/kconfig.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/rooted.h"

/* The largest so far has some 300 KiB; more is not a configuration. */
enum { CONFIG_BYTES_MAX = 1 << 20 };

static int read_config(int fd, char **text)
{
	ssize_t used;
	char *all;

	all = malloc(CONFIG_BYTES_MAX);
	if (!all)
		return -ENOMEM;
	used = read_up_to(fd, all, CONFIG_BYTES_MAX);
	if (used <= 0) {
		free(all);
		return used < 0 ? (int)used : -EINVAL;
	}
	*text = all;
	return 0;
}

/* gzip is on every machine that has a shell, and a library of compression
 * would be mapped into each process that is measured. */
static int start_gzip(int input, int output, pid_t *child)
{
	char name[] = "gzip", option[] = "-dc";
	char *argv[] = { name, option, NULL };
	posix_spawn_file_actions_t actions;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return -err;
	err = posix_spawn_file_actions_adddup2(&actions, input, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, output, 1);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null",
						       O_WRONLY, 0);
	if (!err)
		err = posix_spawnp(child, name, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

static int read_gzip(int input, char **text)
{
	int ends[2], err, ended;
	pid_t child = -1;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = start_gzip(input, ends[1], &child);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err;
	}
	err = read_config(ends[0], text);
	/* Before the wait: what was not read must not hold gzip up. */
	close(ends[0]);
	ended = wait_for(child);
	if (!err && ended) {
		free(*text);
		*text = NULL;
		err = ended;
	}
	return err;
}

static int packed_config(const char *root, char **text)
{
	int fd, err;

	fd = rooted_fd(root, "/proc/config.gz");
	if (fd < 0)
		return fd;
	err = read_gzip(fd, text);
	close(fd);
	return err;
}

static int plain_config(const char *root, const char *path, char **text)
{
	int fd, err;

	fd = rooted_fd(root, path);
	if (fd < 0)
		return fd;
	err = read_config(fd, text);
	close(fd);
	return err;
}

int rooted_kernel_config(const char *root, char **text, char *source,
			 size_t size)
{
	char release[128], path[160]; /* utsname has 64 for a release */
	int ret;

	*text = NULL;
	ret = packed_config(root, text);
	if (!ret) {
		snprintf(source, size, "/proc/config.gz");
		return 0;
	}
	ret = rooted_read(root, "/proc/sys/kernel/osrelease", release,
			  sizeof(release));
	if (ret < 0)
		return ret;
	snprintf(path, sizeof(path), "/boot/config-%s", release);
	ret = plain_config(root, path, text);
	if (!ret)
		snprintf(source, size, "%s", path);
	return ret;
}

static void copy_value(const char *from, char *value, size_t size)
{
	size_t length = strcspn(from, "\n");

	if (length > 1 && from[0] == '"' && from[length - 1] == '"') {
		from++;
		length -= 2;
	}
	snprintf(value, size, "%.*s", (int)length, from);
}

int rooted_config_value(const char *config, const char *option, char *value,
			size_t size)
{
	char set[96], unset[96]; /* the longest option has some 50 characters */
	const char *line = config;

	snprintf(set, sizeof(set), "CONFIG_%s=", option);
	snprintf(unset, sizeof(unset), "# CONFIG_%s is not set\n", option);
	while (line) {
		if (!strncmp(line, set, strlen(set))) {
			copy_value(line + strlen(set), value, size);
			return 0;
		}
		if (!strncmp(line, unset, strlen(unset))) {
			snprintf(value, size, "n");
			return 0;
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return -ENOENT;
}
