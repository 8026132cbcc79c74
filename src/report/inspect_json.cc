#include "report/inspect_json.h"

#include "report/json_parts.h"

namespace perfleak {
namespace {

constexpr const char* kInspectSchemaVersion = "1.0";

Json FileJson(const InspectedFile& file) {
  Json json = InputFileJson(file.file);
  json.update({{"time_basis", ToString(file.time_basis)},
               {"zone", file.zone.empty() ? Json(nullptr) : Json(file.zone)},
               {"bias_minutes", file.bias_minutes ? Json(*file.bias_minutes) : Json(nullptr)},
               {"columns", file.columns},
               {"rows_read", file.rows_read},
               {"rows_used", file.rows_used},
               {"rows_dropped", file.rows_dropped}});
  return json;
}

Json MachineJson(const InspectedMachine& machine) {
  return {
      {"name", machine.name},
      {"restarts", machine.restarts},
      {"load_counter", machine.load_counter.empty() ? Json(nullptr) : Json(machine.load_counter)},
      {"has_process_ids", machine.has_process_ids},
      {"images", machine.images},
      {"lives", machine.lives},
      {"processes_at_once", machine.at_once},
      {"process_instances", machine.instances},
      {"late_process_instances", machine.late}};
}

Json ObjectJson(const InspectedObject& object) {
  return {{"machine", object.machine},     {"name", object.name},
          {"instances", object.instances}, {"counters", object.counters},
          {"columns", object.columns},     {"columns_used", object.used}};
}

Json NeedJson(const LengthNeed& need) {
  return {{"code", need.code},
          {"what", need.what},
          {"needed_s", Number(need.needed_s)},
          {"met", need.met}};
}

Json PlanJson(const CollectorPlan& plan) {
  return {{"counters", plan.counters},
          {"missing", plan.missing},
          {"interval_s", Number(plan.interval_s)},
          {"week_bytes", Number(plan.week_bytes)},
          {"max_mb", plan.max_mb},
          {"create", plan.create},
          {"start", plan.start},
          {"stop", plan.stop},
          {"relog", plan.relog}};
}

}  // namespace

std::string RenderJson(const InspectReport& report) {
  const TimeBasis basis = report.input.time_basis;
  const auto stretch = [basis](const IntervalStretch& one) {
    return Json{{"from", Time(one.from_s, basis)}, {"interval_s", Number(one.interval_s)}};
  };
  const auto gap = [basis](const TimeGap& one) {
    return Json{{"from", Time(one.from_s, basis)}, {"to", Time(one.to_s, basis)}};
  };
  const auto unknown = [](const UnknownCounter& counter) {
    return Json{{"path", counter.path}, {"columns", counter.columns}};
  };
  return Dump({{"schema_version", kInspectSchemaVersion},
               {"tool", ToolJson(report.version)},
               {"input", InputJson(report.input)},
               {"fitness", ToString(report.fitness)},
               {"files", Array(report.files, FileJson)},
               {"intervals", Array(report.intervals, stretch)},
               {"interval_changes", report.interval_changes},
               {"gaps", Array(report.gaps, gap)},
               {"gap_count", report.gap_count},
               {"machines", Array(report.machines, MachineJson)},
               {"objects", Array(report.objects, ObjectJson)},
               {"unknown_counters", Array(report.unknown, unknown)},
               {"watched_s", Number(report.watched_s)},
               {"needs", Array(report.needs, NeedJson)},
               {"quality", Array(report.quality, QualityJson)},
               {"diagnostics", Array(report.diagnostics, DiagnosticJson)},
               {"plan", PlanJson(report.plan)}});
}

}  // namespace perfleak
