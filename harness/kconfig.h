/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration that the running kernel was built with. */
#ifndef DIRTYBENCH_KCONFIG_H
#define DIRTYBENCH_KCONFIG_H

#include <stddef.h>

/*
 * The configuration that the running kernel was built with: its text, which
 * the caller frees, and the file it came from. Where /proc/config.gz is, the
 * program gzip reads it; otherwise it is /boot/config-RELEASE.
 */
int rooted_kernel_config(const char *root, char **text, char *source,
			 size_t size);

/*
 * The value of @option (without CONFIG_) in the text of a configuration: "y",
 * "m", "n" for one that is said not to be set, or a number or string without
 * its quotes. -ENOENT where it is not mentioned.
 */
int rooted_config_value(const char *config, const char *option, char *value,
			size_t size);

#endif
