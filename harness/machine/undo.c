// SPDX-License-Identifier: GPL-2.0-or-later
/* A log, kept in a file, of the steps that put the machine back. */
#include "harness/machine/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/machine/errand.h"
#include "harness/machine/sysfile.h"

/* The layout of the file; another number is another program's file. */
#define UNDO_VERSION 1

/* A dying process gives its memory back within a few of these. */
#define TRY_AGAIN_MS 100

struct undo_log {
	const char *path;
	const struct undo_kind *kinds;
	json_t *steps; /* objects of kind, name, value */
	char boot[64]; /* a boot_id is a UUID of 36 characters */
};

static const struct undo_kind *find_kind(const struct undo_log *log,
					 const char *name)
{
	const struct undo_kind *kind;

	for (kind = log->kinds; kind->name; kind++)
		if (!strcmp(kind->name, name))
			return kind;
	return NULL;
}

static int unpack_step(const struct undo_log *log, json_t *step,
		       const struct undo_kind **kind, const char **name,
		       const char **value)
{
	const char *kind_name;

	if (json_unpack(step, "{s:s, s:s, s:s}", "kind", &kind_name, "name",
			name, "value", value))
		return -EINVAL;
	*kind = find_kind(log, kind_name);
	return *kind ? 0 : -EINVAL;
}

static int check_steps(struct undo_log *log, bool same_boot)
{
	const struct undo_kind *kind;
	const char *name, *value;
	size_t i;
	int err;

	for (i = json_array_size(log->steps); i-- > 0;) {
		err = unpack_step(log, json_array_get(log->steps, i), &kind,
				  &name, &value);
		if (err)
			return err;
		if (!same_boot && !kind->outlives_boot)
			json_array_remove(log->steps, i);
	}
	return 0;
}

static int load_fd(struct undo_log *log, int fd)
{
	json_t *root, *steps;
	const char *boot;
	int version, err = -EINVAL;

	root = json_loadfd(fd, 0, NULL);
	if (!root)
		return -EINVAL;
	if (json_unpack(root, "{s:i, s:s, s:o}", "v", &version, "boot", &boot,
			"steps", &steps))
		goto out;
	if (version != UNDO_VERSION || !json_is_array(steps))
		goto out;
	json_decref(log->steps);
	log->steps = json_incref(steps);
	err = check_steps(log, !strcmp(boot, log->boot));
out:
	json_decref(root);
	return err;
}

static int load(struct undo_log *log, struct reason *why)
{
	int fd, err;

	fd = open(log->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return reason_errno(why, -errno, "cannot read %s", log->path);
	err = load_fd(log, fd);
	close(fd);
	if (err)
		return reason_set(why, err,
				  "%s is damaged: check huge pages and swap by "
				  "hand, then remove it",
				  log->path);
	return 0;
}

int undo_open(struct undo_log **log, const char *path,
	      const struct undo_kind *kinds, struct reason *why)
{
	struct undo_log *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return reason_errno(why, -ENOMEM, "cannot open %s", path);
	made->path = path;
	made->kinds = kinds;
	made->steps = json_array();
	/* Where the boot cannot be told, all steps count as of this one. */
	sysfile_read("/proc/sys/kernel/random/boot_id", made->boot,
		     sizeof(made->boot));
	err = load(made, why);
	if (err) {
		undo_close(made);
		return err;
	}
	*log = made;
	return 0;
}

void undo_close(struct undo_log *log)
{
	if (!log)
		return;
	json_decref(log->steps);
	free(log);
}

size_t undo_count(const struct undo_log *log)
{
	return json_array_size(log->steps);
}

static int write_file(const struct undo_log *log, const char *path)
{
	json_t *root;
	int fd, err = 0;

	root = json_pack("{s:i, s:s, s:O}", "v", UNDO_VERSION, "boot",
			 log->boot, "steps", log->steps);
	if (!root)
		return -ENOMEM;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		err = -errno;
		goto out;
	}
	/* /run may be on a disk; a swap file's step has to outlive a crash. */
	if (json_dumpfd(root, fd, JSON_COMPACT) || fsync(fd))
		err = errno ? -errno : -EIO;
	close(fd);
out:
	json_decref(root);
	return err;
}

static int save_steps(const struct undo_log *log)
{
	char new_path[PATH_MAX];
	int err;

	snprintf(new_path, sizeof(new_path), "%s.new", log->path);
	errno = 0;
	err = write_file(log, new_path);
	if (!err && rename(new_path, log->path))
		err = -errno;
	if (err)
		unlink(new_path);
	return err;
}

static int save(const struct undo_log *log, struct reason *why)
{
	int err = 0;

	if (json_array_size(log->steps))
		err = save_steps(log);
	else if (unlink(log->path) && errno != ENOENT)
		err = -errno;
	if (err)
		return reason_errno(why, err,
				    "cannot note in %s how to put the machine "
				    "back",
				    log->path);
	return 0;
}

int undo_push(struct undo_log *log, const char *kind, const char *name,
	      const char *value, struct reason *why)
{
	json_t *step = json_pack("{s:s, s:s, s:s}", "kind", kind, "name", name,
				 "value", value);
	int err;

	if (!step || json_array_append_new(log->steps, step))
		return reason_set(why, -EINVAL,
				  "cannot note how to put %s back", name);
	err = save(log, why);
	if (err)
		json_array_remove(log->steps, json_array_size(log->steps) - 1);
	return err;
}

static int revert_step(struct undo_log *log, size_t index, struct reason *why)
{
	const struct undo_kind *kind;
	const char *name, *value;
	int err;

	err = unpack_step(log, json_array_get(log->steps, index), &kind, &name,
			  &value);
	if (err)
		return reason_set(why, err, "%s is damaged", log->path);
	err = kind->revert(name, value, why);
	if (!err)
		json_array_remove(log->steps, index);
	return err;
}

int undo_back_to(struct undo_log *log, size_t keep, struct reason *why)
{
	int err, first_err = 0;
	size_t i;

	for (i = json_array_size(log->steps); i-- > keep;) {
		err = revert_step(log, i, first_err ? NULL : why);
		if (err && !first_err)
			first_err = err;
	}
	err = save(log, first_err ? NULL : why);
	return first_err ? first_err : err;
}

int undo_all(struct undo_log *log, unsigned int limit_ms, struct reason *why)
{
	unsigned long long end_ms = errand_now_ms() + limit_ms;
	int err;

	for (;;) {
		err = undo_back_to(log, 0, why);
		if (!err || errand_now_ms() >= end_ms)
			return err;
		errand_sleep(TRY_AGAIN_MS);
	}
}
