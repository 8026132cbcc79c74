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

constexpr double kEarliestHalt = 0.2;
constexpr double kLatestHalt = 0.88;

// Sums of squares and products of the two pieces of a broken line and x, all from their means.
struct BrokenLine {
  double uu = 0, vv = 0, uv = 0, ux = 0, vx = 0, xx = 0;

  BrokenLine(std::span<const double> age, std::span<const double> x, double bend) {
    const auto n = static_cast<double>(age.size());
    double mean_u = 0, mean_v = 0, mean_x = 0;
    for (size_t i = 0; i < age.size(); ++i) {
      mean_u += std::min(age[i], bend) / n;
      mean_v += std::max(0.0, age[i] - bend) / n;
      mean_x += x[i] / n;
    }
    for (size_t i = 0; i < age.size(); ++i) {
      const double u = std::min(age[i], bend) - mean_u;
      const double v = std::max(0.0, age[i] - bend) - mean_v;
      const double y = x[i] - mean_x;
      uu += u * u, vv += v * v, uv += u * v;
      ux += u * y, vx += v * y, xx += y * y;
    }
  }
  double determinant() const { return uu * vv - uv * uv; }
  double before() const { return (ux * vv - vx * uv) / determinant(); }
  double after() const { return (vx * uu - ux * uv) / determinant(); }
  double sse() const { return std::max(0.0, xx - before() * ux - after() * vx); }
};

}  // namespace

Halt FindHalt(std::span<const double> age, std::span<const double> x) {
  Halt halt;
  const BrokenLine straight(age, x, 2);
  const double line_sse = straight.xx - straight.ux * straight.ux / straight.uu;
  double best_sse = line_sse;
  for (size_t i = 0; i < age.size(); i += kStride) {
    if (age[i] < kEarliestHalt || age[i] > kLatestHalt) continue;
    const BrokenLine broken(age, x, age[i]);
    if (!(broken.determinant() > 0) || !(broken.before() > 0) || broken.sse() >= best_sse) continue;
    best_sse = broken.sse();
    halt.ratio = broken.after() / broken.before();
  }
  if (line_sse > 0) halt.gain = std::log(line_sse / std::max(best_sse, 1e-12 * line_sse));
  return halt;
}

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
