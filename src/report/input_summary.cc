#include "report/report.h"

namespace perfleak {

void Summarize(const SeriesSet& set, TimeBasis basis, size_t counters, InputSummary* summary) {
  for (const MachineFacts& machine : set.machines) summary->machines.push_back(machine.name);
  summary->time_basis = basis;
  summary->start_s = set.start_s;
  summary->end_s = set.end_s;
  summary->interval_s = set.interval_s;
  summary->counters = counters;
}

}  // namespace perfleak
