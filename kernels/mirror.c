// SPDX-License-Identifier: GPL-2.0-or-later
/* How the system's apt reaches Debian's archive. */
#include "kernels/mirror.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/program.h"

/* What the system downloads and in which form is not how it reaches it. */
static const char *const not_taken[] = {
	"Acquire::IndexTargets", "Acquire::Languages",
	"Acquire::GzipIndexes",	 "Acquire::CompressionTypes",
	"Acquire::PDiffs",	 "Acquire::Changelogs"
};

/* Whoever lets apt install what nobody signed gets kernels likewise. */
static const char unauthenticated[] = "APT::Get::AllowUnauthenticated ";

static bool is_taken(const char *line)
{
	if (!strncmp(line, unauthenticated, sizeof(unauthenticated) - 1))
		return true;
	if (strncmp(line, "Acquire::", strlen("Acquire::")) != 0)
		return false;
	for (size_t i = 0; i < sizeof(not_taken) / sizeof(not_taken[0]); i++)
		if (!strncmp(line, not_taken[i], strlen(not_taken[i])))
			return false;
	return true;
}

static int find_settings(char **settings, struct reason *why)
{
	static const char *const argv[] = { "apt-config", "dump", NULL };
	const struct program dump = { .argv = argv };
	char *line, *next, *out;
	size_t used = 0;
	int err;

	err = program_run(&dump, &out, why);
	if (err)
		return err;
	for (line = out; *line; line = next) {
		next = strchrnul(line, '\n');
		if (*next)
			next++;
		if (!is_taken(line))
			continue;
		memmove(out + used, line, (size_t)(next - line));
		used += (size_t)(next - line);
	}
	out[used] = '\0';
	*settings = out;
	return 0;
}

/* Bytes of @uri without what does not tell one mirror from another: slashes,
 * and the name's end where a list of mirrors stands for one. */
static size_t bare_length(const char *uri, size_t length)
{
	static const char list[] = ".list";
	size_t end = sizeof(list) - 1;

	while (length && uri[length - 1] == '/')
		length--;
	if (length > end && !strncmp(uri + length - end, list, end))
		length -= end;
	return length;
}

/* The first archive among the lines "'URI/dists/SUITE/FILE' ..." of which
 * the URI's last folder is @folder into *@chosen, or NULL. 0 or -ENOMEM. */
static int choose(const char *lines, const char *folder, char **chosen)
{
	size_t tail = strlen(folder);

	for (const char *line = lines; *line;) {
		const char *end = strchrnul(line, '\n');
		const char *dists = strstr(line, "/dists/");

		if (*line == '\'' && dists && dists < end) {
			const char *uri = line + 1;
			size_t length = (size_t)(dists - uri);
			size_t bare = bare_length(uri, length);

			if (bare > tail && uri[bare - tail - 1] == '/' &&
			    !strncmp(uri + bare - tail, folder, tail)) {
				*chosen = strndup(uri, length);
				return *chosen ? 0 : -ENOMEM;
			}
		}
		line = end + (*end == '\n');
	}
	*chosen = NULL;
	return 0;
}

/* Mirrors have both side by side. */
static int guess_security(struct mirror *mirror)
{
	size_t length = bare_length(mirror->archive, strlen(mirror->archive));

	return asprintf(&mirror->security, "%.*s-security", (int)length,
			mirror->archive) < 0
		       ? -ENOMEM
		       : 0;
}

/* It needs neither lists nor privileges, and asks nobody. */
static int find_uris(struct mirror *mirror, struct reason *why)
{
	static const char *const argv[] = { "apt-get", "update", "--print-uris",
					    NULL };
	const struct program uris = { .argv = argv };
	char *out;
	int err;

	err = program_run(&uris, &out, why);
	if (err)
		return err;
	err = choose(out, "debian", &mirror->archive);
	if (!err)
		err = choose(out, "debian-security", &mirror->security);
	free(out);
	if (!err && !mirror->archive)
		return reason_set(why, -ENOENT,
				  "the sources of this system's apt name no "
				  "archive of Debian");
	if (!err && !mirror->security)
		err = guess_security(mirror);
	return err ? reason_errno(why, err, "mirror") : 0;
}

int mirror_find(struct mirror *mirror, struct reason *why)
{
	int err;

	*mirror = (struct mirror){ .archive = NULL };
	err = find_settings(&mirror->settings, why);
	if (!err)
		err = find_uris(mirror, why);
	if (err)
		mirror_free(mirror);
	return err;
}

void mirror_free(struct mirror *mirror)
{
	free(mirror->archive);
	free(mirror->security);
	free(mirror->settings);
	*mirror = (struct mirror){ .archive = NULL };
}
