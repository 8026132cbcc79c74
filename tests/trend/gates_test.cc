#include "trend/gates.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "shapes.h"
#include "trend/future_minimum.h"
#include "trend/score.h"
#include "trend/steps.h"

namespace perfleak {
namespace {

GateValues Measure(const Window& window) {
  const SlopeFit fit = FitSlopes(window);
  return MeasureGates(window, fit, SaturationGrid(window.age).Fit(fit.x));
}

double At(const GateValues& values, Gate gate) { return values[static_cast<size_t>(gate)]; }

TEST_CASE("a straight line passes every gate") {
  const GateValues values = Measure(MakeShape([](double a) { return a; }));
  CHECK(At(values, Gate::kSignificant) == 16);
  CHECK(At(values, Gate::kStillGrowing) == 4);
  CHECK(At(values, Gate::kFloor) == doctest::Approx(0.8125).epsilon(0.03));  // (.775-.125)/(.9-.1)
  CHECK(At(values, Gate::kNotSaturating) > 7.5);
  CHECK(At(values, Gate::kNotSteps) > 11.5);
  CHECK(At(values, Gate::kMonotone) == 1);
  CHECK(At(values, Gate::kNotLoad) == 1);
  CHECK(At(values, Gate::kSignalToNoise) == 1.5);
  CHECK(At(values, Gate::kLastQuarter) == 8);  // (1 - .45)/(.01 + .02) and more
  CHECK(At(values, Gate::kNotJumps) == 3);     // jumps leave far more than a line with noise .01
  CHECK(At(values, Gate::kEvenPace) == doctest::Approx(0.875).epsilon(0.01));  // 7 of 8 stretches
  CHECK(ScoreGates(values).logit > 4);
}

TEST_CASE("a line without any noise passes too") {
  const GateValues values = Measure(MakeShape([](double a) { return 1000 * a; }, 0));
  CHECK(Sigmoid(ScoreGates(values).logit) > 0.98);
}

TEST_CASE("a warm-up fails at growing still and at saturating") {
  const GateValues values = Measure(MakeShape([](double a) { return 1 - std::exp(-a / 0.1); }));
  CHECK(At(values, Gate::kStillGrowing) < -3);
  CHECK(At(values, Gate::kNotSaturating) < 1);
  CHECK(Sigmoid(ScoreGates(values).logit) < 0.1);
}

TEST_CASE("steps fail at steps") {
  for (const double where : {0.3, 0.5, 0.7}) {
    const Score score =
        ScoreGates(Measure(MakeShape([where](double a) { return a > where ? 1.0 : 0.0; })));
    CHECK(Sigmoid(score.logit) < 0.2);
  }
  const GateValues one = Measure(MakeShape([](double a) { return a > 0.5 ? 1.0 : 0.0; }));
  CHECK(At(one, Gate::kNotSteps) < 3);
  CHECK(At(one, Gate::kNotJumps) == -3);
  CHECK(At(one, Gate::kLastQuarter) < -5);
  // One of 8 stretches holds all of a step of 1, which a line of growth 1.5 goes through: 1 -
  // 1/1.5.
  CHECK(At(one, Gate::kEvenPace) == doctest::Approx(1.0 / 3).epsilon(0.05));
}

TEST_CASE("a stair of thirty steps is growth") {
  const Score score =
      ScoreGates(Measure(MakeShape([](double a) { return std::floor(30 * a) / 30; })));
  CHECK(Sigmoid(score.logit) > 0.9);
}

TEST_CASE("a sawtooth that returns fails at the floor") {
  const GateValues values = Measure(MakeShape([](double a) { return std::fmod(a * 3.3, 1.0); }));
  CHECK(At(values, Gate::kFloor) < 0.3326);
}

TEST_CASE("growth that follows the load fails at load") {
  Window window = MakeShape([](double a) { return a + 0.5 * std::sin(20 * a); });
  for (const double age : window.age) window.load.push_back(3 * (age + 0.5 * std::sin(20 * age)));
  CHECK(At(Measure(window), Gate::kNotLoad) < 0.2);
}

TEST_CASE("what load leaves of the growth counts as a ratio") {
  // Half of the threshold costs s-units ln 2/.3894 = 1.78 below it: ln sigmoid(-1.78) = -1.936.
  GateValues values{16, 4, 0.8, 8, 12, 1, 0.7309 / 2, 1, 8, 3, 0.9};
  const double z = std::log(0.5) / 0.3894;
  const GateResult half = ScoreGates(values).gates[static_cast<size_t>(Gate::kNotLoad)];
  CHECK(half.log_sigmoid == doctest::Approx(-std::log1p(std::exp(-z))));
  values[static_cast<size_t>(Gate::kNotLoad)] = -1;  // grew less than nothing without the load
  CHECK(ScoreGates(values).gates[static_cast<size_t>(Gate::kNotLoad)].log_sigmoid < -5);
}

TEST_CASE("load beside a leak leaves the leak") {
  Window window = MakeShape([](double a) { return a + 0.5 * std::sin(20 * a); });
  for (const double age : window.age) window.load.push_back(std::sin(20 * age));
  CHECK(At(Measure(window), Gate::kNotLoad) > 0.9);
}

TEST_CASE("the future minimum never falls and never lies above") {
  CHECK(FutureMinimum(std::vector<double>{3, 1, 4, 1, 5}) == std::vector<double>{1, 1, 1, 1, 5});
  CHECK(FutureMinimum(std::vector<double>{}).empty());
}

TEST_CASE("effective rises count equal rises") {
  CHECK(EffectiveRises(std::vector<double>{0, 1, 1, 2, 3}) == doctest::Approx(3));
  CHECK(EffectiveRises(std::vector<double>{0, 0, 0}) == 0);
  // (1 + 3)²/(1 + 9) = 1.6
  CHECK(EffectiveRises(std::vector<double>{0, 1, 4}) == doctest::Approx(1.6));
}

// Tries every place of up to two jumps.
double SlowTwoStepsSse(const std::vector<double>& v) {
  const auto cost = [&](size_t b, size_t e) {
    double mean = 0, sse = 0;
    for (size_t i = b; i < e; ++i) mean += v[i] / static_cast<double>(e - b);
    for (size_t i = b; i < e; ++i) sse += (v[i] - mean) * (v[i] - mean);
    return sse;
  };
  double best = cost(0, v.size());
  for (size_t i = 1; i < v.size(); ++i) {
    best = std::min(best, cost(0, i) + cost(i, v.size()));
    for (size_t j = i + 1; j < v.size(); ++j) {
      best = std::min(best, cost(0, i) + cost(i, j) + cost(j, v.size()));
    }
  }
  return best;
}

TEST_CASE("the best steps are found among all places") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  std::vector<double> values(30);
  for (size_t i = 0; i < values.size(); ++i) values[i] = normal(random) + (i > 12 ? 2 : 0) + 1e9;
  CHECK(JumpsSse(values, 2).back() == doctest::Approx(SlowTwoStepsSse(values)).epsilon(1e-6));
  CHECK(JumpsSse(std::vector<double>{1, 1, 5, 5, 2, 2}, 2).back() == doctest::Approx(0));
  CHECK(JumpsSse(std::vector<double>{}, 3).back() == 0);
}

TEST_CASE("the score of full marks and of the thresholds") {
  // At theta every sigmoid is 1/2: 6.559 - 0.6741 * 11 ln 2 = 1.419.
  const Score half = ScoreGates(
      {8.225, -1.61, 0.3139, 4.274, 7.254, 0.6422, 0.7309, 0.08604, 3.644, -0.1214, 0.6557});
  CHECK(half.logit == doctest::Approx(6.559 - 0.6741 * 11 * std::log(2.0)));
  const Score low = ScoreGates({16, 4, 0.8, 8, 1, 1, 1, 1, 8, 3, 0.9});
  CHECK(low.weakest == Gate::kNotSteps);
  CHECK(ReasonOf(low.weakest) == Reason::kSteps);
  CHECK(Sigmoid(-1000) == 0);
  CHECK(Sigmoid(1000) == 1);
}

}  // namespace
}  // namespace perfleak
