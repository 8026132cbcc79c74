#include "trend/growth_driver.h"

#include <algorithm>
#include <cmath>

#include "trend/least_squares.h"
#include "trend/trend.h"

namespace perfleak {
namespace {

constexpr size_t kLeastBuckets = 24;
// Squares left by the better line, of those left by the other.
constexpr double kClearlyLess = 0.6;

// Load above `idle`, added up over time.
Column WorkDone(const Column& t_s, const Column& load, double idle) {
  Column done(t_s.size(), 0.0);
  for (size_t i = 1; i < t_s.size(); ++i) {
    const double mean = (load[i] + load[i - 1]) / 2;
    done[i] = done[i - 1] + std::max(0.0, mean - idle) * (t_s[i] - t_s[i - 1]);
  }
  return done;
}

}  // namespace

GrowthDriver DriverOf(const BucketSeries& series) {
  Column t_s, load, x;
  for (size_t i = 0; i < series.load.size(); ++i) {
    if (!std::isfinite(series.load[i])) continue;
    t_s.push_back(series.t_s[i]);
    load.push_back(series.load[i]);
    x.push_back(series.mean[i]);
  }
  if (x.size() < kLeastBuckets || t_s.back() - t_s.front() < kDecidesWithoutLoad_s) {
    return GrowthDriver::kUnknown;
  }
  const double over_time = FitLeastSquares({t_s, load}, x).sse;
  const double least_load = *std::min_element(load.begin(), load.end());
  double over_work = FitLeastSquares({WorkDone(t_s, load, 0), load}, x).sse;
  over_work = std::min(over_work, FitLeastSquares({WorkDone(t_s, load, least_load), load}, x).sse);
  if (over_work < kClearlyLess * over_time) return GrowthDriver::kWork;
  if (over_time < kClearlyLess * over_work) return GrowthDriver::kTime;
  return GrowthDriver::kUnknown;
}

}  // namespace perfleak
