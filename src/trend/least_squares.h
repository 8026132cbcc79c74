// Linear least squares, the one place where matrices are decomposed. Columns are centred and scaled
// first, so that byte counts of 1e14 and ages between 0 and 1 meet in one design unharmed.
#ifndef PERFLEAK_TREND_LEAST_SQUARES_H_
#define PERFLEAK_TREND_LEAST_SQUARES_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace perfleak {

using Column = std::vector<double>;
using Columns = std::vector<Column>;

enum class Intercept { kFitted, kNone };

struct LeastSquaresFit {
  std::vector<double> coefficients;  // one per column; 0 for a column that the others explain
  double intercept = 0;
  std::vector<double> residuals;  // not weighted
  double sse = 0;                 // weighted sum of squared residuals
  size_t rank = 0;                // parameters that the data determine, intercept included
};

// Minimises sum of weights * (y - intercept - columns * coefficients)².
// Shape: every column, y and, unless empty, weights have n entries, all finite, weights >= 0.
// Degenerate: n = 0 or no weight at all gives zero coefficients; a column without variation of its
// own gets coefficient 0 and lowers the rank. Source: NIST StRD linear regression sets
// (tests/trend/least_squares_test.cc).
LeastSquaresFit FitLeastSquares(const Columns& columns, std::span<const double> y,
                                std::span<const double> weights = {},
                                Intercept intercept = Intercept::kFitted);

// The same for series after series, or for one with weights after weights: memory is kept.
class LeastSquares {
 public:
  explicit LeastSquares(const Columns& columns, Intercept intercept = Intercept::kFitted);
  ~LeastSquares();
  LeastSquares(const LeastSquares&) = delete;
  LeastSquares& operator=(const LeastSquares&) = delete;

  // As FitLeastSquares, but sets sse only if it is asked for.
  enum class Sse { kWanted, kUnwanted };
  void Fit(std::span<const double> y, std::span<const double> weights, Sse sse,
           LeastSquaresFit* fit);

 private:
  class System;
  std::unique_ptr<System> system_;
};

// What is left of `column` once intercept and `others` have explained their part.
Column Residualize(const Column& column, const Columns& others,
                   std::span<const double> weights = {});

}  // namespace perfleak

#endif  // PERFLEAK_TREND_LEAST_SQUARES_H_
