// A life: one process from its start to its exit, or one instance of another object between two
// restarts of the machine, with the series of its counters.
#ifndef PERFLEAK_SERIES_LIFE_H_
#define PERFLEAK_SERIES_LIFE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/counter_table.h"
#include "series/bucket_accumulator.h"
#include "series/bucket_series.h"

namespace perfleak {

// How a life began or ended.
enum class Cut {
  kLogEdge,        // the log began or ended
  kPidChanged,     // another process took the column, or the process left the log
  kRestarted,      // same PID, but Elapsed Time fell or the creating process changed
  kBlank,          // the column was blank, or all 0
  kDropped,        // no PID logged: several counters of the process fell together
  kMachineRestart  // System Up Time fell, or most processes ended at once
};
constexpr Cut kLastCut = Cut::kMachineRestart;

// One counter over one life.
struct LifeSeries {
  std::vector<CounterId> counters;  // the columns it ran through, last one last
  CounterTraits traits;
  Extremes extremes;
  size_t slot = 0;  // of the counter in the life's buckets
};

struct Life {
  std::string machine;
  std::string object;
  std::string instance;     // process image, or "parent/instance#index" elsewhere; empty for none
  bool is_process = false;  // of the objects whose instances are processes
  std::optional<int64_t> pid;
  Cut began = Cut::kLogEdge;
  Cut ended = Cut::kLogEdge;
  double start_s = 0, end_s = 0;  // first and last sample, seconds since 1970
  std::optional<double> age_s;    // of the process at end_s, where Elapsed Time is logged
  uint64_t samples = 0;
  std::vector<LifeSeries> series;  // only counters that had a value
  std::shared_ptr<const BucketAccumulator> buckets;

  double span_s() const { return end_s - start_s; }

  // The series in buckets, made when asked for: a life keeps them in a quarter of the room. The
  // load is that of the machine, empty if none is logged.
  BucketSeries Buckets(const LifeSeries& of) const { return buckets->Export(of.slot, load_slot); }
  size_t load_slot = BucketAccumulator::kNoLoad;
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_LIFE_H_
