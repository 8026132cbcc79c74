// When growth meets a limit. One slope with its interval is far too sure of itself: counters change
// pace. So three rates, of the whole window and of its recent parts, are believed alike.
#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "trend/trend.h"

namespace perfleak {
namespace {

constexpr double kMinRelativeError = 0.02;
constexpr double kForeseeable = 0.1;
constexpr double kLongest_s = 1e13;  // beyond that "never" is the better word
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Rate {
  double per_s;  // towards the limit
  double error;
};

double Phi(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// z of a value over a spread that may be 0.
double Deviate(double value, double spread) {
  if (spread > 0) return value / spread;
  return value == 0 ? 0 : std::copysign(kInfinity, value);
}

class Mixture {
 public:
  // `towards` is +1 for a limit above the level, -1 for one below.
  Mixture(const Trend& trend, double head, double towards)
      : head_(head), level_sd_(trend.residual_sd) {
    const std::array slopes{trend.slope, trend.recent_40, trend.recent_25};
    std::transform(slopes.begin(), slopes.end(), rates_.begin(), [&](const Slope& slope) {
      return Rate{towards * slope.per_s,
                  std::max(slope.stderr_per_s, kMinRelativeError * std::abs(slope.per_s))};
    });
  }

  // Probability that the limit is met within t_s.
  double MetBy(double t_s) const {
    double sum = 0;
    for (const Rate& rate : rates_) {
      sum += Phi(Deviate(rate.per_s - head_ / t_s, std::hypot(rate.error, level_sd_ / t_s)));
    }
    return sum / static_cast<double>(rates_.size());
  }

  // First time with MetBy >= p, by bisection of its logarithm; infinite if there is none.
  double Quantile(double p) const {
    if (MetBy(kLongest_s) < p) return kInfinity;
    double low = std::log(1e-3), high = std::log(kLongest_s);
    for (int i = 0; i < 80; ++i) {
      const double middle = (low + high) / 2;
      (MetBy(std::exp(middle)) < p ? low : high) = middle;
    }
    return std::exp(high);
  }

 private:
  double head_, level_sd_;
  std::array<Rate, 3> rates_{};
};

}  // namespace

Forecast ForecastLimit(const Trend& trend, double limit) {
  Forecast forecast;
  forecast.p10_s = forecast.p50_s = forecast.p90_s = kInfinity;
  if (trend.state != TrendState::kFitted || !std::isfinite(limit)) return forecast;
  const double gap = limit - trend.level;
  const bool falls = trend.slope.per_s < 0;
  if (falls ? gap >= 0 && trend.recent_25.per_s <= 0 : gap <= 0) {
    // Already there; or it moves away from a limit above.
    if (falls && gap > 0) return forecast;
    return {true, 0, 0, 0};
  }
  const Mixture mixture(trend, std::abs(gap), gap > 0 ? 1 : -1);
  forecast.p10_s = mixture.Quantile(0.1);
  forecast.p50_s = mixture.Quantile(0.5);
  forecast.p90_s = mixture.Quantile(0.9);
  forecast.foreseeable = mixture.MetBy(kLongest_s) >= kForeseeable;
  return forecast;
}

}  // namespace perfleak
