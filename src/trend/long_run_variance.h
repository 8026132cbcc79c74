// How much the mean of a series wanders when neighbours resemble each other. A drifting counter has
// far fewer independent values than samples; a standard error that ignores it calls every drift
// significant.
#ifndef PERFLEAK_TREND_LONG_RUN_VARIANCE_H_
#define PERFLEAK_TREND_LONG_RUN_VARIANCE_H_

#include <span>

namespace perfleak {

// AR(1) coefficient of a series with mean 0, corrected for its bias towards 0 by (1 + 3 r1)/n and
// clipped to [0, .97]. 0 for less than 2 values or none that differ from 0.
double Autoregression(std::span<const double> g);

// Limit of n * Var(mean of g), g with mean 0, in two ways.
// Newey-West (1987, 1994) on g pre-whitened by its AR(1): Bartlett weights to lag 4 (n/100)^(2/9).
double PrewhitenedLongRunVariance(std::span<const double> g);
// Bartlett weights to bandwidth M = n/8, times the squared factor by which Kiefer and Vogelsang
// (2005) widen a normal 5 % test for a bandwidth that does not vanish.
double FixedBLongRunVariance(std::span<const double> g);

// The larger of both. O(n²/8).
double LongRunVariance(std::span<const double> g);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_LONG_RUN_VARIANCE_H_
