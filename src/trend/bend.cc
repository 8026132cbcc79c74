#include "trend/bend.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "trend/screen.h"

namespace perfleak {
namespace {

constexpr double kEarliest = 0.1;
constexpr double kLatest = 0.8;
constexpr size_t kStride = 4;      // buckets between the bends that are tried
constexpr double kMinGain = 0.25;  // ln of the ratio of squared residuals, straight over bent

// Several bends are tried side by side: one sum alone waits for each of its additions.
constexpr size_t kBendsAtOnce = 4;
using Bends = Eigen::Array<double, kBendsAtOnce, 1>;

// Squared residuals of the best lines on max(0, age - bend), with their intercepts.
Bends BentSse(const Window& window, const Bends& bends) {
  Bends mean_u = Bends::Zero();
  double mean_x = 0;
  const auto n = static_cast<double>(window.size());
  for (size_t i = 0; i < window.size(); ++i) {
    mean_u += (window.age[i] - bends).max(0.0) / n;
    mean_x += window.x[i] / n;
  }
  Bends suu = Bends::Zero(), sux = Bends::Zero();
  double sxx = 0;
  for (size_t i = 0; i < window.size(); ++i) {
    const Bends u = (window.age[i] - bends).max(0.0) - mean_u;
    const double x = window.x[i] - mean_x;
    suu += u * u;
    sux += u * x;
    sxx += x * x;
  }
  Bends sse;
  for (Eigen::Index k = 0; k < sse.size(); ++k) {
    sse[k] = suu[k] > 0 ? std::max(0.0, sxx - sux[k] * sux[k] / suu[k]) : sxx;
  }
  return sse;
}

constexpr double kEarliestHalt = 0.2;
constexpr double kLatestHalt = 0.88;

// Sums of squares and products of the two pieces of broken lines and x, all from their means.
struct BrokenLines {
  Bends uu = Bends::Zero(), vv = Bends::Zero(), uv = Bends::Zero();
  Bends ux = Bends::Zero(), vx = Bends::Zero();
  double xx = 0;

  BrokenLines(std::span<const double> age, std::span<const double> x, const Bends& bends) {
    const auto n = static_cast<double>(age.size());
    Bends mean_u = Bends::Zero(), mean_v = Bends::Zero();
    double mean_x = 0;
    for (size_t i = 0; i < age.size(); ++i) {
      mean_u += bends.min(age[i]) / n;
      mean_v += (age[i] - bends).max(0.0) / n;
      mean_x += x[i] / n;
    }
    for (size_t i = 0; i < age.size(); ++i) {
      const Bends u = bends.min(age[i]) - mean_u;
      const Bends v = (age[i] - bends).max(0.0) - mean_v;
      const double y = x[i] - mean_x;
      uu += u * u, vv += v * v, uv += u * v;
      ux += u * y, vx += v * y, xx += y * y;
    }
  }
  double determinant(Eigen::Index k) const { return uu[k] * vv[k] - uv[k] * uv[k]; }
  double before(Eigen::Index k) const { return (ux[k] * vv[k] - vx[k] * uv[k]) / determinant(k); }
  double after(Eigen::Index k) const { return (vx[k] * uu[k] - ux[k] * uv[k]) / determinant(k); }
  double sse(Eigen::Index k) const {
    return std::max(0.0, xx - before(k) * ux[k] - after(k) * vx[k]);
  }
};

// Calls use(bends, at) with the next few `places` and the ages there; bends behind those repeat the
// last one.
template <class Use>
void InTurns(std::span<const double> age, std::span<const size_t> places, Use use) {
  for (size_t begin = 0; begin < places.size(); begin += kBendsAtOnce) {
    const size_t count = std::min(kBendsAtOnce, places.size() - begin);
    Bends bends;
    for (size_t k = 0; k < kBendsAtOnce; ++k) {
      bends[static_cast<Eigen::Index>(k)] = age[places[begin + std::min(k, count - 1)]];
    }
    use(bends, places.subspan(begin, count));
  }
}

}  // namespace

Halt FindHalt(std::span<const double> age, std::span<const double> x) {
  Halt halt;
  const BrokenLines straight(age, x, Bends::Constant(2));
  const double line_sse = straight.xx - straight.ux[0] * straight.ux[0] / straight.uu[0];
  double best_sse = line_sse;
  std::vector<size_t> places;
  for (size_t i = 0; i < age.size(); i += kStride) {
    if (!(age[i] < kEarliestHalt || age[i] > kLatestHalt)) places.push_back(i);
  }
  InTurns(age, places, [&](const Bends& bends, std::span<const size_t> at) {
    const BrokenLines broken(age, x, bends);
    for (Eigen::Index k = 0; k < std::ssize(at); ++k) {
      if (!(broken.determinant(k) > 0) || !(broken.before(k) > 0)) continue;
      if (broken.sse(k) >= best_sse) continue;
      best_sse = broken.sse(k);
      halt.ratio = broken.after(k) / broken.before(k);
    }
  });
  if (line_sse > 0) halt.gain = std::log(line_sse / std::max(best_sse, 1e-12 * line_sse));
  return halt;
}

std::optional<double> FindBend(const Window& window) {
  const double straight = BentSse(window, Bends::Zero())[0];
  double best_sse = straight;
  size_t best = 0;
  std::vector<size_t> places;
  const size_t end = FirstFrom(window, kLatest);
  for (size_t i = FirstFrom(window, kEarliest); i < end; i += kStride) places.push_back(i);
  InTurns(window.age, places, [&](const Bends& bends, std::span<const size_t> at) {
    const Bends sse = BentSse(window, bends);
    for (size_t k = 0; k < at.size(); ++k) {
      if (sse[static_cast<Eigen::Index>(k)] >= best_sse) continue;
      best_sse = sse[static_cast<Eigen::Index>(k)];
      best = at[k];
    }
  });
  if (best == 0 || !(std::log(straight / std::max(best_sse, 1e-12 * straight)) > kMinGain)) {
    return std::nullopt;
  }
  if (!LiesAboveAllBefore(window, best)) return std::nullopt;
  return window.age[best];
}

}  // namespace perfleak
