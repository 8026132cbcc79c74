// What inspect prints, for people and for programs.
#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"
#include "report/inspect_json.h"
#include "report/inspect_text.h"
#include "support/schema.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Every field is filled in somewhere.
InspectReport LimitedReport() {
  InspectReport report;
  report.version = "0.1.0";
  report.fitness = Fitness::kLimited;
  report.files = {
      {{"mon.csv", "PDH-CSV", "UTF-16LE", 3 << 20},
       TimeBasis::kUtc,
       "W. Europe Standard Time",
       -60,
       216,
       1443,
       1440,
       3},
      {{"tue.csv", "PDH-TSV", "ANSI", 1 << 20}, TimeBasis::kLocal, "", {}, 216, 4, 4, 0}};
  for (const InspectedFile& file : report.files) report.input.files.push_back(file.file);
  report.input.machines = {"MAIL2"};
  report.input.start_s = 888928200;  // 1998-03-03 12:30
  report.input.end_s = report.input.start_s + 20 * 3600;
  report.input.interval_s = 60;
  report.input.counters = 216;
  report.input.rows_read = 1447;
  report.input.rows_used = 1444;
  report.input.rows_dropped = 3;
  report.intervals = {{report.input.start_s, 60}, {report.input.start_s + 3600, 300}};
  report.interval_changes = 1;
  report.gaps = {{report.input.start_s + 7200, report.input.start_s + 9000}};
  report.gap_count = 1;
  report.machines = {{"MAIL2", 1, "", false, 27, 32, 29, 31, 0}};
  report.objects = {{"MAIL2", "Memory", 0, 16, 16, 6}, {"MAIL2", "Process", 31, 5, 155, 145}};
  report.unknown = {{"Database(*)\\Cache % Hit", 3}};
  report.watched_s = 20 * 3600;
  report.needs = {{"warm-up", "tell a leak from a warm-up", 86400, false}};
  report.quality = {{"short-log", "The log covers 20 h.", "Log for 24 hours or more."}};
  report.diagnostics = {{"bad-row", "too few cells", 3, {"mon.csv:7"}}};
  report.plan = {{"\\Process(*)\\ID Process"},
                 {"\\Process(*)\\ID Process"},
                 60,
                 253e6,
                 500,
                 "logman create counter perfleak -c \"\\Process(*)\\ID Process\"",
                 "logman start perfleak",
                 "logman stop perfleak",
                 "relog a.blg -f CSV -o a.csv"};
  return report;
}

InspectReport HostileReport() {
  InspectReport report = LimitedReport();
  report.files[0].file.name = "\x1b[31m\n\xff.csv";
  report.files[0].zone = "\x9f";
  report.machines[0].name = "A\tB";
  report.machines[0].load_counter = "\\\\A\tB\\x\x07y";
  report.objects[0].name = "";
  report.input.start_s = std::numeric_limits<double>::quiet_NaN();
  report.plan.create = "a\x1b";
  return report;
}

TEST_CASE("what inspect writes validates against its documented schema") {
  const Schema schema("inspect.schema.json");
  for (const InspectReport& report : {LimitedReport(), HostileReport(), InspectReport()}) {
    CHECK(schema.Errors(Json::parse(RenderJson(report))) == "");
  }
}

TEST_CASE("the schema of inspect notices a missing or unknown field anywhere") {
  const Schema schema("inspect.schema.json");
  CHECK(CheckThatNamesCount(schema, Json::parse(RenderJson(LimitedReport()))) > 80);
}

TEST_CASE("inspect says first whether the log will do") {
  const std::string text = RenderText(LimitedReport(), {.width = 140});
  CHECK(Contains(text, "A verdict is possible, but limited by what is listed below."));
  CHECK(Contains(text, "every 1 min for the most part, 1 change"));
  CHECK(Contains(text, "1, the longest 30 min from 1998-03-03 14:30"));
  CHECK(Contains(text, "W. Europe Standard Time (UTC+1:00)"));
  CHECK(Contains(text, "not told"));
  CHECK(Contains(text, " - To tell a leak from a warm-up takes 1 d: the log has 20 h."));
  InspectReport good = LimitedReport();
  good.fitness = Fitness::kGood;
  CHECK(Contains(RenderText(good, {}), "Good for a verdict"));
  CHECK(Contains(RenderText(InspectReport(), {}), "no row could be used"));
}

TEST_CASE("command lines of inspect stand whole on a line of their own") {
  const InspectReport report = LimitedReport();
  for (const size_t width : {60, 80, 140}) {
    const std::string text = RenderText(report, {.width = width});
    for (const std::string& line :
         {report.plan.create, report.plan.start, report.plan.stop, report.plan.relog}) {
      CHECK(Contains(text, "\n   " + line + "\n"));
    }
  }
}

TEST_CASE("no name in a log drives the terminal that inspect writes to") {
  const std::string text = RenderText(HostileReport(), {.show_all = true});
  for (const char c : text) {
    CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  }
}

}  // namespace
}  // namespace perfleak
