// SPDX-License-Identifier: GPL-2.0-or-later
// Two environments: what is refused, what is named, what is ignored.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/side/settings.h"
#include "tests/results/scratch.h"

/* An environment with one field of each kind and shape. */
static const char whole[] =
	"{'v': 1, 'run': 'r', 'label': null, 'start': 's', 'boot': 'b',"
	" 'command': ['dirtybench', 'run'], 'tools': {'libc': '2.36'},"
	" 'kernel': {'release': '6.1', 'version': '#1', 'machine': 'x86_64',"
	"  'command_line': 'quiet thp=1 panic=1 quiet', 'config': {"
	"   'HZ': '250', 'KASAN': 'n', 'KMSAN': null, 'KSM': 'y'}},"
	" 'cpu': {'model': 'M', 'present': 2, 'online': 2, 'quota': null},"
	" 'cpufreq': {'governors': {'performance': 2}, 'turbo': true},"
	" 'memory': {'page_bytes': 4096, 'total_kb': 1000000,"
	"  'available_kb': 900000, 'nodes': 1, 'numa_balancing': 0},"
	" 'thp': {'enabled': 'madvise', 'sizes': {"
	"  '64kB': {'enabled': 'never'}}, 'khugepaged': {'defrag': 1}},"
	" 'ksm': {'run': 0, 'pages_shared': 0}, 'swap': {'total_kb': 0,"
	"  'swappiness': 60, 'areas': [{'backend': 'zram', 'used_kb': 0}]},"
	" 'virtualisation': {'guest': true, 'hypervisor': 'KVM'},"
	" 'mitigations': {'mds': 'Not affected', 'l1tf': 'Mitigation: PTE'},"
	" 'clock': {'source': 'tsc', 'cost_ns': 22.5}, 'noise': [],"
	" 'placement': {'writer_cpu': 1}, 'range_base': '0x200000000000'}";

/* @text with ' in place of ". */
static json_t *parse(const char *text)
{
	char *json = strdup(text);
	json_t *value;

	assert_non_null(json);
	for (char *c = json; *c; c++)
		if (*c == '\'')
			*c = '"';
	value = json_loads(json, JSON_DECODE_ANY, NULL);
	free(json);
	assert_non_null(value);
	return value;
}

/* The whole environment, where "cpu.model" is @value; NULL: is not there. */
static json_t *changed(const char *field, const char *value)
{
	json_t *environment = parse(whole), *group = environment;
	const char *dot;
	char key[64];

	while ((dot = strchr(field, '.'))) {
		snprintf(key, sizeof(key), "%.*s", (int)(dot - field), field);
		group = json_object_get(group, key);
		assert_non_null(group);
		field = dot + 1;
	}
	if (value)
		json_object_set_new(group, field, parse(value));
	else
		json_object_del(group, field);
	return environment;
}

/* "KIND FIELD: BASE | NEW" a line. */
static char *listing(const struct setting_differences *differences)
{
	static const char *const kinds[] = { "machine", "kernel", "control",
					     "tools" };
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	for (int i = 0; i < differences->nr; i++) {
		const struct setting_difference *one = &differences->list[i];

		fprintf(out, "%s%s%s: %s | %s\n", kinds[one->kind],
			one->words ? " words " : " ", one->field, one->base,
			one->fresh);
	}
	fclose(out);
	return text;
}

static void expect(const json_t *base, const json_t *fresh, const char *text)
{
	struct setting_differences differences;
	char *found;

	assert_int_equal(setting_compare(base, fresh, &differences), 0);
	found = listing(&differences);
	assert_string_equal(found, text);
	free(found);
	setting_differences_clear(&differences);
	assert_int_equal(differences.nr, 0);
}

/* What is said when only one field of the new side is another. */
static void expect_change(const char *field, const char *value,
			  const char *text)
{
	json_t *base = parse(whole), *fresh = changed(field, value);

	expect(base, fresh, text);
	json_decref(base);
	json_decref(fresh);
}

static void test_same(void **state)
{
	json_t *base = parse(whole), *fresh = parse(whole);

	(void)state;
	expect(base, fresh, "");
	json_decref(base);
	json_decref(fresh);
}

static void test_machine(void **state)
{
	(void)state;
	expect_change("cpu.model", "'N'", "machine cpu.model: M | N\n");
	expect_change("cpu.present", "4", "machine cpu.present: 2 | 4\n");
	expect_change("memory.page_bytes", "65536",
		      "machine memory.page_bytes: 4096 | 65536\n");
	expect_change("memory.nodes", "2", "machine memory.nodes: 1 | 2\n");
	expect_change("kernel.machine", "'aarch64'",
		      "machine kernel.machine: x86_64 | aarch64\n");
	expect_change("virtualisation.hypervisor", "'Xen'",
		      "machine virtualisation.hypervisor: KVM | Xen\n");
	expect_change("virtualisation.guest", "false",
		      "machine virtualisation.guest: yes | no\n");
}

/* Kernels reserve differently: up to 15 % of the larger is one machine. */
static void test_memory(void **state)
{
	(void)state;
	expect_change("memory.total_kb", "850000", "");
	expect_change("memory.total_kb", "849999",
		      "machine memory.total_kb: 1000000 | 849999\n");
	expect_change("memory.total_kb", "1176470", "");
	expect_change("memory.total_kb", "1176471",
		      "machine memory.total_kb: 1000000 | 1176471\n");
}

/* A kernel that does not tell the model is no other machine. */
static void test_machine_unknown(void **state)
{
	(void)state;
	expect_change("cpu.model", "null", "control cpu.model: M | unknown\n");
	expect_change("virtualisation.guest", NULL,
		      "control virtualisation.guest: yes | unknown\n");
	expect_change("virtualisation", "null",
		      "control virtualisation: recorded | unknown\n");
	expect_change("memory.total_kb", "null",
		      "control memory.total_kb: 1000000 | unknown\n");
}

static void test_kernel(void **state)
{
	(void)state;
	expect_change("kernel.release", "'6.2'",
		      "kernel kernel.release: 6.1 | 6.2\n");
	expect_change("kernel.version", "'#2'",
		      "kernel kernel.version: #1 | #2\n");
}

static void test_control(void **state)
{
	(void)state;
	expect_change("thp.enabled", "'always'",
		      "control thp.enabled: madvise | always\n");
	expect_change("thp.sizes.64kB.enabled", "'always'",
		      "control thp.sizes.64kB.enabled: never | always\n");
	expect_change("thp.khugepaged.defrag", "0",
		      "control thp.khugepaged.defrag: 1 | 0\n");
	expect_change("ksm.run", "1", "control ksm.run: 0 | 1\n");
	expect_change("swap.swappiness", "10",
		      "control swap.swappiness: 60 | 10\n");
	expect_change("cpufreq.turbo", "false",
		      "control cpufreq.turbo: yes | no\n");
	expect_change("cpufreq.governors", "{'performance': 1, 'powersave': 1}",
		      "control cpufreq.governors: performance: 2 | "
		      "performance: 1, powersave: 1\n");
	expect_change("cpufreq.governors", "null",
		      "control cpufreq.governors: performance: 2 | unknown\n");
	expect_change("cpu.online", "1", "control cpu.online: 2 | 1\n");
	expect_change("cpu.quota", "1.5", "control cpu.quota: unknown | 1.5\n");
	expect_change("clock.source", "'hpet'",
		      "control clock.source: tsc | hpet\n");
	expect_change("placement.writer_cpu", "0",
		      "control placement.writer_cpu: 1 | 0\n");
	expect_change("range_base", "'0x100000000000'",
		      "control range_base: 0x200000000000 | 0x100000000000\n");
}

static void test_tools(void **state)
{
	(void)state;
	expect_change("tools.libc", "'2.37'",
		      "tools tools.libc: 2.36 | 2.37\n");
}

/* A field of a later version is shown rather than hidden. */
static void test_new_field(void **state)
{
	char field[64];
	json_t *environment;

	(void)state;
	expect_change("memory.novel", "1",
		      "control memory.novel: unknown | 1\n");
	expect_change("novel", "{'a': 1}",
		      "control novel: unknown | recorded\n");
	environment = parse(whole);
	assert_false(setting_unclassified(environment, field, sizeof(field)));
	json_decref(environment);
	environment = changed("memory.novel", "1");
	assert_true(setting_unclassified(environment, field, sizeof(field)));
	assert_string_equal(field, "memory.novel");
	json_decref(environment);
}

static void test_moment(void **state)
{
	(void)state;
	expect_change("memory.available_kb", "5", "");
	expect_change("ksm.pages_shared", "5", "");
	expect_change("swap.total_kb", "5", "");
	expect_change("swap.areas", "[{'backend': 'zram', 'used_kb': 9}]", "");
	expect_change("clock.cost_ns", "99.5", "");
	expect_change("noise", "[{'id': 'load'}]", "");
	expect_change("command", "['other']", "");
	expect_change("run", "'other'", "");
	expect_change("label", "'other'", "");
	expect_change("start", "'other'", "");
	expect_change("boot", "'other'", "");
}

static void test_swap_areas(void **state)
{
	(void)state;
	expect_change("swap.areas", "[]", "control swap.areas: zram | none\n");
	expect_change("swap.areas",
		      "[{'backend': 'zram'}, {'backend': 'file'}]",
		      "control swap.areas: zram | zram, file\n");
}

/* Options and mitigations come and go: absent is off, or not affected. */
static void test_absent(void **state)
{
	(void)state;
	expect_change("kernel.config.KASAN", NULL, "");
	expect_change("kernel.config.KMSAN", "'n'", "");
	expect_change("kernel.config.KMSAN", "'y'",
		      "control kernel.config.KMSAN: absent | y\n");
	expect_change("kernel.config.KSM", "null",
		      "control kernel.config.KSM: y | absent\n");
	expect_change("kernel.config", "null",
		      "control kernel.config: recorded | unknown\n");
	expect_change("mitigations.mds", NULL, "");
	expect_change("mitigations.l1tf", NULL,
		      "control mitigations.l1tf: Mitigation: PTE | absent\n");
	expect_change("thp.sizes.128kB", "{'enabled': 'never'}", "");
	expect_change("thp.sizes.128kB", "{'enabled': 'always'}",
		      "control thp.sizes.128kB.enabled: absent | always\n");
	expect_change("thp.sizes", "null",
		      "control thp.sizes: recorded | unknown\n");
	expect_change("thp.sizes.64kB.enabled", "null", "");
}

static void test_command_line(void **state)
{
	(void)state;
	expect_change("kernel.command_line", "'quiet thp=2 quiet new panic=1'",
		      "control words kernel.command_line: thp=1 | thp=2 new\n");
	expect_change("kernel.command_line", "'thp=1 panic=1 quiet'",
		      "control words kernel.command_line: quiet | \n");
	expect_change("kernel.command_line", "''",
		      "control words kernel.command_line: "
		      "quiet thp=1 panic=1 quiet | \n");
	expect_change("kernel.command_line", "null",
		      "control kernel.command_line: "
		      "quiet thp=1 panic=1 quiet | unknown\n");
}

/* Order says nothing, and the files that were booted are what is compared. */
static void test_command_line_same(void **state)
{
	(void)state;
	expect_change("kernel.command_line",
		      "'BOOT_IMAGE=/v initrd=/i panic=1  quiet quiet thp=1'",
		      "");
}

static void test_order(void **state)
{
	json_t *base = parse(whole), *fresh = changed("cpu.model", "'N'");

	(void)state;
	json_object_set_new(json_object_get(fresh, "tools"), "libc",
			    json_string("3"));
	json_object_set_new(json_object_get(fresh, "ksm"), "run",
			    json_integer(1));
	json_object_set_new(json_object_get(fresh, "cpu"), "online",
			    json_integer(1));
	json_object_set_new(json_object_get(fresh, "kernel"), "release",
			    json_string("7"));
	expect(base, fresh,
	       "machine cpu.model: M | N\n"
	       "kernel kernel.release: 6.1 | 7\n"
	       "control cpu.online: 2 | 1\n"
	       "control ksm.run: 0 | 1\n"
	       "tools tools.libc: 2.36 | 3\n");
	json_decref(base);
	json_decref(fresh);
}

static void test_text(void **state)
{
	json_t *environment = parse(whole);

	(void)state;
	assert_string_equal(setting_text(environment, "cpu.model"), "M");
	assert_string_equal(setting_text(environment, "range_base"),
			    "0x200000000000");
	assert_string_equal(setting_text(environment, "thp.sizes.64kB.enabled"),
			    "never");
	assert_null(setting_text(environment, "cpu.present"));
	assert_null(setting_text(environment, "cpu"));
	assert_null(setting_text(environment, "label"));
	assert_null(setting_text(environment, "no.such.field"));
	json_decref(environment);
}

/* --- the file --- */

/* Takes over @environment. */
static void make_environment(json_t *environment)
{
	char *text = json_dumps(environment, 0);

	scratch_write(text);
	free(text);
	json_decref(environment);
}

/* @sentence follows the path. */
static void expect_refused(int err, const char *sentence)
{
	char text[sizeof(struct reason)];
	json_t *environment = NULL;
	struct reason why;

	assert_int_equal(setting_read(scratch_path, &environment, &why), err);
	assert_null(environment);
	snprintf(text, sizeof(text), "%s%s", scratch_path, sentence);
	assert_string_equal(why.text, text);
}

static void test_read(void **state)
{
	json_t *read, *expected = parse(whole);
	struct reason why;

	(void)state;
	make_environment(parse(whole));
	assert_int_equal(setting_read(scratch_path, &read, &why), 0);
	assert_true(json_equal(read, expected));
	json_decref(read);
	json_decref(expected);
}

static void test_not_json(void **state)
{
	(void)state;
	scratch_write("");
	expect_refused(-EBADMSG, ":1: not JSON; env.json of a run is needed");
	scratch_write("{\"v\": 1,\n\"run\": ");
	expect_refused(-EBADMSG, ":2: not JSON; env.json of a run is needed");
}

static void test_other_version(void **state)
{
	(void)state;
	make_environment(changed("v", "2"));
	expect_refused(-EPROTONOSUPPORT, ": version 2 of env.json, and this "
					 "program reads version 1");
	make_environment(changed("v", "'1'"));
	expect_refused(-EINVAL, ": v, the version of the file, is missing; "
				"env.json of a run is needed");
	scratch_write("[]");
	expect_refused(-EINVAL, ": v, the version of the file, is missing; "
				"env.json of a run is needed");
}

static void test_missing_fields(void **state)
{
	(void)state;
	make_environment(changed("run", NULL));
	expect_refused(-EINVAL, ": run is missing or no text");
	make_environment(changed("boot", "5"));
	expect_refused(-EINVAL, ": boot is missing or no text");
	make_environment(changed("kernel.release", NULL));
	expect_refused(-EINVAL, ": kernel.release is missing or no text");
	make_environment(changed("kernel", "'6.1'"));
	expect_refused(-EINVAL, ": kernel.release is missing or no text");
	make_environment(changed("cpu", "null"));
	expect_refused(-EINVAL, ": cpu is missing or no object");
	make_environment(changed("memory", "[]"));
	expect_refused(-EINVAL, ": memory is missing or no object");
}

static void test_no_file(void **state)
{
	struct reason why;
	json_t *environment;
	char text[sizeof(struct reason)];

	(void)state;
	unlink(scratch_path);
	assert_int_equal(setting_read(scratch_path, &environment, &why),
			 -ENOENT);
	snprintf(text, sizeof(text),
		 "cannot open %s: No such file or directory", scratch_path);
	assert_string_equal(why.text, text);
	assert_int_equal(setting_read(scratch_folder, &environment, &why),
			 -EISDIR);
	snprintf(text, sizeof(text), "cannot read %s: Is a directory",
		 scratch_folder);
	assert_string_equal(why.text, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_machine_unknown),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_tools),
		cmocka_unit_test(test_new_field),
		cmocka_unit_test(test_moment),
		cmocka_unit_test(test_swap_areas),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_command_line_same),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_not_json),
		cmocka_unit_test(test_other_version),
		cmocka_unit_test(test_missing_fields),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
