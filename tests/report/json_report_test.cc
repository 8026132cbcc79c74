#include "report/json_report.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "report/sample_reports.h"
#include "support/schema.h"

namespace perfleak {
namespace {

using Json = nlohmann::json;

class ReportSchema : public Schema {
 public:
  ReportSchema() : Schema("report.schema.json") {}
};

Json Rendered(const Report& report, const JsonStyle& style = {.include_trends = true}) {
  return Json::parse(RenderJson(report, style));
}

std::vector<std::string> Keys(const nlohmann::ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

TEST_CASE("everything that is written validates against the documented schema") {
  const ReportSchema schema;
  for (const Report& report :
       {EmptyReport(), QuietReport(), ExchangeReport(), SuspectsReport(1), SuspectsReport(40),
        NotANumberReport(), HostileNamesReport(), Report()}) {
    CHECK(schema.Errors(Rendered(report)) == "");
    CHECK(schema.Errors(Rendered(report, {})) == "");
  }
}

TEST_CASE("the schema notices a missing or unknown field anywhere") {
  const ReportSchema schema;
  CHECK(CheckThatNamesCount(schema, Rendered(ExchangeReport())) > 200);
}

TEST_CASE("the schema notices a wrong word where only some are allowed") {
  const ReportSchema schema;
  const std::set<std::string> closed = {
      "schema_version", "time_basis", "verdict", "kind",  "unit", "grade", "reason",
      "gate",           "start",      "end",     "since", "p10",  "p50",   "certainty"};
  Json document = Rendered(ExchangeReport());
  std::set<std::string> seen;
  ForEachMember(&document, [&](const std::string& key, Json* object) {
    if (closed.count(key) == 0) return;
    seen.insert(key);
    (*object)[key] = "maybe";
    CHECK_MESSAGE(schema.Errors(document) != "", key);
  });
  CHECK(seen == closed);
}

TEST_CASE("the schema notices a value of the wrong type anywhere") {
  const ReportSchema schema;
  Json document = Rendered(ExchangeReport());
  ForEachMember(&document, [&](const std::string& key, Json* object) {
    Json& value = (*object)[key];
    value = value.is_string() ? Json(1) : Json("text");
    CHECK_MESSAGE(schema.Errors(document) != "", key);
  });
}

TEST_CASE("every word of the stages below is in the schema") {
  const ReportSchema schema;
  Report report = ExchangeReport();
  for (int kind = 0; kind <= static_cast<int>(LeakKind::kOther); ++kind) {
    report.leaks.suspects[0].kind = static_cast<LeakKind>(kind);
    CHECK(schema.Errors(Rendered(report)) == "");
  }
  for (int reason = 1; reason <= static_cast<int>(Reason::kArtefact); ++reason) {
    report.leaks.explained[0].reason = static_cast<Reason>(reason);
    CHECK(schema.Errors(Rendered(report)) == "");
  }
  for (size_t gate = 0; gate < kGateCount; ++gate) {
    report.leaks.trends[0].gate = static_cast<Gate>(gate);
    CHECK(schema.Errors(Rendered(report)) == "");
  }
  for (const Verdict verdict : {Verdict::kSteady, Verdict::kExplained, Verdict::kWatch}) {
    report.leaks.trends[0].verdict = verdict;
    CHECK(schema.Errors(Rendered(report)) == "");
  }
  for (const Unit unit : {Unit::kNone, Unit::kBytes, Unit::kCount, Unit::kPercent, Unit::kSeconds,
                          Unit::kPerSecond}) {
    report.leaks.trends[0].unit = unit;
    CHECK(schema.Errors(Rendered(report)) == "");
  }
}

TEST_CASE("a system is told with what is known of it") {
  const Json system = Rendered(ExchangeReport())["systems"][0];
  CHECK(system["machine"] == "EXCH01");
  CHECK(system["windows"]["versions"] == Json({"nt-4.0"}));
  CHECK(system["windows"]["service_pack"] == 6);
  CHECK(system["windows"]["certainty"] == "stated");
  CHECK(system["bits"] == 32);
  CHECK(system["ram_bytes"] == 536870912);
  CHECK(system["products"][0]["versions"] == Json({"5.0", "5.5"}));
  CHECK(system["products"][1]["versions"] == Json::array());
  const Json unknown = Rendered(SuspectsReport(3))["systems"][2];
  CHECK(unknown["bits"].is_null());
  CHECK(unknown["ram_bytes"].is_null());
  CHECK(unknown["windows"]["from"] == "no processes were logged");
}

TEST_CASE("something explained without a reason does not validate") {
  Report report = QuietReport();
  report.leaks.explained[0].reason = Reason::kNone;
  CHECK(ReportSchema().Errors(Rendered(report)) != "");
}

TEST_CASE("slopes are per hour, times RFC 3339 in UTC") {
  const Json json = Rendered(ExchangeReport());
  const Json& store = json["suspects"][0];
  // 12 MB/h = 12 * 1048576 bytes/h; the interval 0.2 MB to either side.
  CHECK(store["growth_in"]["slope_per_hour"].get<double>() == doctest::Approx(12582912));
  CHECK(store["growth_in"]["slope_low"].get<double>() == doctest::Approx(12373196.8));
  CHECK(store["growth_in"]["slope_high"].get<double>() == doctest::Approx(12792627.2));
  CHECK(store["growth_in"]["since"] == "2026-03-01T04:05:00Z");
  CHECK(store["growth_in"]["path"] == "\\\\EXCH01\\Process(store)\\Private Bytes");
  CHECK(store["exhaustion"]["p50"] == "2026-03-13T05:05:00Z");  // end of the log + 121 h
  CHECK(json["input"]["time_basis"] == "utc");
  CHECK(json["input"]["interval_s"] == 60);
  CHECK(json["diagnostics"][0]["first"] == "EXCH01_000001.csv:17:3");
}

TEST_CASE("local times have no offset") {
  Report report = ExchangeReport();
  report.input.time_basis = TimeBasis::kLocal;
  const Json json = Rendered(report);
  CHECK(json["input"]["time_basis"] == "local");
  CHECK(json["input"]["start"] == "2026-03-01T04:05:00");
  CHECK(json["suspects"][0]["growth_in"]["since"] == "2026-03-01T04:05:00");
}

TEST_CASE("what is not known is null") {
  const Json json = Rendered(NotANumberReport());
  const Json& s = json["suspects"][0];
  for (const char* key :
       {"slope_per_hour", "slope_low", "slope_high", "grown", "since", "share_of_system"}) {
    CHECK_MESSAGE(s["growth_in"][key].is_null(), key);
  }
  CHECK(s["score"].is_null());
  CHECK(s["evidence"][0]["value"].is_null());
  for (const char* key : {"limit_value", "p10", "p50", "p90"}) {
    CHECK_MESSAGE(s["exhaustion"][key].is_null(), key);
  }
  CHECK(json["suspects"][1]["likely_responsible"].is_null());
  CHECK(json["suspects"][2]["exhaustion"].is_null());
  CHECK(json["input"]["interval_s"].is_null());
}

TEST_CASE("a log without rows has no start and no end") {
  const Json json = Rendered(EmptyReport());
  CHECK(json["input"]["start"].is_null());
  CHECK(json["input"]["end"].is_null());
  CHECK(json["suspects"].empty());
  CHECK(json["judged"] == 0);
}

TEST_CASE("trends only when asked for; lives and a null PID where lives were combined") {
  CHECK_FALSE(Rendered(ExchangeReport(), {}).contains("trends"));
  const Json json = Rendered(ExchangeReport());
  CHECK(json["trends"][2]["pid"] == 1840);
  CHECK_FALSE(json["trends"][2].contains("lives"));
  CHECK(json["trends"][3]["pid"].is_null());
  CHECK(json["trends"][3]["lives"] == 3);
  CHECK(json["trends"][3]["paths"].size() == 2);
}

TEST_CASE("top cuts the list of suspects") {
  CHECK(Rendered(SuspectsReport(40), {.top = 3})["suspects"].size() == 3);
  CHECK(Rendered(SuspectsReport(2), {.top = 3})["suspects"].size() == 2);
  CHECK(Rendered(SuspectsReport(40), {})["suspects"].size() == 40);
}

TEST_CASE("keys come in the documented order") {
  const auto json = nlohmann::ordered_json::parse(RenderJson(ExchangeReport(), {true, 0}));
  CHECK(Keys(json) == std::vector<std::string>{"schema_version", "tool", "input", "systems",
                                               "quality", "diagnostics", "judged", "suspects",
                                               "explained", "trends"});
  CHECK(Keys(json["suspects"][0]) ==
        std::vector<std::string>{"rank", "verdict", "kind", "score", "machine", "component", "pids",
                                 "growth_in", "also_growing", "explanation", "evidence",
                                 "exhaustion", "likely_responsible", "known_issues",
                                 "known_issues_more", "known_issues_excluded", "deciding_fact",
                                 "next_steps"});
}

TEST_CASE("whole numbers have no fraction, and large ones keep their digits") {
  Report report = ExchangeReport();
  report.leaks.suspects[0].growth_in.grown = 1e300;
  report.leaks.suspects[1].growth_in.grown = -0.0;
  const std::string text = RenderJson(report, {});
  CHECK(text.find("\"grown\": 1e+300,") != text.npos);
  CHECK(text.find("\"grown\": 0,") != text.npos);
  CHECK(text.find("\"interval_s\": 60,") != text.npos);
  CHECK(text.back() == '\n');
}

TEST_CASE("bytes that are not UTF-8 become replacement characters, the rest of a name stays") {
  const Json json = Rendered(HostileNamesReport());
  const std::string name = json["suspects"][0]["component"];
  CHECK(name.rfind("a\"b\\c\x1b[2J\x07\r\n\tname \xEF\xBF\xBD\xEF\xBF\xBD", 0) == 0);
  CHECK(name.find("漢字漢字") != name.npos);
}

TEST_CASE("DEL and C1 controls are escaped, and come back when parsed") {
  Report report = ExchangeReport();
  report.leaks.suspects[0].component =
      "a\x7F\xC2\x9B"
      "31m\xC3\xA4";
  const std::string text = RenderJson(report, {});
  CHECK(text.find("a\\u007f\\u009b31m\xC3\xA4") != text.npos);
  CHECK(Json::parse(text)["suspects"][0]["component"] ==
        "a\x7F\xC2\x9B"
        "31m\xC3\xA4");
}

TEST_CASE("a component without a name, a diagnostic without a place, times before 1970") {
  Report report = ExchangeReport();
  report.leaks.suspects[0].component = "";
  report.leaks.suspects[0].likely_responsible->component = "";
  report.leaks.suspects[0].growth_in.since_s = -60;
  report.diagnostics = {{"lives-forgotten", "m", 1, {""}}, {"no-such-code", "m", 1, {}}};
  const Json json = Rendered(report);
  CHECK(ReportSchema().Errors(json) == "");
  CHECK(json["suspects"][0]["component"] == "(unnamed)");
  CHECK(json["suspects"][0]["growth_in"]["since"] == "1969-12-31T23:59:00Z");
  CHECK(json["diagnostics"][0]["first"].is_null());
}

TEST_CASE("property: any name and any number gives JSON that validates, twice the same") {
  const ReportSchema schema;
  CHECK(rc::check([&] {
    Report report = ExchangeReport();
    Suspect& s = report.leaks.suspects[0];
    s.component = s.growth_in.path = "x" + *rc::gen::arbitrary<std::string>();
    s.explanation = report.input.files[0].name = *rc::gen::arbitrary<std::string>();
    const auto number = rc::gen::oneOf(
        rc::gen::arbitrary<double>(),
        rc::gen::element(std::numeric_limits<double>::quiet_NaN(),
                         std::numeric_limits<double>::infinity(), -1e308, 1e308, 253402300799.5));
    s.growth_in.slope.per_s = *number;
    s.growth_in.grown = *number;
    s.growth_in.since_s = *number;
    s.exhaustion->p50_s = *number;
    s.evidence[0].value = *number;
    const std::string text = RenderJson(report, {});
    RC_ASSERT(text == RenderJson(report, {}));
    RC_ASSERT(schema.Errors(Json::parse(text)) == "");
  }));
}

}  // namespace
}  // namespace perfleak
