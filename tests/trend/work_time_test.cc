#include "trend/work_time.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "shapes.h"
#include "trend/judge.h"
#include "trend/trend.h"

namespace perfleak {
namespace {

std::optional<Window> WorkTime(const Window& window, std::span<const double> x,
                               std::span<const double> x_over_clock) {
  SaturationGrids grids;
  return InWorkTime(window, x, x_over_clock, &grids);
}

constexpr double kWeek_s = 7 * 86400;

// 1 from 8 to 18 o'clock of the first five days, else 0.05.
double OfficeLoad(double age) {
  const double day = 7 * age;
  const double hour = 24 * (day - std::floor(day));
  return day < 5 && hour >= 8 && hour < 18 ? 1 : 0.05;
}

// A week with the load of an office, and x = grown(share of the work done) plus noise.
template <class Grown>
Window OfficeWeek(Grown grown, double noise_sd = 0.01) {
  Window window = MakeShape([](double) { return 0.0; }, noise_sd, 1, 250, kWeek_s);
  for (const double age : window.age) window.load.push_back(OfficeLoad(age));
  double done = 0, all = 0;
  for (const double load : window.load) all += load;
  for (size_t i = 0; i < window.size(); ++i) {
    done += window.load[i] / all;
    window.x[i] += grown(done);
  }
  window.floor = window.x;
  return window;
}

TEST_CASE("what leaks only under load is a line over the work done") {
  const Window window = OfficeWeek([](double done) { return done; });
  const auto work = WorkTime(window, window.x, window.x);
  REQUIRE(work);
  CHECK(work->age.front() == 0);
  CHECK(work->age.back() == doctest::Approx(1));
  CHECK(std::is_sorted(work->age.begin(), work->age.end()));
  for (size_t i = 0; i < window.size(); ++i) CHECK(std::abs(work->age[i] - window.x[i]) < 0.08);
}

TEST_CASE("what leaks all the time stays on the clock") {
  Window window = OfficeWeek([](double) { return 0.0; });
  for (size_t i = 0; i < window.size(); ++i) window.x[i] += window.age[i];
  CHECK(!WorkTime(window, window.x, window.x));
}

TEST_CASE("a fill that has ended stays on the clock, even if the load has ended too") {
  const Window window = OfficeWeek([](double) { return 0.0; });
  std::vector<double> x(window.x);
  for (size_t i = 0; i < x.size(); ++i) x[i] += std::min(window.age[i] / 0.6, 1.0);
  CHECK(!WorkTime(window, x, x));
}

TEST_CASE("without load, or in less than a day and a half, there is only the clock") {
  Window window = OfficeWeek([](double done) { return done; });
  window.span_s = 86400;
  CHECK(!WorkTime(window, window.x, window.x));
  window.span_s = kWeek_s;
  std::fill(window.load.begin(), window.load.end(), 0.0);
  CHECK(!WorkTime(window, window.x, window.x));
  window.load.clear();
  CHECK(!WorkTime(window, window.x, window.x));
}

TEST_CASE("a leak of working days is a leak on Sunday too") {
  const Window window = OfficeWeek([](double done) { return 1e9 * done; }, 5e6);
  const Trend trend = Judge(window, {}, kWeek_s, /*late=*/false);
  CHECK(trend.verdict == Verdict::kLeak);
}

}  // namespace
}  // namespace perfleak
