#include "app/read_series.h"

#include <memory>

#include "base/memory.h"

namespace perfleak {
namespace {

Result<SeriesSet> TakeRows(Timeline* timeline, SeriesBuilder* builder, const RowObserver& observe) {
  while (true) {
    auto row = timeline->Next();
    if (!row) return row.error();
    if (*row == nullptr) return builder->Finish();
    if (observe) observe(**row);
    builder->Add(**row);
  }
}

InputSummary SummaryOf(const std::vector<LogInfo>& logs) {
  InputSummary summary;
  for (const LogInfo& log : logs) {
    summary.files.push_back({log.name, log.format, log.encoding, log.bytes, log.language});
    summary.rows_read += log.rows_read;
    summary.rows_used += log.rows_used;
    summary.rows_dropped += log.rows_dropped;
  }
  return summary;
}

// As the last log has it: a forecast begins there.
double LocalOffset(const std::vector<LogInfo>& logs, TimeBasis basis) {
  if (basis == TimeBasis::kLocal || logs.empty()) return 0;
  return -60.0 * logs.back().bias_minutes.value_or(0);
}

}  // namespace

Result<SeriesOfLogs> ReadSeries(const std::vector<std::string>& logs,
                                const TimelineOptions& options, CounterTable* table,
                                Diagnostics* diagnostics, const RowObserver& observe) {
  auto timeline = Timeline::Open(logs, table, diagnostics, options);
  if (!timeline) return timeline.error();
  SeriesBuilder builder(table, diagnostics);
  auto set = TakeRows(timeline->get(), &builder, observe);
  if (!set) return set.error();
  SeriesOfLogs result;
  result.logs = (*timeline)->logs();
  result.input = SummaryOf(result.logs);
  Summarize(*set, (*timeline)->time_basis(), table->size(), &result.input);
  result.set = std::move(*set);
  result.set.local_offset_s = LocalOffset(result.logs, (*timeline)->time_basis());
  timeline->reset();
  ReturnFreeMemory();
  return result;
}

}  // namespace perfleak
