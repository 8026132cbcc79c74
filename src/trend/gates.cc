#include "trend/gates.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <optional>
#include <vector>

#include "trend/bend.h"
#include "trend/future_minimum.h"
#include "trend/least_squares.h"
#include "trend/steps.h"

namespace perfleak {
namespace {

constexpr double kMaxZ = 8;
constexpr double kMaxLastQuarter = 12;
constexpr size_t kMinBlocksForLine = 5;

// A soft switch: 0 well below `middle`, 1 well above.
double Sigmoid(double x, double middle, double width) {
  return 1 / (1 + std::exp(-(x - middle) / width));
}

// a/b where a series that does not grow (b <= 0) has the answer 0.
double ShareOf(double a, double b) { return b > 0 ? std::clamp(a / b, -1.0, 2.0) : 0.0; }

// The normal deviate as improbable as `t` with `dof` degrees of freedom, at most 8.
double NormalEquivalent(double t, double dof) {
  if (!(t > 0)) return 0;
  const double tail =
      boost::math::cdf(boost::math::complement(boost::math::students_t(dof), std::min(t, 1e6)));
  if (tail < 1e-15) return kMaxZ;
  return boost::math::quantile(boost::math::complement(boost::math::normal(), tail));
}

// How surely a line through the block minima rises.
double FloorLineZ(const Blocks& minima) {
  Column place, value;
  for (size_t k = 0; k < kBlocks; ++k) {
    if (!minima[k]) continue;
    place.push_back(static_cast<double>(k));
    value.push_back(*minima[k]);
  }
  if (place.size() < kMinBlocksForLine) return 0;
  const LeastSquaresFit line = FitLeastSquares({place}, value);
  const double dof = static_cast<double>(place.size()) - 2;
  const Column own = Residualize(place, {});
  double spread = 0, largest = 0;
  for (size_t i = 0; i < own.size(); ++i) {
    spread += own[i] * own[i];
    largest = std::max(largest, std::abs(value[i]));
  }
  const double error = std::sqrt(line.sse / dof / spread);
  // Rounding is no evidence: equal minima have slope 0 but for the last digit.
  if (error <= 1e-13 * largest) return line.coefficients[0] > 1e-10 * largest ? kMaxZ : 0;
  return NormalEquivalent(line.coefficients[0] / error, dof);
}

// Mean of the values with from <= age < to; nullopt without any.
std::optional<double> MeanBetween(std::span<const double> age, std::span<const double> values,
                                  double from, double to) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < age.size(); ++i) {
    if (age[i] < from || age[i] >= to) continue;
    sum += values[i];
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

std::vector<double> From(std::span<const double> values, size_t begin) {
  return {values.begin() + static_cast<std::ptrdiff_t>(begin), values.end()};
}

double SignificantValue(const Window& window, const SlopeFit& fit) {
  const double by_slopes = std::min(fit.whole.t(), kMaxZ) + std::min(fit.recent_40.t(), kMaxZ);
  const double by_floor = 2 * FloorLineZ(BlockMinima(window.age, fit.floor));
  return std::max(by_slopes, by_floor);
}

double StillGrowingValue(const Window& window, const SlopeFit& fit) {
  constexpr double kShare = 0.45;
  constexpr double kStopped = -8;
  const double excess = fit.recent_40.growth - kShare * fit.whole.growth;
  const double error = fit.recent_error + 0.02 * std::abs(fit.whole.growth);
  if (!(error > 0)) return excess < 0 ? kStopped : 4;
  // A halt is none where the end still grows for sure, as a leak behind a warm-up does.
  const Halt halt = FindHalt(window.age, fit.x);
  const double m = Sigmoid(halt.gain, 0.3, 0.05) * Sigmoid(-halt.ratio, -0.2, 0.03) *
                   Sigmoid(-fit.recent_25.t(), -3, 0.3);
  return (1 - m) * std::clamp(excess / error, kStopped, 4.0) + m * kStopped;
}

double LastQuarterValue(const SlopeFit& fit) {
  constexpr double kShare = 0.45;
  const double excess = fit.recent_25.growth - kShare * fit.whole.growth;
  const double error = fit.recent_25.error + 0.02 * std::abs(fit.whole.growth);
  if (!(error > 0)) return excess < 0 ? -kMaxLastQuarter : kMaxZ;
  return std::clamp(excess / error, -kMaxLastQuarter, kMaxZ);
}

// What the steepest of 8 stretches leaves to the others.
double EvenPaceValue(const Window& window, const SlopeFit& fit) {
  if (!(fit.whole.growth > 0)) return 0;
  const Blocks means = BlockMeans(window.age, fit.x);
  double steepest = 0;
  size_t before = kBlocks;
  for (size_t k = 0; k < kBlocks; ++k) {
    if (!means[k]) continue;
    if (before < k) {
      steepest = std::max(steepest, (*means[k] - *means[before]) / static_cast<double>(k - before));
    }
    before = k;
  }
  return std::clamp(1 - steepest / fit.whole.growth, 0.0, 1.0);
}

double FloorValue(const Window& window, const SlopeFit& fit) {
  const std::vector<double> future = FutureMinimum(fit.floor);
  const auto floor_early = MeanBetween(window.age, future, 0, 0.25);
  const auto floor_late = MeanBetween(window.age, future, 0.65, 0.9);
  const auto early = MeanBetween(window.age, fit.x, 0, 0.2);
  const auto late = MeanBetween(window.age, fit.x, 0.8, 1.01);
  if (!floor_early || !floor_late || !early || !late) return 0;
  return ShareOf(*floor_late - *floor_early, *late - *early);
}

double NotSaturatingValue(const SlopeFit& fit, const SaturationFit& saturation) {
  if (!saturation.found || !(fit.whole.growth > 0)) return kMaxZ;
  const double slowing = fit.recent_40.growth / fit.whole.growth;
  const double m = Sigmoid(saturation.Gain(), 0.7, 0.15) * Sigmoid(-slowing, -0.75, 0.05);
  const double both = saturation.linear_growth + saturation.filling_growth;
  const bool goes_on = both > 0 && saturation.linear_growth / both >= 0.12;
  const double q = std::min(saturation.linear_t, goes_on ? kMaxZ : 0.0);
  return kMaxZ * (1 - m) + std::max(q, -2.0) * m;
}

// The series behind its first 12 %, where a warm-up may make one step, against stairs.
class Stairs {
 public:
  Stairs(const Window& window, const SlopeFit& fit) {
    constexpr double kSettled = 0.12;
    const size_t begin = FirstFrom(window, kSettled);
    if (begin + kMostJumps > window.size()) return;
    const std::vector<double> x = From(fit.x, begin);
    line_sse_ = FitLeastSquares({From(window.age, begin)}, x).sse;
    jumps_sse_ = JumpsSse(x, kMostJumps);
    rises_ = EffectiveRises(From(FutureMinimum(fit.floor), begin));
    enough_ = true;
  }

  static constexpr size_t kMostJumps = 4;

  bool enough() const { return enough_; }  // false: too few buckets to tell
  double rises() const { return rises_; }  // that share the growth

  // How much better than a line so many jumps explain the series: ln of the ratio of squares left.
  double Gain(size_t jumps) const {
    if (!(line_sse_ > 0)) return 0;
    return std::log(line_sse_ / std::max(jumps_sse_[jumps], 1e-9 * line_sse_));
  }

 private:
  double line_sse_ = 0;
  std::vector<double> jumps_sse_;
  double rises_ = 0;
  bool enough_ = false;
};

double NotStepsValue(const Stairs& stairs) {
  constexpr double kManySteps = 12;
  if (!stairs.enough()) return 0;
  const double m = Sigmoid(stairs.Gain(Stairs::kMostJumps), 0.4, 0.1);
  return kManySteps * (1 - m) + std::min(stairs.rises(), kManySteps) * m;
}

double NotJumpsValue(const Stairs& stairs) {
  constexpr size_t kFewJumps = 3;
  constexpr double kClear = 3;
  if (!stairs.enough()) return -kClear;
  return std::clamp(-stairs.Gain(kFewJumps), -kClear, kClear);
}

double MonotoneValue(const Window& window, const SlopeFit& fit) {
  return ShareRising(BlockMeans(window.age, fit.x));
}

double NotLoadValue(const SlopeFit& fit) { return ShareOf(fit.whole.growth, fit.unloaded_growth); }

double SignalToNoiseValue(const SlopeFit& fit) {
  if (!(fit.whole.growth > 0)) return -2;
  if (!(fit.residual_sd > 0)) return 1.5;
  return std::clamp(std::log10(fit.whole.growth / fit.residual_sd), -2.0, 1.5);
}

}  // namespace

GateValues MeasureGates(const Window& window, const SlopeFit& fit,
                        const SaturationFit& saturation) {
  const Stairs stairs(window, fit);
  return {SignificantValue(window, fit),
          StillGrowingValue(window, fit),
          FloorValue(window, fit),
          NotSaturatingValue(fit, saturation),
          NotStepsValue(stairs),
          MonotoneValue(window, fit),
          NotLoadValue(fit),
          SignalToNoiseValue(fit),
          LastQuarterValue(fit),
          NotJumpsValue(stairs),
          EvenPaceValue(window, fit)};
}

}  // namespace perfleak
