// What `perfleak history` shows of a results store: how the growth of a machine's components moved
// from period to period.
#ifndef PERFLEAK_REPORT_HISTORY_REPORT_H_
#define PERFLEAK_REPORT_HISTORY_REPORT_H_

#include <string>
#include <vector>

#include "report/fleet_report.h"

namespace perfleak {

// One counter of a component on one machine.
struct HistoryLine {
  std::string machine, component, path;
  LeakKind kind = LeakKind::kOther;
  Unit unit = Unit::kBytes;
  TimeBasis time_basis = TimeBasis::kUtc;
  std::vector<PeriodTrend> periods;  // oldest first
  bool suspect = true;               // when the machine was judged last, be it as over
  double machine_end_s = 0;          // last sample of the machine then
};

struct HistoryReport {
  std::string version, store, asked;  // what was asked for: a machine or a component
  std::vector<HistoryLine> lines;     // by machine, component, path
};

}  // namespace perfleak

#endif  // PERFLEAK_REPORT_HISTORY_REPORT_H_
