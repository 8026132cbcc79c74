#include "trend/huber.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "trend/order_statistics.h"

namespace perfleak {
namespace {

constexpr double kCorner = 2.0;
constexpr int kMaxRounds = 8;
constexpr double kConverged = 1e-4;  // largest change of a weight

double RootMeanSquare(std::span<const double> values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

// Robust sd. Where more than half of the values lie exactly on a line the median deviation is 0 and
// would throw all others out; they keep a say.
double Scale(std::span<const double> residuals) {
  constexpr double kNothing = 1e-6;
  constexpr double kLeastShareOfRms = 0.05;
  const double sd = RobustSd(residuals);
  const double rms = RootMeanSquare(residuals);
  return sd > kNothing * rms ? sd : kLeastShareOfRms * rms;
}

// New weights into `weights`; returns the largest change.
double Reweight(std::span<const double> residuals, double corner, std::vector<double>* weights) {
  double change = 0;
  for (size_t i = 0; i < residuals.size(); ++i) {
    const double size = std::abs(residuals[i]);
    const double weight = size <= corner ? 1.0 : corner / size;
    change = std::max(change, std::abs(weight - (*weights)[i]));
    (*weights)[i] = weight;
  }
  return change;
}

}  // namespace

HuberFit FitHuber(const Columns& columns, std::span<const double> y) {
  LeastSquaresFit fit = FitLeastSquares(columns, y);
  std::vector<double> weights(y.size(), 1.0);
  for (int round = 0; round < kMaxRounds; ++round) {
    const double sd = Scale(fit.residuals);
    if (!(sd > 0) || Reweight(fit.residuals, kCorner * sd, &weights) < kConverged) break;
    fit = FitLeastSquares(columns, y, weights);
  }
  HuberFit result;
  result.coefficients = std::move(fit.coefficients);
  result.intercept = fit.intercept;
  result.robust_sd = RobustSd(fit.residuals);
  result.residuals = std::move(fit.residuals);
  result.weights = std::move(weights);
  result.rank = fit.rank;
  return result;
}

}  // namespace perfleak
