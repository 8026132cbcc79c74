// One function per object of the report, its keys in the order in which they are documented in
// docs/json.md. What is not known is null: JSON has no NaN, and a reader must not take 0 for it.

#include "report/json_report.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/json_parts.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr const char* kSchemaVersion = "1.0";

// One product on a machine; its versions as in version keys.
Json FactJson(const ProductFact& fact) {
  return {{"product", fact.product},
          {"versions", fact.versions},
          {"service_pack", fact.pack ? Json(*fact.pack) : Json(nullptr)},
          {"certainty", ToString(fact.certainty)},
          {"from", fact.from}};
}

Json WindowsJson(const ProductFact& windows) {
  Json json = FactJson(windows);
  json.erase("product");
  json["terminal_server"] = windows.wts;
  return json;
}

Json BitsJson(Bits bits) {
  return bits == Bits::k32 ? Json(32) : bits == Bits::k64 ? Json(64) : Json(nullptr);
}

Json SystemJson(const Platform& platform) {
  return {{"machine", platform.machine},
          {"windows", WindowsJson(platform.windows)},
          {"bits", BitsJson(platform.bits)},
          {"bits_from", platform.bits_from},
          {"ram_bytes", Number(platform.ram)},
          {"ram_from", platform.ram_from},
          {"products", Array(platform.products, FactJson)}};
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
  return {{"component", NameOrUnnamed(responsible->component)},
          {"why", responsible->why},
          {"grade", responsible->grade}};
}

Json KnownIssueJson(const IssueMatch& issue) {
  return {{"id", issue.id},
          {"grade", issue.grade},
          {"title", issue.title},
          {"type", issue.type},
          {"guilty", issue.guilty},
          {"fix", issue.fix},
          {"applies_if", issue.applies_if},
          {"check", issue.check},
          {"discriminator", issue.discriminator},
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
          {"component", NameOrUnnamed(suspect.component)},
          {"pids", suspect.pids},
          {"growth_in", GrowthJson(suspect.growth_in, basis)},
          {"also_growing", Array(suspect.also_growing, AlsoGrowingJson)},
          {"explanation", suspect.explanation},
          {"evidence", Array(suspect.evidence, EvidenceJson)},
          {"exhaustion", ExhaustionJson(suspect.exhaustion, basis)},
          {"likely_responsible", ResponsibleJson(suspect.likely_responsible)},
          {"known_issues", Array(suspect.known_issues, KnownIssueJson)},
          {"known_issues_more", suspect.known_issues_more},
          {"known_issues_excluded", suspect.known_issues_excluded},
          {"deciding_fact", suspect.deciding_fact},
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
  Json json = {{"schema_version", kSchemaVersion},
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
