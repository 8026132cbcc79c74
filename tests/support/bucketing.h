// Samples to BucketSeries in the most obvious way: medians of three, then equal widths that double
// until 256 suffice. Slow, whole series in memory; for tests that need a series, and as an oracle
// for the streaming code.
#ifndef PERFLEAK_TESTS_SUPPORT_BUCKETING_H_
#define PERFLEAK_TESTS_SUPPORT_BUCKETING_H_

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "series/bucket_series.h"

namespace perfleak::testing {

// One sample; load is NaN where it was not logged.
struct Sample {
  double t_s = 0;
  double value = 0;
  double load = NAN;
};

inline double MedianOf3(double a, double b, double c) {
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

// Samples are in time order, t_s in seconds since 1970; a rest of one or two samples at the end is
// left out.
inline BucketSeries BucketsOf(const std::vector<Sample>& samples, double interval_s) {
  BucketSeries series;
  if (samples.empty()) return series;
  series.start_s = samples.front().t_s;
  series.span_s = samples.back().t_s - samples.front().t_s;
  series.interval_s = interval_s;
  series.width_s = 3 * interval_s;
  while (series.span_s >= series.width_s * static_cast<double>(kMaxBuckets)) series.width_s *= 2;

  struct Content {
    double t = 0, sum = 0, load = 0, least = INFINITY, most = -INFINITY;
    uint32_t n = 0;
  };
  std::map<long, Content> buckets;
  for (size_t i = 0; i + 2 < samples.size(); i += 3) {
    const Sample &a = samples[i], &b = samples[i + 1], &c = samples[i + 2];
    const double t = (a.t_s + b.t_s + c.t_s) / 3 - series.start_s;
    const double value = MedianOf3(a.value, b.value, c.value);
    Content& content = buckets[static_cast<long>(t / series.width_s)];
    content.t += t;
    content.sum += value;
    content.load += (a.load + b.load + c.load) / 3;
    content.least = std::min(content.least, value);
    content.most = std::max(content.most, value);
    ++content.n;
  }
  for (const auto& [index, content] : buckets) {
    series.t_s.push_back(content.t / content.n);
    series.mean.push_back(content.sum / content.n);
    series.min.push_back(content.least);
    series.max.push_back(content.most);
    series.n.push_back(content.n);
    series.load.push_back(content.load / content.n);
  }
  const bool no_load = std::all_of(samples.begin(), samples.end(),
                                   [](const Sample& sample) { return std::isnan(sample.load); });
  if (no_load) series.load.clear();
  return series;
}

}  // namespace perfleak::testing

#endif  // PERFLEAK_TESTS_SUPPORT_BUCKETING_H_
