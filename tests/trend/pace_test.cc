#include "trend/pace.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

namespace perfleak {
namespace {

constexpr double kHour_s = 3600;

// 1 in working hours, .1 at night.
double OfficeLoad(int hour) { return hour % 24 >= 8 && hour % 24 < 18 ? 1 : .1; }

// Buckets of an hour, from midnight on.
BucketSeries Hourly(int hours, const std::function<double(int)>& value,
                    const std::function<double(int)>& load) {
  BucketSeries series;
  series.width_s = series.interval_s = kHour_s;
  series.span_s = hours * kHour_s;
  for (int h = 0; h < hours; ++h) {
    series.t_s.push_back((h + .5) * kHour_s);
    const double x = 1e9 + value(h) + .2 * std::sin(7.3 * h * h);  // noise enough for an error
    series.mean.push_back(x);
    series.min.push_back(x - .1);
    series.max.push_back(x + .1);
    series.n.push_back(20);
    series.load.push_back(load(h));
  }
  return series;
}

TEST_CASE("growth of working hours follows the load") {
  double sum = 0;
  const auto grows = [&sum](int h) {
    return sum += 10 * (OfficeLoad(h) + (h > 0 ? OfficeLoad(h - 1) : 0)) / 2;
  };
  const Pace pace = FitPace(Hourly(5 * 24, grows, OfficeLoad), 0, false);
  // The mean load of a day is (10 * 1 + 14 * .1)/24 = .475; the rate 10 an hour at load 1.
  CHECK(pace.load == doctest::Approx(.475));
  CHECK(pace.per_load * kHour_s == doctest::Approx(10).epsilon(.02));
  CHECK(pace.rates[0].per_s * kHour_s == doctest::Approx(4.75).epsilon(.02));
  CHECK(pace.rates[2].per_s * kHour_s == doctest::Approx(4.75).epsilon(.05));
}

TEST_CASE("a level that the load lifts does not make growth follow it") {
  const auto lifted = [](int h) { return 5.0 * h + 30 * OfficeLoad(h); };
  const Pace pace = FitPace(Hourly(5 * 24, lifted, OfficeLoad), 0, false);
  CHECK(pace.per_load == 0);
  CHECK(pace.per_load_error * .475 < .05 * pace.rates[0].per_s);
  CHECK(pace.rates[0].per_s * kHour_s == doctest::Approx(5).epsilon(.02));
}

TEST_CASE("without load, or with one that stands still, nothing follows it") {
  const auto grows = [](int h) { return 5.0 * h; };
  for (const double load : {5.0, static_cast<double>(NAN)}) {
    const Pace pace = FitPace(Hourly(72, grows, [load](int) { return load; }), 0, false);
    CHECK(pace.per_load == 0);
    CHECK(pace.per_load_error == 0);
    CHECK(pace.rates[0].per_s * kHour_s == doctest::Approx(5).epsilon(.01));
  }
}

TEST_CASE("what was level before growth began does not slow the pace") {
  const auto late = [](int h) { return h < 50 ? 0 : 8.0 * (h - 50); };
  const auto no_load = [](int) { return NAN; };
  CHECK(FitPace(Hourly(120, late, no_load), 0, false).rates[0].per_s * kHour_s ==
        doctest::Approx(8).epsilon(.03));
  CHECK(FitPace(Hourly(120, late, no_load), 50 * kHour_s, false).rates[0].per_s * kHour_s ==
        doctest::Approx(8).epsilon(.03));
}

TEST_CASE("a counter that is to be had falls at a positive pace") {
  const auto falls = [](int h) { return -3.0 * h; };
  const Pace pace = FitPace(Hourly(72, falls, [](int) { return NAN; }), 0, true);
  CHECK(pace.rates[0].per_s * kHour_s == doctest::Approx(3).epsilon(.01));
}

TEST_CASE("a series too short for a line has no pace") {
  CHECK(FitPace(BucketSeries{}, 0, false).rates[0].per_s == 0);
  CHECK(FitPace(Hourly(
                    2, [](int h) { return h; }, OfficeLoad),
                0, false)
            .rates[0]
            .per_s == 0);
}

}  // namespace
}  // namespace perfleak
