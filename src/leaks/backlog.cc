#include "leaks/backlog.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "trend/judge.h"

namespace perfleak {
namespace {

// Squares left by the backlog, in parts of those left by time.
constexpr double kFarBetter = 0.5;
// Growth left without the backlog, in parts of the growth.
constexpr double kHardlyAny = 0.3;
// Work was done if the backlog fell back by so much of all its ups and downs.
constexpr double kDrained = 0.5;
// A backlog that goes up and down by less is none.
constexpr double kLeastWork = 8;
// Of the finding's time the backlog must have been seen.
constexpr double kSeen = 0.9;

struct Line {
  double slope = 0;
  double squares_left = 0;
};

// Least squares of y on x, with a constant.
Line FitLine(std::span<const double> x, std::span<const double> y) {
  const auto n = static_cast<double>(x.size());
  double x_mean = 0, y_mean = 0, sxx = 0, sxy = 0, syy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    x_mean += x[i] / n;
    y_mean += y[i] / n;
  }
  for (size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - x_mean, dy = y[i] - y_mean;
    sxx += dx * dx;
    sxy += dx * dy;
    syy += dy * dy;
  }
  if (!(sxx > 0)) return {0, syy};
  return {sxy / sxx, std::max(0.0, syy - sxy * sxy / sxx)};
}

double DeepestFall(std::span<const double> x) {
  double peak = x.front(), fall = 0;
  for (const double value : x) {
    peak = std::max(peak, value);
    fall = std::max(fall, peak - value);
  }
  return fall;
}

struct Explanation {
  double squares_left = 0;
  bool drained = false;
};

std::optional<Explanation> Explain(const BucketSeries& series, std::span<const double> work) {
  const auto [low, high] = std::minmax_element(work.begin(), work.end());
  const double range = *high - *low;
  if (range < kLeastWork) return std::nullopt;
  const Line by_time = FitLine(series.t_s, series.mean);
  const Line by_work = FitLine(work, series.mean);
  if (!(by_work.slope > 0) || by_work.squares_left > kFarBetter * by_time.squares_left) {
    return std::nullopt;
  }
  std::vector<double> rest(series.mean);
  for (size_t i = 0; i < rest.size(); ++i) rest[i] -= by_work.slope * work[i];
  if (FitLine(series.t_s, rest).slope > kHardlyAny * by_time.slope) return std::nullopt;
  return Explanation{by_work.squares_left, DeepestFall(work) > kDrained * range};
}

}  // namespace

void Backlogs::Exclude(const std::vector<SeriesRef>& leaks) {
  excluded_.insert(excluded_.end(), leaks.begin(), leaks.end());
}

// Of the life's machine, those seen while it lived.
std::vector<SeriesRef> Backlogs::SeenDuring(const Life& life) const {
  std::vector<SeriesRef> seen;
  for (const Resource resource :
       {Resource::kQueueLength, Resource::kSessions, Resource::kConnections}) {
    for (const SeriesRef& ref : index_.OfOthers(life.machine, resource)) {
      const Life& other = index_.set().lives[ref.life];
      const double common_s =
          std::min(other.end_s, life.end_s) - std::max(other.start_s, life.start_s);
      const bool excluded = std::any_of(excluded_.begin(), excluded_.end(), [&](const auto& one) {
        return one.life == ref.life && one.series == ref.series;
      });
      if (!excluded && common_s >= kSeen * life.span_s()) seen.push_back(ref);
    }
  }
  return seen;
}

std::optional<Backlog> Backlogs::Behind(const Finding& finding) const {
  const SeriesRef last = finding.lives.back();
  const Life& life = index_.set().lives[last.life];
  const BucketSeries series = life.Buckets(life.series[last.series]);
  if (series.size() < kMinBuckets) return std::nullopt;
  std::optional<Backlog> best;
  double least_left = 0;
  for (const SeriesRef& ref : SeenDuring(life)) {
    const LifeSeries& of = index_.set().lives[ref.life].series[ref.series];
    const BucketSeries queue = index_.set().lives[ref.life].Buckets(of);
    if (queue.size() == 0) continue;
    std::vector<double> work;
    for (const double t_s : series.t_s) work.push_back(ValueAt(queue, series.start_s + t_s));
    const auto explanation = Explain(series, work);
    if (!explanation || (best && explanation->squares_left >= least_left)) continue;
    least_left = explanation->squares_left;
    best = Backlog{ToString(table_[of.counters.back()].path), explanation->drained};
  }
  return best;
}

}  // namespace perfleak
