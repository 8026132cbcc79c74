// One function per object of the report, its keys in the order in which they are documented in
// docs/json.md.

#include "report/json_report.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "report/json_parts.h"
#include "report/suspect_json.h"

namespace perfleak {
namespace {

constexpr const char* kReportSchemaVersion = "1.0";

Json SuspectsJson(const Report& report, int top) {
  std::span<const Suspect> suspects(report.leaks.suspects);
  if (top > 0) suspects = suspects.first(std::min(suspects.size(), static_cast<size_t>(top)));
  Json array = Json::array();
  for (const Suspect& suspect : suspects) {
    array.push_back(SuspectJson(suspect, report.input.time_basis));
  }
  return array;
}

Json ExplainedJson(const Explained& explained) {
  return {{"path", explained.path},
          {"slope_per_hour", PerHourNumber(explained.slope.per_s)},
          {"unit", ToString(explained.unit)},
          {"grown", Number(explained.grown)},
          {"reason",
           explained.reason == Reason::kNone ? Json(nullptr) : Json(ToString(explained.reason))},
          {"known_issue", explained.known_issue},
          {"explanation", explained.explanation}};
}

// Value and need of each gate; empty where nothing was fitted.
Json GatesJson(const TrendLine& trend) {
  Json json = Json::object();
  const bool fitted = std::any_of(trend.gates.begin(), trend.gates.end(),
                                  [](const GateResult& gate) { return gate.log_sigmoid != 0; });
  for (size_t i = 0; fitted && i < kGateCount; ++i) {
    json[std::string(ToString(static_cast<Gate>(i)))] = {{"value", Number(trend.gates[i].value)},
                                                         {"needed", Number(trend.gates[i].theta)}};
  }
  return json;
}

Json TrendJson(const TrendLine& trend, TimeBasis basis) {
  Json json = {{"paths", trend.paths},
               {"pid", trend.pid ? Json(*trend.pid) : Json(nullptr)},
               {"start", Time(trend.start_s, basis)},
               {"end", Time(trend.end_s, basis)},
               {"n", trend.n},
               {"slope_per_hour", PerHourNumber(trend.slope.per_s)},
               {"slope_low", PerHourNumber(trend.slope.low_per_s)},
               {"slope_high", PerHourNumber(trend.slope.high_per_s)},
               {"unit", ToString(trend.unit)},
               {"score", Number(trend.score)},
               {"verdict", ToString(trend.verdict)},
               {"gate", ToString(trend.gate)},
               {"gates", GatesJson(trend)},
               {"caps", Array(trend.caps, [](Cap cap) { return Json(ToString(cap)); })}};
  if (trend.combined) json["lives"] = trend.lives;
  return json;
}

}  // namespace

std::string RenderJson(const Report& report, const JsonStyle& style) {
  const TimeBasis basis = report.input.time_basis;
  Json json = {{"schema_version", kReportSchemaVersion},
               {"tool", ToolJson(report.version)},
               {"input", InputJson(report.input)},
               {"systems", Array(report.leaks.platforms, SystemJson)},
               {"quality", Array(report.quality, QualityJson)},
               {"diagnostics", Array(report.diagnostics, DiagnosticJson)},
               {"judged", report.leaks.judged},
               {"suspects", SuspectsJson(report, style.top)},
               {"explained", Array(report.leaks.explained, ExplainedJson)}};
  if (style.include_trends) {
    json["trends"] =
        Array(report.leaks.trends, [&](const TrendLine& trend) { return TrendJson(trend, basis); });
  }
  return Dump(json);
}

}  // namespace perfleak
