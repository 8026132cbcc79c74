// What compare prints, for people and for programs.
#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "report/compare_json.h"
#include "report/compare_text.h"
#include "support/schema.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

constexpr double kMbPerHour = 1048576 / 3600.0;

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

SideGrowth Growing(double mb_per_hour, Verdict verdict) {
  SideGrowth side;
  side.verdict = verdict;
  if (verdict == Verdict::kExplained) side.reason = Reason::kStopped;
  side.slope_per_s = mb_per_hour * kMbPerHour;
  side.stderr_per_s = 0.1 * kMbPerHour;
  side.low_per_s = side.slope_per_s - 0.13 * kMbPerHour;
  side.high_per_s = side.slope_per_s + 0.13 * kMbPerHour;
  side.per_load_per_s = side.slope_per_s / 10;
  return side;
}

ComparedGrowth Compared(const std::string& component, Change change, bool leads) {
  ComparedGrowth growth;
  growth.change = change;
  growth.why = "Because of " + component + ".";
  growth.machine_before = growth.machine_after = "PC";
  growth.component = component;
  growth.counter = "Process(" + component + ")\\Private Bytes";
  growth.leads = leads;
  growth.before = Growing(12, Verdict::kLeak);
  growth.after = Growing(0, Verdict::kExplained);
  growth.difference = Difference{-12 * kMbPerHour, kMbPerHour,       -13 * kMbPerHour,
                                 -11 * kMbPerHour, -14 * kMbPerHour, -10 * kMbPerHour};
  return growth;
}

// Every field is filled in somewhere.
CompareReport FixedReport() {
  CompareReport report;
  report.version = "0.1.0";
  for (ComparedSide* side : {&report.before, &report.after}) {
    side->input.files = {{"a.csv", "PDH-CSV", "ASCII", 1 << 20}};
    side->input.machines = {"PC"};
    side->input.end_s = 86400;
    side->input.interval_s = 60;
    side->input.rows_read = side->input.rows_used = 1440;
    side->judged = 20;
    side->diagnostics = {{"bad-row", "too few cells", 3, {"a.csv:7"}}};
  }
  report.overall = Change::kFixed;
  report.summary = "Fixed: store (Private Bytes).";
  report.loads = {{"PC", "PC", "Processor(_Total)\\% Processor Time", Unit::kPercent, 12, 11}};
  ComparedGrowth gone = Compared("gone", Change::kCannotTell, true);
  gone.after.reset();
  gone.difference.reset();
  ComparedGrowth calm = Compared("calm", Change::kSame, false);
  calm.before->verdict = Verdict::kSteady;
  report.components = {Compared("store", Change::kFixed, true), gone,
                       Compared("beside", Change::kFixed, false), calm};
  report.quality = {{"short-log", "Short.", "Log longer."}};
  return report;
}

CompareReport HostileReport() {
  CompareReport report = FixedReport();
  report.summary = "Fixed: a\x1b[2J\xff.";
  ComparedGrowth& growth = report.components.front();
  growth.component = growth.machine_after = "\x1b]0;x\x07";
  growth.counter = "no backslash\n";
  growth.before->slope_per_s = std::numeric_limits<double>::quiet_NaN();
  growth.difference->high_95_per_s = std::numeric_limits<double>::infinity();
  return report;
}

TEST_CASE("what compare writes validates against its documented schema") {
  const Schema schema("compare.schema.json");
  for (const CompareReport& report : {FixedReport(), HostileReport(), CompareReport()}) {
    CHECK(schema.Errors(Json::parse(RenderJson(report, true))) == "");
    CHECK(schema.Errors(Json::parse(RenderJson(report, false))) == "");
  }
}

TEST_CASE("the schema of compare notices a missing or unknown field anywhere") {
  const Schema schema("compare.schema.json");
  CHECK(CheckThatNamesCount(schema, Json::parse(RenderJson(FixedReport(), true))) > 80);
}

TEST_CASE("slopes in the JSON of compare are per hour, what neither log calls comes with --all") {
  const Json folded = Json::parse(RenderJson(FixedReport(), false));
  REQUIRE(folded["components"].size() == 3);
  CHECK(folded["components"][0]["before"]["slope_per_hour"].get<double>() ==
        doctest::Approx(12 * 1048576));
  CHECK(folded["components"][1]["after"].is_null());
  CHECK(Json::parse(RenderJson(FixedReport(), true))["components"].size() == 4);
  CHECK(Json::parse(RenderJson(CompareReport(), true))["overall"].is_null());
}

TEST_CASE("compare answers in its first sentence and folds what leads nowhere") {
  const std::string text = RenderText(FixedReport(), {.width = 140});
  CHECK(Contains(text, "\nFixed: store (Private Bytes).\n"));
  CHECK(Contains(text, "1. FIXED store: Because of store."));
  CHECK(Contains(text, "12.0 MB/h (80 % interval 11.9 to 12.1 MB/h); leak; 1.20 MB/h per unit"));
  CHECK(Contains(text, "no leak: growth has stopped"));
  CHECK(Contains(text, "not judged"));
  CHECK(Contains(text, "1 counter grows beside them"));
  CHECK_FALSE(Contains(text, "calm"));
  const std::string all = RenderText(FixedReport(), {.show_all = true});
  CHECK(Contains(all, "FIXED beside"));
  CHECK(Contains(all, "Called in neither log: 1 counter"));
}

TEST_CASE("no name in a log drives the terminal that compare writes to") {
  const std::string text = RenderText(HostileReport(), {.show_all = true});
  for (const char c : text) {
    CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  }
}

}  // namespace
}  // namespace perfleak
