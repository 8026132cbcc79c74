#include "trend/least_squares.h"

#include <Eigen/Dense>

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

// The weighted system with columns and y centred and columns of length 1.
class LeastSquares::System {
 public:
  System(const Columns& columns, Intercept intercept)
      : columns_(columns), intercept_(intercept), largest_(Size(columns)) {
    for (size_t j = 0; j < columns.size(); ++j) {
      const ConstVector column = AsVector(columns[j]);
      largest_[static_cast<Index>(j)] = column.size() > 0 ? column.cwiseAbs().maxCoeff() : 0;
    }
  }

  size_t columns() const { return columns_.size(); }

  void Fit(const ConstVector& y, std::span<const double> weights, Sse sse, LeastSquaresFit* fit) {
    for (const Column& column : columns_) PERFLEAK_CHECK(column.size() == fit->residuals.size());
    if (weights.empty())
      weights_.setOnes(y.size());
    else
      weights_ = AsVector(weights);
    const double total = weights_.sum();
    if (y.size() == 0 || !(total > 0)) return;
    roots_ = weights_.cwiseSqrt();
    ScaleColumns(total);
    const double y_mean = Centre(y, total);
    rhs_ = roots_.cwiseProduct((y.array() - y_mean).matrix());
    const Index rank = Solve();
    Describe(y, y_mean, fit);
    fit->rank = static_cast<size_t>(rank) + (intercept_ == Intercept::kFitted ? 1 : 0);
    if (sse == Sse::kUnwanted) return;
    const ConstVector residuals = AsVector(fit->residuals);
    fit->sse = (weights_.array() * residuals.array().square()).sum();
  }

 private:
  static Index Size(const Columns& columns) { return static_cast<Index>(columns.size()); }

  double Centre(const ConstVector& column, double total) const {
    return intercept_ == Intercept::kFitted ? weights_.dot(column) / total : 0.0;
  }

  void ScaleColumns(double total) {
    design_.resize(weights_.size(), Size(columns_));
    means_.resize(Size(columns_));
    lengths_.resize(Size(columns_));
    const double roots_length = roots_.norm();
    for (Index j = 0; j < Size(columns_); ++j) {
      const ConstVector column = AsVector(columns_[static_cast<size_t>(j)]);
      const double mean = Centre(column, total);
      auto scaled = design_.col(j);
      scaled = roots_.cwiseProduct((column.array() - mean).matrix());
      double length = scaled.norm();
      // A constant column keeps the rounding of its mean; that is no variation.
      if (length <= 1e-14 * largest_[j] * roots_length) length = 0;
      if (length > 0)
        scaled /= length;
      else
        scaled.setZero();
      means_[j] = mean;
      lengths_[j] = length;
    }
  }

  // Into solution_; one step of refinement buys back the digits that badly conditioned polynomials
  // lose. Returns the rank.
  Index Solve() {
    solution_.setZero(Size(columns_));
    if (columns_.empty()) return 0;
    qr_.setThreshold(kRankTolerance);
    qr_.compute(design_);
    const Index rank = qr_.rank();
    if (rank == 0) return 0;
    AddSolution(rhs_);
    rest_ = rhs_;
    rest_.noalias() -= design_ * solution_;
    AddSolution(rest_);
    return rank;
  }

  // Adds what the decomposed system makes of `rhs`: qr_.solve() without its temporaries.
  void AddSolution(const VectorXd& rhs) {
    reduced_ = rhs;
    const Index pivots = qr_.nonzeroPivots();
    for (Index k = 0; k < pivots; ++k) Reflect(k);
    const auto& r = qr_.matrixQR();
    for (Index i = pivots - 1; i >= 0; --i) {
      reduced_[i] /= r(i, i);
      for (Index above = 0; above < i; ++above) reduced_[above] -= reduced_[i] * r(above, i);
    }
    for (Index i = 0; i < pivots; ++i) {
      solution_[qr_.colsPermutation().indices()[i]] += reduced_[i];
    }
  }

  // The k-th Householder reflection of reduced_.
  void Reflect(Index k) {
    const double tau = qr_.hCoeffs()[k];
    const Index below = reduced_.size() - k - 1;
    const auto essential = qr_.matrixQR().col(k).tail(below);
    const double along = essential.dot(reduced_.tail(below)) + reduced_[k];
    reduced_[k] -= tau * along;
    reduced_.tail(below) -= tau * essential * along;
  }

  // Coefficients of the columns as they are, and what they leave of y.
  void Describe(const ConstVector& y, double y_mean, LeastSquaresFit* fit) const {
    Eigen::Map<VectorXd> residuals(fit->residuals.data(), y.size());
    residuals.array() = y.array() - y_mean;
    fit->intercept = y_mean;
    for (Index j = 0; j < solution_.size(); ++j) {
      if (lengths_[j] == 0) continue;
      const double coefficient = solution_[j] / lengths_[j];
      fit->coefficients[static_cast<size_t>(j)] = coefficient;
      const ConstVector column = AsVector(columns_[static_cast<size_t>(j)]);
      residuals.array() -= coefficient * (column.array() - means_[j]);
      fit->intercept -= coefficient * means_[j];
    }
    if (intercept_ == Intercept::kNone) fit->intercept = 0;
  }

  const Columns& columns_;
  const Intercept intercept_;
  VectorXd largest_;  // absolute value of each column
  VectorXd weights_, roots_;
  Eigen::MatrixXd design_;
  VectorXd rhs_;
  VectorXd means_;
  VectorXd lengths_;  // 0 for a column without variation
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr_;
  VectorXd solution_, reduced_, rest_;
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
