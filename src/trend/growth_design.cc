#include "trend/growth_design.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <array>
#include <cmath>

namespace perfleak {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using VectorView = Eigen::Map<const VectorXd>;

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

VectorView View(std::span<const double> values) {
  return {values.data(), static_cast<Index>(values.size())};
}

// Columns of the design beside the constant. The coefficient of the last one is the growth.
struct Shape {
  std::vector<Index> columns;
  double log_prior = 0;
  double hidden = 0;  // parameters that the columns do not show
};

// The shapes, and all columns that any of them uses; column 0 is the constant.
class Shapes {
 public:
  explicit Shapes(const VectorXd& age) : age_(age.array()) {
    Add(Eigen::ArrayXd::Ones(age.size()));
    Add(age_);
    shapes_.push_back({{kAge}, 0, 0});
    AddWarmUps();
    AddOnsets();
  }

  const std::vector<Shape>& all() const { return shapes_; }

  // Columns of all shapes, the constant once.
  Index directions() const {
    Index count = 1;
    for (const Shape& shape : shapes_) count += static_cast<Index>(shape.columns.size());
    return count;
  }

  MatrixXd Columns() const {
    MatrixXd columns(age_.size(), static_cast<Index>(columns_.size()));
    for (size_t j = 0; j < columns_.size(); ++j) columns.col(static_cast<Index>(j)) = columns_[j];
    return columns;
  }

 private:
  static constexpr Index kAge = 1;

  // With the derivative by tau, so that the grid may be coarse and the error knows tau was fitted.
  void AddWarmUps() {
    const double log_prior = std::log(kPriorOfOthers / static_cast<double>(kWarmUpTaus.size()));
    for (const double tau : kWarmUpTaus) {
      const Eigen::ArrayXd u = age_ / tau;
      const Index filled = Add(1 - (-u).exp());
      const Index by_tau = Add(-(-u).exp() * u);
      shapes_.push_back({{filled, by_tau, kAge}, log_prior, 0});
    }
  }

  // Level up to the onset, straight from there.
  void AddOnsets() {
    const int count = static_cast<int>(kLastOnset / kOnsetStep);
    const double log_prior = std::log(kPriorOfOthers / count);
    for (int i = 1; i <= count; ++i) {
      const Index rise = Add((age_ - i * kOnsetStep).max(0.0));
      shapes_.push_back({{rise}, log_prior, 1});
    }
  }

  Index Add(const Eigen::ArrayXd& column) {
    columns_.push_back(column.matrix());
    return static_cast<Index>(columns_.size()) - 1;
  }

  Eigen::ArrayXd age_;
  std::vector<VectorXd> columns_;
  std::vector<Shape> shapes_;
};

// Covariances of what a shape leaves, of unit size.
struct Kernels {
  MatrixXd rough;   // a Brownian bridge: min(s, t) - s t
  MatrixXd smooth;  // a parabola and a bending beam, both held at the ends
  MatrixXd distance;
  VectorXd white;  // a stretch with few buckets is noisier

  Kernels(const VectorXd& age, const VectorXd& count) {
    const Index n = age.size();
    rough.resize(n, n), smooth.resize(n, n), distance.resize(n, n);
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) {
        const double s = std::min(age[i], age[j]);
        const double t = std::max(age[i], age[j]);
        const double parabolas = s * (1 - s) * t * (1 - t);
        rough(i, j) = s * (1 - t);
        smooth(i, j) = parabolas + s * (1 - t) * (2 * t - t * t - s * s) / 6;
        distance(i, j) = t - s;
      }
    }
    white = count.mean() / count.array();
  }

  MatrixXd Noise(double tau) const {
    if (tau == 0) return white.asDiagonal();
    return (-distance.array() / tau).exp();
  }
};

// Columns of length 1, at right angles to the first, that of the constant, and within a shape to
// each other.
class Directions {
 public:
  Directions(const VectorXd& constant, Index most) : all_(constant.size(), most) {
    all_.col(0) = constant.normalized();
  }

  Index size() const { return size_; }
  auto all() const { return all_.leftCols(size_); }

  // Adds what `column` has beside the constant and those from `first` on, and returns its length;
  // 0 if that is nothing.
  double Add(const VectorXd& column, Index first) {
    constexpr double kSingular = 1e-5;
    auto own = all_.col(size_);
    own = column;
    const auto free_of = [&own](const auto& other) { own -= other * other.dot(own); };
    for (int again = 0; again < 2; ++again) {  // once more for what rounding left
      free_of(all_.col(0));
      for (Index i = first; i < size_; ++i) free_of(all_.col(i));
    }
    const double length = own.norm();
    if (!(length > 0 && length >= kSingular * column.norm())) return 0;
    own /= length;
    ++size_;
    return length;
  }
  void CutTo(Index size) { size_ = size; }

 private:
  MatrixXd all_;
  Index size_ = 1;
};

// Least squares of one shape on whitened columns: what its directions take of a series is what the
// shape explains.
struct ShapeFit {
  Index first = 0, directions = 0;  // beside the constant
  double scale = 0;                 // length of the column of the growth, freed of the others
  double parameters = 0;
  double log_weight = 0;  // what does not depend on the series
};

}  // namespace

// Every shape with one covariance.
class GrowthDesign::Explanation {
 public:
  Explanation(const Shapes& shapes, const MatrixXd& columns, const MatrixXd& covariance)
      : n_(covariance.rows()) {
    const Eigen::LLT<MatrixXd> llt(covariance);
    if (llt.info() != Eigen::Success) return;
    const double log_weight = -MatrixXd(llt.matrixL()).diagonal().array().log().sum();
    const MatrixXd whiten = llt.matrixL().solve(MatrixXd::Identity(n_, n_));
    const MatrixXd white = whiten * columns;
    Directions directions(white.col(0), shapes.directions());
    for (const Shape& shape : shapes.all()) AddFit(shape, white, log_weight, &directions);
    projection_.resize(n_ + directions.size(), n_);
    projection_ << whiten, directions.all().transpose() * whiten;
  }

  // The weight is that of the Bayesian information criterion.
  void Fit(const VectorView& x, std::vector<GrowthCandidate>* candidates) const {
    if (fits_.empty()) return;
    constexpr double kRounding = 1e-12;
    const auto n = static_cast<double>(n_);
    const VectorXd projected = projection_ * x;
    const double total = projected.head(n_).squaredNorm();
    const auto shares = projected.tail(projected.size() - n_);
    for (const ShapeFit& fit : fits_) {
      const auto own = shares.segment(fit.first, fit.directions);
      const double explained = shares[0] * shares[0] + own.squaredNorm();
      const double sse = std::max(total - explained, kRounding * total);
      candidates->push_back({fit.log_weight - n / 2 * std::log(sse / n),
                             own[fit.directions - 1] / fit.scale,
                             sse / (n - fit.parameters) / (fit.scale * fit.scale)});
    }
  }

 private:
  // Unless a column of the shape has nothing of its own.
  void AddFit(const Shape& shape, const MatrixXd& white, double log_weight,
              Directions* directions) {
    ShapeFit fit{directions->size(), static_cast<Index>(shape.columns.size())};
    for (const Index column : shape.columns) {
      fit.scale = directions->Add(white.col(column), fit.first);
      if (fit.scale == 0) return directions->CutTo(fit.first);
    }
    fit.parameters = static_cast<double>(1 + fit.directions) + shape.hidden;
    fit.log_weight =
        log_weight + shape.log_prior - fit.parameters / 2 * std::log(static_cast<double>(n_));
    fits_.push_back(fit);
  }

  Index n_;
  // Of a series: whitened, which makes what a shape leaves independent and of equal size; below
  // that, what each direction takes of it then.
  MatrixXd projection_;
  std::vector<ShapeFit> fits_;
};

GrowthDesign::GrowthDesign(std::span<const double> age, std::span<const double> count)
    : age_(age.begin(), age.end()), count_(count.begin(), count.end()) {
  const Shapes shapes(View(age));
  const MatrixXd columns = shapes.Columns();
  const Kernels kernels(View(age), View(count));
  for (const double tau : kNoiseTaus) {
    const MatrixXd noise = kernels.Noise(tau);
    for (const double rough : kRough) {
      for (const double smooth : kSmooth) {
        explanations_.emplace_back(shapes, columns,
                                   noise + rough * kernels.rough + smooth * kernels.smooth);
      }
    }
  }
}

GrowthDesign::~GrowthDesign() = default;

std::vector<GrowthCandidate> GrowthDesign::Fit(std::span<const double> x) const {
  std::vector<GrowthCandidate> candidates;
  for (const Explanation& one : explanations_) one.Fit(View(x), &candidates);
  return candidates;
}

}  // namespace perfleak
