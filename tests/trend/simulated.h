// Simulated counters for the trend tests: a shape plus noise, sampled once a minute and bucketed.
#ifndef PERFLEAK_TESTS_TREND_SIMULATED_H_
#define PERFLEAK_TESTS_TREND_SIMULATED_H_

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "support/bucketing.h"

namespace perfleak::testing {

constexpr double kMegabyte = 1024.0 * 1024.0;
constexpr double kHour = 3600;
constexpr double kSomeDay = 1'700'000'000;  // November 2023

struct Simulation {
  double hours = 24;
  double interval_s = 60;
  double start_s = kSomeDay;
  double noise_sd = 1;
  double daily_load = 0;  // amplitude that follows the load counter
  bool log_load = true;
  unsigned seed = 1;
};

// `shape` maps hours since the start to a value; noise and load are added.
template <class Shape>
std::vector<Sample> Simulate(const Simulation& s, Shape shape) {
  std::mt19937_64 random(s.seed);
  std::normal_distribution<double> normal;
  std::vector<Sample> samples;
  const auto count = static_cast<size_t>(s.hours * kHour / s.interval_s);
  for (size_t i = 0; i <= count; ++i) {
    const double t_s = static_cast<double>(i) * s.interval_s;
    const double load = std::sin(2 * std::numbers::pi * t_s / (24 * kHour)) + 0.2 * normal(random);
    const double value = shape(t_s / kHour) + s.daily_load * load + s.noise_sd * normal(random);
    samples.push_back({s.start_s + t_s, value, s.log_load ? 50 + 20 * load : NAN});
  }
  return samples;
}

template <class Shape>
BucketSeries SimulateBuckets(const Simulation& s, Shape shape) {
  return BucketsOf(Simulate(s, shape), s.interval_s);
}

}  // namespace perfleak::testing

#endif  // PERFLEAK_TESTS_TREND_SIMULATED_H_
