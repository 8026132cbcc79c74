#include "app/analyze.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/csv_log.h"
#include "support/temp_dir.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kMb = 1048576;

// Two processes, of which `store` leaks 60 MB/h, with the machine's load.
std::vector<CsvColumn> LeakingMachine(const std::string& machine = "PC") {
  const std::string pc = "\\\\" + machine + "\\";
  return {{pc + "Process(store)\\ID Process", Always(10)},
          {pc + "Process(store)\\Private Bytes",
           [](int i) { return 300 * kMb + kMb * i + 2 * kMb * Noise(i, 1); }},
          {pc + "Process(mad)\\ID Process", Always(20)},
          {pc + "Process(mad)\\Private Bytes", [](int i) { return 50 * kMb + kMb * Noise(i, 2); }},
          {pc + "Processor(_Total)\\% Processor Time", [](int i) { return 20 + 5 * Noise(i, 3); }}};
}

Result<Report> AnalyzeLogs(std::vector<std::string> logs) {
  AnalyzeOptions options;
  options.logs = std::move(logs);
  return Analyze(options);
}

TEST_CASE("one export gives one report") {
  const TempDir dir;
  const auto report = AnalyzeLogs({dir.Write("a.csv", CsvLog(LeakingMachine(), 2000))});
  REQUIRE(report.ok());
  CHECK(report->input.rows_read == 2000);
  CHECK(report->input.rows_used == 2000);
  CHECK(report->input.counters == 5);
  CHECK(report->input.interval_s == 60);
  CHECK(report->input.machines == std::vector<std::string>{"PC"});
  CHECK(report->input.time_basis == TimeBasis::kUtc);
  CHECK(report->leaks.judged == 2);
  REQUIRE(report->leaks.suspects.size() == 1);
  CHECK(report->leaks.suspects[0].component == "store");
  CHECK(report->leaks.suspects[0].verdict == Verdict::kLeak);
}

TEST_CASE("segments of one collector are one timeline, whatever the order given") {
  const TempDir dir;
  const auto whole = AnalyzeLogs({dir.Write("whole.csv", CsvLog(LeakingMachine(), 2000))});
  const auto stitched = AnalyzeLogs({dir.Write("c.csv", CsvLog(LeakingMachine(), 700, 1300)),
                                     dir.Write("a.csv", CsvLog(LeakingMachine(), 650, 0)),
                                     dir.Write("b.csv", CsvLog(LeakingMachine(), 650, 650))});
  REQUIRE(whole.ok());
  REQUIRE(stitched.ok());
  CHECK(stitched->input.rows_used == 2000);
  REQUIRE(stitched->leaks.suspects.size() == 1);
  CHECK(stitched->leaks.suspects[0].growth_in.slope.per_s ==
        whole->leaks.suspects[0].growth_in.slope.per_s);
}

TEST_CASE("the same log twice changes nothing") {
  const TempDir dir;
  const std::string log = dir.Write("a.csv", CsvLog(LeakingMachine(), 2000));
  const auto once = AnalyzeLogs({log});
  const auto twice = AnalyzeLogs({log, log});
  REQUIRE(once.ok());
  REQUIRE(twice.ok());
  CHECK(twice->input.rows_used == 2000);
  CHECK(twice->input.rows_read == twice->input.rows_used + twice->input.rows_dropped);
  CHECK(twice->leaks.suspects[0].growth_in.slope.per_s ==
        once->leaks.suspects[0].growth_in.slope.per_s);
}

TEST_CASE("machines can be chosen, and stay apart in one log") {
  const TempDir dir;
  auto columns = LeakingMachine("A");
  for (const CsvColumn& column : LeakingMachine("B")) columns.push_back(column);
  AnalyzeOptions options;
  options.logs = {dir.Write("two.csv", CsvLog(columns, 2000))};
  const auto both = Analyze(options);
  REQUIRE(both.ok());
  CHECK(both->leaks.suspects.size() == 2);
  options.selection.machines = {"b"};
  const auto one = Analyze(options);
  REQUIRE(one.ok());
  REQUIRE(one->leaks.suspects.size() == 1);
  CHECK(one->leaks.suspects[0].machine == "B");
  CHECK(one->input.machines == std::vector<std::string>{"B"});
}

TEST_CASE("patterns choose what is judged") {
  const TempDir dir;
  AnalyzeOptions options;
  options.logs = {dir.Write("a.csv", CsvLog(LeakingMachine(), 2000))};
  options.selection.exclude = {"Process(store)"};
  auto report = Analyze(options);
  REQUIRE(report.ok());
  CHECK(report->leaks.judged == 1);
  CHECK(report->leaks.suspects.empty());
  options.selection.exclude = {};
  options.selection.include = {"*\\Process(s*)\\*"};
  report = Analyze(options);
  REQUIRE(report.ok());
  CHECK(report->leaks.judged == 1);
  CHECK(report->leaks.suspects.size() == 1);
}

std::string ErrorOf(const AnalyzeOptions& options) {
  const auto report = Analyze(options);
  return report.ok() ? "" : report.error().message;
}

TEST_CASE("a machine may be named with backslashes, and must be in the log") {
  const TempDir dir;
  auto columns = LeakingMachine("A");
  for (const CsvColumn& column : LeakingMachine("B")) columns.push_back(column);
  AnalyzeOptions options;
  options.logs = {dir.Write("two.csv", CsvLog(columns, 100))};
  options.selection.machines = {"\\\\b"};
  CHECK(ErrorOf(options).empty());
  options.selection.machines = {"a", "C"};
  CHECK(ErrorOf(options) == "--machine C: no such machine in the logs; there are: A, B.");
  options.logs = {dir.Write("one.csv", CsvLog(LeakingMachine("A"), 100))};
  CHECK(ErrorOf(options) == "--machine C: no such machine in the logs; there is: A.");
}

TEST_CASE("patterns that leave nothing to judge are an error that lists what there is") {
  const TempDir dir;
  AnalyzeOptions options;
  options.logs = {dir.Write("a.csv", CsvLog(LeakingMachine(), 100))};
  options.selection.include = {"nothing"};
  CHECK(ErrorOf(options) ==
        "--include nothing: matches no counter that can be judged; there is: "
        "Process(*)\\Private Bytes.");
  options.selection.include = {"% Processor Time"};  // load is never judged
  CHECK(ErrorOf(options).starts_with("--include % Processor Time: matches no counter"));
  options.selection.include = {};
  options.selection.exclude = {"*"};
  CHECK(ErrorOf(options) ==
        "--exclude *: leaves no counter to judge; there is: Process(*)\\Private Bytes.");
  options.selection.exclude = {"nothing"};
  CHECK(ErrorOf(options).empty());
}

TEST_CASE("a time without samples is an error that says what time the log covers") {
  const TempDir dir;
  AnalyzeOptions options;
  options.logs = {dir.Write("a.csv", CsvLog(LeakingMachine(), 2000))};
  options.since = "2030-01-01";
  CHECK(ErrorOf(options) ==
        "--since 2030-01-01: no sample of the log lies in this time; the log covers "
        "2026-03-01 00:00 to 2026-03-02 09:19 UTC.");  // 1,999 minutes later
  options.since = "2026-03-02";
  options.until = "2026-03-01";
  CHECK(ErrorOf(options) ==
        "--since 2026-03-02 --until 2026-03-01: --since must be before --until.");
}

TEST_CASE("a pattern without wildcards matches any part of a path") {
  const std::string path = R"(\\PC\Process(store)\Private Bytes)";
  CHECK(MatchesPattern("process(STORE)", path));
  CHECK(MatchesPattern("*store*bytes", path));
  CHECK_FALSE(MatchesPattern("store*", path));
  CHECK_FALSE(MatchesPattern("Handle", path));
}

TEST_CASE("bounds in time leave samples out and count them") {
  const TempDir dir;
  AnalyzeOptions options;
  options.logs = {dir.Write("a.csv", CsvLog(LeakingMachine(), 2880))};
  options.since = "2026-03-01 12:00";
  options.until = "2026-03-02";
  auto report = Analyze(options);
  REQUIRE(report.ok());
  CHECK(report->input.rows_used == 720);
  CHECK(report->input.rows_read == report->input.rows_used + report->input.rows_dropped);
  options.since = "yesterday";
  report = Analyze(options);
  REQUIRE_FALSE(report.ok());
  CHECK(report.error().message.find("--since yesterday") != std::string::npos);
}

TEST_CASE("one thread and two threads give the same report") {
  const TempDir dir;
  AnalyzeOptions options;
  options.logs = {dir.Write("a.csv", CsvLog(LeakingMachine(), 2000))};
  options.threads = 1;
  const auto one = Analyze(options);
  options.threads = 2;
  const auto two = Analyze(options);
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  CHECK(one->leaks.suspects[0].growth_in.slope.per_s ==
        two->leaks.suspects[0].growth_in.slope.per_s);
  CHECK(one->leaks.suspects[0].score == two->leaks.suspects[0].score);
}

TEST_CASE("a log without samples is an error that says so") {
  const TempDir dir;
  const auto report = AnalyzeLogs({dir.Write("empty.csv", CsvLog(LeakingMachine(), 0))});
  REQUIRE_FALSE(report.ok());
  CHECK(report.error().message.find("no usable sample") != std::string::npos);
}

TEST_CASE("one sample is a report that says a verdict takes more") {
  const TempDir dir;
  const auto report = AnalyzeLogs({dir.Write("one.csv", CsvLog(LeakingMachine(), 1))});
  REQUIRE(report.ok());
  CHECK(report->leaks.judged == 0);
  REQUIRE(report->quality.size() >= 2);
  CHECK(report->quality[0].code == "nothing-judged");
  CHECK(report->quality[1].code == "few-samples");
}

TEST_CASE("what is stated is checked before a log is read") {
  AnalyzeOptions options;
  options.logs = {"there is no such log.csv"};
  options.stated.windows = "amiga";
  CHECK(Analyze(options).error().message.find("--windows amiga: not a Windows") == 0);
}

TEST_CASE("what a machine is, is told, and what is stated against the log is a note") {
  const TempDir dir;
  AnalyzeOptions options;
  options.logs = {dir.Write("a.csv", CsvLog(LeakingMachine(), 2000))};
  auto report = Analyze(options);
  REQUIRE(report.ok());
  REQUIRE(report->leaks.platforms.size() == 1);
  const ProductFact* exchange = report->leaks.platforms[0].Find("exchange");
  REQUIRE(exchange != nullptr);
  CHECK(exchange->from.find("process ") == 0);

  options.stated.products = {"exchange-2013"};
  report = Analyze(options);
  REQUIRE(report.ok());
  const auto& notes = report->quality;
  CHECK(std::any_of(notes.begin(), notes.end(), [](const QualityNote& note) {
    return note.code == "stated-product-contradicts-log";
  }));
}

}  // namespace
}  // namespace perfleak
