#include "trend/reversible.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "shapes.h"
#include "trend/least_squares.h"

namespace perfleak {
namespace {

constexpr double kDay_s = 86400;

// How far x is from a straight line: root mean square.
double Unrest(const Window& window, const std::vector<double>& x) {
  const double sse = FitLeastSquares({window.age}, x).sse;
  return std::sqrt(sse / static_cast<double>(x.size()));
}

TEST_CASE("memory that follows the load with a delay is freed of it") {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal;
  Window window = MakeShape([](double age) { return age; }, 0.02, 1, 240, kDay_s);
  double load = 0, remembered = 0;
  for (size_t i = 0; i < window.size(); ++i) {
    load = 0.9 * load + 0.3 * normal(random);
    remembered += 0.12 * (load - remembered);  // an hour, of buckets of 6 minutes
    window.load.push_back(load);
    window.x[i] += 2 * remembered;
  }
  window.floor = window.x;
  const Adjusted adjusted = TakeOutReversible(window);
  CHECK(adjusted.load_used);
  CHECK(Unrest(window, adjusted.x) < 0.4 * Unrest(window, window.x));
  // What is left grows by 1, the leak.
  CHECK(FitLeastSquares({window.age}, adjusted.x).coefficients[0] ==
        doctest::Approx(1).epsilon(0.1));
}

TEST_CASE("a rhythm of days is not taken for the load of working days") {
  Window window = MakeShape([](double) { return 0.0; }, 0.05, 1, 250, 7 * kDay_s);
  for (size_t i = 0; i < window.size(); ++i) {
    const double day = 7 * window.age[i];
    const double turn = std::sin(2 * std::numbers::pi * day);
    window.load.push_back(day < 5 ? 1 + turn : 0.1);
    window.x[i] += turn + 0.3 * day;
  }
  window.floor = window.x;
  const Adjusted adjusted = TakeOutReversible(window);
  CHECK(!adjusted.load_used);
  CHECK(Unrest(window, adjusted.x) < 0.1);  // the noise; the rhythm alone has .7
}

TEST_CASE("a load that never changes says nothing") {
  Window window = MakeShape([](double age) { return age; });
  window.load.assign(window.size(), 3.0);
  const Adjusted adjusted = TakeOutReversible(window);
  CHECK(!adjusted.load_used);
  CHECK(adjusted.x == window.x);
}

}  // namespace
}  // namespace perfleak
