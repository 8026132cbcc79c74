// How fast it leaked while it leaked, and how well that is known.
//
// The slope of a line through all values answers another question. Leaks come in steps, sleep at
// night, quicken, begin late or sit on a warm-up; what the line leaves is then no noise, and an
// error that takes it for noise is too small. Here the series is
//
//   shape + deviation + noise,
//
// where the deviation is pinned to 0 at both ends of the window, so that the slope of the shape is
// the growth that really happened over its time. Which shape, how rough or smooth a deviation and
// how long a memory of the noise is not known; each combination gives a slope by generalised least
// squares, and all are averaged by how well they explain the series.
#ifndef PERFLEAK_TREND_GROWTH_RATE_H_
#define PERFLEAK_TREND_GROWTH_RATE_H_

#include <optional>
#include <span>

#include "trend/growth_design.h"
#include "trend/last_few.h"
#include "trend/slope_fit.h"

namespace perfleak {

using GrowthDesigns = LastFew<GrowthDesign, 3>;  // 1.3 MB each

// Growth per unit of age, its standard error and degrees of freedom. `age` ascends within 0 .. 1
// and is as long as x. nullopt if the values fill too few stretches of the window. `designs`
// may be shared by series; that changes only the time it takes: about a millisecond, or a
// twentieth where the design is there.
// Source: docs/method.md section 4, "Rate".
std::optional<AgeSlope> EstimateGrowth(std::span<const double> age, std::span<const double> x,
                                       GrowthDesigns* designs);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_GROWTH_RATE_H_
