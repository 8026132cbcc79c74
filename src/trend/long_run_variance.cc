#include "trend/long_run_variance.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

namespace perfleak {
namespace {

constexpr double kMaxAutoregression = 0.97;
constexpr double kBandwidthShare = 1.0 / 8;

// Mean products of values some lag apart, divided by n as the Bartlett sum needs to stay positive,
// for lags 0 .. count - 1. Several lags are summed side by side: one sum alone waits for each of
// its additions.
std::vector<double> Autocovariances(std::span<const double> g, size_t count) {
  constexpr size_t kAtOnce = 8;
  using Lanes = Eigen::Array<double, kAtOnce, 1>;
  const size_t blocks = (count + kAtOnce - 1) / kAtOnce;
  // Backwards, so that neighbouring lags read neighbouring values, and 0 before the first.
  std::vector<double> backwards(g.rbegin(), g.rend());
  backwards.resize(g.size() + blocks * kAtOnce);
  std::vector<double> covariances(blocks * kAtOnce);
  for (size_t lag = 0; lag < blocks * kAtOnce; lag += kAtOnce) {
    Lanes sum = Lanes::Zero();
    for (size_t i = 0; i < g.size(); ++i) {
      sum += g[i] * Eigen::Map<const Lanes>(&backwards[g.size() - 1 - i + lag]);
    }
    sum /= static_cast<double>(g.size());
    std::copy(sum.begin(), sum.end(), &covariances[lag]);
  }
  covariances.resize(count);
  return covariances;
}

// Autocovariances with weights that fall linearly to 0 at lag `bandwidth`.
double BartlettSum(std::span<const double> g, double bandwidth) {
  const auto last = static_cast<size_t>(std::ceil(bandwidth));
  const std::vector<double> covariances = Autocovariances(g, std::min(last, g.size()));
  double sum = covariances[0];
  for (size_t lag = 1; lag < covariances.size(); ++lag) {
    sum += 2 * (1 - static_cast<double>(lag) / bandwidth) * covariances[lag];
  }
  return std::max(sum, 0.0);
}

// 97.5 % point of the fixed-b limit over that of the normal, for the Bartlett kernel.
double FixedBFactor(double q) {
  return (1.96 + 2.9694 * q + 0.4160 * q * q - 0.5324 * q * q * q) / 1.96;
}

}  // namespace

double Autoregression(std::span<const double> g) {
  if (g.size() < 2) return 0;
  const std::vector<double> covariances = Autocovariances(g, 2);
  if (!(covariances[0] > 0)) return 0;
  const double r1 = covariances[1] / covariances[0];
  return std::clamp(r1 + (1 + 3 * r1) / static_cast<double>(g.size()), 0.0, kMaxAutoregression);
}

double PrewhitenedLongRunVariance(std::span<const double> g) {
  if (g.size() < 2) return 0;
  const double phi = Autoregression(g);
  std::vector<double> white(g.size() - 1);
  for (size_t i = 1; i < g.size(); ++i) white[i - 1] = g[i] - phi * g[i - 1];
  const double lag = std::floor(4 * std::pow(static_cast<double>(g.size()) / 100, 2.0 / 9));
  return BartlettSum(white, lag + 1) / ((1 - phi) * (1 - phi));
}

double FixedBLongRunVariance(std::span<const double> g) {
  if (g.empty()) return 0;
  const auto n = static_cast<double>(g.size());
  const double bandwidth = std::max(1.0, std::floor(n * kBandwidthShare));
  const double factor = FixedBFactor(bandwidth / n);
  return BartlettSum(g, bandwidth) * factor * factor;
}

double LongRunVariance(std::span<const double> g) {
  return std::max(PrewhitenedLongRunVariance(g), FixedBLongRunVariance(g));
}

}  // namespace perfleak
