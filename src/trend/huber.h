// Regression that a minority of wild values cannot bend: values further than two robust standard
// deviations from the fit count with less weight, found by iteratively reweighted least squares.
#ifndef PERFLEAK_TREND_HUBER_H_
#define PERFLEAK_TREND_HUBER_H_

#include <span>
#include <vector>

#include "trend/least_squares.h"

namespace perfleak {

struct HuberFit {
  std::vector<double> coefficients;
  double intercept = 0;
  std::vector<double> residuals;
  std::vector<double> weights;  // in (0, 1]
  double robust_sd = 0;         // of the residuals
  size_t rank = 0;
};

// Shape as FitLeastSquares. Starts from ordinary least squares; at most 8 rounds.
// Source: Huber (1964), weight function psi(r)/r with the corner at c = 2 robust sd.
HuberFit FitHuber(const Columns& columns, std::span<const double> y);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_HUBER_H_
