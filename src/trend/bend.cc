#include "trend/bend.h"

#include <algorithm>
#include <cmath>

#include "trend/screen.h"

namespace perfleak {
namespace {

constexpr double kEarliest = 0.1;
constexpr double kLatest = 0.8;
constexpr size_t kStride = 4;      // buckets between the bends that are tried
constexpr double kMinGain = 0.25;  // ln of the ratio of squared residuals, straight over bent

// Squared residuals of the best line on max(0, age - bend), with its intercept.
double BentSse(const Window& window, double bend) {
  double mean_u = 0, mean_x = 0;
  const auto n = static_cast<double>(window.size());
  for (size_t i = 0; i < window.size(); ++i) {
    mean_u += std::max(0.0, window.age[i] - bend) / n;
    mean_x += window.x[i] / n;
  }
  double suu = 0, sux = 0, sxx = 0;
  for (size_t i = 0; i < window.size(); ++i) {
    const double u = std::max(0.0, window.age[i] - bend) - mean_u;
    const double x = window.x[i] - mean_x;
    suu += u * u;
    sux += u * x;
    sxx += x * x;
  }
  return suu > 0 ? std::max(0.0, sxx - sux * sux / suu) : sxx;
}

}  // namespace

std::optional<double> FindBend(const Window& window) {
  const double straight = BentSse(window, 0);
  double best_sse = straight;
  size_t best = 0;
  for (size_t i = FirstFrom(window, kEarliest); i < FirstFrom(window, kLatest); i += kStride) {
    const double sse = BentSse(window, window.age[i]);
    if (sse >= best_sse) continue;
    best_sse = sse;
    best = i;
  }
  if (best == 0 || !(std::log(straight / std::max(best_sse, 1e-12 * straight)) > kMinGain)) {
    return std::nullopt;
  }
  if (!LiesAboveAllBefore(window, best)) return std::nullopt;
  return window.age[best];
}

}  // namespace perfleak
