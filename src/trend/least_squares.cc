#include "trend/least_squares.h"

#include <Eigen/Dense>

#include "base/check.h"

namespace perfleak {
namespace {

// A pivot this much smaller than the largest is rounding, not information: the columns are scaled
// to length 1.
constexpr double kRankTolerance = 1e-10;

using ConstVector = Eigen::Map<const Eigen::VectorXd>;

ConstVector AsVector(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

// The weighted system with columns and y centred and columns of length 1.
struct ScaledSystem {
  Eigen::MatrixXd design;
  Eigen::VectorXd rhs;
  Eigen::VectorXd column_means;
  Eigen::VectorXd column_lengths;  // 0 for a column without variation
  double y_mean = 0;
};

ScaledSystem Scale(const Columns& columns, const ConstVector& y, const Eigen::VectorXd& weights,
                   Intercept intercept) {
  const auto n_columns = static_cast<Eigen::Index>(columns.size());
  const double total = weights.sum();
  const Eigen::VectorXd roots = weights.cwiseSqrt();
  const auto centre = [&](const Eigen::VectorXd& column) {
    return intercept == Intercept::kFitted ? weights.dot(column) / total : 0.0;
  };
  ScaledSystem system;
  system.design.resize(y.size(), n_columns);
  system.column_means.resize(n_columns);
  system.column_lengths.resize(n_columns);
  system.y_mean = centre(y);
  system.rhs = roots.cwiseProduct((y.array() - system.y_mean).matrix());
  for (Eigen::Index j = 0; j < n_columns; ++j) {
    const ConstVector column = AsVector(columns[static_cast<size_t>(j)]);
    const double mean = centre(column);
    const double largest = column.cwiseAbs().maxCoeff();
    auto scaled = system.design.col(j);
    scaled = roots.cwiseProduct((column.array() - mean).matrix());
    double length = scaled.norm();
    // A constant column keeps the rounding of its mean; that is no variation.
    if (length <= 1e-14 * largest * roots.norm()) length = 0;
    if (length > 0)
      scaled /= length;
    else
      scaled.setZero();
    system.column_means[j] = mean;
    system.column_lengths[j] = length;
  }
  return system;
}

// Solves the scaled system; one step of refinement buys back the digits that badly conditioned
// polynomials lose.
Eigen::VectorXd Solve(const ScaledSystem& system, Eigen::Index* rank) {
  *rank = 0;
  const Eigen::Index n_columns = system.design.cols();
  if (n_columns == 0) return Eigen::VectorXd::Zero(0);
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr;
  qr.setThreshold(kRankTolerance);
  qr.compute(system.design);
  *rank = qr.rank();
  if (*rank == 0) return Eigen::VectorXd::Zero(n_columns);
  Eigen::VectorXd solution = qr.solve(system.rhs);
  solution += qr.solve(system.rhs - system.design * solution);
  return solution;
}

LeastSquaresFit NothingFitted(const Columns& columns, std::span<const double> y) {
  LeastSquaresFit fit;
  fit.coefficients.assign(columns.size(), 0.0);
  fit.residuals.assign(y.begin(), y.end());
  return fit;
}

}  // namespace

LeastSquaresFit FitLeastSquares(const Columns& columns, std::span<const double> y,
                                std::span<const double> weights, Intercept intercept) {
  for (const Column& column : columns) PERFLEAK_CHECK(column.size() == y.size());
  PERFLEAK_CHECK(weights.empty() || weights.size() == y.size());
  LeastSquaresFit fit = NothingFitted(columns, y);
  const Eigen::VectorXd w = weights.empty()
                                ? Eigen::VectorXd::Ones(static_cast<Eigen::Index>(y.size()))
                                : Eigen::VectorXd(AsVector(weights));
  if (y.empty() || !(w.sum() > 0)) return fit;

  const ScaledSystem system = Scale(columns, AsVector(y), w, intercept);
  Eigen::Index rank = 0;
  const Eigen::VectorXd solution = Solve(system, &rank);
  Eigen::VectorXd residuals = AsVector(y).array() - system.y_mean;
  fit.intercept = system.y_mean;
  for (Eigen::Index j = 0; j < solution.size(); ++j) {
    if (system.column_lengths[j] == 0) continue;
    const double coefficient = solution[j] / system.column_lengths[j];
    const ConstVector column = AsVector(columns[static_cast<size_t>(j)]);
    residuals.array() -= coefficient * (column.array() - system.column_means[j]);
    fit.coefficients[static_cast<size_t>(j)] = coefficient;
    fit.intercept -= coefficient * system.column_means[j];
  }
  if (intercept == Intercept::kNone) fit.intercept = 0;
  fit.residuals.assign(residuals.data(), residuals.data() + residuals.size());
  fit.sse = (w.array() * residuals.array().square()).sum();
  fit.rank = static_cast<size_t>(rank) + (intercept == Intercept::kFitted ? 1 : 0);
  return fit;
}

Column Residualize(const Column& column, const Columns& others, std::span<const double> weights) {
  return FitLeastSquares(others, column, weights).residuals;
}

}  // namespace perfleak
