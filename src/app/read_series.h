// From the names of logs to the lives in them: the part of the way that all commands share.
#ifndef PERFLEAK_APP_READ_SERIES_H_
#define PERFLEAK_APP_READ_SERIES_H_

#include <functional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "input/timeline.h"
#include "model/counter_table.h"
#include "model/row.h"
#include "report/report.h"
#include "series/series_set.h"

namespace perfleak {

struct SeriesOfLogs {
  SeriesSet set;
  InputSummary input;
  std::vector<LogInfo> logs;
};

// Called with each row, before the series take it.
using RowObserver = std::function<void(const Row&)>;

// Reads to the end. Errors: a log that cannot be read or is no performance log. A log without rows
// is none: check set.rows.
Result<SeriesOfLogs> ReadSeries(const std::vector<std::string>& logs,
                                const TimelineOptions& options, CounterTable* table,
                                Diagnostics* diagnostics, const RowObserver& observe = {});

}  // namespace perfleak

#endif  // PERFLEAK_APP_READ_SERIES_H_
