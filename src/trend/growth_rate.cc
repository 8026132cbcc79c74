#include "trend/growth_rate.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "trend/least_squares.h"
#include "trend/order_statistics.h"

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

std::vector<std::vector<size_t>> SplitByTime(std::span<const double> age) {
  std::vector<std::vector<size_t>> parts(kStretches);
  for (size_t i = 0; i < age.size(); ++i) {
    const double place = std::clamp(age[i], 0.0, 1.0) * static_cast<double>(kStretches);
    parts[std::min(static_cast<size_t>(place), kStretches - 1)].push_back(i);
  }
  std::erase_if(parts, [](const auto& part) { return part.empty(); });
  return parts;
}

double MedianOf(std::span<const double> x, const std::vector<size_t>& part) {
  std::vector<double> values;
  for (const size_t i : part) values.push_back(x[i]);
  return Median(std::move(values));
}

// A burst is no growth: a value counts no further than 4 robust sd beyond the middle of its own
// stretch and of those beside it. What lies between these is the series' own way up.
std::vector<double> Calm(std::span<const double> x, const std::vector<std::vector<size_t>>& parts) {
  constexpr double kFar = 4;
  std::vector<double> medians, off;
  for (const auto& part : parts) {
    medians.push_back(MedianOf(x, part));
    for (const size_t i : part) off.push_back(x[i] - medians.back());
  }
  std::vector<double> calm(x.begin(), x.end());
  const double reach = kFar * RobustSd(off);
  if (!(reach > 0)) return calm;
  for (size_t k = 0; k < parts.size(); ++k) {
    const size_t from = k > 0 ? k - 1 : 0;
    const std::span<const double> near(medians.data() + from, std::min(k + 2, parts.size()) - from);
    const auto [low, high] = std::minmax_element(near.begin(), near.end());
    for (const size_t i : parts[k]) calm[i] = std::clamp(x[i], *low - reach, *high + reach);
  }
  return calm;
}

Stretches Cut(std::span<const double> age, std::span<const double> x) {
  const auto parts = SplitByTime(age);
  const std::vector<double> calm = Calm(x, parts);
  const auto n = static_cast<Index>(parts.size());
  Stretches cut{VectorXd::Zero(n), VectorXd::Zero(n), VectorXd::Zero(n)};
  for (Index k = 0; k < n; ++k) {
    const std::vector<size_t>& part = parts[static_cast<size_t>(k)];
    cut.count[k] = static_cast<double>(part.size());
    for (const size_t i : part) {
      cut.age[k] += age[i] / cut.count[k];
      cut.x[k] += calm[i] / cut.count[k];
    }
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

using Small = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 4, 4>;
using SmallVector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 4, 1>;

// The normal equations of one shape, with columns of length 1, so that a small pivot means what it
// says. Row 0 is the constant, row 1 the growth.
struct NormalEquations {
  Small system;
  SmallVector rhs, length;

  NormalEquations(const Shape& shape, const MatrixXd& products) {
    const Index y = products.cols() - 1;
    std::vector<Index> used{0};
    used.insert(used.end(), shape.columns.begin(), shape.columns.end());
    const auto p = static_cast<Index>(used.size());
    system.resize(p, p), rhs.resize(p), length.resize(p);
    const auto at = [&used](Index i) { return used[static_cast<size_t>(i)]; };
    for (Index i = 0; i < p; ++i) length[i] = std::sqrt(products(at(i), at(i)));
    for (Index i = 0; i < p; ++i) {
      rhs[i] = products(at(i), y) / length[i];
      for (Index j = 0; j < p; ++j) system(i, j) = products(at(i), at(j)) / (length[i] * length[j]);
    }
  }
};

// Ordinary least squares of one shape on whitened columns, from their products. The weight is that
// of the Bayesian information criterion. nullopt where a column has nothing of its own.
std::optional<Candidate> Fit(const Shape& shape, const MatrixXd& products, double log_determinant,
                             double n) {
  constexpr double kSingular = 1e-5;
  constexpr double kRounding = 1e-12;
  const NormalEquations equations(shape, products);
  const SmallVector& length = equations.length;
  if (!(length.minCoeff() > 0)) return std::nullopt;
  const Eigen::LLT<Small> llt(equations.system);
  if (llt.info() != Eigen::Success) return std::nullopt;
  if (Small(llt.matrixL()).diagonal().minCoeff() < kSingular) return std::nullopt;
  const SmallVector solution = llt.solve(equations.rhs);
  const SmallVector own = llt.solve(SmallVector::Unit(length.size(), 1));
  const double total = products(products.rows() - 1, products.cols() - 1);
  const double sse = std::max(total - solution.dot(equations.rhs), kRounding * total);
  const double parameters = static_cast<double>(length.size()) + shape.hidden;
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

// Every shape with every covariance of deviation and noise.
std::vector<Candidate> FitAll(const Design& design, const Kernels& kernels) {
  std::vector<Candidate> candidates;
  for (const double tau : kNoiseTaus) {
    const MatrixXd noise = kernels.Noise(tau);
    for (const double rough : kRough) {
      for (const double smooth : kSmooth) {
        FitShapes(design, noise + rough * kernels.rough + smooth * kernels.smooth, &candidates);
      }
    }
  }
  return candidates;
}

// Mean and variance of the mixture: what the candidates say of themselves, and how they differ.
// Requires at least one candidate.
Candidate Average(const std::vector<Candidate>& candidates) {
  double best = candidates.front().log_weight;
  for (const Candidate& one : candidates) best = std::max(best, one.log_weight);
  Candidate mean{best, 0, 0};
  double weights = 0;
  for (const Candidate& one : candidates) {
    const double weight = std::exp(one.log_weight - best);
    weights += weight;
    mean.growth += weight * one.growth;
  }
  mean.growth /= weights;
  for (const Candidate& one : candidates) {
    const double off = one.growth - mean.growth;
    mean.variance += std::exp(one.log_weight - best) * (one.variance + off * off) / weights;
  }
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
  const std::vector<Candidate> candidates = FitAll(design, Kernels(cut));
  if (candidates.empty()) return std::nullopt;
  const Candidate average = Average(candidates);
  return AgeSlope{sd * average.growth, sd * std::sqrt(average.variance), dof};
}

}  // namespace perfleak
