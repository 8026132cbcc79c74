#include "report/fleet_json.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/json_report.h"
#include "report/sample_fleets.h"
#include "report/sample_reports.h"
#include "support/golden.h"
#include "support/schema.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

const char* const kSchema = "fleet.schema.json";

Json Rendered(const FleetReport& report) { return Json::parse(RenderJson(report)); }

Json SchemaDocument(const char* name) {
  return Json::parse(ReadWholeFile(std::filesystem::path(PERFLEAK_SOURCE_DIR) / "docs" / name));
}

// One machine with one suspect of each sort, one file of each outcome: every object once.
FleetReport SmallFleet() {
  FleetReport report = OfficeFleet();
  FleetMachine& machine = report.machines.front();
  machine.input.files.resize(1);
  machine.suspects.resize(1);
  machine.suspects[0].periods = {OfficeFleet().machines[6].suspects[0].periods[2]};
  machine.suspects[0].suspect.evidence.resize(1);
  machine.suspects[0].suspect.also_growing.resize(1);
  report.machines.resize(1);
  report.components.resize(1);
  report.issues.resize(1);
  report.files.resize(5);
  report.files.erase(report.files.begin(), report.files.begin() + 4);
  return report;
}

TEST_CASE("what is written of a fleet validates against its documented schema") {
  const Schema schema(kSchema);
  for (const FleetReport& report : AllFleets()) CHECK(schema.Errors(Rendered(report)) == "");
}

TEST_CASE("the schema of fleets notices a missing, an unknown and a wrong field anywhere") {
  const Schema schema(kSchema);
  Json document = Rendered(SmallFleet());
  REQUIRE(schema.Errors(document) == "");
  size_t changes = 0;
  ForEachMember(&document, [&](const std::string& key, Json* object) {
    const Json value = object->at(key);
    (*object)["renamed " + key] = value;
    object->erase(key);
    CHECK_MESSAGE(schema.Errors(document) != "", key);
    object->erase("renamed " + key);
    (*object)[key] = value.is_string() || value.is_null() ? Json(Json::array({1})) : Json("text");
    CHECK_MESSAGE(schema.Errors(document) != "", key);
    ++changes;
  });
  CHECK(changes > 120);
}

TEST_CASE("what fleets share with the report on one machine is described in the same words") {
  const Json fleet = SchemaDocument(kSchema)["definitions"];
  const Json report = SchemaDocument("report.schema.json")["definitions"];
  size_t shared = 0;
  for (const auto& [name, definition] : fleet.items()) {
    if (!report.contains(name) || name == "suspect") continue;
    CHECK_MESSAGE(definition == report[name], name);
    ++shared;
  }
  CHECK(shared == 16);
  for (const auto& [name, property] : report["suspect"]["properties"].items()) {
    CHECK_MESSAGE(fleet["suspect"]["properties"][name] == property, name);
  }
}

TEST_CASE("a suspect of a fleet is that of analyze and how it moved") {
  FleetReport fleet = SmallFleet();
  Report report = ExchangeReport();
  report.leaks.suspects = {fleet.machines[0].suspects[0].suspect};
  const Json alone = Json::parse(RenderJson(report, JsonStyle{}));
  Json suspect = Rendered(fleet)["machines"][0]["suspects"][0];
  CHECK(suspect["movement"] == "faster");
  CHECK(suspect["movement_text"] == "was 2.50 MB/h");
  CHECK(suspect["recent"] == false);
  CHECK(suspect["periods"].size() == 1);
  for (const char* key : {"movement", "movement_text", "recent", "periods"}) suspect.erase(key);
  CHECK(suspect == alone["suspects"][0]);
}

TEST_CASE("a period that was not judged has neither verdict nor slope") {
  const Json weeks = Rendered(OfficeFleet())["machines"][2]["suspects"][0]["periods"];
  REQUIRE(weeks.size() == 4);
  CHECK(weeks[0]["judged"] == false);
  for (const char* key : {"verdict", "reason", "slope_per_hour", "slope_low", "slope_high"}) {
    CHECK_MESSAGE(weeks[0][key].is_null(), key);
  }
  CHECK(weeks[1]["verdict"] == "leak");
  CHECK(weeks[1]["slope_per_hour"].get<double>() == doctest::Approx(2.1 * 1048576));
  CHECK(weeks[1]["start"] == "2026-03-09T00:00:00Z");
  const Json over = Rendered(OfficeFleet())["machines"][6]["suspects"][0]["periods"][3];
  CHECK(over["verdict"] == "explained");
  CHECK(over["reason"] == "stopped");
}

TEST_CASE("machines are counted by their state, files by their outcome") {
  const Json json = Rendered(OfficeFleet());
  const Json counts = json["counts"];
  CHECK(counts["machines"] == 12);
  CHECK(counts["leaks"] == 5);
  CHECK(counts["watch"] == 1);
  CHECK(counts["over"] == 1);
  CHECK(counts["clear"] == 4);
  CHECK(counts["no_verdict"] == 1);
  CHECK(counts["files"] == 11);
  CHECK(counts["read"] == 4);
  CHECK(counts["duplicates"] == 1);
  CHECK(counts["no_logs"] == 2);
  CHECK(counts["failed"] == 4);
  CHECK(json["machines"][6]["state"] == "over");
  CHECK(json["machines"][11]["state"] == "no-verdict");
  CHECK(json["machines"][11]["error"] == "its logs hold no row that could be used");
  CHECK(json["machines"][0]["error"].is_null());
  CHECK(json["files"][4]["outcome"] == "duplicate");
  CHECK(json["files"][0]["message"].is_null());
}

TEST_CASE("a component on several machines has its rates per hour and its first limit") {
  const Json store = Rendered(OfficeFleet())["components"][0];
  CHECK(store["machines"].size() == 4);
  CHECK(store["runs_on"] == 5);
  CHECK(store["since"] == "2026-03-03T00:00:00Z");
  CHECK(store["slowest_per_hour"].get<double>() == doctest::Approx(1.5 * 1048576));
  CHECK(store["fastest_per_hour"].get<double>() == doctest::Approx(3 * 1048576));
  CHECK(store["soonest"]["machine"] == "EXCH07");
  CHECK(store["soonest"]["p50"] == "2026-04-03T07:12:00Z");  // 4.3 d after 2026-03-30
  CHECK(Rendered(OfficeFleet())["components"][1]["soonest"].is_null());
}

TEST_CASE("a fleet in local time has times without an offset") {
  FleetReport report = OfficeFleet();
  report.time_basis = TimeBasis::kLocal;
  const Json json = Rendered(report);
  CHECK(json["time_basis"] == "local");
  CHECK(json["start"] == "2026-03-02T00:00:00");
  CHECK(json["components"][0]["since"] == "2026-03-03T00:00:00");
  CHECK(json["machines"][0]["input"]["start"] == "2026-03-02T00:00:00Z");
}

TEST_CASE("a fleet without a log has no start and no end") {
  const Json json = Rendered(UnreadFleet());
  CHECK(json["start"].is_null());
  CHECK(json["end"].is_null());
  CHECK(json["counts"]["failed"] == 40);
}

TEST_CASE("no number of a fleet is NaN or infinite") {
  const std::string text = RenderJson(NotANumberFleet());
  CHECK(text.find("nan") == text.npos);
  CHECK(text.find("inf") == text.npos);
}

TEST_CASE("keys of a fleet come in the documented order") {
  const auto json = nlohmann::ordered_json::parse(RenderJson(SmallFleet()));
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  CHECK(keys == std::vector<std::string>{"schema_version", "tool", "time_basis", "start", "end",
                                         "counts", "files", "machines", "components",
                                         "known_issues"});
}

}  // namespace
}  // namespace perfleak
