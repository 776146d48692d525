// SPDX-License-Identifier: GPL-2.0-or-later
/* libbench over Google Benchmark: hides what surprises a program written in C.
 */
#include "bench.h"
#include "wholefile.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <new>
#include <regex.h>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

namespace
{

using benchmark::BenchmarkReporter;
using library_run = BenchmarkReporter::Run;

enum class verdict { ran, skipped, failed };

/* What became of one repetition. */
struct outcome {
	verdict kind = verdict::ran;
	bool timed = false;
	/* The library took it for failed, though it ran: see settle(). */
	bool hidden = false;
	double seconds = 0;
	double cpu_seconds = 0;
	std::string why;
	std::string label;
	std::map<std::string, double> counters;
};

struct entry {
	std::string name;
	bench_fn fn;
	void *arg;
	std::vector<outcome> outcomes;
};

enum class report_format { console, json, csv };

/* A report kept in memory until it is whole, and where it goes. */
struct report_file {
	report_format format;
	std::vector<std::string> paths;
	std::string text;
};

} // namespace

struct bench_run {
	int repetition;
	outcome result;
};

struct bench_suite {
	std::string error = "no error";
	bool usable = false;
	/* The library keeps a pointer to the program's name. */
	std::string program;
	/* Flags and environment variables that were given, without dashes. */
	std::map<std::string, std::string> given;
	/* Flags that this file does not know, whole: for the library. */
	std::vector<std::string> passed;
	std::map<std::string, std::string> context;
	std::map<std::string, std::string> given_context;
	std::vector<entry> entries;
	std::set<std::string> names;
	std::vector<size_t> chosen;
	int repetitions = 1;
	bench_summary summary = {};
	/* The first -errno of writing to standard output. */
	int output_err = 0;
};

namespace
{

bench_suite *living_suite;
const char *creation_error = "no error";

int refuse(bench_suite *suite, int err, const std::string &text)
{
	suite->error = text;
	return err;
}

int refuse_errno(bench_suite *suite, int err, const std::string &text)
{
	return refuse(suite, err, text + ": " + strerror(-err));
}

/* No exception may reach the C code that called. */
template <typename Body> int guarded(bench_suite *suite, Body body)
{
	try {
		return body();
	} catch (const std::bad_alloc &) {
		/* Short enough to need no memory. */
		suite->error = "out of memory";
		return -ENOMEM;
	} catch (const std::exception &e) {
		suite->error = e.what();
		return -EIO;
	}
}

/* Text. */

/* Bytes of the UTF-8 character at @s, 0 where there is none. */
size_t utf8_length(const unsigned char *s)
{
	size_t length = s[0] < 0x80		      ? 1
			: s[0] >= 0xc2 && s[0] < 0xe0 ? 2
			: s[0] >= 0xe0 && s[0] < 0xf0 ? 3
			: s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						      : 0;

	for (size_t i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, beyond U+10FFFF. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

/*
 * The library writes strings into JSON and onto the terminal nearly as they
 * are: only this makes its JSON valid whatever the text.
 */
std::string clean(const char *text)
{
	std::string result;

	while (*text) {
		auto *s = reinterpret_cast<const unsigned char *>(text);
		size_t length = utf8_length(s);

		if (length == 0)
			result += '?';
		else if (s[0] < ' ' || s[0] == 0x7f)
			result += ' ';
		else
			result.append(text, length);
		text += length ? length : 1;
	}
	return result;
}

bool starts_with(const std::string &text, const std::string &start)
{
	return text.compare(0, start.size(), start) == 0;
}

/* How many letters must change to make @b out of @a (Levenshtein). */
size_t distance(const std::string &a, const std::string &b)
{
	std::vector<size_t> row(b.size() + 1);

	for (size_t j = 0; j <= b.size(); j++)
		row[j] = j;
	for (size_t i = 1; i <= a.size(); i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.size(); j++) {
			size_t changed = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = std::min(changed,
					  std::min(row[j], row[j - 1]) + 1);
		}
	}
	return row[b.size()];
}

void replace_first(std::string *text, const std::string &from,
		   const std::string &to)
{
	size_t at = text->find(from);

	if (at != std::string::npos)
		text->replace(at, from.size(), to);
}

/* Flags. */

/* A --benchmark_filter as the library understands it. */
class pattern
{
      public:
	explicit pattern(const std::string &spec)
	{
		std::string body = spec == "all" ? "" : spec;

		negated_ = starts_with(body, "-");
		body.erase(0, negated_);
		err_ = regcomp(&regex_, body.c_str(), REG_EXTENDED | REG_NOSUB);
	}
	~pattern()
	{
		if (!err_)
			regfree(&regex_);
	}
	pattern(const pattern &) = delete;
	pattern &operator=(const pattern &) = delete;

	bool valid() const
	{
		return !err_;
	}
	bool matches(const std::string &name) const
	{
		return !regexec(&regex_, name.c_str(), 0, nullptr, 0) !=
		       negated_;
	}

      private:
	regex_t regex_;
	int err_;
	bool negated_;
};

bool is_one_of(const std::string &value, const char *words)
{
	std::istringstream list(words);
	std::string word;

	while (list >> word)
		if (word == value)
			return true;
	return false;
}

/* Every kind of value: whether it is one, put into its usual form. */

struct rule {
	bool (*take)(bench_suite *suite, const rule &rule, std::string *value);
	const char *must;
	const char *words; /* apart by blanks, for a choice */
};

/* The library takes every other word for true, typing errors included. */
bool take_boolean(bench_suite *, const rule &, std::string *value)
{
	for (char &c : *value)
		c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
	if (value->empty() || is_one_of(*value, "true t yes y on 1"))
		*value = "true";
	else if (is_one_of(*value, "false f no n off 0"))
		*value = "false";
	else
		return false;
	return true;
}

bool take_colour(bench_suite *suite, const rule &rule, std::string *value)
{
	if (value->empty())
		return false;
	return *value == "auto" || take_boolean(suite, rule, value);
}

bool is_integer(const std::string &value, long lowest)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value.c_str(), &end, 10);
	return !value.empty() && !*end && !errno && number >= lowest &&
	       number <= INT_MAX;
}

bool take_integer(bench_suite *, const rule &, std::string *value)
{
	return is_integer(*value, INT_MIN);
}

bool take_count(bench_suite *, const rule &, std::string *value)
{
	return is_integer(*value, 1);
}

/* Newer versions also take "0.5s", and "10x" for a number of iterations. */
bool take_seconds(bench_suite *, const rule &, std::string *value)
{
	char *end;
	double number;

	if (!value->empty() && value->back() == 'x')
		return is_integer(value->substr(0, value->size() - 1), 1);
	number = strtod(value->c_str(), &end);
	return end != value->c_str() && (!*end || !strcmp(end, "s")) &&
	       std::isfinite(number) && number >= 0;
}

bool take_choice(bench_suite *, const rule &rule, std::string *value)
{
	return is_one_of(*value, rule.words);
}

bool take_pattern(bench_suite *, const rule &, std::string *value)
{
	return pattern(*value).valid();
}

bool take_pairs(bench_suite *suite, const rule &, std::string *value)
{
	std::istringstream list(*value);
	std::string pair;

	while (std::getline(list, pair, ',')) {
		size_t equals = pair.find('=');

		if (equals == 0 || equals == std::string::npos)
			return false;
		suite->given_context[clean(pair.substr(0, equals).c_str())] =
			clean(pair.substr(equals + 1).c_str());
	}
	return true;
}

bool take_text(bench_suite *, const rule &, std::string *)
{
	return true;
}

const rule boolean = { take_boolean, "must be true or false", "" };
const rule colour = { take_colour, "must be auto, true or false", "" };
const rule count = { take_count, "must be a whole number from 1 on", "" };
const rule integer = { take_integer, "must be a whole number", "" };
const rule seconds = { take_seconds, "must be a number of seconds", "" };
const rule format = { take_choice, "must be console, json or csv",
		      "console json csv" };
const rule time_unit = { take_choice, "must be ns, us, ms or s", "ns us ms s" };
const rule regular_expression = { take_pattern,
				  "must be a POSIX extended regular expression",
				  "" };
const rule pairs = { take_pairs, "must be key=value,...", "" };
const rule text = { take_text, "", "" };

/* What the library is told of a flag. Most are told always, because it reads
 * the environment before main() and keeps what an earlier suite told it. */
enum class told {
	value,	  /* what was given, else the fallback */
	fallback, /* the fallback: this file does the work */
	given,	  /* what was given, else nothing */
	nothing,
};

struct flag {
	const char *name;
	const rule &value;
	told told_as;
	const char *fallback;
};

const flag flags[] = {
	{ "benchmark_list_tests", boolean, told::fallback, "false" },
	{ "benchmark_filter", regular_expression, told::fallback, "" },
	/* No effect on one iteration, and its syntax differs among versions. */
	{ "benchmark_min_time", seconds, told::nothing, "" },
	/* Warming up would call the function uncounted, to fill the time. */
	{ "benchmark_min_warmup_time", seconds, told::fallback, "0" },
	{ "benchmark_repetitions", count, told::value, "1" },
	{ "benchmark_enable_random_interleaving", boolean, told::value,
	  "false" },
	{ "benchmark_report_aggregates_only", boolean, told::value, "false" },
	{ "benchmark_display_aggregates_only", boolean, told::value, "false" },
	{ "benchmark_format", format, told::fallback, "console" },
	{ "benchmark_out", text, told::fallback, "" },
	{ "benchmark_out_format", format, told::fallback, "json" },
	{ "benchmark_color", colour, told::fallback, "auto" },
	{ "benchmark_counters_tabular", boolean, told::fallback, "false" },
	{ "benchmark_perf_counters", text, told::value, "" },
	{ "benchmark_context", pairs, told::nothing, "" },
	{ "benchmark_time_unit", time_unit, told::value, "ns" },
	{ "v", integer, told::given, "" },
};

const flag *find_flag(const std::string &name)
{
	for (const flag &f : flags)
		if (f.name == name)
			return &f;
	return nullptr;
}

std::string flag_value(const bench_suite &suite, const char *name)
{
	auto at = suite.given.find(name);

	return at != suite.given.end() ? at->second : find_flag(name)->fallback;
}

std::string nearest_flag(const std::string &name)
{
	const flag *best = flags;

	for (const flag &f : flags)
		if (distance(name, f.name) < distance(name, best->name))
			best = &f;
	return best->name;
}

int take_flag(bench_suite *suite, const flag &f, const std::string &shown,
	      std::string value)
{
	if (!f.value.take(suite, f.value, &value))
		return refuse(suite, -EINVAL, shown + ": " + f.value.must);
	suite->given[f.name] = value;
	return 0;
}

int take_environment(bench_suite *suite)
{
	for (const flag &f : flags) {
		std::string variable = f.name;
		const char *value;
		int err;

		/* The library reads V as well, which means others' things. */
		if (f.told_as == told::given)
			continue;
		std::transform(variable.begin(), variable.end(),
			       variable.begin(), toupper);
		value = getenv(variable.c_str());
		if (!value)
			continue;
		err = take_flag(suite, f, variable + "=" + value, value);
		if (err)
			return err;
	}
	return 0;
}

int take_argument(bench_suite *suite, const std::string &argument)
{
	size_t equals = argument.find('=');
	const flag *f = find_flag(argument.substr(2, equals - 2));

	if (!f) {
		suite->passed.push_back(argument);
		return 0;
	}
	if (equals == std::string::npos) {
		if (&f->value != &boolean)
			return refuse(suite, -EINVAL,
				      argument + ": needs a value, as in " +
					      argument + "=VALUE");
		return take_flag(suite, *f, argument, "");
	}
	return take_flag(suite, *f, argument, argument.substr(equals + 1));
}

/* Thrown out of the library where it is about to print its usage and exit. */
struct usage_wanted {
};

void throw_usage_wanted()
{
	throw usage_wanted();
}

/* The library adds its flags' context to what it has, and complains of keys
 * that it has already. Its own Shutdown() leaves a dangling pointer. */
void forget_library_context()
{
	delete benchmark::internal::GetGlobalContext();
	benchmark::internal::GetGlobalContext() = nullptr;
}

/* Hand @arguments to the library; those that it did not know stay in there. */
int initialize_library(bench_suite *suite, std::vector<std::string> *arguments)
{
	std::vector<char *> argv = { &suite->program[0] };
	int argc;

	for (std::string &argument : *arguments)
		argv.push_back(&argument[0]);
	argc = static_cast<int>(argv.size());
	argv.push_back(nullptr);
	forget_library_context();
	try {
		benchmark::Initialize(&argc, argv.data(), throw_usage_wanted);
	} catch (const usage_wanted &) {
		return refuse(suite, -EINVAL,
			      "Google Benchmark refused the value of a flag");
	}
	*arguments =
		std::vector<std::string>(argv.begin() + 1, argv.begin() + argc);
	return 0;
}

/* Flags that this file does not know may be known to a newer library. */
int check_passed(bench_suite *suite)
{
	std::vector<std::string> unknown = suite->passed;
	std::string name;
	int err;

	if (unknown.empty())
		return 0;
	err = initialize_library(suite, &unknown);
	if (err || unknown.empty())
		return err;
	name = unknown[0].substr(2, unknown[0].find('=') - 2);
	return refuse(suite, -EINVAL,
		      "unknown flag --" + clean(name.c_str()) +
			      ", the nearest is --" + nearest_flag(name));
}

bool is_library_flag(const char *argument)
{
	return starts_with(argument, "--benchmark_") ||
	       starts_with(argument, "--v=");
}

int take_arguments(bench_suite *suite, int *argc, char **argv)
{
	std::vector<char *> kept;
	bool options = true;
	int err;

	for (int i = 0; i < *argc; i++) {
		options = options && strcmp(argv[i], "--") != 0;
		if (i == 0 || !options || !is_library_flag(argv[i])) {
			kept.push_back(argv[i]);
			continue;
		}
		err = take_argument(suite, argv[i]);
		if (err)
			return err;
	}
	err = check_passed(suite);
	if (err)
		return err;
	std::copy(kept.begin(), kept.end(), argv);
	if (static_cast<int>(kept.size()) < *argc)
		argv[kept.size()] = nullptr;
	*argc = static_cast<int>(kept.size());
	return 0;
}

int tell_library(bench_suite *suite, const bench_options &options, bool files)
{
	std::vector<std::string> arguments;

	suite->repetitions = bench_repetitions(suite, options.repetitions);
	for (const flag &f : flags) {
		std::string value = f.fallback;

		if (f.told_as == told::nothing ||
		    (f.told_as == told::given && !suite->given.count(f.name)))
			continue;
		if (f.told_as != told::fallback)
			value = flag_value(*suite, f.name);
		arguments.push_back(std::string("--") + f.name + "=" + value);
	}
	arguments.push_back("--benchmark_repetitions=" +
			    std::to_string(suite->repetitions));
	if (options.interleave &&
	    !suite->given.count("benchmark_enable_random_interleaving"))
		arguments.push_back(
			"--benchmark_enable_random_interleaving=true");
	/* The library hands a reporter for files nothing without a name. */
	if (files)
		arguments.push_back("--benchmark_out=/dev/null");
	arguments.insert(arguments.end(), suite->passed.begin(),
			 suite->passed.end());
	return initialize_library(suite, &arguments);
}

void tell_context(const bench_suite &suite)
{
	auto *&told_context = benchmark::internal::GetGlobalContext();

	if (!told_context)
		told_context = new std::map<std::string, std::string>();
	for (const auto &pair : suite.context)
		(*told_context)[pair.first] = pair.second;
	for (const auto &pair : suite.given_context)
		(*told_context)[pair.first] = pair.second;
}

/* What differs between versions of the library: 1.8 brought skips that are no
 * errors, and renamed the fields of a run. The last argument chooses the first
 * of two functions where it compiles, and the second otherwise. */

template <typename State>
auto skip_state(State &state, const std::string &why, int)
	-> decltype(state.SkipWithMessage(why))
{
	state.SkipWithMessage(why);
}

template <typename State>
void skip_state(State &state, const std::string &why, long)
{
	state.SkipWithError(why.c_str());
}

template <typename Run>
auto clear_error(Run &run, int) -> decltype(run.error_occurred, void())
{
	run.error_occurred = false;
	run.error_message.clear();
}

template <typename Run>
auto clear_error(Run &run, long) -> decltype(run.skipped, void())
{
	run.skipped = {};
	run.skip_message.clear();
}

template <typename State, typename = void>
struct knows_skips : std::false_type {
};

template <typename State>
struct knows_skips<
	State,
	std::void_t<decltype(std::declval<State &>().SkipWithMessage(""))>>
    : std::true_type {
};

/* One skipped run as the older library wrote it, a failure, into the words that
 * the newer one uses. */
void rewrite_skip(std::string *text, report_format format)
{
	switch (format) {
	case report_format::console:
		replace_first(text, "ERROR OCCURRED: '", "SKIPPED: '");
		break;
	case report_format::csv:
		replace_first(text, ",true,\"", ",false,\"");
		break;
	case report_format::json:
		replace_first(text, "\"error_occurred\":", "\"skipped\":");
		replace_first(text, "\"error_message\":", "\"skip_message\":");
		break;
	}
}

/* Running. */

double thread_cpu_seconds()
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return static_cast<double>(now.tv_sec) +
	       static_cast<double>(now.tv_nsec) * 1e-9;
}

void tally(bench_summary *summary, verdict kind)
{
	summary->ran += kind == verdict::ran;
	summary->skipped += kind == verdict::skipped;
	summary->failed += kind == verdict::failed;
}

/*
 * Where the first repetition was not measured and two later ones were, the
 * library follows a pointer that it never set. It computes nothing when told
 * that the later ones failed too; the reporters put the truth back.
 */
bool must_hide(const entry &e, const outcome &result)
{
	return result.kind == verdict::ran && !e.outcomes.empty() &&
	       e.outcomes[0].kind != verdict::ran;
}

/* Inside the library's loop: a repetition that ends before it began has no
 * iteration, and the library aborts when these numbers differ. */
void settle(benchmark::State &state, const outcome &result)
{
	state.SetLabel(result.label.c_str());
	if (result.kind == verdict::skipped) {
		skip_state(state, result.why, 0);
	} else if (result.kind == verdict::failed || result.hidden) {
		state.SkipWithError(result.why.c_str());
	} else {
		state.SetIterationTime(result.seconds);
		for (const auto &counter : result.counters)
			state.counters[counter.first] = counter.second;
	}
}

void run_repetition(bench_suite *suite, size_t index, benchmark::State &state)
{
	entry &e = suite->entries[index];
	bench_run run = { static_cast<int>(e.outcomes.size()), {} };
	outcome &result = run.result;
	double started_seconds = thread_cpu_seconds();

	e.fn(&run, e.arg);
	result.cpu_seconds = thread_cpu_seconds() - started_seconds;
	if (result.kind == verdict::ran && !result.timed) {
		result.kind = verdict::failed;
		result.why = "the benchmark set no valid time";
	}
	result.hidden = must_hide(e, result);
	settle(state, result);
	tally(&suite->summary, result.kind);
	e.outcomes.push_back(std::move(result));
}

/* The number in front leads back to the entry, and hides a leading DISABLED_,
 * which the library would not run. */
void register_chosen(bench_suite *suite)
{
	benchmark::ClearRegisteredBenchmarks();
	for (size_t index : suite->chosen) {
		entry &e = suite->entries[index];
		std::string name = std::to_string(index) + ":" + e.name;

		e.outcomes.clear();
		benchmark::RegisterBenchmark(
			name.c_str(),
			[suite, index](benchmark::State &state) {
				while (state.KeepRunning())
					run_repetition(suite, index, state);
			})
			->Iterations(1)
			->UseManualTime();
	}
}

/* Reporting. */

void print(bench_suite *suite, const std::string &text)
{
	errno = 0;
	std::cout << text << std::flush;
	if (!std::cout && !suite->output_err)
		suite->output_err = errno ? -errno : -EIO;
	std::cout.clear();
}

void put_truth_back(const outcome &result, library_run *run)
{
	clear_error(*run, 0);
	run->real_accumulated_time = result.seconds;
	run->cpu_accumulated_time = result.cpu_seconds;
	for (const auto &counter : result.counters)
		run->counters[counter.first] = counter.second;
}

void drop_context_field(std::string *text, const char *name)
{
	const std::string key = std::string(",\n    \"") + name + "\": \"";
	size_t start = text->find(key);

	if (start != std::string::npos)
		text->erase(start,
			    text->find('"', start + key.size()) + 1 - start);
}

void drop_build_type_line(std::string *text)
{
	size_t start = text->find("***WARNING*** Library was built as DEBUG.");

	if (start != std::string::npos)
		text->erase(start, text->find('\n', start) + 1 - start);
}

/* Hands on to one of the library's reporters what is worth it. */
class relay : public BenchmarkReporter
{
      public:
	/* Text goes into @file, to the standard streams where it is NULL. */
	relay(bench_suite *suite, report_format format, int console_options,
	      std::string *file);

	bool ReportContext(const Context &context) override;
	void ReportRuns(const std::vector<Run> &runs) override;
	void Finalize() override;

      private:
	struct tidy_run {
		Run run;
		bool skipped;
	};

	bool tidy(tidy_run *tidied) const;
	void write_run(const tidy_run &tidied);
	void write_csv_header();
	std::string take_text();
	void deliver(const std::string &text, const std::string &error_text);

	bench_suite *suite_;
	report_format format_;
	std::string *file_;
	std::ostringstream out_;
	std::ostringstream error_;
	std::unique_ptr<BenchmarkReporter> writer_;
	std::vector<tidy_run> held_;
};

BENCHMARK_DISABLE_DEPRECATED_WARNING

relay::relay(bench_suite *suite, report_format format, int console_options,
	     std::string *file)
    : suite_(suite), format_(format), file_(file)
{
	switch (format) {
	case report_format::console:
		writer_.reset(new benchmark::ConsoleReporter(
			static_cast<benchmark::ConsoleReporter::OutputOptions>(
				console_options)));
		break;
	case report_format::json:
		writer_.reset(new benchmark::JSONReporter());
		break;
	case report_format::csv:
		writer_.reset(new benchmark::CSVReporter());
		break;
	}
	writer_->SetOutputStream(&out_);
	writer_->SetErrorStream(&error_);
}

BENCHMARK_RESTORE_DEPRECATED_WARNING

std::string relay::take_text()
{
	std::string text = out_.str();

	out_.str("");
	return text;
}

void relay::deliver(const std::string &text, const std::string &error_text)
{
	if (file_) {
		*file_ += error_text + text;
		return;
	}
	std::cerr << error_text << std::flush;
	print(suite_, text);
}

bool relay::ReportContext(const Context &context)
{
	/* The library measured names with what it puts around them. */
	Context mine = context;
	std::string text, error_text;

	mine.name_field_width = strlen("Benchmark");
	for (size_t index : suite_->chosen)
		mine.name_field_width =
			std::max(mine.name_field_width,
				 suite_->entries[index].name.size());
	if (suite_->repetitions > 1)
		mine.name_field_width += strlen("_median");
	writer_->ReportContext(mine);
	text = take_text();
	error_text = error_.str();
	if (format_ == report_format::json) {
		/* The library calls itself DEBUG where its assertions are on,
		 * as in Debian. That says nothing about times that the
		 * benchmark takes itself. And results are shared. */
		drop_context_field(&text, "library_build_type");
		drop_context_field(&text, "host_name");
	}
	drop_build_type_line(&error_text);
	deliver(text, error_text);
	return true;
}

/* False where nothing of the run is worth reporting. */
bool relay::tidy(tidy_run *tidied) const
{
	Run *run = &tidied->run;
	const entry &e = suite_->entries[strtoul(
		run->run_name.function_name.c_str(), nullptr, 10)];

	run->run_name = benchmark::BenchmarkName();
	run->run_name.function_name = e.name;
	tidied->skipped = false;
	if (run->run_type == Run::RT_Iteration) {
		const outcome &result = e.outcomes[run->repetition_index];

		tidied->skipped = result.kind == verdict::skipped;
		if (result.hidden)
			put_truth_back(result, run);
	}
	for (auto it = run->counters.begin(); it != run->counters.end();)
		it = std::isfinite(it->second.value) ? std::next(it)
						     : run->counters.erase(it);
	return std::isfinite(run->real_accumulated_time) &&
	       std::isfinite(run->cpu_accumulated_time);
}

void relay::write_run(const tidy_run &tidied)
{
	std::string text;

	writer_->ReportRuns({ tidied.run });
	text = take_text();
	if (tidied.skipped && !knows_skips<benchmark::State>::value)
		rewrite_skip(&text, format_);
	deliver(text, "");
}

void relay::ReportRuns(const std::vector<Run> &runs)
{
	for (const Run &run : runs) {
		tidy_run mine = { run, false };

		if (!tidy(&mine))
			continue;
		/* The header of CSV needs the counters of every run. */
		if (format_ == report_format::csv)
			held_.push_back(std::move(mine));
		else
			write_run(mine);
	}
}

/* The library takes the columns from the first run, and aborts when a later
 * one has others. */
void relay::write_csv_header()
{
	Run all = held_[0].run;
	std::string text;

	for (const tidy_run &held : held_)
		all.counters.insert(held.run.counters.begin(),
				    held.run.counters.end());
	writer_->ReportRuns({ all });
	text = take_text();
	deliver(text.substr(0, text.find('\n') + 1), "");
}

void relay::Finalize()
{
	if (!held_.empty())
		write_csv_header();
	for (const tidy_run &held : held_)
		write_run(held);
	writer_->Finalize();
	deliver(take_text(), "");
}

/* One reporter for any number of them, none included. */
class fan_out : public BenchmarkReporter
{
      public:
	void add(std::unique_ptr<BenchmarkReporter> reporter)
	{
		reporters_.push_back(std::move(reporter));
	}
	bool ReportContext(const Context &context) override
	{
		for (auto &reporter : reporters_)
			reporter->ReportContext(context);
		return true;
	}
	void ReportRuns(const std::vector<Run> &runs) override
	{
		for (auto &reporter : reporters_)
			reporter->ReportRuns(runs);
	}
	void Finalize() override
	{
		for (auto &reporter : reporters_)
			reporter->Finalize();
	}

      private:
	std::vector<std::unique_ptr<BenchmarkReporter>> reporters_;
};

report_format format_of(const std::string &name)
{
	return name == "json"  ? report_format::json
	       : name == "csv" ? report_format::csv
			       : report_format::console;
}

int console_options(const bench_suite &suite)
{
	using console = benchmark::ConsoleReporter;
	std::string colour = flag_value(suite, "benchmark_color");
	const char *terminal = getenv("TERM");
	int options = console::OO_None;

	if (colour == "auto")
		colour = isatty(STDOUT_FILENO) && terminal &&
					 strcmp(terminal, "dumb") != 0
				 ? "true"
				 : "false";
	if (colour == "true")
		options |= console::OO_Color;
	if (flag_value(suite, "benchmark_counters_tabular") == "true")
		options |= console::OO_Tabular;
	return options;
}

/* Files. */

void add_file(std::vector<report_file> *files, report_format format,
	      const std::string &path)
{
	for (report_file &file : *files)
		if (file.format == format) {
			file.paths.push_back(path);
			return;
		}
	files->push_back({ format, { path }, "" });
}

std::vector<report_file> wanted_files(const bench_suite &suite,
				      const bench_options &options)
{
	std::vector<report_file> files;
	std::string out = flag_value(suite, "benchmark_out");

	if (options.json_path)
		add_file(&files, report_format::json, options.json_path);
	if (!out.empty())
		add_file(&files,
			 format_of(flag_value(suite, "benchmark_out_format")),
			 out);
	return files;
}

int check_files(bench_suite *suite, const std::vector<report_file> &files)
{
	int err;

	for (const report_file &file : files)
		for (const std::string &path : file.paths) {
			err = wholefile_check(path.c_str());
			if (err)
				return refuse_errno(suite, err,
						    "cannot write " + path);
		}
	/* The library exits where it cannot open the name it was told. */
	if (!files.empty() && access("/dev/null", W_OK))
		return refuse_errno(suite, -errno, "cannot write /dev/null");
	return 0;
}

/* Every file is tried; the first failure counts. */
int write_files(bench_suite *suite, const std::vector<report_file> &files)
{
	int first_err = 0;

	for (const report_file &file : files)
		for (const std::string &path : file.paths) {
			int err =
				wholefile_write(path.c_str(), file.text.data(),
						file.text.size());

			if (err && !first_err)
				first_err = refuse_errno(
					suite, err, "cannot write " + path);
		}
	return first_err;
}

int output_error(bench_suite *suite)
{
	return suite->output_err
		       ? refuse_errno(suite, suite->output_err,
				      "cannot write to standard output")
		       : 0;
}

/* The whole. */

int choose(bench_suite *suite)
{
	std::string filter = flag_value(*suite, "benchmark_filter");
	pattern wanted(filter);

	suite->chosen.clear();
	for (size_t i = 0; i < suite->entries.size(); i++)
		if (wanted.matches(suite->entries[i].name))
			suite->chosen.push_back(i);
	if (!suite->chosen.empty())
		return 0;
	return refuse(suite, -ENOENT,
		      suite->entries.empty()
			      ? "there are no benchmarks"
			      : "no benchmark matches --benchmark_filter=" +
					filter);
}

int list_names(bench_suite *suite)
{
	for (size_t index : suite->chosen)
		print(suite, suite->entries[index].name + "\n");
	return output_error(suite);
}

int run_chosen(bench_suite *suite, const bench_options &options,
	       std::vector<report_file> *files)
{
	bool quiet = options.display == BENCH_QUIET;
	fan_out display, for_files;
	int err, file_err;

	err = tell_library(suite, options, !files->empty());
	if (err)
		return err;
	tell_context(*suite);
	register_chosen(suite);
	if (!quiet)
		display.add(std::make_unique<relay>(
			suite,
			format_of(flag_value(*suite, "benchmark_format")),
			console_options(*suite), nullptr));
	for (report_file &file : *files)
		for_files.add(std::make_unique<relay>(
			suite, file.format,
			console_options(*suite) &
				benchmark::ConsoleReporter::OO_Tabular,
			&file.text));
	benchmark::RunSpecifiedBenchmarks(
		&display, files->empty() ? nullptr : &for_files, "all");
	benchmark::ClearRegisteredBenchmarks();
	forget_library_context();
	err = output_error(suite);
	file_err = write_files(suite, *files);
	return err ? err : file_err;
}

int run_suite(bench_suite *suite, const bench_options &options)
{
	std::vector<report_file> files;
	int err;

	if (!suite->usable)
		return -EINVAL;
	suite->summary = {};
	suite->output_err = 0;
	err = choose(suite);
	if (err)
		return err;
	if (flag_value(*suite, "benchmark_list_tests") == "true")
		return list_names(suite);
	files = wanted_files(*suite, options);
	err = check_files(suite, files);
	if (err)
		return err;
	return run_chosen(suite, options, &files);
}

int add_entry(bench_suite *suite, const char *name, bench_fn fn, void *arg)
{
	if (!*name || clean(name) != name)
		return refuse(suite, -EINVAL,
			      "not a name for a benchmark: '" + clean(name) +
				      "'");
	if (!suite->names.insert(name).second)
		return refuse(suite, -EEXIST,
			      std::string("a second benchmark named ") + name);
	suite->entries.push_back({ name, fn, arg, {} });
	return 0;
}

/* Running out of memory inside a benchmark function costs its repetition. */
template <typename Body> void in_run(bench_run *run, Body body)
{
	try {
		body(&run->result);
	} catch (const std::bad_alloc &) {
		run->result.kind = verdict::failed;
		run->result.why = "out of memory";
	}
}

} // namespace

int bench_create(struct bench_suite **suite, int *argc, char **argv)
{
	bench_suite *mine;
	int err;

	*suite = nullptr;
	if (living_suite) {
		creation_error = "another suite is in use";
		return -EBUSY;
	}
	mine = new (std::nothrow) bench_suite;
	if (!mine) {
		creation_error = "out of memory";
		return -ENOMEM;
	}
	*suite = living_suite = mine;
	err = guarded(mine, [=] {
		mine->program = clean(*argc > 0 ? argv[0] : "unknown");
		int failed = take_environment(mine);
		return failed ? failed : take_arguments(mine, argc, argv);
	});
	mine->usable = err == 0;
	return err;
}

void bench_destroy(struct bench_suite *suite)
{
	if (!suite)
		return;
	forget_library_context();
	BenchmarkReporter::Context::executable_name = nullptr;
	living_suite = nullptr;
	delete suite;
}

const char *bench_error(const struct bench_suite *suite)
{
	return suite ? suite->error.c_str() : creation_error;
}

int bench_register(struct bench_suite *suite, const char *name, bench_fn fn,
		   void *arg)
{
	return guarded(suite, [=] { return add_entry(suite, name, fn, arg); });
}

int bench_context(struct bench_suite *suite, const char *key, const char *value)
{
	return guarded(suite, [=] {
		suite->context[clean(key)] = clean(value);
		return 0;
	});
}

int bench_matches(const struct bench_suite *suite, const char *name)
{
	bool matches = false;

	guarded(const_cast<bench_suite *>(suite), [&] {
		pattern wanted(flag_value(*suite, "benchmark_filter"));

		matches = wanted.matches(name);
		return 0;
	});
	return matches;
}

int bench_lists_only(const struct bench_suite *suite)
{
	return flag_value(*suite, "benchmark_list_tests") == "true";
}

int bench_check_output(struct bench_suite *suite)
{
	return guarded(suite, [&] {
		return check_files(suite, wanted_files(*suite, {}));
	});
}

int bench_repetitions(const struct bench_suite *suite, int otherwise)
{
	if (!suite->given.count("benchmark_repetitions"))
		return std::max(otherwise, 1);
	return atoi(flag_value(*suite, "benchmark_repetitions").c_str());
}

const char *bench_library_version(void)
{
	return LIBBENCH_LIBRARY_VERSION;
}

int bench_run_all(struct bench_suite *suite,
		  const struct bench_options *options,
		  struct bench_summary *summary)
{
	const bench_options plain = {};
	int err = guarded(suite, [=] {
		return run_suite(suite, options ? *options : plain);
	});

	if (summary)
		*summary = suite->summary;
	return err;
}

void bench_set_time(struct bench_run *run, double seconds)
{
	run->result.timed = std::isfinite(seconds) && seconds >= 0;
	run->result.seconds = seconds;
}

void bench_set_counter(struct bench_run *run, const char *name, double value)
{
	if (!std::isfinite(value))
		return;
	in_run(run,
	       [=](outcome *result) { result->counters[clean(name)] = value; });
}

void bench_set_label(struct bench_run *run, const char *label)
{
	in_run(run, [=](outcome *result) { result->label = clean(label); });
}

void bench_skip(struct bench_run *run, const char *why)
{
	in_run(run, [=](outcome *result) {
		if (result->kind == verdict::failed)
			return;
		result->kind = verdict::skipped;
		result->why = clean(why);
	});
}

void bench_fail(struct bench_run *run, const char *why)
{
	in_run(run, [=](outcome *result) {
		result->kind = verdict::failed;
		result->why = clean(why);
	});
}

int bench_repetition(const struct bench_run *run)
{
	return run->repetition;
}
