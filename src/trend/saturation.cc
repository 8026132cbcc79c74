#include "trend/saturation.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "trend/least_squares.h"
#include "trend/slope_fit.h"

namespace perfleak {
namespace {

constexpr std::array kTaus{0.012, 0.025, 0.05, 0.1, 0.17, 0.26, 0.4, 0.65};
constexpr std::array kLongTaus{0.4, 0.5, 0.65, 0.8, 1.0};
constexpr std::array kOnsets{0.0, 0.06, 0.15, 0.3, 0.45};

double Dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Takes constant and line out of columns, by two fixed orthonormal vectors: the grid needs no QR.
class Detrender {
 public:
  explicit Detrender(std::span<const double> age) : line_(age.begin(), age.end()) {
    Centre(&line_);
    const double length = std::sqrt(Dot(line_, line_));
    if (length > 0) {
      for (double& value : line_) value /= length;
    }
  }

  void operator()(std::vector<double>* column) const {
    Centre(column);
    const double share = Dot(*column, line_);
    for (size_t i = 0; i < column->size(); ++i) (*column)[i] -= share * line_[i];
  }

 private:
  static void Centre(std::vector<double>* column) {
    double mean = 0;
    for (const double value : *column) mean += value;
    mean /= static_cast<double>(column->size());
    for (double& value : *column) value -= mean;
  }

  std::vector<double> line_;
};

double Filled(double age, double tau, double onset) {
  return age <= onset ? 0 : 1 - std::exp(-(age - onset) / tau);
}

Column FillingColumn(std::span<const double> age, double tau, double onset) {
  Column column(age.size());
  for (size_t i = 0; i < age.size(); ++i) column[i] = Filled(age[i], tau, onset);
  return column;
}

// Derivatives of the filling by tau and by onset: with them in the design the error of the line
// knows that both were fitted.
Columns Derivatives(std::span<const double> age, double tau, double onset) {
  Columns columns(2, Column(age.size(), 0.0));
  for (size_t i = 0; i < age.size(); ++i) {
    if (age[i] <= onset) continue;
    const double u = (age[i] - onset) / tau;
    columns[0][i] = -std::exp(-u) * u / tau;
    columns[1][i] = -std::exp(-u) / tau;
  }
  return columns;
}

double LineSlope(std::span<const double> age, const Column& values) {
  return FitLeastSquares({Column(age.begin(), age.end())}, values).coefficients[0];
}

void JudgeLine(std::span<const double> age, std::span<const double> x, SaturationFit* fit) {
  const Column ages(age.begin(), age.end());
  const Column filling = FillingColumn(age, fit->tau, fit->onset);
  Columns others = Derivatives(age, fit->tau, fit->onset);
  others.insert(others.begin(), filling);
  Columns columns = others;
  columns.insert(columns.begin(), ages);
  const LeastSquaresFit full = FitLeastSquares(columns, x);
  const std::vector<double> weights(age.size(), 1.0);
  const double error = SlopeError(Residualize(ages, others), weights, full.residuals, full.rank);
  fit->linear_t = error > 0 ? full.coefficients[0] / error : 0;
  const LeastSquaresFit plain = FitLeastSquares({ages, filling}, x);
  fit->linear_growth = plain.coefficients[0];
  fit->filling_growth = plain.coefficients[1] * LineSlope(age, filling);
}

// SSE left in a detrended x after a detrended column with a positive coefficient; negative if there
// is none. From the squares of x, those of the column, and their products.
double SseWith(double x_squared, double own, double shared) {
  if (!(own > 1e-12) || shared <= 0) return -1;
  return std::max(x_squared - shared * shared / own, 0.0);
}

// Rounding sets a floor under both sums, so that a perfect line does not look curved.
double LogRatio(double line_sse, double sse, double total) {
  const double rounding = 1e-12 * total;
  return std::log((line_sse + rounding) / (sse + rounding));
}

// ln of the ratio of the line's squared residuals to those of the best rising a + c curve(age/tau).
template <class Taus, class Curve>
double CurveGain(std::span<const double> age, std::span<const double> x, const Taus& taus,
                 Curve curve) {
  const LeastSquaresFit line = FitLeastSquares({Column(age.begin(), age.end())}, x);
  const double total = Dot(x, x);
  double best = 0;
  for (const double tau : taus) {
    Column column(age.size());
    for (size_t i = 0; i < age.size(); ++i) column[i] = curve(age[i] / tau);
    const LeastSquaresFit fit = FitLeastSquares({std::move(column)}, x);
    if (fit.coefficients[0] > 0) best = std::max(best, LogRatio(line.sse, fit.sse, total));
  }
  return best;
}

}  // namespace

double SaturationFit::Gain() const {
  return found && line_sse > 0 ? std::log(line_sse / std::max(sse, 1e-9 * line_sse)) : 0;
}

// A warm-up of each tau and one onset, freed of constant and line. All of them meet a series in one
// walk: a sum alone waits for each of its additions.
class SaturationGrid::WarmUps {
 public:
  WarmUps(std::span<const double> age, const Detrender& detrend, double onset)
      : onset_(onset), values_(age.size()) {
    for (size_t j = 0; j < kTaus.size(); ++j) {
      Column column = FillingColumn(age, kTaus[j], onset);
      detrend(&column);
      own_[j] = Dot(column, column);
      for (size_t i = 0; i < age.size(); ++i) values_[i][static_cast<Eigen::Index>(j)] = column[i];
    }
  }

  // Keeps in `best` what explains the detrended x better.
  void Try(std::span<const double> x, SaturationFit* best) const {
    ByTau shared = ByTau::Zero();
    for (size_t i = 0; i < x.size(); ++i) shared += values_[i] * x[i];
    for (size_t j = 0; j < kTaus.size(); ++j) {
      const double sse = SseWith(best->line_sse, own_[j], shared[static_cast<Eigen::Index>(j)]);
      if (sse < 0 || (best->found && sse >= best->sse)) continue;
      best->found = true;
      best->sse = sse;
      best->tau = kTaus[j];
      best->onset = onset_;
    }
  }

 private:
  using ByTau = Eigen::Array<double, kTaus.size(), 1>;

  double onset_;
  std::vector<ByTau> values_;  // by age
  std::array<double, kTaus.size()> own_{};
};

SaturationGrid::SaturationGrid(std::span<const double> age) : age_(age.begin(), age.end()) {
  const Detrender detrend(age);
  for (const double onset : kOnsets) warm_ups_.emplace_back(age, detrend, onset);
}

SaturationGrid::~SaturationGrid() = default;

SaturationFit SaturationGrid::Fit(std::span<const double> x) const {
  std::vector<double> rest(x.begin(), x.end());
  Detrender detrend(age_);
  detrend(&rest);
  SaturationFit best;
  best.line_sse = Dot(rest, rest);
  // A line that fits but for rounding has nothing left to explain.
  if (!(best.line_sse > 1e-20 * Dot(x, x))) return best;
  for (const WarmUps& one : warm_ups_) one.Try(rest, &best);
  if (best.found) JudgeLine(age_, x, &best);
  return best;
}

double LogarithmGain(std::span<const double> age, std::span<const double> x) {
  return CurveGain(age, x, kTaus, [](double age_over_tau) { return std::log1p(age_over_tau); });
}

double LongWarmUpGain(std::span<const double> age, std::span<const double> x) {
  return CurveGain(age, x, kLongTaus,
                   [](double age_over_tau) { return -std::expm1(-age_over_tau); });
}

}  // namespace perfleak
