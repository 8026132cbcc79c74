// All counters of one life in at most 256 buckets of equal width, as plain numbers: what
// BucketAccumulator fills, what is stored, and what is put together from several logs.
//
// Buckets are counted from the first sample. When a 257th would be needed, neighbours merge and the
// width doubles, so that the result is the same as if the final width had been known from the
// start, whatever comes in which order.
#ifndef PERFLEAK_SERIES_BUCKET_GRID_H_
#define PERFLEAK_SERIES_BUCKET_GRID_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "series/bucket_series.h"

namespace perfleak {

// Number and extremes, in value and in time, of a counter's micro-medians.
struct Extremes {
  uint64_t n = 0;
  double min = 0, max = 0;
  double first = 0, last = 0;

  void Add(double x) {
    if (n == 0) first = min = max = x;
    ++n;
    min = std::min(min, x);
    max = std::max(max, x);
    last = x;
  }
  // Those of both, of which `later` comes after.
  void Append(const Extremes& later);

  bool operator==(const Extremes&) const = default;
};

// One counter in one bucket. All 0 if it has no value there. Of 20 bytes, where a double on an
// address of its own kind would make 24: these are what a log with many counters takes.
#pragma pack(push, 4)
struct BucketCell {
  double sum = 0;  // not aligned: no references to it
  float min = 0;   // of level and floor, seven digits are far finer than any gate looks
  float max = 0;
  uint32_t n = 0;

  void Add(double x) {
    const auto rounded = static_cast<float>(x);
    min = n == 0 ? rounded : std::min(min, rounded);
    max = n == 0 ? rounded : std::max(max, rounded);
    sum += x;
    ++n;
  }
  void Merge(const BucketCell& from);
  bool operator==(const BucketCell&) const = default;
};
#pragma pack(pop)
static_assert(sizeof(BucketCell) == 20);

struct BucketGrid {
  explicit BucketGrid(size_t counters = 0) : width(counters), extremes(counters) {}

  size_t width;  // counters
  uint64_t samples = 0;
  double start_s = 0, end_s = 0;   // first and last sample, seconds since 1970
  double first_width_s = 0;        // three sampling intervals; 0 until the first bucket
  unsigned doublings = 0;          // width of a bucket = first_width_s * 2^doublings
  std::vector<double> t_sum_s;     // per bucket, seconds from start_s
  std::vector<uint32_t> t_n;       // triples per bucket
  std::vector<BucketCell> cells;   // bucket-major: cells[bucket * width + counter]
  std::vector<Extremes> extremes;  // per counter

  size_t buckets() const { return t_n.size(); }
  double bucket_width_s() const;
  BucketCell& cell(size_t bucket, size_t counter) { return cells[bucket * width + counter]; }
  const BucketCell& cell(size_t bucket, size_t counter) const {
    return cells[bucket * width + counter];
  }

  // The bucket of a moment, seconds from start_s; made if it is not there yet, for which others may
  // merge. Requires first_width_s > 0 and t_s >= 0.
  size_t BucketAt(double t_s);

  // Room for more counters, which were missing until now. Requires counters >= width.
  void Widen(size_t counters);

  // Frees what is not needed.
  void Shrink();

  // Forgets the values of one counter.
  void Clear(size_t counter);

  // The buckets whose mean time lies in [from_s, to_s), seconds since 1970; all of it, unchanged,
  // if none lies outside. samples == 0 if there are none. The samples of slices that cover all time
  // add up; the extremes of a part are those of its buckets.
  BucketGrid Slice(double from_s, double to_s) const;

  // Where a counter of another grid belongs.
  struct Target {
    static constexpr size_t kNowhere = SIZE_MAX;
    size_t counter = kNowhere;
    double after_s = -std::numeric_limits<double>::infinity();  // buckets up to here are left out
  };
  // Adds what `other` says of the same life: its counter k to counter to[k].counter. Requires that
  // of a counter that has values nothing is taken from before its last one.
  void Append(const BucketGrid& other, std::span<const Target> to);
  // The same, counter by counter, of a grid as wide; what is not later than end_s is left out.
  void Append(const BucketGrid& later);

  // A moment not before the counter's last value, as exactly as the buckets know it.
  double EndOf(size_t counter) const;

  // Whether this is a grid that BucketAccumulator may have filled, as far as others rely on it.
  bool IsSound() const;

  bool operator==(const BucketGrid&) const = default;

 private:
  void GrowTo(size_t count);
  void MergePairs();
  void BeginAt(double earlier_s);
  double MeanTime(size_t bucket) const { return t_sum_s[bucket] / t_n[bucket]; }
  uint64_t SamplesBefore(size_t bucket) const;
  Extremes ExtremesOf(size_t counter, size_t begin, size_t end) const;
  void AppendBucket(const BucketGrid& other, size_t bucket, std::span<const Target> to);
  bool HasSoundTimes() const;
  bool HasSoundValues(size_t counter) const;
};

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_BUCKET_GRID_H_
