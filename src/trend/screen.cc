#include "trend/screen.h"

#include <cmath>

#include "trend/order_statistics.h"

namespace perfleak {
namespace {

constexpr double kMinGrowthInSd = 0.9;
constexpr double kMinShareOfMeans = 0.5;
constexpr double kMinShareOfMinima = 0.7;

// Growth along the least-squares line over the window, in residual standard deviations.
double GrowthInSd(const Window& window) {
  const double mean_age = Mean(window.age);
  const double mean_x = Mean(window.x);
  double saa = 0, sax = 0, sxx = 0;
  for (size_t i = 0; i < window.size(); ++i) {
    const double a = window.age[i] - mean_age;
    const double x = window.x[i] - mean_x;
    saa += a * a;
    sax += a * x;
    sxx += x * x;
  }
  if (!(saa > 0) || window.size() < 3) return 0;
  const double slope = sax / saa;
  const double sse = sxx - slope * sax;
  // A line without residuals is growth beyond doubt, or none at all.
  if (!(sse > 1e-12 * sxx)) return slope > 0 ? INFINITY : 0;
  return slope / std::sqrt(sse / static_cast<double>(window.size() - 2));
}

bool TailRises(const Window& window, double from_age) {
  const size_t begin = FirstFrom(window, from_age);
  if (begin == 0 || begin + 4 > window.size()) return false;
  return LiesAboveAllBefore(window, begin) && Rises(Slice(window, begin, window.size()));
}

}  // namespace

bool Rises(const Window& window) {
  if (ShareRising(BlockMinima(window.age, window.floor)) >= kMinShareOfMinima) return true;
  return GrowthInSd(window) > kMinGrowthInSd &&
         ShareRising(BlockMeans(window.age, window.x)) >= kMinShareOfMeans;
}

bool LiesAboveAllBefore(const Window& window, size_t tail_begin) {
  const size_t quarter = (window.size() - tail_begin + 3) / 4;
  const double level = Mean(std::span(window.x).last(quarter));
  for (size_t i = 0; i < tail_begin; ++i) {
    if (window.x[i] >= level) return false;
  }
  return true;
}

ScreenResult Screen(const Window& window) {
  return {Rises(window), TailRises(window, 0.5), TailRises(window, 0.75)};
}

}  // namespace perfleak
