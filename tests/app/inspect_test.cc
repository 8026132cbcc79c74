// perfleak inspect: what is told of a log, and the collector that would do better.
#include "app/inspect.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "app/cli.h"
#include "app/collector_plan.h"
#include "app/sampling.h"
#include "support/csv_log.h"
#include "support/fake_console.h"
#include "support/temp_dir.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool Notes(const InspectReport& report, const std::string& code) {
  return std::any_of(report.quality.begin(), report.quality.end(),
                     [&](const QualityNote& note) { return note.code == code; });
}

InspectReport Inspected(const std::string& text) {
  const TempDir dir;
  auto report = Inspect({{dir.Write("a.csv", text)}});
  REQUIRE(report.ok());
  return *report;
}

// A process with its PID; missing before row `from`.
void AddProcess(std::vector<CsvColumn>* columns, const std::string& name, double pid,
                int from = 0) {
  const auto since = [from](double value) {
    return [=](int i) { return i < from ? kMissing : value; };
  };
  columns->push_back({R"(\\PC\Process()" + name + R"()\ID Process)", since(pid)});
  columns->push_back({R"(\\PC\Process()" + name + R"()\Private Bytes)", since(1e7)});
}

// Blank cells instead of "nan", as Windows writes missing values.
std::string Log(const std::vector<CsvColumn>& columns, int rows) {
  std::string text = CsvLog(columns, rows);
  for (size_t at = text.find("\"nan\""); at != text.npos; at = text.find("\"nan\"", at)) {
    text.replace(at, 5, "\" \"");
  }
  return text;
}

std::vector<CsvColumn> Server(int last_process_from) {
  std::vector<CsvColumn> columns = {
      {R"(\\PC\Memory\Committed Bytes)", Always(1e9)},
      {R"(\\PC\Memory\Commit Limit)", Always(2e9)},
      {R"(\\PC\Processor(_Total)\% Processor Time)", [](int i) { return 20 + Noise(i, 1); }},
      {R"(\\PC\Strange(x)\Thing)", Always(1)},
      {R"(\\PC\Strange(y)\Thing)", Always(1)}};
  for (int i = 0; i < 12; ++i) {
    const int from = i == 11 ? last_process_from : 0;
    AddProcess(&columns, "p" + std::to_string(i), 100 + 4 * i, from);
  }
  return columns;
}

TEST_CASE("a good log of two weeks meets every need") {
  const InspectReport report = Inspected(Log(Server(500), 14 * 1440));
  CHECK(report.fitness == Fitness::kGood);
  CHECK(std::all_of(report.needs.begin(), report.needs.end(),
                    [](const LengthNeed& need) { return need.met; }));
  REQUIRE(report.machines.size() == 1);
  CHECK(report.machines[0].images == 12);
  CHECK(report.machines[0].lives == 12);
  CHECK(report.machines[0].at_once == 12);
  CHECK(report.machines[0].instances == 12);
  CHECK(report.machines[0].late == 1);
  CHECK(report.machines[0].load_counter == R"(\\PC\Processor(_Total)\% Processor Time)");
  CHECK_FALSE(Notes(report, "instances-fixed"));
  REQUIRE(report.unknown.size() == 1);
  CHECK(report.unknown[0].path == R"(Strange(*)\Thing)");
  CHECK(report.unknown[0].columns == 2);
}

TEST_CASE("a log in which no process column ever fills later lists those of its start only") {
  CHECK(Notes(Inspected(Log(Server(0), 1440 + 1)), "instances-fixed"));
  CHECK_FALSE(Notes(Inspected(Log(Server(0), 300)), "instances-fixed"));  // too short to say
}

TEST_CASE("the start of a log is that of each machine") {
  const TempDir dir;
  const std::string early = dir.Write("early.csv", Log(Server(0), 1500));
  std::string text = CsvLog({{R"(\\OTHER\Process(a)\ID Process)", Always(4)}}, 100, 5000);
  const auto report = Inspect({{early, dir.Write("late.csv", text)}});
  REQUIRE(report.ok());
  REQUIRE(report->machines.size() == 2);
  CHECK(report->machines[0].name == "OTHER");
  CHECK(report->machines[0].instances == 1);
  CHECK(report->machines[0].late == 0);
  CHECK(report->machines[1].instances == 12);
  CHECK(report->machines[1].late == 0);
}

TEST_CASE("objects are counted with their instances, counters, and the columns of use") {
  const InspectReport report = Inspected(Log(Server(0), 100));
  const auto process =
      std::find_if(report.objects.begin(), report.objects.end(),
                   [](const InspectedObject& object) { return object.name == "Process"; });
  REQUIRE(process != report.objects.end());
  CHECK(process->instances == 12);
  CHECK(process->counters == 2);
  CHECK(process->columns == 24);
  CHECK(process->used == 24);
}

TEST_CASE("without a load counter 36 hours are needed") {
  const InspectReport report =
      Inspected(CsvLog({{R"(\\PC\Memory\Pool Paged Bytes)", Always(1e7)}}, 1600));
  REQUIRE(report.needs.size() == 3);
  CHECK(report.needs[0].code == "warm-up");
  CHECK(report.needs[0].met);
  CHECK(report.needs[1].code == "day-rhythm");
  CHECK_FALSE(report.needs[1].met);
  CHECK(Notes(report, "no-process-counters"));
  CHECK(report.fitness == Fitness::kLimited);
}

TEST_CASE("a log without a usable row is told, not refused") {
  const InspectReport report =
      Inspected("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\PC\\Memory\\Pool Paged Bytes\"\r\n");
  CHECK(report.fitness == Fitness::kUseless);
  CHECK(report.input.rows_read == 0);
  CHECK(report.plan.create.starts_with("logman create counter perfleak -c "));
}

TEST_CASE("an interval that changes for good is a change, a late row and a gap are none") {
  Sampling steady;
  for (int i = 0; i < 100; ++i) steady.Add(60 * i + (i % 7 == 0 ? 2 : 0));
  steady.Add(10000);  // a gap
  for (int i = 1; i < 100; ++i) steady.Add(10000 + 60 * i);
  CHECK(steady.changes() == 0);
  REQUIRE(steady.stretches().size() == 1);
  CHECK(steady.stretches()[0].interval_s == doctest::Approx(60).epsilon(.03));

  Sampling changed;
  for (int i = 0; i < 10; ++i) changed.Add(60 * i);
  for (int i = 1; i < 10; ++i) changed.Add(540 + 15 * i);
  CHECK(changed.changes() == 1);
  REQUIRE(changed.stretches().size() == 2);
  CHECK(changed.stretches()[1].from_s == 540);
  CHECK(changed.stretches()[1].interval_s == 15);
}

TEST_CASE("the collector samples as often as a week fits into its file") {
  CounterTable table;
  // 64 bytes times (10 * 1.25 * processes + 70) values, at most 450 MB of 10,080 samples a week at
  // one minute: 731 values, so 52 processes fit and 53 do not; 1462 at two minutes: 111.
  CHECK(PlanCollector(table, {"PC"}, 52).interval_s == 60);
  CHECK(PlanCollector(table, {"PC"}, 53).interval_s == 120);
  CHECK(PlanCollector(table, {"PC"}, 111).interval_s == 120);
  CHECK(PlanCollector(table, {"PC"}, 112).interval_s == 300);
  CHECK(PlanCollector(table, {"PC"}, 100000).interval_s == 900);
}

TEST_CASE("the command lines are those of the Windows reference") {
  CounterTable table;
  table.Intern(*ParseCounterPath(R"(\\PC\MSExchangeIS\User Count)"));
  table.Intern(*ParseCounterPath(R"(\\PC\Process(a)\ID Process)"));
  table.Intern(*ParseCounterPath(R"(\\PC\Process(_Total)\Thread Count)"));
  const CollectorPlan plan = PlanCollector(table, {"PC"}, 20);
  CHECK(plan.create.starts_with(
      R"(logman create counter perfleak -c "\Process(*)\ID Process" "\Process(*)\)"));
  CHECK(Contains(plan.create, R"( "\Memory\*" )"));
  CHECK(Contains(plan.create, R"( "\Processor(_Total)\% Processor Time" )"));
  CHECK(Contains(plan.create, R"( "\MSExchangeIS\User Count" )"));
  CHECK(plan.create.ends_with(
      R"( -si 00:01:00 -f bincirc -max 500 -v mmddhhmm -o "C:\PerfLogs\perfleak")"));
  CHECK(plan.start == "logman start perfleak");
  CHECK(plan.stop == "logman stop perfleak");
  CHECK(plan.relog == R"(relog "C:\PerfLogs\perfleak_MMDDhhmm.blg" -f CSV -o perfleak.csv)");
  const auto misses = [&plan](const std::string& path) {
    return std::count(plan.missing.begin(), plan.missing.end(), path) == 1;
  };
  CHECK_FALSE(misses(R"(\Process(*)\ID Process)"));
  CHECK(misses(R"(\Process(*)\Thread Count)"));  // the sum of all does not count
  CHECK(misses(R"(\Memory\Commit Limit)"));
}

TEST_CASE("inspect as a command: text, JSON, a file, and what cannot be read") {
  const TempDir dir;
  const std::string log = dir.Write("a.csv", Log(Server(0), 200));
  FakeConsole text;
  CHECK(Run({"inspect", log}, &text) == 0);
  CHECK(Contains(text.out, "A verdict is possible, but limited"));
  CHECK(Contains(text.out, "logman start perfleak"));
  FakeConsole json;
  CHECK(Run({"inspect", log, "--format", "json", "-o", dir.Path("r.json")}, &json) == 0);
  CHECK(json.out.empty());
  CHECK(Contains(dir.Read("r.json"), "\"fitness\": \"limited\""));
  FakeConsole nothing;
  CHECK(Run({"inspect", dir.Path("no.csv")}, &nothing) == 2);
  CHECK(Contains(nothing.err, "no.csv"));
  FakeConsole help;
  CHECK(Run({"inspect", "--help"}, &help) == 0);
  CHECK(Contains(help.out, "Usage: perfleak inspect LOG..."));
}

}  // namespace
}  // namespace perfleak
