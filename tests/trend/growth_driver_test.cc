#include "trend/growth_driver.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "trend/simulated.h"

namespace perfleak::testing {
namespace {

struct Growth {
  double per_hour = 0;   // over the clock
  double per_work = 0;   // over an hour of load 1
  double with_load = 0;  // of the moment, given back
  double noise_sd = 0.5;
  double days = 3;
};

// Load of an office: nothing by night, 50 in the middle of the day.
double Office(double hour) { return std::max(0.0, 50 * std::sin(2 * M_PI * (hour - 8) / 24)); }

std::vector<Sample> SamplesOf(const Growth& growth,
                              const std::function<double(double)>& load_at = Office) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::vector<Sample> samples;
  double work = 0;
  for (int i = 0; i <= static_cast<int>(growth.days * 24 * 60); ++i) {
    const double hour = i / 60.0;
    const double load = load_at(hour);
    work += load / 60;
    const double value = 1e9 + growth.per_hour * hour + growth.per_work * work +
                         growth.with_load * load + growth.noise_sd * normal(random);
    samples.push_back({kSomeDay + 60.0 * i, value, load});
  }
  return samples;
}

GrowthDriver Driver(const Growth& growth, const std::function<double(double)>& load_at = Office) {
  return DriverOf(BucketsOf(SamplesOf(growth, load_at), 60));
}

TEST_CASE("growth over the clock, by night too") {
  CHECK(Driver({.per_hour = 1}) == GrowthDriver::kTime);
  CHECK(Driver({.per_hour = -1}) == GrowthDriver::kTime);
}

TEST_CASE("growth over the work, which rests when the machine does") {
  CHECK(Driver({.per_work = 0.05}) == GrowthDriver::kWork);
  // A machine that is never quite idle: what it does above its least load counts too.
  const auto never_idle = [](double hour) { return 40 + Office(hour); };
  CHECK(Driver({.per_hour = -2, .per_work = 0.05}, never_idle) == GrowthDriver::kWork);
}

TEST_CASE("what comes and goes with the load of the moment is no sign of work") {
  CHECK(Driver({.per_hour = 1, .with_load = 0.5}) == GrowthDriver::kTime);
  CHECK(Driver({.per_work = 0.05, .with_load = 0.5}) == GrowthDriver::kWork);
}

TEST_CASE("growth that drowns in noise, or none, is told by neither") {
  CHECK(Driver({.per_hour = 1, .noise_sd = 500}) == GrowthDriver::kUnknown);
  CHECK(Driver({.per_work = 0.05, .noise_sd = 500}) == GrowthDriver::kUnknown);
  CHECK(Driver({}) == GrowthDriver::kUnknown);
  CHECK(Driver({.noise_sd = 0}) == GrowthDriver::kUnknown);  // constant
}

TEST_CASE("growth with both is told by neither") {
  // Of 24 hours: 24 over the clock, 24 over the work (an office's day is 50 * 24 / pi = 382).
  CHECK(Driver({.per_hour = 1, .per_work = 24 / 382.0}) == GrowthDriver::kUnknown);
}

TEST_CASE("under a constant load clock and work are the same") {
  CHECK(Driver({.per_hour = 1}, [](double) { return 30.0; }) == GrowthDriver::kUnknown);
  CHECK(Driver({.per_hour = 1}, [](double) { return 0.0; }) == GrowthDriver::kTime);  // no work
}

TEST_CASE("without a load counter nothing is told") {
  std::vector<Sample> samples = SamplesOf({.per_hour = 1});
  for (Sample& sample : samples) sample.load = NAN;
  CHECK(DriverOf(BucketsOf(samples, 60)) == GrowthDriver::kUnknown);
  CHECK(DriverOf(BucketSeries()) == GrowthDriver::kUnknown);
}

TEST_CASE("one and a half days of load are needed") {
  CHECK(Driver({.per_hour = 1, .days = 1.6}) == GrowthDriver::kTime);
  CHECK(Driver({.per_hour = 1, .days = 1.4}) == GrowthDriver::kUnknown);
  // The load counter is missing for all but the last day of three.
  std::vector<Sample> samples = SamplesOf({.per_hour = 1});
  for (size_t i = 0; i < samples.size() * 2 / 3; ++i) samples[i].load = NAN;
  CHECK(DriverOf(BucketsOf(samples, 60)) == GrowthDriver::kUnknown);
}

TEST_CASE("buckets without load are left out") {
  std::vector<Sample> samples = SamplesOf({.per_hour = 1});
  for (size_t i = 1000; i < 1400; ++i) samples[i].load = NAN;
  CHECK(DriverOf(BucketsOf(samples, 60)) == GrowthDriver::kTime);
}

TEST_CASE("24 buckets are needed") {
  const auto with_buckets = [](int n) {
    BucketSeries series;
    for (int i = 0; i < n; ++i) {
      const double hour = i * 48.0 / (n - 1);
      series.t_s.push_back(hour * kHour);
      series.mean.push_back(hour);
      series.load.push_back(Office(hour));
    }
    return DriverOf(series);
  };
  CHECK(with_buckets(24) == GrowthDriver::kTime);
  CHECK(with_buckets(23) == GrowthDriver::kUnknown);
}

}  // namespace
}  // namespace perfleak::testing
