// Eleven questions that growth must answer before it is called a leak. Each gate measures one
// harmless explanation; the formulas are those of docs/method.md.
#ifndef PERFLEAK_TREND_GATES_H_
#define PERFLEAK_TREND_GATES_H_

#include <array>

#include "trend/saturation.h"
#include "trend/slope_fit.h"
#include "trend/trend.h"
#include "trend/window.h"

namespace perfleak {

using GateValues = std::array<double, kGateCount>;  // in the order of Gate

// `fit` and `saturation` belong to `window`.
GateValues MeasureGates(const Window& window, const SlopeFit& fit, const SaturationFit& saturation);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_GATES_H_
