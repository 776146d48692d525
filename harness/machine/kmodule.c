// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads a kernel module and what it depends on, and unloads both. */
#include "harness/machine/kmodule.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/machine/errand.h"
#include "harness/machine/sysfile.h"

/* A distribution kernel has up to 300 modules of 100 characters a line. */
#define MODULES_BYTES (256 << 10)

/* MODULE_NAME_LEN of the kernel is 64 less a pointer. */
#define NAME_BYTES 64

/* Reading a module from a disk that is asleep takes some of this. */
#define MODPROBE_LIMIT_MS 20000

static const char *modprobe_path(char *path, size_t path_bytes)
{
	/* Where the kernel looks itself; empty or absent without modules. */
	if (sysfile_read("/proc/sys/kernel/modprobe", path, path_bytes))
		return NULL;
	return access(path, X_OK) ? NULL : path;
}

static int modprobe(const char *option, const char *name)
{
	char path[256]; /* KMOD_PATH_LEN of the kernel */
	char *argv[] = { path, "-q", (char *)option, (char *)name, NULL };

	if (!modprobe_path(path, sizeof(path)))
		return -ENOENT;
	return errand_exec(argv, MODPROBE_LIMIT_MS);
}

bool kmodule_exists(const char *name)
{
	return !modprobe("-n", name);
}

static bool has_module(const char *modules, const char *name)
{
	size_t length = strlen(name);

	while (modules && *modules) {
		if (!strncmp(modules, name, length) && modules[length] == ' ')
			return true;
		modules = strchr(modules, '\n');
		if (modules)
			modules++;
	}
	return false;
}

/* Copy the name that a line of /proc/modules starts with. */
static void line_name(char *name, const char *line)
{
	size_t length = strcspn(line, " \n");

	if (length >= NAME_BYTES)
		length = NAME_BYTES - 1;
	memcpy(name, line, length);
	name[length] = '\0';
}

int kmodule_each_new(const char *before, const char *after,
		     int (*each)(const char *name, void *argument),
		     void *argument)
{
	const char *line = after + strlen(after);
	char name[NAME_BYTES];
	int err;

	/* The kernel lists the youngest first. */
	while (line > after) {
		line--;
		while (line > after && line[-1] != '\n')
			line--;
		line_name(name, line);
		if (!*name || has_module(before, name))
			continue;
		err = each(name, argument);
		if (err)
			return err;
	}
	return 0;
}

struct note {
	struct undo_log *log;
	struct reason *why;
};

static int note_module(const char *name, void *argument)
{
	struct note *note = argument;

	return undo_push(note->log, KMODULE_UNDO_KIND, name, "", note->why);
}

int kmodule_load(struct undo_log *log, const char *name, struct reason *why)
{
	struct note note = { .log = log, .why = why };
	char *before = malloc(MODULES_BYTES);
	char *after = malloc(MODULES_BYTES);
	int err = -ENOMEM;

	if (!before || !after)
		goto fail;
	err = sysfile_read("/proc/modules", before, MODULES_BYTES);
	if (!err)
		err = modprobe("--", name);
	if (!err)
		err = sysfile_read("/proc/modules", after, MODULES_BYTES);
	if (err)
		goto fail;
	err = kmodule_each_new(before, after, note_module, &note);
	goto out;
fail:
	reason_errno(why, err, "cannot load the kernel module %s", name);
out:
	free(after);
	free(before);
	return err;
}

int kmodule_revert(const char *name, const char *value, struct reason *why)
{
	(void)value;
	if (!syscall(SYS_delete_module, name, O_NONBLOCK) || errno == ENOENT)
		return 0;
	return reason_errno(why, -errno, "cannot unload the kernel module %s",
			    name);
}
