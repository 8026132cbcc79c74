#include "trend/growth_rate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <random>
#include <vector>

#include "trend/slope_fit.h"

namespace perfleak {
namespace {

constexpr size_t kBuckets = 256;
constexpr double kT90 = 1.311;  // 90 % point of Student's t with 29 degrees of freedom

std::vector<double> Ages() {
  std::vector<double> age(kBuckets);
  for (size_t i = 0; i < kBuckets; ++i) age[i] = static_cast<double>(i) / (kBuckets - 1);
  return age;
}

std::vector<double> Noisy(const std::function<double(double)>& shape, double sd,
                          unsigned seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> x;
  for (const double age : Ages()) x.push_back(shape(age) + sd * normal(random));
  return x;
}

std::optional<AgeSlope> Estimate(const std::vector<double>& age, const std::vector<double>& x) {
  GrowthDesigns designs;
  return EstimateGrowth(age, x, &designs);
}

AgeSlope Growth(const std::vector<double>& x) {
  const auto growth = Estimate(Ages(), x);
  REQUIRE(growth.has_value());
  return *growth;
}

bool Covers(const AgeSlope& slope, double truth) {
  return std::abs(slope.growth - truth) <= kT90 * slope.error;
}

// `count` equal steps at random times, 1 together.
std::function<double(double)> Stair(int count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0.002, 0.998);
  std::vector<double> times(static_cast<size_t>(count));
  for (double& time : times) time = uniform(random);
  return [times](double age) {
    const auto taken = std::count_if(times.begin(), times.end(), [&](double t) { return t < age; });
    return static_cast<double>(taken) / static_cast<double>(times.size());
  };
}

TEST_CASE("the growth of a line is its own") {
  const AgeSlope growth = Growth(Noisy([](double age) { return 5 + 3 * age; }, 0));
  CHECK(growth.growth == doctest::Approx(3).epsilon(1e-9));
  CHECK(growth.error < 1e-4);
  CHECK(growth.dof == 29);  // 32 stretches less line and scale
}

TEST_CASE("white noise around a line: the error is about that of least squares") {
  // sd sqrt(12/n) = .1 sqrt(12/256) = .0217; more, because other shapes are thought possible.
  const AgeSlope growth = Growth(Noisy([](double age) { return age; }, 0.1));
  CHECK(growth.error > 0.02);
  CHECK(growth.error < 0.06);
  CHECK(std::abs(growth.growth - 1) < 3 * growth.error);
}

TEST_CASE("scale and offset pass through") {
  const auto x = Noisy(Stair(30, 7), 0.02);
  std::vector<double> large(x);
  for (double& value : large) value = 1e9 + 1e6 * value;
  const AgeSlope small = Growth(x);
  const AgeSlope scaled = Growth(large);
  CHECK(scaled.growth == doctest::Approx(1e6 * small.growth).epsilon(1e-6));
  CHECK(scaled.error == doctest::Approx(1e6 * small.error).epsilon(1e-6));
}

TEST_CASE("a stair has grown by what it climbed, whenever the steps came") {
  // A line through 20 steps at random times misses by sqrt(1/5/20) = 10 % of the growth.
  int covered = 0;
  double squares = 0;
  constexpr int kStairs = 200;
  for (unsigned seed = 1; seed <= kStairs; ++seed) {
    const AgeSlope growth = Growth(Noisy(Stair(20, seed), 0.01, seed));
    covered += Covers(growth, 1);
    squares += (growth.growth - 1) * (growth.growth - 1);
  }
  CHECK(std::sqrt(squares / kStairs) < 0.07);
  CHECK(covered > 0.70 * kStairs);
  CHECK(covered < 0.95 * kStairs);
}

TEST_CASE("the rate of a leak on top of a warm-up is that of the leak") {
  const auto shape = [](double age) { return age + 1.5 * (1 - std::exp(-age / 0.05)); };
  const AgeSlope growth = Growth(Noisy(shape, 0.02));
  CHECK(growth.growth == doctest::Approx(1).epsilon(0.05));
  CHECK(Covers(growth, 1));
}

TEST_CASE("the rate of a leak that begins late is that since it began") {
  const auto shape = [](double age) { return std::max(0.0, age - 0.43); };
  const AgeSlope growth = Growth(Noisy(shape, 0.02));
  CHECK(growth.growth == doctest::Approx(1).epsilon(0.05));
}

TEST_CASE("growth that quickens or slows is told by its mean rate") {
  const auto quickens = [](double age) { return std::pow(age, 2.4); };
  // Slows from a rate of 1/.7 to 4/7, 40 % of it.
  const auto slows = [](double age) { return (age - 0.3 * age * age) / 0.7; };
  CHECK(Growth(Noisy(quickens, 0.01)).growth == doctest::Approx(1).epsilon(0.03));
  CHECK(Growth(Noisy(slows, 0.01)).growth == doctest::Approx(1).epsilon(0.03));
}

TEST_CASE("noise that remembers makes a larger error than noise that does not") {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal(0, 1);
  const auto age = Ages();
  std::vector<double> x;
  double drift = 0;
  for (const double a : age) {
    drift = 0.95 * drift + std::sqrt(1 - 0.95 * 0.95) * 0.1 * normal(random);
    x.push_back(a + drift);
  }
  const double white = Growth(Noisy([](double a) { return a; }, 0.1)).error;
  CHECK(Growth(x).error > 1.8 * white);
}

TEST_CASE("a burst in a few buckets is no growth") {
  auto x = Noisy([](double age) { return age; }, 0.02);
  const double before = Growth(x).growth;
  for (size_t i = 230; i < 233; ++i) x[i] += 50;
  CHECK(Growth(x).growth == doctest::Approx(before).epsilon(0.05));
}

TEST_CASE("a gap is time, not data") {
  auto age = Ages();
  auto x = Noisy([](double a) { return a; }, 0.02);
  age.erase(age.begin() + 80, age.begin() + 170);
  x.erase(x.begin() + 80, x.begin() + 170);
  const auto growth = Estimate(age, x);
  REQUIRE(growth.has_value());
  CHECK(growth->growth == doctest::Approx(1).epsilon(0.05));
}

TEST_CASE("values in fewer than eight stretches of the window are too few") {
  const std::vector<double> age{0, 0.01, 0.02, 0.1, 0.11, 0.2, 0.3, 0.31, 0.5, 0.51, 0.8, 1};
  const std::vector<double> x(age);
  CHECK_FALSE(Estimate(age, x).has_value());
}

}  // namespace
}  // namespace perfleak
