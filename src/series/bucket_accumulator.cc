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

// Where a bucket number would not fit an integer, time is beyond any log; it only has to stay
// defined.
constexpr double kLastBucket = 9e15;

// The median of up to three values, missing ones left out; of two, their mean.
double MedianOfThree(double a, double b, double c) {
  const bool has_a = !std::isnan(a), has_b = !std::isnan(b), has_c = !std::isnan(c);
  if (has_a && has_b && has_c) return std::max(std::min(a, b), std::min(std::max(a, b), c));
  const int n = int{has_a} + int{has_b} + int{has_c};
  if (n == 0) return kNan;
  return ((has_a ? a : 0) + (has_b ? b : 0) + (has_c ? c : 0)) / n;
}

}  // namespace

void Moments::Add(double x) {
  if (n == 0) first = min = max = x;
  ++n;
  const double delta = x - mean;
  mean += delta / static_cast<double>(n);
  m2 += delta * (x - mean);
  min = std::min(min, x);
  max = std::max(max, x);
  last = x;
}

double Moments::sd() const { return n < 2 ? 0 : std::sqrt(m2 / static_cast<double>(n - 1)); }

BucketAccumulator::BucketAccumulator(size_t width) : width_(width), moments_(width) {
  for (auto& values : pending_values_) values.resize(width, kNan);
}

void BucketAccumulator::Add(double t_s, std::span<const double> values) {
  PERFLEAK_CHECK(values.size() == width_);
  if (samples_ == 0) {
    start_s_ = t_s;
  } else {
    PERFLEAK_CHECK(t_s > last_t_s_);
    if (StartsNewTriple(t_s)) CloseTriple();
    last_step_s_ = t_s - last_t_s_;
  }
  last_t_s_ = t_s;
  ++samples_;
  pending_t_s_[pending_] = t_s - start_s_;
  std::copy(values.begin(), values.end(), pending_values_[pending_].begin());
  if (++pending_ == 3) CloseTriple();
}

bool BucketAccumulator::StartsNewTriple(double t_s) const {
  return pending_ > 0 && last_step_s_ > 0 && t_s - last_t_s_ > kGapFactor * last_step_s_;
}

void BucketAccumulator::CloseTriple() {
  double t_sum_s = 0;
  double shortest_step_s = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < pending_; ++i) {
    t_sum_s += pending_t_s_[i];
    if (i > 0) shortest_step_s = std::min(shortest_step_s, pending_t_s_[i] - pending_t_s_[i - 1]);
  }
  if (first_width_s_ == 0) {
    const double interval_s = pending_ > 1 ? shortest_step_s : std::max(last_step_s_, 1.0);
    first_width_s_ = 3 * interval_s;
  }
  for (size_t i = pending_; i < 3; ++i) {
    std::fill(pending_values_[i].begin(), pending_values_[i].end(), kNan);
  }
  const double t_s = t_sum_s / static_cast<double>(pending_);
  const size_t bucket = BucketAt(t_s);
  t_sum_s_[bucket] += t_s;
  ++t_n_[bucket];
  Cell* cells = cells_.data() + bucket * width_;
  for (size_t k = 0; k < width_; ++k) {
    const double x =
        MedianOfThree(pending_values_[0][k], pending_values_[1][k], pending_values_[2][k]);
    if (std::isnan(x)) continue;
    AddTo(&cells[k], x);
    moments_[k].Add(x);
  }
  pending_ = 0;
}

size_t BucketAccumulator::BucketAt(double t_s) {
  const auto fine = static_cast<uint64_t>(std::min(t_s / first_width_s_, kLastBucket));
  while ((fine >> doublings_) >= kMaxBuckets) MergePairs();
  const auto bucket = static_cast<size_t>(fine >> doublings_);
  if (bucket >= buckets_) GrowTo(bucket + 1);
  return bucket;
}

void BucketAccumulator::GrowTo(size_t buckets) {
  if (cells_.capacity() < buckets * width_) {
    const size_t room = buckets <= 16 ? 16 : buckets <= 64 ? 64 : kMaxBuckets;
    cells_.reserve(room * width_);
    t_sum_s_.reserve(room);
    t_n_.reserve(room);
  }
  buckets_ = buckets;
  cells_.resize(buckets * width_);
  t_sum_s_.resize(buckets);
  t_n_.resize(buckets);
}

void BucketAccumulator::MergePairs() {
  ++doublings_;
  const size_t merged = (buckets_ + 1) / 2;
  for (size_t b = 0; b < buckets_; ++b) {
    const size_t into = b / 2;
    if (b == into) continue;
    const bool first_of_pair = b % 2 == 0;
    t_sum_s_[into] = (first_of_pair ? 0 : t_sum_s_[into]) + t_sum_s_[b];
    t_n_[into] = (first_of_pair ? 0 : t_n_[into]) + t_n_[b];
    for (size_t k = 0; k < width_; ++k) {
      Cell& target = cells_[into * width_ + k];
      if (first_of_pair) target = Cell{};
      Merge(cells_[b * width_ + k], &target);
    }
  }
  GrowTo(merged);
}

void BucketAccumulator::AddTo(Cell* cell, double x) {
  const auto rounded = static_cast<float>(x);
  cell->min = cell->n == 0 ? rounded : std::min(cell->min, rounded);
  cell->max = cell->n == 0 ? rounded : std::max(cell->max, rounded);
  cell->sum += x;
  ++cell->n;
}

void BucketAccumulator::Merge(const Cell& from, Cell* into) {
  if (from.n == 0) return;
  into->min = into->n == 0 ? from.min : std::min(into->min, from.min);
  into->max = into->n == 0 ? from.max : std::max(into->max, from.max);
  into->sum += from.sum;
  into->n += from.n;
}

void BucketAccumulator::Finish() {
  if (pending_ > 0) CloseTriple();
  for (auto& values : pending_values_) std::vector<double>().swap(values);
  cells_.shrink_to_fit();
  t_sum_s_.shrink_to_fit();
  t_n_.shrink_to_fit();
}

void BucketAccumulator::Widen(size_t width) {
  PERFLEAK_CHECK(width >= width_);
  std::vector<Cell> wider(buckets_ * width);
  for (size_t b = 0; b < buckets_; ++b) {
    std::copy_n(cells_.begin() + static_cast<std::ptrdiff_t>(b * width_), width_,
                wider.begin() + static_cast<std::ptrdiff_t>(b * width));
  }
  cells_ = std::move(wider);
  for (auto& values : pending_values_) values.resize(width, kNan);
  moments_.resize(width);
  width_ = width;
}

BucketSeries BucketAccumulator::Export(size_t counter, size_t load) const {
  PERFLEAK_CHECK(pending_ == 0 && counter < width_);
  BucketSeries series;
  series.start_s = start_s_;
  series.span_s = last_t_s_ - start_s_;
  series.width_s = std::ldexp(first_width_s_, static_cast<int>(doublings_));
  series.interval_s = first_width_s_ / 3;
  for (size_t b = 0; b < buckets_; ++b) {
    const Cell& cell = cells_[b * width_ + counter];
    if (cell.n == 0) continue;
    series.t_s.push_back(t_sum_s_[b] / t_n_[b]);
    series.mean.push_back(cell.sum / cell.n);
    series.min.push_back(static_cast<double>(cell.min));
    series.max.push_back(static_cast<double>(cell.max));
    series.n.push_back(cell.n);
    if (load == kNoLoad) continue;
    const Cell& load_cell = cells_[b * width_ + load];
    series.load.push_back(load_cell.n == 0 ? kNan : load_cell.sum / load_cell.n);
  }
  return series;
}

}  // namespace perfleak
