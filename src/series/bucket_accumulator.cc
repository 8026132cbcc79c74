#include "series/bucket_accumulator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace perfleak {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A step this many times longer than the one before is a gap: samples on its two sides share no
// median.
constexpr double kGapFactor = 5;

// No counter of 64 bits comes near; such a value is damage, and would be infinite in a float.
constexpr double kLargestValue = 1e30;

// The median of up to three values, missing ones left out; of two, their mean.
double MedianOfThree(double a, double b, double c) {
  if (!std::isnan(a + b + c)) return std::max(std::min(a, b), std::min(std::max(a, b), c));
  const bool has_a = !std::isnan(a), has_b = !std::isnan(b), has_c = !std::isnan(c);
  const int n = int{has_a} + int{has_b} + int{has_c};
  if (n == 0) return kNan;
  return ((has_a ? a : 0) + (has_b ? b : 0) + (has_c ? c : 0)) / n;
}

}  // namespace

BucketAccumulator::BucketAccumulator(size_t width) : grid_(width) {
  for (auto& values : pending_values_) values.resize(width, kNan);
}

BucketAccumulator::BucketAccumulator(BucketGrid grid) : grid_(std::move(grid)) {}

void BucketAccumulator::Add(double t_s, std::span<const double> values) {
  PERFLEAK_CHECK(values.size() == grid_.width);
  std::copy(values.begin(), values.end(), Begin(t_s).begin());
  End();
}

std::span<double> BucketAccumulator::Begin(double t_s) {
  if (grid_.samples == 0) {
    grid_.start_s = t_s;
  } else {
    PERFLEAK_CHECK(t_s > grid_.end_s);
    if (StartsNewTriple(t_s)) CloseTriple();
    last_step_s_ = t_s - grid_.end_s;
  }
  grid_.end_s = t_s;
  ++grid_.samples;
  pending_t_s_[pending_] = t_s - grid_.start_s;
  last_ = pending_++;
  return pending_values_[last_];
}

void BucketAccumulator::End() {
  if (pending_ == 3) CloseTriple();
}

bool BucketAccumulator::StartsNewTriple(double t_s) const {
  return pending_ > 0 && last_step_s_ > 0 && t_s - grid_.end_s > kGapFactor * last_step_s_;
}

void BucketAccumulator::CloseTriple() {
  double t_sum_s = 0;
  double shortest_step_s = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < pending_; ++i) {
    t_sum_s += pending_t_s_[i];
    if (i > 0) shortest_step_s = std::min(shortest_step_s, pending_t_s_[i] - pending_t_s_[i - 1]);
  }
  if (grid_.first_width_s == 0) {
    const double interval_s = pending_ > 1 ? shortest_step_s : std::max(last_step_s_, 1.0);
    grid_.first_width_s = 3 * interval_s;
  }
  for (size_t i = pending_; i < 3; ++i) {
    std::fill(pending_values_[i].begin(), pending_values_[i].end(), kNan);
  }
  const double t_s = t_sum_s / static_cast<double>(pending_);
  const size_t bucket = grid_.BucketAt(t_s);
  grid_.t_sum_s[bucket] += t_s;
  ++grid_.t_n[bucket];
  const double* const a = pending_values_[0].data();
  const double* const b = pending_values_[1].data();
  const double* const c = pending_values_[2].data();
  BucketCell* const cells = &grid_.cells[bucket * grid_.width];
  Extremes* const extremes = grid_.extremes.data();
  for (size_t k = 0, width = grid_.width; k < width; ++k) {
    const double x = MedianOfThree(a[k], b[k], c[k]);
    if (!(std::abs(x) <= kLargestValue)) continue;  // missing
    cells[k].Add(x);
    extremes[k].Add(x);
  }
  pending_ = 0;
}

void BucketAccumulator::Finish() {
  if (pending_ > 0) CloseTriple();
  for (auto& values : pending_values_) std::vector<double>().swap(values);
  grid_.Shrink();
}

void BucketAccumulator::Widen(size_t width) {
  grid_.Widen(width);
  for (auto& values : pending_values_) values.resize(width, kNan);
}

BucketSeries BucketAccumulator::Export(size_t counter, size_t load) const {
  PERFLEAK_CHECK(pending_ == 0 && counter < grid_.width);
  BucketSeries series;
  series.start_s = grid_.start_s;
  series.span_s = grid_.end_s - grid_.start_s;
  series.width_s = grid_.bucket_width_s();
  series.interval_s = grid_.first_width_s / 3;
  const size_t buckets = grid_.buckets();
  for (auto* values : {&series.t_s, &series.mean, &series.min, &series.max}) {
    values->resize(buckets);
  }
  series.n.resize(buckets);
  if (load != kNoLoad) series.load.resize(buckets);
  size_t size = 0;
  for (size_t b = 0; b < buckets; ++b) {
    const BucketCell& cell = grid_.cell(b, counter);
    if (cell.n == 0) continue;
    series.t_s[size] = grid_.t_sum_s[b] / grid_.t_n[b];
    series.mean[size] = cell.sum / cell.n;
    series.min[size] = static_cast<double>(cell.min);
    series.max[size] = static_cast<double>(cell.max);
    series.n[size] = cell.n;
    if (load != kNoLoad) {
      const BucketCell& load_cell = grid_.cell(b, load);
      series.load[size] = load_cell.n == 0 ? kNan : load_cell.sum / load_cell.n;
    }
    ++size;
  }
  for (auto* values : {&series.t_s, &series.mean, &series.min, &series.max}) values->resize(size);
  series.n.resize(size);
  if (load != kNoLoad) series.load.resize(size);
  return series;
}

}  // namespace perfleak
