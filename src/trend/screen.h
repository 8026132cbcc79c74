// The cheap question first: could this series, or its last half or quarter, be growing at all? Most
// counters are answered here, in a few microseconds and without a matrix.
#ifndef PERFLEAK_TREND_SCREEN_H_
#define PERFLEAK_TREND_SCREEN_H_

#include "trend/window.h"

namespace perfleak {

// A window rises if its straight line gains more than 0.9 residual sd and at least half of its 8
// block means lie above the one before, or if at least 70 % of its 8 block minima do.
bool Rises(const Window& window);

// The last quarter of the tail lies, in the mean, above every bucket before the tail.
bool LiesAboveAllBefore(const Window& window, size_t tail_begin);

struct ScreenResult {
  bool whole = false;
  bool last_half = false;
  bool last_quarter = false;

  bool any() const { return whole || last_half || last_quarter; }
};
ScreenResult Screen(const Window& window);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_SCREEN_H_
