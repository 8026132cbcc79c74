// One counter over one life, as the trend stage sees it: at most 256 buckets of equal width.
#ifndef PERFLEAK_SERIES_BUCKET_SERIES_H_
#define PERFLEAK_SERIES_BUCKET_SERIES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace perfleak {

constexpr size_t kMaxBuckets = 256;

// The vectors t_s, mean, min, max and n have one entry per bucket that holds data, in time order;
// load has as many or none. Buckets without data are left out: gaps show as jumps of t_s.
struct BucketSeries {
  double start_s = 0;        // first sample of the life, seconds since 1970
  double span_s = 0;         // from the first to the last sample of the life
  double width_s = 0;        // of a bucket
  double interval_s = 0;     // typical distance of samples
  std::vector<double> t_s;   // mean time of the bucket's micro-medians, seconds from start_s
  std::vector<double> mean;  // of the micro-medians (median of 3 consecutive samples)
  std::vector<double> min;   // smallest micro-median: the floor
  std::vector<double> max;
  std::vector<uint32_t> n;   // micro-medians in the bucket
  std::vector<double> load;  // mean of the machine's load counter in the bucket; empty if not
                             // logged, NaN where missing

  size_t size() const { return t_s.size(); }
};

// The series at a moment, seconds since 1970, by straight lines between bucket means; the first or
// the last of them outside. Requires a bucket.
double ValueAt(const BucketSeries& series, double t_s);

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_BUCKET_SERIES_H_
