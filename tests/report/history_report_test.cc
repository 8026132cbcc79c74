// What history prints, for people and for programs.
#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "report/history_json.h"
#include "report/history_text.h"
#include "report/history_words.h"
#include "report/printed.h"
#include "support/schema.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

constexpr double kMbPerHour = 1048576.0 / 3600;
constexpr double kNotJudged = std::numeric_limits<double>::quiet_NaN();

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Weeks from 2026-03-02 on: called with so many MB/h, steady at 0, not judged.
HistoryLine LineOf(const std::vector<double>& mb_per_hour) {
  HistoryLine line;
  line.machine = "EXCH01";
  line.component = "store";
  line.path = "\\\\EXCH01\\Process(store)\\Private Bytes";
  line.kind = LeakKind::kHeap;
  double start_s = 1772409600;  // 2026-03-02
  for (const double mb : mb_per_hour) {
    PeriodTrend& period = line.periods.emplace_back();
    period.start_s = start_s;
    period.end_s = start_s + 7 * kSecondsPerDay - 60;
    period.judged = mb == mb;
    period.verdict = mb == 0 ? Verdict::kSteady : Verdict::kLeak;
    period.slope = {mb * kMbPerHour, 0, (mb - 0.25) * kMbPerHour, (mb + 0.25) * kMbPerHour};
    start_s += 7 * kSecondsPerDay;
  }
  return line;
}

HistoryReport ReportOf(std::vector<HistoryLine> lines) {
  HistoryReport report;
  report.version = "0.1.0";
  report.store = "fleet.db";
  report.asked = "store";
  report.lines = std::move(lines);
  return report;
}

HistoryReport TwoMachines() {
  HistoryLine first = LineOf({0, 2, 4.5, kNotJudged, 3, 0});
  first.periods[0].verdict = Verdict::kExplained;
  first.periods[0].reason = Reason::kSaturating;
  HistoryLine second = LineOf({1});
  second.machine = "EXCH02";
  second.path = "\\\\EXCH02\\Process(store)\\Private Bytes";
  second.time_basis = TimeBasis::kLocal;
  second.suspect = false;
  second.machine_end_s = 1775037600;
  return ReportOf({first, second});
}

HistoryReport HostileReport() {
  HistoryReport report = TwoMachines();
  report.store = report.asked = "\x1b[31m\n\xff";
  for (HistoryLine& line : report.lines) {
    line.machine_end_s = std::numeric_limits<double>::quiet_NaN();
    line.machine = line.component = line.path = "a\x1b\x07\x9f\\b\n";
    line.periods[0].start_s = std::numeric_limits<double>::infinity();
    line.periods[0].slope.low_per_s = std::numeric_limits<double>::quiet_NaN();
  }
  return report;
}

// ---- the sentence ----

TEST_CASE("the sentence tells when growth began, its rates and when it ended") {
  CHECK(DescribeHistory(LineOf({0, 2, 4.5, 3, 0, 0})) ==
        "First called in the week of 2026-03-09, with 2.00 to 4.50 MB/h; not called since "
        "2026-03-30.");
  CHECK(DescribeHistory(LineOf({0, 0, 2})) ==
        "First called in the week of 2026-03-16, with 2.00 MB/h.");
}

TEST_CASE("growth of the first week may be older than the history") {
  CHECK(DescribeHistory(LineOf({2, 2})) ==
        "Called from the first week on, the week of 2026-03-02, with 2.00 MB/h.");
  CHECK(DescribeHistory(LineOf({kNotJudged, 2, 3})) ==
        "Called from the first week on, the week of 2026-03-09, with 2.00 to 3.00 MB/h.");
}

TEST_CASE("growth that comes and goes is said to") {
  CHECK(DescribeHistory(LineOf({0, 2, 0, 0, 3, kNotJudged, 3})) ==
        "First called in the week of 2026-03-09, with 2.00 to 3.00 MB/h; in 3 of 5 weeks.");
  CHECK(DescribeHistory(LineOf({2, 0, 2, 0})) ==
        "Called from the first week on, the week of 2026-03-02, with 2.00 MB/h; in 2 of 3 weeks; "
        "not called since 2026-03-23.");
}

TEST_CASE("what is no suspect any more is said to") {
  HistoryLine line = LineOf({0, 2});
  line.suspect = false;
  line.machine_end_s = 1775037600;  // 2026-04-01
  CHECK(DescribeHistory(line) ==
        "First called in the week of 2026-03-09, with 2.00 MB/h; no suspect any more in the logs "
        "until 2026-04-01.");
  line.machine_end_s = line.periods.back().end_s;  // it was judged anew, with other settings
  CHECK(DescribeHistory(line) == "First called in the week of 2026-03-09, with 2.00 MB/h.");
}

TEST_CASE("a counter that falls as it leaks goes from slow to fast too") {
  CHECK(DescribeHistory(LineOf({0, -1, -3})) ==
        "First called in the week of 2026-03-09, with -1.00 to -3.00 MB/h.");
}

TEST_CASE("without a call, or a verdict, the sentence says that") {
  CHECK(DescribeHistory(LineOf({0, 0, kNotJudged})) == "Not called in 2 weeks that were judged.");
  CHECK(DescribeHistory(LineOf({0})) == "Not called in 1 week that was judged.");
  CHECK(DescribeHistory(LineOf({kNotJudged})) == "No week had enough data for a verdict.");
  CHECK(DescribeHistory(LineOf({})) == "No week had enough data for a verdict.");
}

// ---- text ----

TEST_CASE("history shows each counter with its weeks") {
  const std::string text =
      RenderText(ReportOf({TwoMachines().lines[0]}), {.width = 80, .unicode = false});
  const std::string head = R"(perfleak 0.1.0
Store:    fleet.db
History:  store: 1 counter on 1 machine
Dates:    UTC

EXCH01, store: heap leak
   \\EXCH01\Process(store)\Private Bytes
   _-# +_
   First called in the week of 2026-03-09, with 2.00 to 4.50 MB/h; not called
   since 2026-04-06.

)";
  CHECK(text.substr(0, head.size()) == head);
  CHECK(Lines(text.substr(head.size())).size() == 7);  // of period_text.h: titles and six weeks
  CHECK(Contains(text, "2.00 MB/h  1.75 to 2.25 MB/h  leak\n"));
}

TEST_CASE("several counters begin with a table of all") {
  const std::string text = RenderText(TwoMachines(), {.width = 100});
  CHECK(Contains(text, "History:  store: 2 counters on 2 machines"));
  CHECK(Contains(text, "UTC, or local time of machines"));
  const auto lines = Lines(text);
  CHECK(Contains(text, "\n Machine  Component  Counter"));
  CHECK(Contains(text, "\n EXCH01   store      Private Bytes"));
  CHECK(Contains(text, "\nEXCH02, store: heap leak\n"));
  CHECK(!Contains(RenderText(TwoMachines(), {.width = 100, .top = 1}), "EXCH02, store"));
}

TEST_CASE("a long history is folded to a quarter of a year unless all is asked for") {
  const HistoryReport report = ReportOf({LineOf(std::vector<double>(30, 2.0))});
  const std::string folded = RenderText(report, {.width = 80});
  CHECK(Contains(folded, "17 weeks before them; --all shows them."));
  CHECK(!Contains(folded, "2026-03-09"));
  const std::string all = RenderText(report, {.width = 80, .show_all = true});
  CHECK(Contains(all, "2026-03-09"));
  CHECK(!Contains(all, "--all"));
}

TEST_CASE("no line of history is wider than the page, paths apart") {
  for (const size_t width : {60, 80, 120}) {
    for (const HistoryReport& report :
         {TwoMachines(), HostileReport(), ReportOf({LineOf(std::vector<double>(80, 2.0))})}) {
      for (const std::string& line : Lines(RenderText(report, {.width = width}))) {
        if (!HoldsPath(line)) CHECK_MESSAGE(DisplayWidth(line) <= width, line);
      }
    }
  }
}

TEST_CASE("no name in a store drives the terminal that history writes to") {
  CHECK(!HasControlCharacter(RenderText(HostileReport(), {.width = 80})));
  CHECK(!HasControlCharacter(WithoutColor(RenderText(HostileReport(), {.color = true}))));
}

// ---- JSON ----

TEST_CASE("what history writes validates against its documented schema") {
  const Schema schema("history.schema.json");
  for (const HistoryReport& report : {TwoMachines(), HostileReport(), HistoryReport()}) {
    CHECK(schema.Errors(Json::parse(RenderJson(report))) == "");
  }
}

TEST_CASE("the schema of history notices a missing or unknown field anywhere") {
  const Schema schema("history.schema.json");
  CHECK(CheckThatNamesCount(schema, Json::parse(RenderJson(TwoMachines()))) > 60);
}

TEST_CASE("history in JSON has slopes per hour, and null where a week was not judged") {
  const Json json = Json::parse(RenderJson(TwoMachines()));
  CHECK(json["asked"] == "store");
  REQUIRE(json["counters"].size() == 2);
  const Json& counter = json["counters"][0];
  CHECK(counter["kind"] == "heap");
  CHECK(counter["time_basis"] == "utc");
  CHECK(counter["periods"][0]["reason"] == "saturating");
  CHECK(counter["periods"][1]["slope_per_hour"].get<double>() == doctest::Approx(2 * 1048576));
  CHECK(counter["periods"][1]["start"] == "2026-03-09T00:00:00Z");
  CHECK(counter["periods"][3]["slope_per_hour"].is_null());
  CHECK(json["counters"][1]["periods"][0]["start"] == "2026-03-02T00:00:00");
}

}  // namespace
}  // namespace perfleak
