#include "trend/long_run_variance.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace perfleak {
namespace {

constexpr double kMaxAutoregression = 0.97;
constexpr double kBandwidthShare = 1.0 / 8;

// Mean product of values `lag` apart, divided by n as the Bartlett sum needs to stay positive.
double Autocovariance(std::span<const double> g, size_t lag) {
  double sum = 0;
  for (size_t i = lag; i < g.size(); ++i) sum += g[i] * g[i - lag];
  return sum / static_cast<double>(g.size());
}

// Autocovariances with weights that fall linearly to 0 at lag `bandwidth`.
double BartlettSum(std::span<const double> g, double bandwidth) {
  double sum = Autocovariance(g, 0);
  for (size_t lag = 1; lag < g.size() && static_cast<double>(lag) < bandwidth; ++lag) {
    sum += 2 * (1 - static_cast<double>(lag) / bandwidth) * Autocovariance(g, lag);
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
  const double variance = Autocovariance(g, 0);
  if (!(variance > 0)) return 0;
  const double r1 = Autocovariance(g, 1) / variance;
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
