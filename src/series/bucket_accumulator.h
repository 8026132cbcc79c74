// All counters of one life in at most 256 time buckets, filled row by row in bounded memory.
//
// Three consecutive samples give one micro-median, which takes single spikes out; micro-medians go
// into the buckets of a BucketGrid, at first three sampling intervals wide. All counters of a life
// share the time axis, and one step works on all of them side by side.
//
// Cost: 20 bytes per counter and bucket, 64 bytes per counter beside, 12 bytes per bucket.
#ifndef PERFLEAK_SERIES_BUCKET_ACCUMULATOR_H_
#define PERFLEAK_SERIES_BUCKET_ACCUMULATOR_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "series/bucket_grid.h"
#include "series/bucket_series.h"

namespace perfleak {

class BucketAccumulator {
 public:
  explicit BucketAccumulator(size_t width);
  // Finished, with these buckets. Requires grid.IsSound().
  explicit BucketAccumulator(BucketGrid grid);

  // One sample of every counter: values has width() entries, NaN where missing. Requires t_s
  // greater than that of the call before.
  void Add(double t_s, std::span<const double> values);
  // The same in two steps: the place to write the width() values to, all of them, before End().
  std::span<double> Begin(double t_s);
  void End();
  // The values of the sample added last, NaN if there was none.
  std::span<const double> last() const { return pending_values_[last_]; }

  // Takes the samples of an unfinished triple in, frees what is not needed. No Add afterwards.
  void Finish();

  // Room for more counters; the new ones were missing until now. Requires width >= this->width().
  void Widen(size_t width);

  size_t width() const { return grid_.width; }
  uint64_t samples() const { return grid_.samples; }
  double start_s() const { return grid_.start_s; }
  double end_s() const { return grid_.end_s; }
  const Extremes& extremes(size_t counter) const { return grid_.extremes[counter]; }
  // Requires Finish().
  const BucketGrid& grid() const { return grid_; }

  // Requires Finish(). The series of one counter; `load` is the index of the load counter, or
  // kNoLoad.
  static constexpr size_t kNoLoad = SIZE_MAX;
  BucketSeries Export(size_t counter, size_t load = kNoLoad) const;

 private:
  bool StartsNewTriple(double t_s) const;
  void CloseTriple();

  BucketGrid grid_;
  double last_step_s_ = 0;
  size_t pending_ = 0;  // samples in the unfinished triple, at most 3
  size_t last_ = 0;     // where the last one is
  std::array<double, 3> pending_t_s_{};
  std::array<std::vector<double>, 3> pending_values_;
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_BUCKET_ACCUMULATOR_H_
