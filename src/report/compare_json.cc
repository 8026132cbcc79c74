#include "report/compare_json.h"

#include <algorithm>
#include <iterator>

#include "report/json_parts.h"

namespace perfleak {
namespace {

constexpr const char* kCompareSchemaVersion = "1.0";

Json InputSideJson(const ComparedSide& side) {
  return {{"input", InputJson(side.input)},
          {"judged", side.judged},
          {"diagnostics", Array(side.diagnostics, DiagnosticJson)}};
}

Json GrowthJson(const std::optional<SideGrowth>& side) {
  if (!side) return nullptr;
  const auto per_load = side->per_load_per_s;
  return {{"verdict", ToString(side->verdict)},
          {"reason", side->reason == Reason::kNone ? Json(nullptr) : Json(ToString(side->reason))},
          {"instances", side->instances},
          {"slope_per_hour", PerHourNumber(side->slope_per_s)},
          {"slope_stderr", PerHourNumber(side->stderr_per_s)},
          {"slope_low", PerHourNumber(side->low_per_s)},
          {"slope_high", PerHourNumber(side->high_per_s)},
          {"slope_per_hour_and_load", per_load ? PerHourNumber(*per_load) : Json(nullptr)}};
}

Json DifferenceJson(const std::optional<Difference>& difference) {
  if (!difference) return nullptr;
  return {{"slope_per_hour", PerHourNumber(difference->per_s)},
          {"slope_stderr", PerHourNumber(difference->stderr_per_s)},
          {"low_80", PerHourNumber(difference->low_80_per_s)},
          {"high_80", PerHourNumber(difference->high_80_per_s)},
          {"low_95", PerHourNumber(difference->low_95_per_s)},
          {"high_95", PerHourNumber(difference->high_95_per_s)}};
}

Json ComponentJson(const ComparedGrowth& growth) {
  const auto machine = [](const std::optional<SideGrowth>& side, const std::string& name) {
    return side ? Json(name) : Json(nullptr);
  };
  return {{"change", ToString(growth.change)},
          {"why", growth.why},
          {"called", growth.called()},
          {"leads", growth.leads},
          {"machine_before", machine(growth.before, growth.machine_before)},
          {"machine_after", machine(growth.after, growth.machine_after)},
          {"component", growth.component},
          {"counter", growth.counter},
          {"unit", ToString(growth.unit)},
          {"before", GrowthJson(growth.before)},
          {"after", GrowthJson(growth.after)},
          {"difference", DifferenceJson(growth.difference)}};
}

Json LoadJson(const ComparedLoad& load) {
  return {{"machine_before", load.machine_before},
          {"machine_after", load.machine_after},
          {"counter", load.counter},
          {"unit", ToString(load.unit)},
          {"mean_before", Number(load.mean_before)},
          {"mean_after", Number(load.mean_after)}};
}

}  // namespace

std::string RenderJson(const CompareReport& report, bool all) {
  std::vector<ComparedGrowth> shown;
  std::copy_if(report.components.begin(), report.components.end(), std::back_inserter(shown),
               [all](const ComparedGrowth& growth) { return all || growth.called(); });
  return Dump({{"schema_version", kCompareSchemaVersion},
               {"tool", ToolJson(report.version)},
               {"before", InputSideJson(report.before)},
               {"after", InputSideJson(report.after)},
               {"overall", report.overall ? Json(ToString(*report.overall)) : Json(nullptr)},
               {"summary", report.summary},
               {"loads", Array(report.loads, LoadJson)},
               {"components", Array(shown, ComponentJson)},
               {"quality", Array(report.quality, QualityJson)}});
}

}  // namespace perfleak
