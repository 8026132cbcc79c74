// A life: one process from its start to its exit, or one instance of another object between two
// restarts of the machine, with the series of its counters.
#ifndef PERFLEAK_SERIES_LIFE_H_
#define PERFLEAK_SERIES_LIFE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/counter_table.h"
#include "series/bucket_series.h"

namespace perfleak {

// Moments over all micro-medians of a life, by Welford's recurrence.
struct Moments {
  uint64_t n = 0;
  double mean = 0;
  double sd = 0;
  double min = 0, max = 0;
  double first = 0, last = 0;
};

struct LifeSeries {
  std::vector<CounterId> counters;  // the columns it ran through, last one last
  CounterTraits traits;
  Moments moments;
  BucketSeries buckets;
};

// How a life ended or began.
enum class Cut {
  kLogEdge,        // the log began or ended
  kPidChanged,     // another process took the column, or the process moved out of the log
  kRestarted,      // same PID, but Elapsed Time fell or the creating process changed
  kBlank,          // the column was blank or 0
  kDropped,        // no PID logged: several counters of the process fell together
  kMachineRestart  // System Up Time fell, or most processes ended at once
};

struct Life {
  std::string machine;
  std::string object;
  std::string instance;         // process image, or "parent/instance#index" elsewhere; empty for none
  bool is_process = false;      // identity is followed by PID where logged
  std::optional<int64_t> pid;
  Cut began = Cut::kLogEdge;
  Cut ended = Cut::kLogEdge;
  double start_s = 0, end_s = 0;  // first and last sample, seconds since 1970
  uint64_t samples = 0;
  std::vector<LifeSeries> series;

  double span_s() const { return end_s - start_s; }
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_LIFE_H_
