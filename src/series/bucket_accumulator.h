// All counters of one life in at most 256 time buckets, filled row by row in bounded memory.
//
// Three consecutive samples give one micro-median, which takes single spikes out; micro-medians go
// into buckets of equal width, counted from the first sample and first three sampling intervals
// wide. When a 257th bucket would be needed, neighbours merge and the width doubles, so the result
// is the same as if the final width had been known from the start. All counters of a life share the
// time axis, and one step works on all of them side by side.
//
// Cost: 24 bytes per counter and bucket, 80 bytes per counter beside, 12 bytes per bucket.
#ifndef PERFLEAK_SERIES_BUCKET_ACCUMULATOR_H_
#define PERFLEAK_SERIES_BUCKET_ACCUMULATOR_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "series/bucket_series.h"

namespace perfleak {

// Moments over all micro-medians, by Welford's recurrence.
struct Moments {
  uint64_t n = 0;
  double mean = 0;
  double m2 = 0;  // sum of squared deviations from the mean
  double min = 0, max = 0;
  double first = 0, last = 0;

  void Add(double x);
  double sd() const;  // 0 for fewer than two values
};

class BucketAccumulator {
 public:
  explicit BucketAccumulator(size_t width);

  // One sample of every counter: values has width() entries, NaN where missing. Requires t_s
  // greater than that of the call before.
  void Add(double t_s, std::span<const double> values);

  // Takes the samples of an unfinished triple in, frees what is not needed. No Add afterwards.
  void Finish();

  // Room for more counters; the new ones were missing until now. Requires width >= this->width().
  void Widen(size_t width);

  size_t width() const { return width_; }
  uint64_t samples() const { return samples_; }
  double start_s() const { return start_s_; }
  double end_s() const { return last_t_s_; }
  const Moments& moments(size_t counter) const { return moments_[counter]; }

  // Requires Finish(). The series of one counter; `load` is the index of the load counter, or
  // kNoLoad.
  static constexpr size_t kNoLoad = SIZE_MAX;
  BucketSeries Export(size_t counter, size_t load = kNoLoad) const;

 private:
  struct Cell {
    double sum = 0;
    float min = 0;  // of level and floor, seven digits are far finer than any gate looks
    float max = 0;
    uint32_t n = 0;
  };

  bool StartsNewTriple(double t_s) const;
  void CloseTriple();
  size_t BucketAt(double t_s);
  void GrowTo(size_t buckets);
  void MergePairs();
  static void AddTo(Cell* cell, double x);
  static void Merge(const Cell& from, Cell* into);

  size_t width_;
  uint64_t samples_ = 0;
  double start_s_ = 0;
  double last_t_s_ = 0;
  double last_step_s_ = 0;

  size_t pending_ = 0;  // samples in the unfinished triple, at most 3
  std::array<double, 3> pending_t_s_{};
  std::array<std::vector<double>, 3> pending_values_;

  double first_width_s_ = 0;  // 0 until the first triple is closed
  unsigned doublings_ = 0;    // width of a bucket = first_width_s_ * 2^doublings_
  size_t buckets_ = 0;
  std::vector<Cell> cells_;       // bucket-major: cells_[bucket * width_ + counter]
  std::vector<double> t_sum_s_;   // per bucket, seconds from start_s_
  std::vector<uint32_t> t_n_;     // triples per bucket
  std::vector<Moments> moments_;  // per counter
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_BUCKET_ACCUMULATOR_H_
