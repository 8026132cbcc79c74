#include "report/history_json.h"

#include "report/history_words.h"
#include "report/json_parts.h"
#include "report/period_json.h"

namespace perfleak {
namespace {

constexpr const char* kHistorySchemaVersion = "1.0";

Json LineJson(const HistoryLine& line) {
  return {{"machine", line.machine},
          {"component", line.component},
          {"kind", ToString(line.kind)},
          {"path", line.path},
          {"unit", ToString(line.unit)},
          {"time_basis", ToString(line.time_basis)},
          {"suspect", line.suspect},
          {"machine_end", Time(line.machine_end_s, line.time_basis)},
          {"summary", DescribeHistory(line)},
          {"periods", PeriodsJson(line.periods, line.time_basis)}};
}

}  // namespace

std::string RenderJson(const HistoryReport& report) {
  return Dump({{"schema_version", kHistorySchemaVersion},
               {"tool", ToolJson(report.version)},
               {"store", report.store},
               {"asked", report.asked},
               {"counters", Array(report.lines, LineJson)}});
}

}  // namespace perfleak
