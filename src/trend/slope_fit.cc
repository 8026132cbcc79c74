#include "trend/slope_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "trend/huber.h"
#include "trend/long_run_variance.h"
#include "trend/order_statistics.h"
#include "trend/reversible.h"

namespace perfleak {
namespace {

constexpr size_t kMinRecent = 6;  // buckets of a recent stretch, however short the series

// The last stretch of a window, as one predictor and one response.
struct Recent {
  Column age;
  std::vector<double> x;
};

Recent TakeRecent(const Window& window, std::span<const double> x, double share) {
  const size_t from_age = FirstFrom(window, 1 - share);
  const size_t from_count = window.size() - std::min(window.size(), kMinRecent);
  const size_t begin = std::min(from_age, from_count);
  return {{window.age.begin() + static_cast<std::ptrdiff_t>(begin), window.age.end()},
          {x.begin() + static_cast<std::ptrdiff_t>(begin), x.end()}};
}

AgeSlope ToSlope(const HuberFit& fit, std::span<const double> own) {
  const double dof = static_cast<double>(own.size()) - static_cast<double>(fit.rank);
  return {fit.coefficients[0], SlopeError(own, fit.weights, fit.residuals, fit.rank),
          std::max(dof, 1.0)};
}

// The slope of x over age alone, and the value of its line at the end.
struct Line {
  AgeSlope slope;
  double end = 0;
};

Line FitLine(const Recent& recent) {
  const HuberFit fit = FitHuber({recent.age}, recent.x);
  const Column own = Residualize(recent.age, {}, fit.weights);
  return {ToSlope(fit, own), fit.intercept + fit.coefficients[0] * recent.age.back()};
}

// Error of the recent slope where curvature is not noise.
double ErrorAroundParabola(const Recent& recent) {
  const double middle = Mean(recent.age);
  Column square(recent.age.size());
  std::transform(recent.age.begin(), recent.age.end(), square.begin(),
                 [&](double age) { return (age - middle) * (age - middle); });
  const HuberFit fit = FitHuber({recent.age, square}, recent.x);
  return SlopeError(Residualize(recent.age, {}, fit.weights), fit.weights, fit.residuals, fit.rank);
}

double RSquared(std::span<const double> x, std::span<const double> residuals) {
  const double mean = Mean(x);
  double total = 0, left = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    total += (x[i] - mean) * (x[i] - mean);
    left += residuals[i] * residuals[i];
  }
  return total > 0 ? std::clamp(1 - left / total, 0.0, 1.0) : 0;
}

// The slope of x over age; its error knows that the reversible columns were fitted too.
HuberFit FitGrowth(const Column& age, std::span<const double> x, const Columns& reversible,
                   AgeSlope* slope) {
  HuberFit fit = FitHuber({age}, x);
  fit.rank += reversible.size();
  *slope = ToSlope(fit, Residualize(age, reversible, fit.weights));
  return fit;
}

SlopeFit FitAdjusted(const Window& window, Adjusted adjusted) {
  SlopeFit result;
  const HuberFit fit = FitGrowth(window.age, adjusted.x, adjusted.used, &result.whole);
  result.unloaded_growth = adjusted.load_used
                               ? FitHuber({window.age}, adjusted.unloaded_x).coefficients[0]
                               : result.whole.growth;
  result.load_rivals = adjusted.load_rivals;
  result.level = fit.intercept + fit.coefficients[0] * window.age.back();
  result.residual_sd = fit.robust_sd;
  result.r_squared = RSquared(window.x, fit.residuals);
  result.x = std::move(adjusted.x);
  result.floor = std::move(adjusted.floor);
  return result;
}

}  // namespace

double AgeSlope::t() const {
  if (error > 0) return growth / error;
  return growth == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), growth);
}

double SlopeError(std::span<const double> own, std::span<const double> weights,
                  std::span<const double> residuals, size_t rank) {
  std::vector<double> scores(own.size());
  double information = 0;
  for (size_t i = 0; i < own.size(); ++i) {
    scores[i] = own[i] * weights[i] * residuals[i];
    information += weights[i] * own[i] * own[i];
  }
  const auto n = static_cast<double>(own.size());
  const double dof = std::max(n - static_cast<double>(rank), 1.0);
  if (!(information > 0)) return 0;
  return std::sqrt(LongRunVariance(scores) * n * (n / dof)) / information;
}

SlopeFit FitWhole(const Window& window) { return FitAdjusted(window, TakeOutReversible(window)); }

void FitRecent(const Window& window, SlopeFit* fit) {
  const Recent last_40 = TakeRecent(window, fit->x, 0.40);
  const Line recent_25 = FitLine(TakeRecent(window, fit->x, 0.25));
  fit->recent_40 = FitLine(last_40).slope;
  fit->recent_25 = recent_25.slope;
  fit->recent_error = ErrorAroundParabola(last_40);
  fit->level = recent_25.end;
}

SlopeFit FitSlopes(const Window& window) {
  SlopeFit fit = FitWhole(window);
  FitRecent(window, &fit);
  return fit;
}

SlopeFit FitPlain(const Window& window, std::vector<double> x, std::vector<double> floor,
                  const SlopeFit& before) {
  SlopeFit fit =
      FitAdjusted(window, {std::move(x), std::move(floor), {}, false, before.load_rivals, {}});
  FitRecent(window, &fit);
  fit.unloaded_growth = fit.whole.growth + before.unloaded_growth - before.whole.growth;
  return fit;
}

}  // namespace perfleak
