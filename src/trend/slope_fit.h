// The slopes of one window, with errors that respect how slowly counters wander: of the whole, of
// its last 40 % and of its last 25 %.
#ifndef PERFLEAK_TREND_SLOPE_FIT_H_
#define PERFLEAK_TREND_SLOPE_FIT_H_

#include <cstddef>
#include <span>
#include <vector>

#include "trend/least_squares.h"
#include "trend/window.h"

namespace perfleak {

// Growth per unit of age, so over the whole window, in the direction that is bad.
struct AgeSlope {
  double growth = 0;
  double error = 0;  // standard error
  double dof = 1;

  double t() const;  // growth/error; infinite for growth without error, 0 for none
};

struct SlopeFit {
  AgeSlope whole;
  AgeSlope recent_40;
  AgeSlope recent_25;
  double recent_error = 0;     // of recent_40, its residuals taken from a parabola
  bool load_rivals = false;    // load explains the levels about as well as time does
  double unloaded_growth = 0;  // of the whole, had the load not been logged
  double level = 0;            // at the end, on the scale of Window::x
  double residual_sd = 0;      // robust
  double r_squared = 0;
  // x and floor of the window less what cycles and load explain.
  std::vector<double> x;
  std::vector<double> floor;
};

// Huber regression on age, load and cycles taken out (reversible.h). Requires at least 3 buckets
// and span_s > 0.
SlopeFit FitSlopes(const Window& window);

// The same in two steps: all but what the last 40 and 25 % say, with the level of the line; then
// these, with their own level.
SlopeFit FitWhole(const Window& window);
void FitRecent(const Window& window, SlopeFit* fit);

// x and floor as they are over the window's ages; nothing is taken out. unloaded_growth exceeds
// the growth by as much, and load_rivals, as in `before`.
SlopeFit FitPlain(const Window& window, std::vector<double> x, std::vector<double> floor,
                  const SlopeFit& before);

// Standard error of the coefficient whose column, freed of the others, is `own`:
// sqrt(LRV n/(n - rank)) sqrt(n) / sum(w own²), with LRV that of the scores own * w * residual.
double SlopeError(std::span<const double> own, std::span<const double> weights,
                  std::span<const double> residuals, size_t rank);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_SLOPE_FIT_H_
