#include "series/bucket_grid.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace perfleak {
namespace {

// Where a bucket number would not fit an integer, time is beyond any log; it only has to stay
// defined.
constexpr double kLastBucket = 9e15;
constexpr unsigned kMostDoublings = 53;  // 2^53 is about kLastBucket

constexpr double kLongest_s = 1e12;  // beyond any date that a log can write

uint32_t AddSaturated(uint32_t a, uint32_t b) {
  return static_cast<uint32_t>(std::min(uint64_t{a} + b, uint64_t{UINT32_MAX}));
}

bool IsTime(double t_s) { return std::abs(t_s) <= kLongest_s; }  // false for NaN

}  // namespace

void Extremes::Append(const Extremes& later) {
  if (later.n == 0) return;
  if (n == 0) {
    *this = later;
    return;
  }
  n += later.n;
  min = std::min(min, later.min);
  max = std::max(max, later.max);
  last = later.last;
}

void BucketCell::Merge(const BucketCell& from) {
  if (from.n == 0) return;
  min = n == 0 ? from.min : std::min(min, from.min);
  max = n == 0 ? from.max : std::max(max, from.max);
  sum += from.sum;
  n = AddSaturated(n, from.n);
}

double BucketGrid::bucket_width_s() const {
  return std::ldexp(first_width_s, static_cast<int>(doublings));
}

size_t BucketGrid::BucketAt(double t_s) {
  const auto fine = static_cast<uint64_t>(std::min(t_s / first_width_s, kLastBucket));
  while ((fine >> doublings) >= kMaxBuckets) MergePairs();
  const auto bucket = static_cast<size_t>(fine >> doublings);
  if (bucket >= buckets()) GrowTo(bucket + 1);
  return bucket;
}

void BucketGrid::GrowTo(size_t count) {
  if (cells.capacity() < count * width) {
    // Most of the second room is never touched where a life ends early, and costs nothing then.
    const size_t room = count <= 16 ? 16 : kMaxBuckets;
    cells.reserve(room * width);
    t_sum_s.reserve(room);
    t_n.reserve(room);
  }
  cells.resize(count * width);
  t_sum_s.resize(count);
  t_n.resize(count);
}

void BucketGrid::MergePairs() {
  ++doublings;
  const size_t merged = (buckets() + 1) / 2;
  for (size_t b = 0; b < buckets(); ++b) {
    const size_t into = b / 2;
    if (b == into) continue;
    const bool first_of_pair = b % 2 == 0;
    t_sum_s[into] = (first_of_pair ? 0 : t_sum_s[into]) + t_sum_s[b];
    t_n[into] = AddSaturated(first_of_pair ? 0 : t_n[into], t_n[b]);
    for (size_t k = 0; k < width; ++k) {
      BucketCell& target = cell(into, k);
      if (first_of_pair) target = BucketCell{};
      target.Merge(cell(b, k));
    }
  }
  GrowTo(merged);
}

void BucketGrid::Widen(size_t counters) {
  PERFLEAK_CHECK(counters >= width);
  std::vector<BucketCell> wider(buckets() * counters);
  for (size_t b = 0; b < buckets(); ++b) {
    std::copy_n(cells.begin() + static_cast<std::ptrdiff_t>(b * width), width,
                wider.begin() + static_cast<std::ptrdiff_t>(b * counters));
  }
  cells = std::move(wider);
  extremes.resize(counters);
  width = counters;
}

void BucketGrid::Shrink() {
  if (cells.size() >= cells.capacity() / 4 * 3) return;  // copying costs more than the rest holds
  cells.shrink_to_fit();
  t_sum_s.shrink_to_fit();
  t_n.shrink_to_fit();
}

void BucketGrid::Clear(size_t counter) {
  for (size_t b = 0; b < buckets(); ++b) cell(b, counter) = BucketCell{};
  extremes[counter] = Extremes{};
}

uint64_t BucketGrid::SamplesBefore(size_t bucket) const {
  uint64_t before = 0, all = 0;
  for (size_t b = 0; b < buckets(); ++b) {
    all += t_n[b];
    if (b < bucket) before += t_n[b];
  }
  if (before == all) return samples;
  return static_cast<uint64_t>(static_cast<double>(samples) * static_cast<double>(before) /
                               static_cast<double>(all));
}

Extremes BucketGrid::ExtremesOf(size_t counter, size_t begin, size_t end) const {
  const Extremes& whole = extremes[counter];
  Extremes part;
  for (size_t b = begin; b < end; ++b) {
    const BucketCell& cell = this->cell(b, counter);
    if (cell.n == 0) continue;
    const double mean = std::clamp(cell.sum / cell.n, whole.min, whole.max);
    const double min = std::clamp(static_cast<double>(cell.min), whole.min, mean);
    const double max = std::clamp(static_cast<double>(cell.max), mean, whole.max);
    part.Append({cell.n, min, max, mean, mean});
  }
  return part.n == whole.n ? whole : part;
}

BucketGrid BucketGrid::Slice(double from_s, double to_s) const {
  size_t begin = buckets(), end = 0, filled = 0, inside = 0;
  for (size_t b = 0; b < buckets(); ++b) {
    if (t_n[b] == 0) continue;
    ++filled;
    const double t_s = start_s + MeanTime(b);
    if (t_s < from_s || t_s >= to_s) continue;
    ++inside;
    begin = std::min(begin, b);
    end = b + 1;
  }
  if (inside == filled) return *this;
  BucketGrid slice(width);
  if (inside == 0) return slice;
  const double shift_s = static_cast<double>(begin) * bucket_width_s();
  slice.samples = SamplesBefore(end) - SamplesBefore(begin);
  slice.start_s = start_s + shift_s;
  slice.end_s = end_s;
  if (end < buckets()) {
    const double next_s = static_cast<double>(end) * bucket_width_s();
    slice.end_s = start_s + std::max(MeanTime(end - 1), next_s - first_width_s / 3);
  }
  slice.first_width_s = first_width_s;
  slice.doublings = doublings;
  slice.GrowTo(end - begin);
  for (size_t b = begin; b < end; ++b) {
    slice.t_sum_s[b - begin] = std::max(t_sum_s[b] - t_n[b] * shift_s, 0.0);
    slice.t_n[b - begin] = t_n[b];
    for (size_t k = 0; k < width; ++k) slice.cell(b - begin, k) = cell(b, k);
  }
  for (size_t k = 0; k < width; ++k) slice.extremes[k] = ExtremesOf(k, begin, end);
  slice.Shrink();
  return slice;
}

// Buckets are found again by their mean times, as the old ones need not fall into the new ones.
void BucketGrid::BeginAt(double earlier_s) {
  BucketGrid moved(width);
  moved.samples = samples;
  moved.start_s = earlier_s;
  moved.end_s = end_s;
  moved.first_width_s = first_width_s;
  moved.doublings = doublings;
  moved.extremes = std::move(extremes);
  std::vector<Target> to(width);
  for (size_t k = 0; k < width; ++k) to[k].counter = k;
  for (size_t b = 0; b < buckets(); ++b) moved.AppendBucket(*this, b, to);
  *this = std::move(moved);
}

void BucketGrid::AppendBucket(const BucketGrid& other, size_t bucket, std::span<const Target> to) {
  if (other.t_n[bucket] == 0) return;
  const double shift_s = other.start_s - start_s;
  const double t_s = other.MeanTime(bucket) + shift_s;
  const auto taken = [&](size_t k) {
    return to[k].counter != Target::kNowhere && start_s + t_s > to[k].after_s &&
           other.cell(bucket, k).n > 0;
  };
  bool any = start_s + t_s > end_s;
  for (size_t k = 0; k < other.width && !any; ++k) any = taken(k);
  if (!any) return;
  const size_t own = BucketAt(t_s);
  t_sum_s[own] += other.t_sum_s[bucket] + other.t_n[bucket] * shift_s;
  t_n[own] = AddSaturated(t_n[own], other.t_n[bucket]);
  for (size_t k = 0; k < other.width; ++k) {
    if (taken(k)) cell(own, to[k].counter).Merge(other.cell(bucket, k));
  }
}

void BucketGrid::Append(const BucketGrid& other, std::span<const Target> to) {
  PERFLEAK_CHECK(to.size() == other.width);
  if (other.samples == 0) return;
  // One sample does not tell the interval; its bucket is the first of any width.
  if (samples == 1) {
    first_width_s = other.first_width_s;
    doublings = 0;
  }
  if (other.start_s < start_s) BeginAt(other.start_s);
  const double end_before_s = end_s;
  size_t first_later = other.buckets();
  for (size_t b = other.buckets(); b-- > 0;) {
    if (other.t_n[b] > 0 && other.start_s + other.MeanTime(b) > end_before_s) first_later = b;
  }
  for (size_t b = 0; b < other.buckets(); ++b) AppendBucket(other, b, to);
  for (size_t k = 0; k < other.width; ++k) {
    if (to[k].counter == Target::kNowhere) continue;
    size_t begin = 0;
    while (begin < other.buckets() &&
           (other.t_n[begin] == 0 || other.start_s + other.MeanTime(begin) <= to[k].after_s)) {
      ++begin;
    }
    extremes[to[k].counter].Append(other.ExtremesOf(k, begin, other.buckets()));
  }
  samples += other.samples - other.SamplesBefore(first_later);
  end_s = std::max(end_s, other.end_s);
}

void BucketGrid::Append(const BucketGrid& later) {
  PERFLEAK_CHECK(later.width == width);
  std::vector<Target> to(width);
  for (size_t k = 0; k < width; ++k) to[k] = {k, end_s};
  Append(later, to);
}

double BucketGrid::EndOf(size_t counter) const {
  for (size_t b = buckets(); b-- > 0;) {
    if (cell(b, counter).n == 0) continue;
    const double next_s = start_s + static_cast<double>(b + 1) * bucket_width_s();
    return b + 1 == buckets() ? end_s : std::min(end_s, next_s);
  }
  return -std::numeric_limits<double>::infinity();
}

bool BucketGrid::IsSound() const {
  if (width == 0 || extremes.size() != width || t_sum_s.size() != buckets() ||
      cells.size() != buckets() * width) {
    return false;
  }
  if (!HasSoundTimes()) return false;
  for (size_t k = 0; k < width; ++k) {
    if (!HasSoundValues(k)) return false;
  }
  return true;
}

bool BucketGrid::HasSoundTimes() const {
  constexpr double kRounding = 1e-6;  // of a bucket
  constexpr double kMostSamples = 1e15;
  if (samples == 0 || static_cast<double>(samples) > kMostSamples) return false;
  if (!IsTime(start_s) || !IsTime(end_s) || start_s > end_s) return false;
  if (!(first_width_s > 0 && first_width_s <= kLongest_s)) return false;
  if (buckets() == 0 || buckets() > kMaxBuckets || doublings > kMostDoublings) return false;
  if (t_n.back() == 0) return false;
  double before_s = -1;
  for (size_t b = 0; b < buckets(); ++b) {
    if (t_n[b] == 0) {
      if (t_sum_s[b] != 0) return false;
      continue;
    }
    const double t_s = MeanTime(b), bucket = t_s / bucket_width_s();
    const auto number = static_cast<double>(b);
    if (!(t_s > before_s && bucket >= number - kRounding && bucket <= number + 1 + kRounding)) {
      return false;
    }
    before_s = t_s;
  }
  return before_s <= end_s - start_s + kRounding * bucket_width_s();
}

bool BucketGrid::HasSoundValues(size_t counter) const {
  uint64_t n = 0;
  for (size_t b = 0; b < buckets(); ++b) {
    const BucketCell& cell = this->cell(b, counter);
    n += cell.n;
    if (cell.n == 0 && cell != BucketCell{}) return false;
    if (cell.n > t_n[b] || !std::isfinite(cell.sum) || !std::isfinite(cell.min) ||
        !std::isfinite(cell.max) || cell.min > cell.max) {
      return false;
    }
  }
  const Extremes& all = extremes[counter];
  if (n == 0) return all == Extremes{};
  const bool finite = std::isfinite(all.min) && std::isfinite(all.max);
  const auto inside = [&](double x) { return x >= all.min && x <= all.max; };
  return finite && all.n == n && inside(all.first) && inside(all.last);
}

}  // namespace perfleak
