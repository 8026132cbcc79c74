#include "trend/undecidable.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "trend/least_squares.h"
#include "trend/long_run_variance.h"
#include "trend/order_statistics.h"

namespace perfleak {
namespace {

LeastSquaresFit FitParabola(const Window& window, std::span<const double> x) {
  Column square(window.age);
  for (double& age : square) age *= age;
  return FitLeastSquares({window.age, square}, x);
}

// How many values that know nothing of each other the residuals are worth.
double IndependentValues(std::span<const double> residuals) {
  constexpr double kMostLasting = 0.97;
  const double phi = std::clamp(Autoregression(residuals), 0.0, kMostLasting);
  return static_cast<double>(residuals.size()) * (1 - phi) / (1 + phi);
}

// The mean of values over its error, were they independent.
double MeanOverError(std::span<const double> values) {
  const double mean = Mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto n = static_cast<double>(values.size());
  return squares > 0 ? mean / std::sqrt(squares / (n - 1) / n) : std::copysign(1e9, mean);
}

// A cache that fills ever more slowly: bent as a logarithm is, and a line behind a warm-up does not
// explain it better than a logarithm does.
bool MayBeLogarithm(const Window& window, const SlopeFit& fit, const SaturationFit& saturation,
                    double curvature) {
  constexpr double kBent = -0.8;  // the end rises at a fifth of the mean rate
  constexpr double kBetter = 0.4;
  if (curvature >= kBent) return false;
  return saturation.Gain() - LogarithmGain(window.age, fit.x) < kBetter;
}

// A warm-up that has most of its way still to go: it explains the bend for sure, and nothing
// shorter does it better.
bool MayBeLongWarmUp(const Window& window, const SlopeFit& fit, const SaturationFit& saturation,
                     double independent_values) {
  constexpr double kSlowed = 0.8;
  constexpr double kGain = 0.1;
  constexpr double kSure = 8;
  constexpr double kBetter = 0.3;
  if (fit.recent_40.growth >= kSlowed * fit.whole.growth) return false;
  const double gain = LongWarmUpGain(window.age, fit.x);
  return gain > kGain && independent_values * gain > kSure && saturation.Gain() - gain < kBetter;
}

// A random walk may drift up by chance. Then it also takes large steps back on its way, what a
// parabola leaves of it is a walk too, and its stretches rise too unevenly to be growth for sure.
bool MayWander(const SlopeFit& fit, std::span<const double> around_parabola) {
  constexpr size_t kFine = 16, kCoarse = 8;
  constexpr double kNoWalk = -4.5;
  constexpr double kSure = 4;
  const std::vector<double> fine = StretchChanges(fit.x, kFine);
  const std::vector<double> coarse = StretchChanges(fit.x, kCoarse);
  if (fine.size() + 1 < kFine) return false;
  const double step_back = *std::min_element(fine.begin(), fine.end());
  return step_back < -fit.whole.growth / kFine && UnitRootT(around_parabola) > kNoWalk &&
         MeanOverError(coarse) < kSure;
}

}  // namespace

double UnitRootT(std::span<const double> x) {
  constexpr size_t kLeast = 6;
  if (x.size() < kLeast) return 0;
  Column before, change_before;
  std::vector<double> change;
  for (size_t i = 2; i < x.size(); ++i) {
    before.push_back(x[i - 1]);
    change_before.push_back(x[i - 1] - x[i - 2]);
    change.push_back(x[i] - x[i - 1]);
  }
  const LeastSquaresFit fit = FitLeastSquares({before, change_before}, change);
  double information = 0;
  for (const double own : Residualize(before, {change_before})) information += own * own;
  const double variance = fit.sse / static_cast<double>(change.size() - 3);
  if (!(variance > 0) || !(information > 0)) return 0;
  return fit.coefficients[0] / std::sqrt(variance / information);
}

Doubt Undecidable(const Window& window, const SlopeFit& fit, const SaturationFit& saturation) {
  constexpr size_t kMinFilledBlocks = 5;
  if (FilledBlocks(BlockMeans(window.age, window.x)) < kMinFilledBlocks) return Doubt::kGaps;
  if (fit.load_rivals) return Doubt::kLoad;
  if (!(fit.whole.growth > 0)) return Doubt::kNone;
  const LeastSquaresFit parabola = FitParabola(window, fit.x);
  const double curvature = parabola.coefficients[1] / fit.whole.growth;
  if (MayBeLogarithm(window, fit, saturation, curvature) ||
      MayBeLongWarmUp(window, fit, saturation, IndependentValues(parabola.residuals))) {
    return Doubt::kLevelsOff;
  }
  return MayWander(fit, parabola.residuals) ? Doubt::kWanders : Doubt::kNone;
}

}  // namespace perfleak
