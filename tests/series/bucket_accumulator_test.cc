#include "series/bucket_accumulator.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace perfleak {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Sample {
  double t_s;
  double value;
  double load = kNan;
};

struct MicroMedian {
  double t_s;  // mean time of the samples, from the first sample of all
  double value;
  double load;
};

double MedianOf(std::vector<double> values) {
  std::erase_if(values, [](double x) { return std::isnan(x); });
  if (values.empty()) return kNan;
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

// The slow way: all samples are kept, cut into triples (a step five times the one before begins a
// new triple), and the final width is known before anything is put into a bucket.
class Oracle {
 public:
  explicit Oracle(std::vector<Sample> samples) : samples_(std::move(samples)) { CutTriples(); }

  BucketSeries Series() const {
    BucketSeries series;
    series.start_s = samples_.front().t_s;
    series.span_s = samples_.back().t_s - series.start_s;
    series.interval_s = interval_s_;
    series.width_s = FinalWidth();
    for (size_t b = 0; b < kMaxBuckets; ++b) AddBucket(b, &series);
    return series;
  }
  const std::vector<MicroMedian>& medians() const { return medians_; }

 private:
  void CutTriples() {
    for (size_t i = 0; i < samples_.size();) {
      size_t end = i + 1;
      while (end < samples_.size() && end < i + 3 && !GapBefore(end)) ++end;
      AddTriple(i, end);
      i = end;
    }
  }
  bool GapBefore(size_t i) const {
    if (i < 2) return false;
    const double step_s = samples_[i].t_s - samples_[i - 1].t_s;
    return step_s > 5 * (samples_[i - 1].t_s - samples_[i - 2].t_s);
  }
  void AddTriple(size_t begin, size_t end) {
    std::vector<double> values, loads;
    double t_s = 0;
    double shortest_s = std::numeric_limits<double>::infinity();
    for (size_t i = begin; i < end; ++i) {
      values.push_back(samples_[i].value);
      loads.push_back(samples_[i].load);
      t_s += samples_[i].t_s - samples_[0].t_s;
      if (i > begin) shortest_s = std::min(shortest_s, samples_[i].t_s - samples_[i - 1].t_s);
    }
    if (medians_.empty()) interval_s_ = end - begin > 1 ? shortest_s : 1.0;
    medians_.push_back({t_s / static_cast<double>(end - begin), MedianOf(values), MedianOf(loads)});
  }
  double FinalWidth() const {
    double width_s = 3 * interval_s_;
    while (std::floor(medians_.back().t_s / width_s) >= static_cast<double>(kMaxBuckets)) {
      width_s *= 2;
    }
    return width_s;
  }
  void AddBucket(size_t b, BucketSeries* series) const {
    std::vector<double> values, times, loads;
    for (const MicroMedian& median : medians_) {
      if (static_cast<size_t>(std::floor(median.t_s / FinalWidth())) != b) continue;
      times.push_back(median.t_s);
      if (!std::isnan(median.value)) values.push_back(median.value);
      if (!std::isnan(median.load)) loads.push_back(median.load);
    }
    if (values.empty()) return;
    const auto mean = [](const std::vector<double>& xs) {
      double sum = 0;
      for (const double x : xs) sum += x;
      return xs.empty() ? kNan : sum / static_cast<double>(xs.size());
    };
    series->t_s.push_back(mean(times));
    series->mean.push_back(mean(values));
    series->min.push_back(*std::min_element(values.begin(), values.end()));
    series->max.push_back(*std::max_element(values.begin(), values.end()));
    series->n.push_back(static_cast<uint32_t>(values.size()));
    series->load.push_back(mean(loads));
  }

  std::vector<Sample> samples_;
  std::vector<MicroMedian> medians_;
  double interval_s_ = 0;
};

BucketAccumulator Stream(const std::vector<Sample>& samples) {
  BucketAccumulator buckets(2);
  for (const Sample& sample : samples) {
    const double values[] = {sample.load, sample.value};
    buckets.Add(sample.t_s, values);
  }
  buckets.Finish();
  return buckets;
}

bool Near(double a, double b, double relative) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b);
  return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

bool SameSeries(const BucketSeries& a, const BucketSeries& b) {
  if (a.size() != b.size() || a.width_s != b.width_s || a.n != b.n) return false;
  if (a.load.size() != b.load.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const bool same = Near(a.t_s[i], b.t_s[i], 1e-12) && Near(a.mean[i], b.mean[i], 1e-12) &&
                      Near(a.min[i], b.min[i], 1e-7) && Near(a.max[i], b.max[i], 1e-7) &&
                      Near(a.load[i], b.load[i], 1e-12);
    if (!same) return false;
  }
  return true;
}

TEST_CASE("streaming into buckets equals bucketing at the final width afterwards") {
  CHECK(rc::check([] {
    const auto n = *rc::gen::inRange<size_t>(1, 3000);
    const auto seed = *rc::gen::arbitrary<uint32_t>();
    const auto offset = *rc::gen::element(0.0, 1e9, 2.4e14);
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::vector<Sample> samples;
    double t_s = 1.6e9;
    for (size_t i = 0; i < n; ++i) {
      const double dice = uniform(random);
      t_s += dice < 0.002 ? 86400 : dice < 0.01 ? 300 : 14.5 + uniform(random);
      samples.push_back({t_s, uniform(random) < 0.05 ? kNan : offset + 1e6 * uniform(random),
                         uniform(random) < 0.1 ? kNan : 100 * uniform(random)});
    }
    RC_ASSERT(SameSeries(Stream(samples).Export(1, 0), Oracle(samples).Series()));
  }));
}

TEST_CASE("extremes are those of the micro-medians, to the last digit") {
  // {1, 9, 0}, {2, 2, 2}, {0, 1, 0}.
  std::vector<Sample> samples;
  for (const int x : {1, 9, 0, 2, 2, 2, 0, 1, 0}) {
    samples.push_back({10.0 * static_cast<double>(samples.size()), 1e9 + x});
  }
  const BucketAccumulator buckets = Stream(samples);
  CHECK(buckets.extremes(1).n == 3);
  CHECK(buckets.extremes(1).min == 1e9);
  CHECK(buckets.extremes(1).max == 1e9 + 2);
  CHECK(buckets.extremes(1).first == 1e9 + 1);
  CHECK(buckets.extremes(1).last == 1e9);
}

TEST_CASE("one spike does not reach a bucket") {
  std::vector<Sample> samples;
  for (int i = 0; i < 90; ++i) samples.push_back({60.0 * i, i == 40 ? 1e12 : 5.0});
  const BucketSeries series = Stream(samples).Export(1);
  for (const double max : series.max) CHECK(max == 5);
}

TEST_CASE("a sample of one, and none but missing values") {
  const BucketSeries one = Stream({{100, 7}}).Export(1);
  CHECK(one.size() == 1);
  CHECK(one.mean[0] == 7);
  CHECK(one.span_s == 0);
  const BucketSeries none = Stream({{100, kNan}, {160, kNan}}).Export(1);
  CHECK(none.size() == 0);
}

TEST_CASE("a step of years keeps the number of buckets bounded") {
  std::vector<Sample> samples;
  for (int i = 0; i < 300; ++i) samples.push_back({i * 1.0, 1});
  samples.push_back({4e9, 2});
  samples.push_back({4e9 + 1, 2});
  const BucketSeries series = Stream(samples).Export(1);
  CHECK(series.size() == 2);
  CHECK(series.n[0] + series.n[1] == 101);
}

TEST_CASE("counters that turn up later were missing before") {
  BucketAccumulator buckets(1);
  for (int i = 0; i < 6; ++i) buckets.Add(10.0 * i, std::vector<double>{1});
  buckets.Widen(2);
  for (int i = 6; i < 12; ++i) buckets.Add(10.0 * i, std::vector<double>{1, 5});
  buckets.Finish();
  CHECK(buckets.Export(0).size() == 4);
  const BucketSeries later = buckets.Export(1);
  CHECK(later.size() == 2);
  CHECK(later.t_s.front() == 70);  // samples at 60, 70, 80
  CHECK(later.mean.front() == 5);
}

}  // namespace
}  // namespace perfleak
