// One function per object of the report, its keys in the order in which they are documented in
// docs/json.md.

#include "report/fleet_json.h"

#include <algorithm>

#include "report/json_parts.h"
#include "report/period_json.h"
#include "report/suspect_json.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr const char* kFleetSchemaVersion = "1.0";

Json WordOrNull(const std::string& word) { return word.empty() ? Json(nullptr) : Json(word); }

Json FileJson(const FleetFile& file) {
  return {{"name", file.name},
          {"outcome", ToString(file.outcome)},
          {"message", WordOrNull(file.message)}};
}

uint64_t CountState(const FleetReport& report, MachineState state) {
  return static_cast<uint64_t>(
      std::count_if(report.machines.begin(), report.machines.end(),
                    [state](const FleetMachine& m) { return StateOf(m) == state; }));
}

Json CountsJson(const FleetReport& report) {
  return {{"files", report.files.size()},
          {"read", report.read},
          {"duplicates", report.duplicates},
          {"no_logs", report.no_logs},
          {"failed", report.failed},
          {"machines", report.machines.size()},
          {"leaks", CountState(report, MachineState::kLeaks)},
          {"watch", CountState(report, MachineState::kWatch)},
          {"over", CountState(report, MachineState::kOver)},
          {"clear", CountState(report, MachineState::kClear)},
          {"no_verdict", CountState(report, MachineState::kNoVerdict)}};
}

// The suspect as analyze writes it, and what its periods say.
Json FleetSuspectJson(const FleetSuspect& suspect, TimeBasis basis) {
  Json json = SuspectJson(suspect.suspect, basis);
  json["recent"] = suspect.recent;
  json["movement"] = ToString(suspect.movement);
  json["movement_text"] = suspect.movement_text;
  json["periods"] = PeriodsJson(suspect.periods, basis);
  return json;
}

Json MachineJson(const FleetMachine& machine) {
  const TimeBasis basis = machine.input.time_basis;
  const auto suspect = [basis](const FleetSuspect& s) { return FleetSuspectJson(s, basis); };
  return {{"name", machine.name},
          {"state", ToString(StateOf(machine))},
          {"error", WordOrNull(machine.error)},
          {"input", InputJson(machine.input)},
          {"system", SystemJson(machine.platform)},
          {"judged", machine.judged},
          {"suspects", Array(machine.suspects, suspect)},
          {"quality", Array(machine.quality, QualityJson)},
          {"diagnostics", Array(machine.diagnostics, DiagnosticJson)}};
}

Json SoonestJson(const FleetComponent& component, TimeBasis basis) {
  if (!component.soonest) return nullptr;
  Json json = ExhaustionJson(component.soonest, basis);
  json["machine"] = component.soonest_machine;
  return json;
}

Json ComponentJson(const FleetComponent& component, TimeBasis basis) {
  return {{"component", NameOrUnnamed(component.component)},
          {"kind", ToString(component.kind)},
          {"verdict", ToString(component.verdict)},
          {"machines", component.machines},
          {"runs_on", component.runs_on},
          {"since", Time(component.since_s, basis)},
          {"since_machine", component.since_machine},
          {"unit", ToString(component.unit)},
          {"slowest_per_hour", PerHourNumber(component.slowest_per_s)},
          {"median_per_hour", PerHourNumber(component.median_per_s)},
          {"fastest_per_hour", PerHourNumber(component.fastest_per_s)},
          {"soonest", SoonestJson(component, basis)}};
}

Json IssueJson(const FleetIssue& issue) {
  return {{"id", issue.id},
          {"grade", issue.grade},
          {"title", issue.title},
          {"type", issue.type},
          {"fix", issue.fix},
          {"components", issue.components},
          {"machines", issue.machines}};
}

}  // namespace

std::string RenderJson(const FleetReport& report) {
  const TimeBasis basis = report.time_basis;
  const bool any_log = report.read > 0;
  const auto component = [basis](const FleetComponent& c) { return ComponentJson(c, basis); };
  return Dump({{"schema_version", kFleetSchemaVersion},
               {"tool", ToolJson(report.version)},
               {"time_basis", ToString(basis)},
               {"start", any_log ? Time(report.start_s, basis) : Json(nullptr)},
               {"end", any_log ? Time(report.end_s, basis) : Json(nullptr)},
               {"counts", CountsJson(report)},
               {"files", Array(report.files, FileJson)},
               {"machines", Array(report.machines, MachineJson)},
               {"components", Array(report.components, component)},
               {"known_issues", Array(report.issues, IssueJson)}});
}

}  // namespace perfleak
