// How fast a counter grows, and how much of that hangs on the load. A leak of a server that works
// by day grows by day: the rate of a log of working days is too fast for a week, and that of a
// night too slow for the morning. What a bucket gained is told from what the load merely lifts for
// a while by looking at the sum of all load so far: growth keeps it, a lift does not.
#ifndef PERFLEAK_TREND_PACE_H_
#define PERFLEAK_TREND_PACE_H_

#include <array>

#include "series/bucket_series.h"

namespace perfleak {

// In the direction that is bad, in the series' unit per second.
struct Rate {
  double per_s = 0;
  double error = 0;  // standard error
};

struct Pace {
  std::array<Rate, 3> rates{};  // of the whole, of its last 40 % and of its last 25 %
  double load = 0;              // the load that the rates hold for
  double per_load = 0;          // change of the rate per unit of load; 0 where none was found
  double per_load_error = 0;    // how much it may be all the same; 0 without load
  double level_sd = 0;          // robust residual sd
};

// Of the series from `from_s` on, seconds from its start; all of it where too little would be left.
// series.load is what the growth may hang on. Fewer than 3 buckets have rates of 0.
//
// Model: x(t) = a + r t + b D(t) + c L(t), L the load, D(t) the integral of L - mean L. The rate at
// load l is r + b (l - mean L). b counts if it is over 3 standard errors; it is never so large that
// the quietest tenth of the log would take back what grew.
Pace FitPace(const BucketSeries& series, double from_s, bool falling_is_bad);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_PACE_H_
