#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "trend/trend.h"

namespace perfleak {
namespace {

Course Steady(double per_s, double error, double weight = 1) {
  return {weight, {per_s, error}, {}};
}

Forecast Foretell(const std::vector<Course>& courses, const std::vector<double>& head_by_hour,
                  double level_sd = 0) {
  return ForecastLimit(courses, head_by_hour, level_sd);
}

TEST_CASE("half of the belief lies on each side of head over rate") {
  const Forecast forecast = Foretell({Steady(2, 0.1)}, {200});
  CHECK(forecast.foreseeable);
  CHECK(forecast.p50_s == doctest::Approx(100).epsilon(1e-6));
  // P(r >= 200/T) = .1 where 200/T = 2 + 1.28155 * .1, and .9 where it is 2 - .128155.
  CHECK(forecast.p10_s == doctest::Approx(200 / 2.128155).epsilon(1e-5));
  CHECK(forecast.p90_s == doctest::Approx(200 / 1.871845).epsilon(1e-5));
}

TEST_CASE("a level that is not known for sure widens the times") {
  // Rate 2 without error: 2 T is 200 give or take 1.28155 * 8.
  const Forecast forecast = Foretell({Steady(2, 0)}, {200}, 8);
  CHECK(forecast.p10_s == doctest::Approx((200 - 10.2524) / 2).epsilon(1e-5));
  CHECK(forecast.p90_s == doctest::Approx((200 + 10.2524) / 2).epsilon(1e-5));
}

TEST_CASE("courses that disagree are believed by weight") {
  const Forecast forecast = Foretell({Steady(1, 1e-6, .7), Steady(.5, 1e-6, .3)}, {1000});
  CHECK(forecast.p50_s == doctest::Approx(1000).epsilon(1e-4));
  CHECK(forecast.p90_s == doctest::Approx(2000).epsilon(1e-4));
}

TEST_CASE("growth that stops with some probability has no date for the rest") {
  const Forecast forecast = Foretell({Steady(1, 0.02, .7), Steady(0, 0.0001, .3)}, {1000});
  CHECK(forecast.p50_s < 1100);
  CHECK(forecast.p90_s > 1e6);
}

TEST_CASE("growth of working hours meets the limit in working hours") {
  // 2 a second for twelve hours, then nothing for twelve: 43,200 are gone after six hours, and
  // 2 * 43,200 + 7,200 an hour after the next morning.
  Course course = Steady(1, 1e-9);
  course.hourly_per_s.assign(12, 2);
  course.hourly_per_s.resize(24, 0);
  CHECK(Foretell({course}, {43200}).p50_s == doctest::Approx(6 * 3600).epsilon(1e-4));
  CHECK(Foretell({course}, {93600}).p50_s == doctest::Approx(25 * 3600).epsilon(1e-4));
}

TEST_CASE("a level that swings meets the limit at its worst hour") {
  // .01 a second: 36 of 100 in the first hour, then 50 are left until 5,000 s.
  CHECK(Foretell({Steady(.01, 1e-9)}, {100, 50}).p50_s == doctest::Approx(5000).epsilon(1e-4));
  // With 30 left in the second hour it is over as soon as that begins.
  CHECK(Foretell({Steady(.01, 1e-9)}, {100, 30}).p50_s == doctest::Approx(3600).epsilon(1e-3));
  // 60: not in the second hour (72 at its end, but 60 at 6,000 s). After that the worst hour counts
  // whenever it comes again: 36 + 36 > 60 before the third.
  CHECK(Foretell({Steady(.01, 1e-9)}, {100, 60}).p50_s == doctest::Approx(6000).epsilon(1e-4));
}

TEST_CASE("what does not grow, or has no limit, is not foreseeable") {
  CHECK(!Foretell({Steady(-2, 0.1)}, {200}).foreseeable);
  CHECK(!Foretell({Steady(0, 0)}, {200}).foreseeable);
  CHECK(!Foretell({Steady(2, 0.1)}, {NAN}).foreseeable);
  CHECK(!Foretell({Steady(2, 0.1)}, {}).foreseeable);
  CHECK(!Foretell({}, {200}).foreseeable);
  CHECK(std::isinf(Foretell({Steady(-2, 0.1)}, {200}).p50_s));
}

TEST_CASE("what takes more than ten years is not foreseeable") {
  const double year_s = 365 * 86400.0;
  CHECK(Foretell({Steady(1, 0.01)}, {9 * year_s}).foreseeable);
  CHECK(!Foretell({Steady(1, 0.01)}, {11 * year_s}).foreseeable);
}

TEST_CASE("a limit already passed is met now") {
  const Forecast forecast = Foretell({Steady(2, 0.1)}, {-100});
  CHECK(forecast.foreseeable);
  CHECK(forecast.p90_s == 0);
}

}  // namespace
}  // namespace perfleak
