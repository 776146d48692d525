// SPDX-License-Identifier: GPL-2.0-or-later
/* A package archive seen through apt, with lists and settings of its own. */
#include "kernels/aptroot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kernels/cachedir.h"
#include "kernels/mirror.h"
#include "kernels/program.h"

static const char keyring[] = "/usr/share/keyrings/debian-archive-keyring.gpg";

/* Every suite that had a kernel from 5.10 on, newer ones' backports included;
 * what an archive does not have is left out with a word. */
static const struct suite {
	const char *name;
	bool security;
} suites[] = {
	{ "bullseye", false },
	{ "bullseye-updates", false },
	{ "bullseye-security", true },
	{ "bookworm", false },
	{ "bookworm-updates", false },
	{ "bookworm-security", true },
	{ "bookworm-backports", false },
	{ "trixie", false },
	{ "trixie-updates", false },
	{ "trixie-security", true },
	{ "trixie-backports", false },
	{ "forky", false },
	{ "sid", false },
	{ "experimental", false },
};

static int write_sources(FILE *file, const struct apt_root *apt,
			 const struct mirror *mirror)
{
	(void)apt;
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		fprintf(file, "deb [arch=amd64 signed-by=%s] %s %s main\n",
			keyring,
			suites[i].security ? mirror->security : mirror->archive,
			suites[i].name);
	return ferror(file) ? -EIO : 0;
}

/*
 * The folders replace the system's, so that nothing of it is read or changed;
 * its hooks do not run either. Credentials for a mirror stay where they are.
 * A user other than root cannot change to apt's, and root's cache is closed
 * to it.
 */
static int write_config(FILE *file, const struct apt_root *apt,
			const struct mirror *mirror)
{
	fprintf(file,
		"%sDir::Etc \"%s/etc/\";\n"
		"Dir::Etc::netrc \"/etc/apt/auth.conf\";\n"
		"Dir::Etc::netrcparts \"/etc/apt/auth.conf.d\";\n"
		"Dir::State \"%s/state/\";\n"
		"Dir::State::status \"%s/state/status\";\n"
		"Dir::Cache \"%s/cache/\";\n"
		"Dir::Cache::srcpkgcache \"\";\n"
		"APT::Architecture \"amd64\";\n"
		"APT::Architectures { \"amd64\"; };\n"
		"APT::Sandbox::User \"\";\n"
		"Acquire::Languages { \"none\"; };\n"
		"Acquire::GzipIndexes \"true\";\n"
		"Acquire::PDiffs \"false\";\n",
		mirror->settings, apt->folder, apt->folder, apt->folder,
		apt->folder);
	return ferror(file) ? -EIO : 0;
}

static int write_nothing(FILE *file, const struct apt_root *apt,
			 const struct mirror *mirror)
{
	(void)file;
	(void)apt;
	(void)mirror;
	return 0;
}

static int write_file(const struct apt_root *apt, const char *name,
		      const struct mirror *mirror,
		      int (*write)(FILE *, const struct apt_root *,
				   const struct mirror *),
		      struct reason *why)
{
	char *path;
	FILE *file;
	int err;

	if (asprintf(&path, "%s/%s", apt->folder, name) < 0)
		return reason_errno(why, -ENOMEM, "%s", name);
	file = fopen(path, "we");
	err = file ? write(file, apt, mirror) : -errno;
	if (file && fclose(file) && (!err || err == -EIO))
		err = -errno;
	if (err)
		reason_errno(why, err, "%s", path);
	free(path);
	return err;
}

static int make_folders(const struct apt_root *apt, struct reason *why)
{
	static const char *const names[] = {
		"etc/apt.conf.d",      "etc/preferences.d",
		"etc/sources.list.d",  "etc/trusted.gpg.d",
		"state/lists/partial", "cache/archives/partial"
	};
	char *path;
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(names) / sizeof(names[0]); i++) {
		if (asprintf(&path, "%s/%s", apt->folder, names[i]) < 0)
			return reason_errno(why, -ENOMEM, "%s", names[i]);
		err = folder_make(path, why);
		free(path);
	}
	return err;
}

static int take_lock(struct apt_root *apt, struct reason *why)
{
	apt->lock = open(apt->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (apt->lock < 0)
		return reason_errno(why, -errno, "%s", apt->folder);
	if (!flock(apt->lock, LOCK_EX | LOCK_NB))
		return 0;
	return reason_set(why, -EBUSY,
			  "kernels are being fetched into %s already: wait "
			  "for that to end",
			  apt->folder);
}

static int set_up(struct apt_root *apt, struct reason *why)
{
	struct mirror mirror;
	int err;

	if (access(keyring, R_OK))
		return reason_set(why, -ENOENT,
				  "no %s: install debian-archive-keyring",
				  keyring);
	err = mirror_find(&mirror, why);
	if (err)
		return err;
	err = make_folders(apt, why);
	if (!err)
		err = write_file(apt, "apt.conf", &mirror, write_config, why);
	if (!err)
		err = write_file(apt, "etc/sources.list", &mirror,
				 write_sources, why);
	/* A system without packages. */
	if (!err)
		err = write_file(apt, "state/status", &mirror, write_nothing,
				 why);
	mirror_free(&mirror);
	return err;
}

/*
 * Found by trying: 105 MB of lists, 120 MB of what apt makes of them, and
 * 60 MB more while it does; then 200 MB while a kernel is unpacked. apt is not
 * left to meet the end of the disk, because it may then wait for ever.
 */
#define NEEDED_BYTES ((uint64_t)500 << 20)

static int check_room(const struct apt_root *apt, struct reason *why)
{
	struct statvfs disk;
	uint64_t free_bytes;

	if (statvfs(apt->folder, &disk))
		return reason_errno(why, -errno, "%s", apt->folder);
	free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
	if (free_bytes + folder_bytes(apt->folder) >= NEEDED_BYTES)
		return 0;
	return reason_set(why, -ENOSPC,
			  "too little room for lists of packages: %s needs "
			  "%llu MB, and its disk has %llu MB left",
			  apt->folder,
			  (unsigned long long)(NEEDED_BYTES / 1000000),
			  (unsigned long long)(free_bytes / 1000000));
}

int apt_root_open(struct apt_root *apt, const char *path, struct reason *why)
{
	int err;

	*apt = (struct apt_root){ .lock = -1 };
	err = folder_make(path, why);
	if (err)
		return err;
	apt->folder = strdup(path);
	if (asprintf(&apt->config_env, "APT_CONFIG=%s/apt.conf", path) < 0)
		apt->config_env = NULL;
	if (!apt->folder || !apt->config_env) {
		reason_errno(why, -ENOMEM, "%s", path);
		apt_root_close(apt);
		return -ENOMEM;
	}
	err = take_lock(apt, why);
	if (!err)
		err = check_room(apt, why);
	if (!err)
		err = set_up(apt, why);
	if (err)
		apt_root_close(apt);
	return err;
}

static int run(const struct apt_root *apt, const char *const *argv,
	       const char *folder, char **out, struct reason *why)
{
	const char *const env[] = { apt->config_env, NULL };
	const struct program program = { .argv = argv,
					 .folder = folder,
					 .env = env };

	return program_run(&program, out, why);
}

int apt_root_update(const struct apt_root *apt, struct reason *why)
{
	static const char *const argv[] = { "apt-get", "-q", "--error-on=any",
					    "update", NULL };
	char *out;
	int err = run(apt, argv, NULL, &out, why);

	free(out);
	return err;
}

/* A line has the suite and then the path. */
static int read_lists(struct package_index *index, char *lines,
		      struct reason *why)
{
	char *rest = lines, *line, *path;
	int err = 0;

	while (!err && (line = strsep(&rest, "\n"))) {
		path = strchr(line, ' ');
		if (!path)
			continue;
		*path++ = '\0';
		err = package_index_add(index, path, line, why);
	}
	return err;
}

int apt_root_index(const struct apt_root *apt, struct package_index *index,
		   struct reason *why)
{
	static const char *const argv[] = { "apt-get",
					    "indextargets",
					    "--format",
					    "$(RELEASE) $(FILENAME)",
					    "Created-By: Packages",
					    NULL };
	char *lines;
	int err;

	*index = (struct package_index){ .v = NULL };
	err = run(apt, argv, NULL, &lines, why);
	if (err)
		return err;
	err = read_lists(index, lines, why);
	free(lines);
	if (err)
		package_index_free(index);
	return err;
}

int apt_root_download(const struct apt_root *apt,
		      const struct kernel_parts *parts, const char *folder,
		      struct reason *why)
{
	char *wanted[KERNEL_MAX_PARTS] = { NULL };
	const char *argv[KERNEL_MAX_PARTS + 4] = { "apt-get", "-qq",
						   "download" };
	char *out = NULL;
	int err = 0;

	for (size_t i = 0; !err && i < parts->nr; i++) {
		if (asprintf(&wanted[i], "%s=%s", parts->v[i]->name,
			     parts->v[i]->version) < 0)
			err = reason_errno(why, -ENOMEM, "%s", folder);
		argv[3 + i] = wanted[i];
	}
	if (!err)
		err = run(apt, argv, folder, &out, why);
	for (size_t i = 0; i < parts->nr; i++)
		free(wanted[i]);
	free(out);
	return err;
}

void apt_root_close(struct apt_root *apt)
{
	if (apt->lock >= 0)
		close(apt->lock);
	free(apt->folder);
	free(apt->config_env);
	*apt = (struct apt_root){ .lock = -1 };
}
