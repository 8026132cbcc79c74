// Does it fill something and stop? A line plus a warm-up, against the line alone.
#ifndef PERFLEAK_TREND_SATURATION_H_
#define PERFLEAK_TREND_SATURATION_H_

#include <algorithm>
#include <span>
#include <vector>

#include "trend/last_few.h"

namespace perfleak {

// The best x = a + c age + d (1 - exp(-(age - onset)/tau)) with d > 0, over a grid of 8 tau and 5
// onsets.
struct SaturationFit {
  bool found = false;  // some warm-up with d > 0 fits better than the line alone
  double tau = 0;      // share of the window
  double onset = 0;
  double sse = 0;
  double line_sse = 0;        // of x = a + c age
  double linear_growth = 0;   // c: what goes on
  double linear_t = 0;        // c over its error, tau and onset counted as fitted too
  double filling_growth = 0;  // slope of a line through the warm-up part alone

  double Gain() const;  // ln(line_sse/sse), 0 if nothing was found
};

// The grid of warm-ups over one set of ages, for every series that has these.
class SaturationGrid {
 public:
  explicit SaturationGrid(std::span<const double> age);
  ~SaturationGrid();

  bool IsOf(std::span<const double> age) const { return std::ranges::equal(age, age_); }
  SaturationFit Fit(std::span<const double> x) const;  // x as long as the ages

 private:
  class WarmUps;
  std::vector<double> age_;
  std::vector<WarmUps> warm_ups_;  // by onset
};

using SaturationGrids = LastFew<SaturationGrid, 8>;  // 70 kB each

// ln of the ratio of the line's squared residuals to those of x = a + c log(1 + age/tau), c > 0,
// the best of the same tau: a cache that fills ever more slowly, which no log can tell from a
// slowing leak.
double LogarithmGain(std::span<const double> age, std::span<const double> x);

// The same of a warm-up x = a + d (1 - exp(-age/tau)), d > 0, tau from 0.4 of the window to all of
// it: one that is far from its end.
double LongWarmUpGain(std::span<const double> age, std::span<const double> x);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_SATURATION_H_
