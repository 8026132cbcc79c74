#include "trend/least_squares.h"

#include <Eigen/Dense>
#include <cmath>

#include "base/check.h"

namespace perfleak {
namespace {

// A pivot this much smaller than the largest is rounding, not information: the columns are scaled
// to length 1.
constexpr double kRankTolerance = 1e-10;

using Eigen::Index;
using Eigen::VectorXd;
using ConstVector = Eigen::Map<const VectorXd>;

ConstVector AsVector(std::span<const double> values) {
  return {values.data(), static_cast<Index>(values.size())};
}

}  // namespace

// Columns and y count from their means, so that byte counts of 1e14 keep their last digits. Normal
// equations where the columns hardly explain each other, a pivoted QR where they do: the first are
// many times as fast, the second keeps the digits that squares would lose.
class LeastSquares::System {
 public:
  System(const Columns& columns, Intercept intercept) : intercept_(intercept) {
    const auto n = static_cast<Index>(columns.empty() ? 0 : columns.front().size());
    centred_.resize(n, static_cast<Index>(columns.size()));
    shifts_.resize(centred_.cols());
    largest_.resize(centred_.cols());
    for (Index j = 0; j < centred_.cols(); ++j) {
      PERFLEAK_CHECK(columns[static_cast<size_t>(j)].size() == static_cast<size_t>(n));
      const ConstVector column = AsVector(columns[static_cast<size_t>(j)]);
      shifts_[j] = n > 0 && intercept_ == Intercept::kFitted ? column.mean() : 0;
      largest_[j] = n > 0 ? column.cwiseAbs().maxCoeff() : 0;
      centred_.col(j) = column.array() - shifts_[j];
    }
  }

  size_t columns() const { return static_cast<size_t>(centred_.cols()); }

  void Fit(const ConstVector& y, std::span<const double> weights, Sse sse, LeastSquaresFit* fit) {
    PERFLEAK_CHECK(columns() == 0 || centred_.rows() == y.size());
    if (weights.empty())
      weights_.setOnes(y.size());
    else
      weights_ = AsVector(weights);
    total_ = weights_.sum();
    if (y.size() == 0 || !(total_ > 0)) return;
    const double y_shift = intercept_ == Intercept::kFitted ? y.mean() : 0;
    y_ = y.array() - y_shift;
    Accumulate();
    const Index rank = SolveNormal() ? centred_.cols() : SolveByQr();
    fit->rank = static_cast<size_t>(rank) + (intercept_ == Intercept::kFitted ? 1 : 0);
    Describe(y_shift, fit);
    if (sse == Sse::kUnwanted) return;
    const ConstVector residuals = AsVector(fit->residuals);
    fit->sse = (weights_.array() * residuals.array().square()).sum();
  }

 private:
  // The weighted means, and products of deviations from them.
  void Accumulate() {
    const Index p = centred_.cols();
    means_.setZero(p);
    products_.setZero(p, p);
    with_y_.setZero(p);
    y_mean_ = intercept_ == Intercept::kFitted ? weights_.dot(y_) / total_ : 0;
    for (Index j = 0; j < p; ++j) {
      weighted_ = weights_.cwiseProduct(centred_.col(j));
      if (intercept_ == Intercept::kFitted) means_[j] = weighted_.sum() / total_;
      with_y_[j] = weighted_.dot(y_) - total_ * means_[j] * y_mean_;
      for (Index k = 0; k <= j; ++k) {
        products_(j, k) = weighted_.dot(centred_.col(k)) - total_ * means_[j] * means_[k];
      }
    }
  }

  // A constant column keeps the rounding of its mean; that is no variation.
  bool Varies(Index j, double length) const {
    return length > 1e-14 * largest_[j] * std::sqrt(total_);
  }

  // Into solution_; false if digits would be lost.
  bool SolveNormal() {
    constexpr double kLeastOwn = 1e-4;  // of the squares of a column, not explained by the others
    const Index p = centred_.cols();
    for (Index j = 0; j < p; ++j) {
      const double moved = total_ * means_[j] * means_[j];
      const double squares = products_(j, j);
      if (!(squares > kLeastOwn * (squares + moved)) || !Varies(j, std::sqrt(squares)))
        return false;
    }
    lengths_ = products_.diagonal().cwiseSqrt();
    products_.array() /= (lengths_ * lengths_.transpose()).array();
    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(products_);  // in place
    if (cholesky.info() != Eigen::Success) return false;
    if (p > 0 && !(products_.diagonal().cwiseAbs2().minCoeff() > kLeastOwn)) return false;
    solution_ = with_y_.cwiseQuotient(lengths_);
    cholesky.solveInPlace(solution_);
    solution_ = solution_.cwiseQuotient(lengths_);
    return true;
  }

  // Into solution_; one step of refinement buys back the digits that badly conditioned polynomials
  // lose. Returns the rank.
  Index SolveByQr() {
    const VectorXd roots = weights_.cwiseSqrt();
    Eigen::MatrixXd design(centred_.rows(), centred_.cols());
    lengths_.resize(centred_.cols());
    for (Index j = 0; j < centred_.cols(); ++j) {
      design.col(j) = roots.array() * (centred_.col(j).array() - means_[j]);
      lengths_[j] = design.col(j).norm();
      if (!Varies(j, lengths_[j])) lengths_[j] = 0;
      design.col(j) *= lengths_[j] > 0 ? 1 / lengths_[j] : 0;
    }
    const VectorXd rhs = roots.array() * (y_.array() - y_mean_);
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr;
    qr.setThreshold(kRankTolerance);
    qr.compute(design);
    solution_ = qr.solve(rhs);
    solution_ += qr.solve(rhs - design * solution_);
    for (Index j = 0; j < solution_.size(); ++j) {
      solution_[j] = lengths_[j] > 0 ? solution_[j] / lengths_[j] : 0;
    }
    return qr.rank();
  }

  // Coefficients of the columns as they are, and what they leave of y.
  void Describe(double y_shift, LeastSquaresFit* fit) const {
    const double offset = y_mean_ - solution_.dot(means_);
    fit->intercept =
        intercept_ == Intercept::kFitted ? y_shift + offset - solution_.dot(shifts_) : 0;
    Eigen::Map<VectorXd> residuals(fit->residuals.data(), y_.size());
    residuals.array() = y_.array() - offset;
    for (Index j = 0; j < solution_.size(); ++j) {
      fit->coefficients[static_cast<size_t>(j)] = solution_[j];
      residuals -= solution_[j] * centred_.col(j);
    }
  }

  const Intercept intercept_;
  Eigen::MatrixXd centred_;  // the columns less shifts_
  VectorXd shifts_;
  VectorXd largest_;  // absolute value of each column
  VectorXd weights_, y_, weighted_;
  double total_ = 0;  // of the weights
  double y_mean_ = 0;
  VectorXd means_, with_y_, lengths_, solution_;
  Eigen::MatrixXd products_;
};

LeastSquares::LeastSquares(const Columns& columns, Intercept intercept)
    : system_(std::make_unique<System>(columns, intercept)) {}

LeastSquares::~LeastSquares() = default;

void LeastSquares::Fit(std::span<const double> y, std::span<const double> weights, Sse sse,
                       LeastSquaresFit* fit) {
  PERFLEAK_CHECK(weights.empty() || weights.size() == y.size());
  fit->coefficients.assign(system_->columns(), 0.0);
  fit->intercept = 0;
  fit->residuals.assign(y.begin(), y.end());
  fit->sse = 0;
  fit->rank = 0;
  system_->Fit(AsVector(y), weights, sse, fit);
}

LeastSquaresFit FitLeastSquares(const Columns& columns, std::span<const double> y,
                                std::span<const double> weights, Intercept intercept) {
  LeastSquaresFit fit;
  LeastSquares(columns, intercept).Fit(y, weights, LeastSquares::Sse::kWanted, &fit);
  return fit;
}

Column Residualize(const Column& column, const Columns& others, std::span<const double> weights) {
  return FitLeastSquares(others, column, weights).residuals;
}

}  // namespace perfleak
