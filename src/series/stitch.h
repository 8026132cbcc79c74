// The series of several logs of one machine as one: lives that go on from log to log become one
// life, as if the rows had been read one after another.
//
// A life goes on across a seam where SeriesBuilder would have gone on with it: the same process
// (PID and start), the same instance column where no PID is logged, and no restart of the machine
// between. Logs of two collectors that overlap in time and share few counters stay side by side.
// Where the same counters overlap, the log that began first counts.
#ifndef PERFLEAK_SERIES_STITCH_H_
#define PERFLEAK_SERIES_STITCH_H_

#include <memory>
#include <span>

#include "base/diagnostics.h"
#include "model/counter_table.h"
#include "series/series_set.h"

namespace perfleak {

// Replaces every CounterId id by to[id].
void RemapCounters(std::span<const CounterId> to, SeriesSet* set);

// Adds `by_s` to all times: UTC to local time.
void ShiftTimes(double by_s, SeriesSet* set);

// What of the set lies in [from_s, to_s), to the width of a bucket. Lives that have nothing there
// are left out; a life cut by a bound began or ended at the log's edge.
SeriesSet Slice(const SeriesSet& set, double from_s, double to_s);

// The part of one machine, by its name as in set.machines; its lives, facts and time span.
SeriesSet OfMachine(const SeriesSet& set, const std::string& machine);

class SeriesStitcher {
 public:
  // `table` outlives the stitcher; ids of all sets are of it.
  SeriesStitcher(const CounterTable* table, Diagnostics* diagnostics);
  ~SeriesStitcher();

  // Sets of one machine in the order of their start. One set alone comes out of Finish unchanged.
  void Add(SeriesSet set);

  // The stitcher is spent.
  SeriesSet Finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_STITCH_H_
