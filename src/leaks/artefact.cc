#include "leaks/artefact.h"

#include <algorithm>
#include <cmath>

namespace perfleak {
namespace {

constexpr double k32Bits = 4294967296.0;
// Most of what a process can have: "Pushing the Limits of Windows: Handles", and 128 TB of address
// space of Windows Server 2012 R2 and later.
constexpr double kMostHandles = 16777216;
constexpr double kMostBytes = 128.0 * 1024 * 1024 * 1024 * 1024;

double MostPossible(const CounterTraits& traits) {
  if (traits.unit == Unit::kBytes) return kMostBytes;
  return traits.resource == Resource::kHandles ? kMostHandles : k32Bits - 2;
}

// The end of the counter's range is close enough to these, counted in the range.
constexpr double kAlmostFull = 0.95;
constexpr double kAlmostEmpty = 0.05;

bool Wraps(const BucketSeries& series) {
  bool full = false;
  for (size_t i = 0; i < series.size(); ++i) {
    if (series.max[i] >= k32Bits) return false;
    if (full && series.min[i] < kAlmostEmpty * k32Bits) return true;
    full = series.max[i] > kAlmostFull * k32Bits;
    if (full && series.min[i] < kAlmostEmpty * k32Bits) return true;
  }
  return false;
}

bool IsImpossible(const BucketSeries& series, const CounterTraits& traits, bool called) {
  const double most = MostPossible(traits);
  if (called) return series.mean.back() > most;
  return std::any_of(series.max.begin(), series.max.end(), [most](double x) { return x > most; });
}

// Seconds since 1970 of the largest rise from one bucket to the next, if it is most of what the
// series rises by; NaN if none is.
double MomentOfJump(const BucketSeries& series) {
  constexpr double kMost = 0.5;
  const auto [low, high] = std::minmax_element(series.mean.begin(), series.mean.end());
  double largest = kMost * (*high - *low), moment_s = std::nan("");
  for (size_t i = 1; i < series.size(); ++i) {
    const double rise = series.mean[i] - series.mean[i - 1];
    if (!(rise > largest)) continue;
    largest = rise;
    moment_s = series.start_s + series.t_s[i];
  }
  return moment_s;
}

// Without PIDs: another column of the name went blank when this one jumped, so that the process
// behind this one is another since.
bool WasTakenOver(size_t life_index, const BucketSeries& series, const SeriesSet& set) {
  const Life& life = set.lives[life_index];
  if (!life.is_process || life.pid) return false;
  const double jump_s = MomentOfJump(series);
  const double slack_s = 2 * series.width_s + 2 * series.interval_s;
  const auto is_namesake = [&](const Life& other) {
    return other.machine == life.machine && other.object == life.object &&
           other.instance == life.instance;
  };
  size_t begin = life_index, end = life_index + 1;  // lives are sorted by name
  while (begin > 0 && is_namesake(set.lives[begin - 1])) --begin;
  while (end < set.lives.size() && is_namesake(set.lives[end])) ++end;
  for (size_t i = begin; i < end; ++i) {
    const Life& other = set.lives[i];
    const bool left = i != life_index && other.ended == Cut::kBlank;
    if (left && std::abs(other.end_s - jump_s) <= slack_s) return true;
  }
  return false;
}

// Cheaper than the buckets, which do not know single samples.
bool MayBeWrong(const Extremes& extremes, const CounterTraits& traits) {
  return extremes.max > MostPossible(traits) || extremes.max > kAlmostFull * k32Bits;
}

}  // namespace

std::string WhatIsWrong(const Finding& finding, const MachineIndex& index) {
  for (const SeriesRef& ref : finding.lives) {
    const Life& life = index.set().lives[ref.life];
    const LifeSeries& of = life.series[ref.series];
    const bool explained = finding.trend.verdict == Verdict::kExplained;
    if (!explained && !MayBeWrong(of.extremes, finding.traits)) continue;
    const BucketSeries series = life.Buckets(of);
    if (series.size() == 0) continue;
    if (IsImpossible(series, finding.traits, finding.called())) {
      return "the counter has values that cannot be";
    }
    if (finding.called()) continue;
    if (finding.traits.unit == Unit::kBytes && Wraps(series)) {
      return "the counter holds 32 bits and began again at 0 when it passed 4 GB";
    }
    if (explained && WasTakenOver(ref.life, series, index.set())) {
      return "the column jumped when another of the name went blank: it is of another process "
             "since, and process IDs were not logged";
    }
  }
  return "";
}

}  // namespace perfleak
