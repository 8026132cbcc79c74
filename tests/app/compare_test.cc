// perfleak compare: did the fix help?
#include "app/compare.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "app/cli.h"
#include "support/csv_log.h"
#include "support/fake_console.h"
#include "support/temp_dir.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kMb = 1048576;

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

SideGrowth Growing(double per_s, double stderr_per_s, Verdict verdict) {
  SideGrowth side;
  side.slope_per_s = per_s;
  side.stderr_per_s = stderr_per_s;
  side.verdict = verdict;
  return side;
}
SideGrowth Leak(double per_s, double stderr_per_s) {
  return Growing(per_s, stderr_per_s, Verdict::kLeak);
}
SideGrowth Calm(double per_s, double stderr_per_s) {
  return Growing(per_s, stderr_per_s, Verdict::kSteady);
}

TEST_CASE("errors of a difference add in quadrature, each at least 2 % of its slope") {
  const Difference difference = Subtract(Leak(100, 3), Leak(40, 4));
  CHECK(difference.per_s == -60);
  CHECK(difference.stderr_per_s == doctest::Approx(5));  // 3-4-5
  CHECK(difference.low_80_per_s == doctest::Approx(-60 - 5 * 1.28155));
  CHECK(difference.high_95_per_s == doctest::Approx(-60 + 5 * 1.95996));
  CHECK(Subtract(Leak(150, 0), Leak(200, 0)).stderr_per_s == doctest::Approx(5));
}

TEST_CASE("what became of a leak") {
  const auto judge = [](const SideGrowth& before, const SideGrowth& after, double load = 1) {
    return JudgeChange(before, after, false, load);
  };
  CHECK(judge(Leak(100, 2), Calm(5, 5)) == Change::kFixed);        // 5 + 1.96*5 = 14.8 < 20
  CHECK(judge(Leak(100, 2), Calm(5, 8)) == Change::kBetter);       // 20.7 could be left
  CHECK(judge(Leak(100, 2), Calm(5, 5), 0.5) == Change::kBetter);  // with half the load: 10
  CHECK(judge(Leak(100, 2), Calm(5, 5), 3) == Change::kFixed);
  CHECK(judge(Leak(100, 2), Leak(5, 5)) == Change::kBetter);  // what is called is not fixed
  CHECK(judge(Leak(100, 2), Leak(50, 2)) == Change::kBetter);
  CHECK(judge(Leak(100, 2), Leak(98, 2)) == Change::kSame);
  CHECK(judge(Leak(100, 2), Leak(150, 2)) == Change::kWorse);
  CHECK(judge(Calm(0, 2), Leak(50, 2)) == Change::kWorse);
  CHECK(judge(Calm(45, 10), Leak(50, 2)) == Change::kSame);  // called now, as fast as before
  CHECK(judge(Calm(45, 30), Leak(50, 2)) == Change::kCannotTell);
  CHECK(judge(Leak(100, 40), Calm(80, 40)) == Change::kCannotTell);
  CHECK(judge(Leak(100, 2), Calm(-50, 3)) == Change::kFixed);
}

TEST_CASE("for counters that must not fall, falling is growing") {
  CHECK(JudgeChange(Leak(-100, 2), Calm(-1, 3), true, 1) == Change::kFixed);
  CHECK(JudgeChange(Leak(-100, 2), Leak(-200, 2), true, 1) == Change::kWorse);
}

// A day and a half of a process that grows by so much, and of one that never does.
std::string Log(double mb_per_hour, const std::string& name = "app", double pid = 10,
                const std::string& machine = "PC") {
  const std::string process = "\\\\" + machine + "\\Process(" + name + ")\\";
  const std::string other = "\\\\" + machine + "\\Process(other)\\";
  return CsvLog(
      {{process + "ID Process", Always(pid)},
       {process + "Private Bytes",
        [=](int i) { return 300 * kMb + mb_per_hour * kMb * i / 60 + 2 * kMb * Noise(i, 1); }},
       {other + "ID Process", Always(99)},
       {other + "Private Bytes", [](int i) { return 50 * kMb + kMb * Noise(i, 2); }},
       {"\\\\" + machine + R"(\Processor(_Total)\% Processor Time)",
        [](int i) { return 20 + 5 * Noise(i, 3); }}},
      2160);
}

CompareReport Compared(const std::string& before, const std::string& after, bool all = false) {
  const TempDir dir;
  CompareOptions options;
  options.before = {dir.Write("before.csv", before)};
  options.after = {dir.Write("after.csv", after)};
  options.all = all;
  auto report = Compare(options);
  REQUIRE(report.ok());
  return *report;
}

TEST_CASE("a leak that is gone is fixed") {
  const CompareReport report = Compared(Log(60), Log(0, "app", 4242));
  CHECK(report.overall == Change::kFixed);
  CHECK(report.summary == "Fixed: app (Private Bytes).");
  REQUIRE(report.components.size() == 1);
  const ComparedGrowth& app = report.components[0];
  CHECK(app.leads);
  CHECK(app.before->slope_per_s * 3600 / kMb == doctest::Approx(60).epsilon(.01));
  CHECK(app.after->slope_per_s * 3600 / kMb == doctest::Approx(0).epsilon(.05));
  CHECK(app.after->stderr_per_s > 0);  // steady, but measured
  CHECK(app.difference->per_s * 3600 / kMb == doctest::Approx(-60).epsilon(.01));
  // Both logs run at 20 %, so a unit of load is 3 MB/h.
  CHECK(app.before->per_load_per_s.value() * 3600 / kMb == doctest::Approx(3).epsilon(.01));
}

TEST_CASE("the same log twice is the same") {
  const CompareReport report = Compared(Log(60), Log(60));
  CHECK(report.overall == Change::kSame);
  CHECK(report.components[0].difference->per_s == 0);
}

TEST_CASE("half the rate is better, twice the rate is worse") {
  CHECK(Compared(Log(60), Log(30)).overall == Change::kBetter);
  CHECK(Compared(Log(60), Log(120)).overall == Change::kWorse);
}

TEST_CASE("a leak in a process that was not there before is worse on the same machine only") {
  CHECK(Compared(Log(0), Log(60, "newcomer")).overall == Change::kWorse);
  const CompareReport elsewhere = Compared(Log(0), Log(60, "newcomer", 10, "OTHER"));
  CHECK(elsewhere.overall == Change::kCannotTell);
  CHECK(elsewhere.quality.front().code == "machines-differ");
}

TEST_CASE("a process that is not in the log after tells nothing") {
  const CompareReport report = Compared(Log(60), Log(0, "stranger"));
  CHECK(report.overall == Change::kCannotTell);
  CHECK(report.components[0].why == "app is not in the log after.");
}

TEST_CASE("a log too short after a fix tells nothing") {
  const CompareReport report =
      Compared(Log(60), CsvLog({{R"(\\PC\Process(app)\ID Process)", Always(10)},
                                {R"(\\PC\Process(app)\Private Bytes)", Always(3e8)}},
                               10));
  CHECK(report.overall == Change::kCannotTell);
  CHECK(report.components[0].why == "The log after holds too little data of it.");
}

TEST_CASE("a server under another name is the same server") {
  const CompareReport report = Compared(Log(60), Log(0, "app", 10, "RENAMED"));
  CHECK(report.overall == Change::kFixed);
  CHECK(report.components[0].machine_before == "PC");
  CHECK(report.components[0].machine_after == "RENAMED");
}

TEST_CASE("two healthy logs have nothing to fix, --all shows what was measured") {
  const CompareReport report = Compared(Log(0), Log(0));
  CHECK_FALSE(report.overall.has_value());
  CHECK(report.summary == "Neither log shows a leak.");
  CHECK(report.components.empty());
  CHECK(Compared(Log(0), Log(0), true).components.size() == 2);
}

TEST_CASE("compare as a command") {
  const TempDir dir;
  const std::string leaking = dir.Write("leaking.csv", Log(60));
  const std::string fixed = dir.Write("fixed.csv", Log(0));
  const auto run = [](std::vector<std::string> arguments) {
    FakeConsole console;
    arguments.insert(arguments.begin(), "compare");
    const int status = Run(arguments, &console);
    return std::pair(status, console.out + console.err);
  };
  CHECK(run({leaking, fixed, "--fail-on", "not-fixed"}).first == 0);
  CHECK(run({leaking, leaking, "--fail-on", "not-fixed"}).first == 1);
  CHECK(run({leaking, leaking, "--fail-on", "worse"}).first == 0);
  CHECK(run({fixed, leaking, "--fail-on", "worse"}).first == 1);
  CHECK(run({fixed, leaking}).first == 0);
  CHECK(run({fixed, fixed, "--fail-on", "not-fixed"}).first == 0);
  CHECK(Contains(run({leaking, fixed}).second, "Fixed: app (Private Bytes)."));
  CHECK(run({"--before", leaking, "--after", fixed}).second == run({leaking, fixed}).second);
  CHECK(Contains(run({leaking, fixed, "--format", "json"}).second, "\"overall\": \"fixed\""));
  for (const auto& wrong : std::vector<std::vector<std::string>>{{},
                                                                 {leaking},
                                                                 {leaking, fixed, fixed},
                                                                 {"--before", leaking},
                                                                 {leaking, "--after", fixed}}) {
    const auto [status, text] = run(wrong);
    CHECK(status == 2);
    CHECK(Contains(text, "BEFORE and AFTER"));
  }
  CHECK(Contains(run({"-", "-"}).second, "standard input"));
  CHECK(run({leaking, fixed, "-o", leaking}).first == 2);
  CHECK(Contains(run({"--help"}).second, "Usage: perfleak compare BEFORE AFTER"));
}

#ifdef PERFLEAK_SIM
// Compares two cases of the simulator; in each the process of interest is `worker`.
CompareReport ComparedCases(const std::string& before, const std::string& after) {
  const TempDir dir;
  CompareOptions options;
  for (const std::string& name : {before, after}) {
    const std::string path = dir.Path(name + ".csv");
    const std::string command =
        std::string("\"") + PERFLEAK_SIM + "\" case " + name + " --seed 1 --out \"" + path + "\"";
    REQUIRE(std::system(command.c_str()) == 0);
  }
  options.before = {dir.Path(before + ".csv")};
  options.after = {dir.Path(after + ".csv")};
  auto report = Compare(options);
  REQUIRE(report.ok());
  return *report;
}

TEST_CASE("a leak that became a warm-up is fixed: the warm-up is over at the end") {
  const CompareReport report = ComparedCases("constant-120mb", "ramp-then-flat");
  CHECK(report.overall == Change::kFixed);
  CHECK(ComparedCases("ramp-then-flat", "constant-120mb").overall == Change::kWorse);
}

TEST_CASE("recycling a process that leaks fixes nothing") {
  const CompareReport report = ComparedCases("constant-120mb", "recycled-6h");
  CHECK(report.overall == Change::kSame);
  CHECK(report.components[0].component == "worker");
}
#endif

}  // namespace
}  // namespace perfleak
