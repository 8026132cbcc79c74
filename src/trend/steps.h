// Is it a slope or a stair? The best line against the best three steps, and how many rises share
// the growth.
#ifndef PERFLEAK_TREND_STEPS_H_
#define PERFLEAK_TREND_STEPS_H_

#include <cstddef>
#include <span>
#include <vector>

namespace perfleak {

// Element k: least sum of squared residuals of a function that is constant but for at most k jumps,
// over all places of the jumps, k = 0 .. most_jumps. Exact, by dynamic programming:
// O(most_jumps * n²).
std::vector<double> JumpsSse(std::span<const double> values, size_t most_jumps);

// (sum d)²/sum d² over the rises d of a floor that never falls: k for k equal rises, 0 for none.
double EffectiveRises(std::span<const double> floor);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_STEPS_H_
