// SPDX-License-Identifier: GPL-2.0-or-later
/* Debian's names of kernel packages, and what a user calls a kernel. */
#include "kernels/imagename.h"

#include <ctype.h>
#include <string.h>

/*
 * Both have soft-dirty, userfaultfd, huge pages, zram as a module and the
 * serial console built in. Beyond that cloud has ext4 built in, is smaller and
 * probes fewer devices, so it boots with fewer instructions.
 */
const char *const kernel_flavours[] = { "cloud-amd64", "amd64", NULL };

static const char unsigned_end[] = "-unsigned";

/* The longer ones first. */
static const char *const image_prefixes[] = { "linux-image-",
					      "linux-binary-unsigned-",
					      "linux-binary-" };

const char *image_name_release(const char *name, size_t *length)
{
	const char *release = NULL;
	size_t end = sizeof(unsigned_end) - 1;

	for (size_t i = 0;
	     i < sizeof(image_prefixes) / sizeof(image_prefixes[0]); i++) {
		size_t prefix = strlen(image_prefixes[i]);

		if (!strncmp(name, image_prefixes[i], prefix)) {
			release = name + prefix;
			break;
		}
	}
	if (!release || !isdigit((unsigned char)*release))
		return NULL;
	*length = strlen(release);
	if (*length > end && !strcmp(release + *length - end, unsigned_end))
		*length -= end;
	return release;
}

bool image_name_is_binary(const char *name)
{
	return !strncmp(name, "linux-binary-", strlen("linux-binary-"));
}

bool release_has_flavour(const char *release, size_t length,
			 const char *flavour)
{
	size_t tail = strlen(flavour) + 1;
	const char *dash;

	if (length <= tail || release[length - tail] != '-' ||
	    strncmp(release + length - tail + 1, flavour, tail - 1) != 0)
		return false;
	length -= tail;
	dash = memrchr(release, '-', length);
	return isdigit((unsigned char)(dash ? dash[1] : release[0]));
}

size_t series_length(const char *version)
{
	static const char digits[] = "0123456789";
	size_t major = strspn(version, digits);
	size_t minor;

	if (!major || version[major] != '.')
		return 0;
	minor = strspn(version + major + 1, digits);
	return minor ? major + 1 + minor : 0;
}

bool kernel_word_valid(const char *word)
{
	size_t length = series_length(word);

	return length && !isalpha((unsigned char)word[length]) &&
	       !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789.+~-_")];
}

bool kernel_word_matches(const char *word, const char *version)
{
	size_t length = strlen(word);

	return !strncmp(version, word, length) &&
	       !isdigit((unsigned char)version[length]);
}
