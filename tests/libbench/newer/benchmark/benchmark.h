/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libbench uses of Google Benchmark, under the names of 1.8 and later. */
#ifndef TESTS_LIBBENCH_NEWER_BENCHMARK_H
#define TESTS_LIBBENCH_NEWER_BENCHMARK_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#define BENCHMARK_DISABLE_DEPRECATED_WARNING
#define BENCHMARK_RESTORE_DEPRECATED_WARNING

namespace benchmark
{

struct Counter {
	Counter(double v = 0) : value(v)
	{
	}
	double value;
};

using UserCounters = std::map<std::string, Counter>;

namespace internal
{

enum Skipped { NotSkipped = 0, SkippedWithMessage, SkippedWithError };

struct Benchmark {
	Benchmark *Iterations(int64_t n);
	Benchmark *UseManualTime();
};

std::map<std::string, std::string> *&GetGlobalContext();

} // namespace internal

struct State {
	bool KeepRunning();
	void SkipWithMessage(const std::string &message);
	void SkipWithError(const std::string &message);
	void SetIterationTime(double seconds);
	void SetLabel(const std::string &label);
	UserCounters counters;
};

struct BenchmarkName {
	std::string function_name;
};

class BenchmarkReporter
{
      public:
	struct Context {
		size_t name_field_width;
		static const char *executable_name;
	};
	struct Run {
		enum RunType { RT_Iteration, RT_Aggregate };
		BenchmarkName run_name;
		RunType run_type;
		internal::Skipped skipped;
		std::string skip_message;
		int64_t repetition_index;
		double real_accumulated_time;
		double cpu_accumulated_time;
		UserCounters counters;
	};
	virtual ~BenchmarkReporter();
	virtual bool ReportContext(const Context &context) = 0;
	virtual void ReportRuns(const std::vector<Run> &runs) = 0;
	virtual void Finalize();
	void SetOutputStream(std::ostream *stream);
	void SetErrorStream(std::ostream *stream);
};

struct ConsoleReporter : BenchmarkReporter {
	enum OutputOptions { OO_None = 0, OO_Color = 1, OO_Tabular = 2 };
	explicit ConsoleReporter(OutputOptions options);
	bool ReportContext(const Context &context) override;
	void ReportRuns(const std::vector<Run> &runs) override;
};

struct JSONReporter : BenchmarkReporter {
	bool ReportContext(const Context &context) override;
	void ReportRuns(const std::vector<Run> &runs) override;
};

struct CSVReporter : BenchmarkReporter {
	bool ReportContext(const Context &context) override;
	void ReportRuns(const std::vector<Run> &runs) override;
};

template <typename Function>
internal::Benchmark *RegisterBenchmark(const std::string &, Function &&function)
{
	static internal::Benchmark benchmark;
	State state;

	function(state);
	return &benchmark;
}
void ClearRegisteredBenchmarks();
void Initialize(int *argc, char **argv, void (*helper)());
size_t RunSpecifiedBenchmarks(BenchmarkReporter *display,
			      BenchmarkReporter *file, std::string filter);

} // namespace benchmark

#endif
