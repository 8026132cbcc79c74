// Growth that one log cannot tell from something harmless: a curve that may level off, a walk that
// may turn back, a load that explains it as well as time does, or too little of the time seen.
#ifndef PERFLEAK_TREND_UNDECIDABLE_H_
#define PERFLEAK_TREND_UNDECIDABLE_H_

#include <span>

#include "trend/saturation.h"
#include "trend/slope_fit.h"
#include "trend/trend.h"
#include "trend/window.h"

namespace perfleak {

// What it may be instead of a leak, kNone if the log can tell. `fit` and `saturation` belong to
// `window`.
Doubt Undecidable(const Window& window, const SlopeFit& fit, const SaturationFit& saturation);

// Student's t of the pull back to 0 in x_t - x_(t-1) = r x_(t-1) + s (x_(t-1) - x_(t-2)) + noise
// (Dickey and Fuller 1979): about -2 for a random walk freed of its parabola, far below for noise
// that forgets itself. 0 for fewer than 6 values.
double UnitRootT(std::span<const double> x);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_UNDECIDABLE_H_
