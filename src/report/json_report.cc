// One function per object of the report, its keys in the order in which they are documented in
// docs/json.md. What is not known is null: JSON has no NaN, and a reader must not take 0 for it.

#include "report/json_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/words.h"

namespace perfleak {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchemaVersion = "1.0";
constexpr double kLargestExactInteger = 9007199254740992;  // 2^53

// Whole numbers without a fraction ("60", not "60.0"); null for NaN and infinity.
Json Number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::trunc(value) && std::abs(value) < kLargestExactInteger) {
    return static_cast<int64_t>(value);
  }
  return value;
}

Json Number(const std::optional<double>& value) { return value ? Number(*value) : Json(nullptr); }

Json PerHourNumber(double slope_per_s) { return Number(slope_per_s * kSecondsPerHour); }

// null where there is no date to write: not known, never, after the year 9999.
Json Time(double t_s, TimeBasis basis) {
  return IsDate(t_s) ? Json(FormatRfc3339(t_s, basis)) : Json(nullptr);
}

template <class T, class Function>
Json Array(const std::vector<T>& values, const Function& to_json) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(to_json(value));
  return array;
}

Json InputJson(const InputSummary& input) {
  const bool any_row = input.rows_used > 0;
  const auto time = [&](double t_s) {
    return any_row ? Time(t_s, input.time_basis) : Json(nullptr);
  };
  return {{"files", Array(input.files,
                          [](const InputFile& file) {
                            return Json{{"name", file.name},
                                        {"format", file.format},
                                        {"encoding", file.encoding},
                                        {"bytes", file.bytes}};
                          })},
          {"machines", input.machines},
          {"time_basis", input.time_basis == TimeBasis::kUtc ? "utc" : "local"},
          {"start", time(input.start_s)},
          {"end", time(input.end_s)},
          {"interval_s", input.interval_s > 0 ? Number(input.interval_s) : Json(nullptr)},
          {"counters", input.counters},
          {"rows_read", input.rows_read},
          {"rows_used", input.rows_used},
          {"rows_dropped", input.rows_dropped}};
}

Json QualityJson(const QualityNote& note) {
  return {{"code", note.code}, {"message", note.message}, {"next_step", note.next_step}};
}

Json DiagnosticJson(const Diagnostics::Entry& entry) {
  return {{"code", entry.code},
          {"count", entry.count},
          {"first", entry.places.empty() ? Json(nullptr) : Json(entry.places.front())},
          {"message", entry.message}};
}

Json GrowthJson(const Growth& growth, TimeBasis basis) {
  return {{"path", growth.path},
          {"slope_per_hour", PerHourNumber(growth.slope.per_s)},
          {"slope_low", PerHourNumber(growth.slope.low_per_s)},
          {"slope_high", PerHourNumber(growth.slope.high_per_s)},
          {"unit", ToString(growth.unit)},
          {"lives", growth.lives},
          {"grown", Number(growth.grown)},
          {"since", Time(growth.since_s, basis)},
          {"share_of_system", Number(growth.share_of_system)}};
}

Json AlsoGrowingJson(const Growth& growth) {
  return {{"path", growth.path},
          {"slope_per_hour", PerHourNumber(growth.slope.per_s)},
          {"unit", ToString(growth.unit)}};
}

Json EvidenceJson(const Evidence& evidence) {
  return {{"for", evidence.supports},
          {"what", evidence.what},
          {"value", Number(evidence.value)},
          {"expected", evidence.expected},
          {"source", evidence.source}};
}

Json ExhaustionJson(const std::optional<Exhaustion>& exhaustion, TimeBasis basis) {
  if (!exhaustion) return nullptr;
  return {{"limit", exhaustion->limit},
          {"limit_value", Number(exhaustion->limit_value)},
          {"p10", Time(exhaustion->p10_s, basis)},
          {"p50", Time(exhaustion->p50_s, basis)},
          {"p90", Time(exhaustion->p90_s, basis)}};
}

Json ResponsibleJson(const std::optional<Responsible>& responsible) {
  if (!responsible) return nullptr;
  return {{"component", responsible->component},
          {"why", responsible->why},
          {"grade", responsible->grade}};
}

Json KnownIssueJson(const KnownIssue& issue) {
  return {{"id", issue.id},
          {"grade", issue.grade},
          {"title", issue.title},
          {"fix", issue.fix},
          {"applies_if", issue.applies_if},
          {"matched", issue.matched},
          {"contradicted", issue.contradicted},
          {"not_logged", issue.not_logged},
          {"tie_group", issue.tie_group}};
}

Json SuspectJson(const Suspect& suspect, TimeBasis basis) {
  return {{"rank", suspect.rank},
          {"verdict", ToString(suspect.verdict)},
          {"kind", ToString(suspect.kind)},
          {"score", Number(suspect.score)},
          {"machine", suspect.machine},
          {"component", suspect.component},
          {"pids", suspect.pids},
          {"growth_in", GrowthJson(suspect.growth_in, basis)},
          {"also_growing", Array(suspect.also_growing, AlsoGrowingJson)},
          {"explanation", suspect.explanation},
          {"evidence", Array(suspect.evidence, EvidenceJson)},
          {"exhaustion", ExhaustionJson(suspect.exhaustion, basis)},
          {"likely_responsible", ResponsibleJson(suspect.likely_responsible)},
          {"known_issues", Array(suspect.known_issues, KnownIssueJson)},
          {"next_steps", suspect.next_steps}};
}

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
  Json json = {{"schema_version", kSchemaVersion},
               {"tool", {{"name", "perfleak"}, {"version", report.version}}},
               {"input", InputJson(report.input)},
               {"quality", Array(report.quality, QualityJson)},
               {"diagnostics", Array(report.diagnostics, DiagnosticJson)},
               {"judged", report.leaks.judged},
               {"suspects", SuspectsJson(report, style.top)},
               {"explained", Array(report.leaks.explained, ExplainedJson)}};
  if (style.include_trends) {
    json["trends"] =
        Array(report.leaks.trends, [&](const TrendLine& trend) { return TrendJson(trend, basis); });
  }
  constexpr int kIndent = 2;
  constexpr bool kEnsureAscii = false;
  return json.dump(kIndent, ' ', kEnsureAscii, Json::error_handler_t::replace) + "\n";
}

}  // namespace perfleak
