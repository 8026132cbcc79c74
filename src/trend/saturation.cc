#include "trend/saturation.h"

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

// SSE left in detrended x after detrended `column` with a positive coefficient; negative if there
// is none.
double SseWith(const std::vector<double>& x, double x_squared, const std::vector<double>& column) {
  const double own = Dot(column, column);
  const double shared = Dot(column, x);
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

SaturationFit FitSaturation(std::span<const double> age, std::span<const double> x) {
  const Detrender detrend(age);
  std::vector<double> rest(x.begin(), x.end());
  detrend(&rest);
  SaturationFit best;
  best.line_sse = Dot(rest, rest);
  // A line that fits but for rounding has nothing left to explain.
  if (!(best.line_sse > 1e-20 * Dot(x, x))) return best;
  for (const double onset : kOnsets) {
    for (const double tau : kTaus) {
      Column column = FillingColumn(age, tau, onset);
      detrend(&column);
      const double sse = SseWith(rest, best.line_sse, column);
      if (sse < 0 || (best.found && sse >= best.sse)) continue;
      best.found = true;
      best.sse = sse;
      best.tau = tau;
      best.onset = onset;
    }
  }
  if (best.found) JudgeLine(age, x, &best);
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
