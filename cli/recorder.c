// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a run to its folder: samples as they come, the rest around them. */
#include "cli/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "commit.h"
#include "harness/environment.h"
#include "harness/mark.h"
#include "harness/memory.h"
#include "harness/rooted.h"
#include "kernels/wire.h"
#include "results/record.h"
#include "results/writer.h"

enum { PATH_BYTES = 4096 };

struct recorder {
	char folder[PATH_BYTES];
	char path[PATH_BYTES + 64];
	bool made_folder;
	struct record_writer *writer; /* NULL: nothing is kept here */
	int channel;		      /* of a guest; -1 */
	struct summary *summary;
	struct sample sample; /* what all rows have in common */
	int64_t seq;
};

/* Where a run is kept when nobody says where. */
static const char default_parent[] = "results";

/* Texts longer than their field are cut. */
static void copy_text(char *to, size_t size, const char *from)
{
	size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

static void name_run(struct recorder *r, const struct recorder_request *request)
{
	struct utsname name;
	time_t now = time(NULL);
	struct tm utc;
	char stamp[32];

	if (request->order) {
		copy_text(r->sample.run, sizeof(r->sample.run),
			  request->order->run);
		copy_text(r->sample.label, sizeof(r->sample.label),
			  request->order->label);
		return;
	}
	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &utc);
	snprintf(r->sample.run, sizeof(r->sample.run), "run-%s-%d", stamp,
		 (int)getpid());
	uname(&name);
	copy_text(r->sample.label, sizeof(r->sample.label),
		  request->label ? request->label : name.release);
}

static void read_boot_id(char *boot, size_t size)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file)
		return;
	if (!fgets(boot, (int)size, file))
		boot[0] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
	fclose(file);
}

/* What a run's folder holds. */
static const char *const run_files[] = { "samples.jsonl", "env.json",
					 "topology.xml", "gbench.json" };

static int make_folder(struct recorder *r, const char *wanted,
		       struct reason *why)
{
	if (wanted) {
		snprintf(r->folder, sizeof(r->folder), "%s", wanted);
	} else {
		if (mkdir(default_parent, 0777) && errno != EEXIST)
			return reason_errno(why, -errno,
					    "cannot make the folder %s",
					    default_parent);
		snprintf(r->folder, sizeof(r->folder), "%s/%s", default_parent,
			 r->sample.run);
	}
	if (!mkdir(r->folder, 0777)) {
		r->made_folder = true;
		return 0;
	}
	if (errno != EEXIST)
		return reason_errno(why, -errno, "cannot make the folder %s",
				    r->folder);
	for (size_t i = 0; i < sizeof(run_files) / sizeof(run_files[0]); i++)
		if (!access(recorder_path(r, run_files[i]), F_OK))
			return reason_set(why, -EEXIST,
					  "%s holds a run already: choose "
					  "another folder with -o",
					  r->folder);
	return 0;
}

static json_t *describe_placement(const struct placement *place)
{
	json_t *cpus = json_array();

	for (int i = 0; i < place->nr_cpus; i++)
		json_array_append_new(cpus, json_integer(place->cpus[i]));
	return json_pack("{s:i, s:o, s:o, s:i}", "writer_cpu",
			 place->writer_cpu, "cpus", cpus, "other_cpu",
			 place->other_cpu < 0 ? json_null()
					      : json_integer(place->other_cpu),
			 "memory_node", place->node);
}

/* More than a command line of ours has; the rest is cut. */
enum { COMMAND_BYTES = 1 << 16, COMMAND_WORDS = 4096 };

/* The command as it was given: options are taken out of argv by now. */
static int command_words(char *command, char **words)
{
	FILE *file = fopen("/proc/self/cmdline", "re");
	size_t used, at;
	int nr = 0;

	if (!file)
		return 0;
	used = fread(command, 1, COMMAND_BYTES - 1, file);
	fclose(file);
	for (at = 0; at < used && nr < COMMAND_WORDS;
	     at += strlen(command + at) + 1)
		words[nr++] = command + at;
	return nr;
}

/* In a guest, the clock is set as the engine has it, and may be no clock. */
static void describe_guest(json_t *environment, const struct order *order)
{
	json_t *clock = json_object_get(environment, "clock");

	json_object_set_new(environment, "engine",
			    json_string(engine_name(order->engine)));
	json_object_set_new(environment, "start", json_string(order->start));
	if (engine_clock(order->engine) == CLOCK_TIME)
		return;
	json_object_set_new(clock, "cost_ns", json_null());
	json_object_set_new(clock, "resolution_ns", json_null());
}

static json_t *describe_environment(const struct recorder *r,
				    const struct recorder_request *request)
{
	static char command[COMMAND_BYTES];
	static char *words[COMMAND_WORDS];
	struct environment_request what = {
		.run = r->sample.run,
		.label = r->sample.label,
		.argc = command_words(command, words),
		.argv = words,
		.version = DIRTYBENCH_VERSION,
		.commit = DIRTYBENCH_COMMIT,
		.hwloc_version = HWLOC_VERSION,
		.benchmark_version = request->benchmark_version,
	};
	json_t *environment = environment_capture(&what);
	char base[32];

	if (!environment)
		return NULL;
	snprintf(base, sizeof(base), "0x%llx",
		 (unsigned long long)memory_base());
	json_object_set_new(environment, "placement",
			    describe_placement(request->place));
	json_object_set_new(environment, "range_base", json_string(base));
	if (request->order)
		describe_guest(environment, request->order);
	return environment;
}

static int write_environment(struct recorder *r,
			     const struct recorder_request *request,
			     struct reason *why)
{
	json_t *environment = describe_environment(r, request);
	int ret;

	if (!environment)
		return reason_set(why, -ENOMEM, "no memory");
	ret = environment_write(environment, recorder_path(r, "env.json"), why);
	json_decref(environment);
	return ret;
}

static int lost_channel(int ret, struct reason *why)
{
	return ret ? reason_errno(why, ret, "cannot write to %s", ORDER_CHANNEL)
		   : 0;
}

static int send_environment(struct recorder *r,
			    const struct recorder_request *request,
			    struct reason *why)
{
	json_t *environment = describe_environment(r, request);
	char *text =
		environment ? json_dumps(environment, JSON_INDENT(2)) : NULL;
	int ret = -ENOMEM;

	json_decref(environment);
	if (text)
		ret = wire_send_file(r->channel, "env.json", text,
				     strlen(text));
	free(text);
	return lost_channel(ret, why);
}

static int send_topology(struct recorder *r, hwloc_topology_t topology,
			 struct reason *why)
{
	int length, ret;
	char *text;

	if (hwloc_topology_export_xmlbuffer(topology, &text, &length, 0))
		return reason_errno(why, -errno,
				    "cannot describe the topology");
	/* The length counts the final zero. */
	ret = wire_send_file(r->channel, "topology.xml", text,
			     (size_t)length - 1);
	hwloc_free_xmlbuffer(topology, text);
	return lost_channel(ret, why);
}

static int send_files(struct recorder *r,
		      const struct recorder_request *request,
		      struct reason *why)
{
	int ret;

	r->channel = request->channel;
	ret = send_environment(r, request, why);
	return ret ? ret : send_topology(r, request->topology, why);
}

static int write_topology(struct recorder *r, hwloc_topology_t topology,
			  struct reason *why)
{
	if (!hwloc_topology_export_xml(topology,
				       recorder_path(r, "topology.xml"), 0))
		return 0;
	return reason_errno(why, -errno, "cannot write %s", r->path);
}

static void remove_files(struct recorder *r)
{
	unlink(recorder_path(r, "samples.jsonl"));
	unlink(recorder_path(r, "env.json"));
	unlink(recorder_path(r, "topology.xml"));
	if (r->made_folder)
		rmdir(r->folder);
}

static int make_files(struct recorder *r,
		      const struct recorder_request *request,
		      struct reason *why)
{
	int ret;

	ret = make_folder(r, request->folder, why);
	if (ret)
		return ret;
	ret = record_writer_open(recorder_path(r, "samples.jsonl"), &r->writer,
				 why);
	if (ret)
		goto out_remove_folder;
	ret = write_environment(r, request, why);
	if (!ret)
		ret = write_topology(r, request->topology, why);
	if (!ret)
		return 0;
	record_writer_close(r->writer, NULL);
	r->writer = NULL;
	remove_files(r);
	return ret;

out_remove_folder:
	if (r->made_folder)
		rmdir(r->folder);
	return ret;
}

int recorder_open(struct recorder **recorder,
		  const struct recorder_request *request, struct reason *why)
{
	struct recorder *r = calloc(1, sizeof(*r));
	int ret = 0;

	*recorder = NULL;
	if (!r)
		return reason_set(why, -ENOMEM, "no memory");
	sample_clear(&r->sample);
	name_run(r, request);
	read_boot_id(r->sample.boot, sizeof(r->sample.boot));
	r->summary = summary_create();
	if (!r->summary)
		ret = reason_set(why, -ENOMEM, "no memory");
	r->channel = -1;
	if (!ret && request->order)
		ret = send_files(r, request, why);
	else if (!ret && !request->keep_nothing)
		ret = make_files(r, request, why);
	if (ret) {
		summary_destroy(r->summary);
		free(r);
		return ret;
	}
	*recorder = r;
	return 0;
}

const char *recorder_folder(const struct recorder *recorder)
{
	return recorder->folder;
}

const char *recorder_path(struct recorder *recorder, const char *file)
{
	snprintf(recorder->path, sizeof(recorder->path), "%s/%s",
		 recorder->folder, file);
	return recorder->path;
}

static int send_sample(struct recorder *r, const struct sample *sample,
		       struct reason *why)
{
	size_t length;
	char *line;
	int ret;

	ret = record_encode(sample, &line, &length, why);
	if (ret)
		return ret;
	ret = wire_send(r->channel, WIRE_SAMPLE, line);
	free(line);
	return lost_channel(ret, why);
}

int recorder_begin(struct recorder *recorder, const struct cell *cell,
		   struct reason *why)
{
	if (recorder->channel < 0)
		return 0;
	return lost_channel(wire_send(recorder->channel, WIRE_CELL, cell->key),
			    why);
}

/* More than a run of all cells makes. */
enum { HANDED_FILE_BYTES = 4 << 20 };

int recorder_hand_over(struct recorder *recorder, const char *name,
		       const char *path, struct reason *why)
{
	ssize_t length;
	char *text;
	int fd, ret;

	if (recorder->channel < 0)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return reason_errno(why, -errno, "cannot read %s", path);
	text = malloc(HANDED_FILE_BYTES);
	length = text ? read_up_to(fd, text, HANDED_FILE_BYTES) : -ENOMEM;
	close(fd);
	ret = length < 0 ? (int)length
			 : wire_send_file(recorder->channel, name, text,
					  (size_t)length);
	free(text);
	return lost_channel(ret, why);
}

int recorder_give_up(struct recorder *recorder, const struct reason *stuck,
		     struct reason *why)
{
	if (recorder->channel < 0)
		return 0;
	wire_send(recorder->channel, WIRE_TROUBLE, stuck->text);
	return reason_set(why, -EDEADLK, "%s", stuck->text);
}

static int append(struct recorder *r, const struct sample *sample,
		  struct reason *why)
{
	int ret;

	ret = summary_add(r->summary, sample);
	if (ret)
		return reason_set(why, ret, "no memory for the summary");
	if (r->channel >= 0) {
		mark_here(MARK_ROW);
		return send_sample(r, sample, why);
	}
	return r->writer ? record_writer_append(r->writer, sample, why) : 0;
}

/* Of a failed epoch the counters are kept: how far it got. */
static int append_row(struct recorder *r, const struct cell *cell, int process,
		      enum sample_status status, const char *text,
		      const struct sample_figures *failed, struct reason *why)
{
	struct sample *sample = &r->sample;

	cell_describe(cell, sample);
	sample->seq = r->seq++;
	sample->process = process < 0 ? SAMPLE_NULL : process;
	sample->epoch = SAMPLE_NULL;
	sample->kind = KIND_NONE;
	sample->status = status;
	copy_text(sample->reason, sizeof(sample->reason), text);
	sample_figures_clear(&sample->figures);
	memcpy(sample->figures.counters, failed->counters,
	       sizeof(failed->counters));
	sample->figures.nr_counters = failed->nr_counters;
	sample->detail = NULL;
	return append(r, sample, why);
}

int recorder_report(struct recorder *recorder, const struct cell *cell,
		    int process, const struct target_report *report,
		    struct reason *why)
{
	struct sample *sample = &recorder->sample;
	const struct epoch_result *result = &report->result;

	if (result->status == STATUS_FAIL)
		return append_row(recorder, cell, process, STATUS_FAIL,
				  result->why.text, &result->figures, why);
	cell_describe(cell, sample);
	sample->seq = recorder->seq++;
	sample->process = process;
	sample->epoch = report->epoch;
	sample->kind = report->kind;
	sample->status = result->status;
	copy_text(sample->reason, sizeof(sample->reason), result->why.text);
	sample->figures = result->figures;
	sample->detail = report->detail;
	return append(recorder, sample, why);
}

int recorder_without_epoch(struct recorder *recorder, const struct cell *cell,
			   int process, enum sample_status status,
			   const char *text, struct reason *why)
{
	struct sample_figures none = { .nr_counters = 0 };

	return append_row(recorder, cell, process, status, text, &none, why);
}

struct summary *recorder_summary(struct recorder *recorder)
{
	return recorder->summary;
}

void recorder_discard(struct recorder *recorder)
{
	bool kept = recorder->writer;

	if (kept) {
		record_writer_close(recorder->writer, NULL);
		recorder->writer = NULL;
		remove_files(recorder);
	}
	recorder_close(recorder, NULL);
}

int recorder_close(struct recorder *recorder, struct reason *why)
{
	int ret = 0;

	if (!recorder)
		return 0;
	if (recorder->writer)
		ret = record_writer_close(recorder->writer, why);
	summary_destroy(recorder->summary);
	free(recorder);
	return ret;
}
