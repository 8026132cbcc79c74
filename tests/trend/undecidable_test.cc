#include "trend/undecidable.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "shapes.h"
#include "trend/order_statistics.h"

namespace perfleak {
namespace {

Doubt DoubtOf(const Window& window) {
  const SlopeFit fit = FitSlopes(window);
  return Undecidable(window, fit, SaturationGrid(window.age).Fit(fit.x));
}

bool CannotTell(const Window& window) { return DoubtOf(window) != Doubt::kNone; }

std::vector<double> Noise(size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(n);
  for (double& value : values) value = normal(random);
  return values;
}

// Shares of `tries` seeds for which the window is undecidable.
template <class Make>
double ShareUndecidable(unsigned tries, Make make) {
  double count = 0;
  for (unsigned seed = 1; seed <= tries; ++seed) count += CannotTell(make(seed)) ? 1 : 0;
  return count / tries;
}

TEST_CASE("a cache that fills like a logarithm could be anything later") {
  for (const double tau : {0.01, 0.03, 0.1}) {
    const auto curve = [tau](double age) { return std::log1p(age / tau) / std::log1p(1 / tau); };
    CHECK(ShareUndecidable(20, [&](unsigned seed) { return MakeShape(curve, 0.03, seed); }) == 1);
  }
}

TEST_CASE("a warm-up with most of its way to go could be a leak") {
  for (const double tau : {0.4, 0.6, 0.8}) {
    const auto curve = [tau](double age) { return -std::expm1(-age / tau); };
    CHECK(ShareUndecidable(20, [&](unsigned seed) { return MakeShape(curve, 0.03, seed); }) >= 0.9);
  }
}

TEST_CASE("lines, and lines behind a warm-up, can be told") {
  const auto line = [](double age) { return age; };
  CHECK(ShareUndecidable(50, [&](unsigned seed) { return MakeShape(line, 0.1, seed); }) <= 0.02);
  const auto behind = [](double age) { return age + 0.5 * -std::expm1(-age / 0.05); };
  CHECK(ShareUndecidable(50, [&](unsigned seed) { return MakeShape(behind, 0.05, seed); }) <= 0.04);
}

TEST_CASE("a stair of thirty steps is no walk") {
  const auto stair = [](double age) { return std::floor(30 * age) / 30; };
  CHECK(ShareUndecidable(50, [&](unsigned seed) { return MakeShape(stair, 0.02, seed); }) == 0);
}

TEST_CASE("a random walk that drifts up by chance is held back") {
  // Walks whose steps have a mean of 1.5/sqrt(n) of their sd: they end at 1.5 sd of all their
  // steps, as one walk in 15 does by chance.
  constexpr size_t kSize = 200;
  const auto walk = [](unsigned seed) {
    Window window = MakeShape([](double) { return 0.0; }, 0, seed, kSize);
    const std::vector<double> steps = Noise(kSize, seed);
    double level = 0;
    for (size_t i = 0; i < kSize; ++i) {
      level += steps[i] + 1.5 / std::sqrt(static_cast<double>(kSize));
      window.x[i] = level;
    }
    window.floor = window.x;
    return window;
  };
  CHECK(ShareUndecidable(60, walk) > 0.6);
}

TEST_CASE("the doubt is named") {
  const auto fills = [](double age) { return std::log1p(age / 0.02); };
  CHECK(DoubtOf(MakeShape(fills, 0.03)) == Doubt::kLevelsOff);
  const auto line = [](double age) { return age; };
  CHECK(DoubtOf(MakeShape(line, 0.03)) == Doubt::kNone);
  Window gaps = MakeShape(line, 0.03);
  const auto half = static_cast<std::ptrdiff_t>(gaps.size() / 2);
  for (auto* values : {&gaps.age, &gaps.x, &gaps.floor}) values->resize(static_cast<size_t>(half));
  CHECK(DoubtOf(gaps) == Doubt::kGaps);  // four of eight parts
  // Load and time rise alike, and both are far from exact.
  Window rivals = MakeShape([](double age) { return age; }, 0.2);
  const Window load = MakeShape([](double age) { return age; }, 0.06, 2);
  rivals.load = load.x;
  CHECK(DoubtOf(rivals) == Doubt::kLoad);
}

TEST_CASE("stretches change by the difference of their means") {
  const std::vector<double> values{1, 3, 5, 7};
  CHECK(StretchChanges(values, 2) == std::vector<double>{4});  // (5 + 7)/2 - (1 + 3)/2
  CHECK(StretchChanges(values, 9) == std::vector<double>{2, 2, 2});
  CHECK(StretchChanges(std::vector<double>{}, 8).empty());
}

TEST_CASE("the pull back to zero is strong in noise and weak in a walk") {
  // For white noise r = -1 with an error of about 1/sqrt(n): t near -sqrt(n), here -20, less what
  // the change before takes.
  const std::vector<double> noise = Noise(400, 3);
  CHECK(UnitRootT(noise) < -12);
  std::vector<double> walk(noise);
  for (size_t i = 1; i < walk.size(); ++i) walk[i] += walk[i - 1];
  CHECK(UnitRootT(walk) > -4);
  CHECK(UnitRootT(std::vector<double>{1, 2, 3}) == 0);
  CHECK(UnitRootT(std::vector<double>(50, 7.0)) == 0);
}

TEST_CASE("the pull back agrees with the regression written out") {
  // Two regressors without intercept... and with one, as fitted: solved by normal equations.
  const std::vector<double> x{0, 1, 0.5, 2, 1, 3, 1.5, 2, 4, 3};
  // Centred columns a = x_(t-1), b = x_(t-1) - x_(t-2), y = x_t - x_(t-1), t = 2..9.
  std::vector<double> a, b, y;
  for (size_t t = 2; t < x.size(); ++t) {
    a.push_back(x[t - 1]);
    b.push_back(x[t - 1] - x[t - 2]);
    y.push_back(x[t] - x[t - 1]);
  }
  const auto centre = [](std::vector<double>& v) {
    double mean = 0;
    for (const double value : v) mean += value / static_cast<double>(v.size());
    for (double& value : v) value -= mean;
  };
  centre(a), centre(b), centre(y);
  const auto dot = [](const std::vector<double>& u, const std::vector<double>& v) {
    double sum = 0;
    for (size_t i = 0; i < u.size(); ++i) sum += u[i] * v[i];
    return sum;
  };
  const double det = dot(a, a) * dot(b, b) - dot(a, b) * dot(a, b);
  const double r = (dot(a, y) * dot(b, b) - dot(b, y) * dot(a, b)) / det;
  const double s = (dot(b, y) * dot(a, a) - dot(a, y) * dot(a, b)) / det;
  double sse = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    sse += (y[i] - r * a[i] - s * b[i]) * (y[i] - r * a[i] - s * b[i]);
  }
  const double information = dot(a, a) - dot(a, b) * dot(a, b) / dot(b, b);
  const double expected = r / std::sqrt(sse / 5 / information);  // 8 equations, 3 coefficients
  CHECK(UnitRootT(x) == doctest::Approx(expected));
}

}  // namespace
}  // namespace perfleak
