// The floor under a series that it never falls below again: F(t) = the least value from t on. What
// a leak holds, no garbage collection and no quiet night brings back, so its floor rises.
#ifndef PERFLEAK_TREND_FUTURE_MINIMUM_H_
#define PERFLEAK_TREND_FUTURE_MINIMUM_H_

#include <span>
#include <vector>

namespace perfleak {

// Never falls; as long as `values`.
std::vector<double> FutureMinimum(std::span<const double> values);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_FUTURE_MINIMUM_H_
