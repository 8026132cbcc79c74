#include "trend/huber.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "trend/order_statistics.h"

namespace perfleak {
namespace {

constexpr double kCorner = 2.0;
constexpr int kMaxRounds = 8;
constexpr double kConverged = 1e-3;  // largest change of a weight

double RootMeanSquare(std::span<const double> values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

// Robust sd. Where more than half of the values lie exactly on a line the median deviation is 0 and
// would throw all others out; they keep a say.
double Scale(std::span<const double> residuals, double sd) {
  constexpr double kNothing = 1e-6;
  constexpr double kLeastShareOfRms = 0.05;
  const double rms = RootMeanSquare(residuals);
  return sd > kNothing * rms ? sd : kLeastShareOfRms * rms;
}

// New weights into `weights`; returns the largest change.
double Reweight(std::span<const double> residuals, double corner, std::vector<double>* weights) {
  double change = 0;
  for (size_t i = 0; i < residuals.size(); ++i) {
    const double weight = corner / std::max(std::abs(residuals[i]), corner);
    change = std::max(change, std::abs(weight - (*weights)[i]));
    (*weights)[i] = weight;
  }
  return change;
}

}  // namespace

HuberFit FitHuber(const Columns& columns, std::span<const double> y) {
  constexpr auto kNoSse = LeastSquares::Sse::kUnwanted;
  LeastSquares squares(columns);
  LeastSquaresFit fit;
  squares.Fit(y, {}, kNoSse, &fit);
  std::vector<double> weights(y.size(), 1.0);
  std::vector<double> scratch;
  double sd = RobustSd(fit.residuals, &scratch);
  for (int round = 0; round < kMaxRounds; ++round) {
    const double scale = Scale(fit.residuals, sd);
    if (!(scale > 0) || Reweight(fit.residuals, kCorner * scale, &weights) < kConverged) break;
    squares.Fit(y, weights, kNoSse, &fit);
    sd = RobustSd(fit.residuals, &scratch);
  }
  HuberFit result;
  result.coefficients = std::move(fit.coefficients);
  result.intercept = fit.intercept;
  result.robust_sd = sd;
  result.residuals = std::move(fit.residuals);
  result.weights = std::move(weights);
  result.rank = fit.rank;
  return result;
}

}  // namespace perfleak
