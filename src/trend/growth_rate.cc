#include "trend/growth_rate.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "trend/least_squares.h"

namespace perfleak {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr size_t kStretches = 32;
constexpr size_t kMinStretches = 8;
// A line that leaves less than this share of the variation needs no second opinion.
constexpr double kStraight = 1e-5;

// Memory of the noise, a share of the window; 0 for none.
constexpr std::array kNoiseTaus{0.0, 0.02, 0.05, 0.1};
// Variance of the deviation over that of the noise of one stretch: of a rough one that wanders as
// the sum of many small steps does, and of a smooth one that bends.
constexpr std::array kRough{0.0, 1.0, 30.0, 1e3};
constexpr std::array kSmooth{0.0, 1e2, 3e3, 1e5};

constexpr std::array kWarmUpTaus{0.01, 0.016, 0.026, 0.04, 0.065, 0.1};
constexpr double kOnsetStep = 1.0 / 32;
constexpr double kLastOnset = 0.7;
// Against a straight leak, for all warm-ups together and for all onsets together.
constexpr double kPriorOfOthers = 0.1;

// The means of 32 stretches of equal time; empty ones are left out.
struct Stretches {
  VectorXd age, x, count;
};

Stretches Cut(std::span<const double> age, std::span<const double> x) {
  std::array<double, kStretches> ages{}, values{}, counts{};
  for (size_t i = 0; i < age.size(); ++i) {
    const double place = std::clamp(age[i], 0.0, 1.0) * static_cast<double>(kStretches);
    const size_t k = std::min(static_cast<size_t>(place), kStretches - 1);
    ages[k] += age[i];
    values[k] += x[i];
    counts[k] += 1;
  }
  const auto filled = kStretches - static_cast<size_t>(std::count(counts.begin(), counts.end(), 0));
  Stretches cut{VectorXd(filled), VectorXd(filled), VectorXd(filled)};
  Index row = 0;
  for (size_t k = 0; k < kStretches; ++k) {
    if (counts[k] == 0) continue;
    cut.age[row] = ages[k] / counts[k];
    cut.x[row] = values[k] / counts[k];
    cut.count[row] = counts[k];
    ++row;
  }
  return cut;
}

// Columns of the design beside the constant. The coefficient of the first is the growth.
struct Shape {
  std::vector<Index> columns;
  double log_prior = 0;
  double hidden = 0;  // parameters that the columns do not show
};

// All columns that any shape uses; 0 is the constant, the last one the series.
struct Design {
  MatrixXd columns;
  std::vector<Shape> shapes;
};

class DesignBuilder {
 public:
  explicit DesignBuilder(VectorXd age) : age_(std::move(age)) {
    columns_.push_back(VectorXd::Ones(age_.size()));
    columns_.push_back(age_);
    shapes_.push_back({{kAge}, 0, 0});
  }

  // With the derivative by tau, so that the grid may be coarse and the error knows tau was fitted.
  void AddWarmUps() {
    const double log_prior = std::log(kPriorOfOthers / static_cast<double>(kWarmUpTaus.size()));
    for (const double tau : kWarmUpTaus) {
      const Eigen::ArrayXd u = age_.array() / tau;
      const Index filled = Add(1 - (-u).exp());
      const Index by_tau = Add(-(-u).exp() * u);
      shapes_.push_back({{kAge, filled, by_tau}, log_prior, 0});
    }
  }

  // Level up to the onset, straight from there.
  void AddOnsets() {
    const int count = static_cast<int>(kLastOnset / kOnsetStep);
    const double log_prior = std::log(kPriorOfOthers / count);
    for (int i = 1; i <= count; ++i) {
      const Index rise = Add((age_.array() - i * kOnsetStep).max(0.0));
      shapes_.push_back({{rise}, log_prior, 1});
    }
  }

  Design Build(const VectorXd& x) {
    Add(x.array());
    Design design{MatrixXd(age_.size(), static_cast<Index>(columns_.size())), std::move(shapes_)};
    for (size_t j = 0; j < columns_.size(); ++j) {
      design.columns.col(static_cast<Index>(j)) = columns_[j];
    }
    return design;
  }

 private:
  static constexpr Index kAge = 1;

  Index Add(const Eigen::ArrayXd& column) {
    columns_.push_back(column.matrix());
    return static_cast<Index>(columns_.size()) - 1;
  }

  VectorXd age_;
  std::vector<VectorXd> columns_;
  std::vector<Shape> shapes_;
};

// Covariances of what a shape leaves, of unit size.
struct Kernels {
  MatrixXd rough;   // a Brownian bridge: min(s, t) - s t
  MatrixXd smooth;  // a parabola and a bending beam, both held at the ends
  MatrixXd distance;
  VectorXd white;  // a stretch with few buckets is noisier

  explicit Kernels(const Stretches& cut) {
    const Index n = cut.age.size();
    rough.resize(n, n), smooth.resize(n, n), distance.resize(n, n);
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) {
        const double s = std::min(cut.age[i], cut.age[j]);
        const double t = std::max(cut.age[i], cut.age[j]);
        const double parabolas = s * (1 - s) * t * (1 - t);
        rough(i, j) = s * (1 - t);
        smooth(i, j) = parabolas + s * (1 - t) * (2 * t - t * t - s * s) / 6;
        distance(i, j) = t - s;
      }
    }
    white = cut.count.mean() / cut.count.array();
  }

  MatrixXd Noise(double tau) const {
    if (tau == 0) return white.asDiagonal();
    return (-distance.array() / tau).exp();
  }
};

// One explanation of the series.
struct Candidate {
  double log_weight = 0;
  double growth = 0;
  double variance = 0;
};

// Ordinary least squares of one shape on whitened columns, from their products. The weight is that
// of the Bayesian information criterion. nullopt where the shape has no columns of its own.
std::optional<Candidate> Fit(const Shape& shape, const MatrixXd& products, double log_determinant,
                             double n) {
  using Small = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 4, 4>;
  using SmallVector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 4, 1>;
  constexpr double kSingular = 1e-10;
  const Index y = products.cols() - 1;
  std::array<Index, 4> used{0, 0, 0, 0};
  std::copy(shape.columns.begin(), shape.columns.end(), used.begin() + 1);
  const auto p = static_cast<Index>(shape.columns.size()) + 1;
  // Scaled to correlations, so that a small pivot means what it says.
  Small system(p, p);
  SmallVector rhs(p), length(p);
  for (Index i = 0; i < p; ++i) length[i] = std::sqrt(products(used[i], used[i]));
  if (!(length.minCoeff() > 0)) return std::nullopt;
  for (Index i = 0; i < p; ++i) {
    rhs[i] = products(used[i], y) / length[i];
    for (Index j = 0; j < p; ++j) {
      system(i, j) = products(used[i], used[j]) / (length[i] * length[j]);
    }
  }
  const Eigen::LLT<Small> llt(system);
  if (llt.info() != Eigen::Success) return std::nullopt;
  const Small factor = llt.matrixL();
  if (factor.diagonal().minCoeff() < std::sqrt(kSingular)) return std::nullopt;
  const SmallVector solution = llt.solve(rhs);
  const SmallVector own = llt.solve(SmallVector::Unit(p, 1));
  const double sse = std::max(products(y, y) - solution.dot(rhs), 1e-12 * products(y, y));
  const double parameters = static_cast<double>(p) + shape.hidden;
  Candidate candidate;
  candidate.log_weight = shape.log_prior - log_determinant / 2 - n / 2 * std::log(sse / n) -
                         parameters / 2 * std::log(n);
  candidate.growth = solution[1] / length[1];
  candidate.variance = sse / (n - parameters) * own[1] / (length[1] * length[1]);
  return candidate;
}

// Every shape with one covariance.
void FitShapes(const Design& design, const MatrixXd& covariance,
               std::vector<Candidate>* candidates) {
  const Eigen::LLT<MatrixXd> llt(covariance);
  if (llt.info() != Eigen::Success) return;
  const MatrixXd white = llt.matrixL().solve(design.columns);
  const MatrixXd products = white.transpose() * white;
  const MatrixXd factor = llt.matrixL();
  const double log_determinant = 2 * factor.diagonal().array().log().sum();
  for (const Shape& shape : design.shapes) {
    const auto n = static_cast<double>(covariance.rows());
    if (const auto fit = Fit(shape, products, log_determinant, n)) candidates->push_back(*fit);
  }
}

// Mean and variance of the mixture: what the candidates say of themselves, and how they differ.
Candidate Average(const std::vector<Candidate>& candidates) {
  Candidate mean;
  mean.log_weight = std::max_element(candidates.begin(), candidates.end(),
                                     [](const Candidate& a, const Candidate& b) {
                                       return a.log_weight < b.log_weight;
                                     })
                        ->log_weight;
  double weights = 0, squares = 0;
  for (const Candidate& one : candidates) {
    const double weight = std::exp(one.log_weight - mean.log_weight);
    weights += weight;
    mean.growth += weight * one.growth;
  }
  mean.growth /= weights;
  for (const Candidate& one : candidates) {
    const double off = one.growth - mean.growth;
    squares += std::exp(one.log_weight - mean.log_weight) * (one.variance + off * off);
  }
  mean.variance = squares / weights;
  return mean;
}

}  // namespace

std::optional<AgeSlope> EstimateGrowth(std::span<const double> age, std::span<const double> x) {
  const Stretches cut = Cut(age, x);
  const auto n = static_cast<size_t>(cut.age.size());
  if (n < kMinStretches) return std::nullopt;
  const LeastSquaresFit line =
      FitLeastSquares({Column(cut.age.begin(), cut.age.end())}, Column(cut.x.begin(), cut.x.end()));
  const VectorXd centred = cut.x.array() - cut.x.mean();
  const double sd = centred.norm() / std::sqrt(static_cast<double>(n));
  const double rest_sd = std::sqrt(line.sse / static_cast<double>(n));
  const double dof = static_cast<double>(n) - 3;
  if (rest_sd <= kStraight * sd) return AgeSlope{line.coefficients[0], rest_sd, dof};
  DesignBuilder builder(cut.age);
  builder.AddWarmUps();
  builder.AddOnsets();
  const Design design = builder.Build(centred / sd);
  const Kernels kernels(cut);
  std::vector<Candidate> candidates;
  for (const double tau : kNoiseTaus) {
    for (const double rough : kRough) {
      for (const double smooth : kSmooth) {
        FitShapes(design, kernels.Noise(tau) + rough * kernels.rough + smooth * kernels.smooth,
                  &candidates);
      }
    }
  }
  if (candidates.empty()) return std::nullopt;
  const Candidate average = Average(candidates);
  return AgeSlope{sd * average.growth, sd * std::sqrt(average.variance), dof};
}

}  // namespace perfleak
