// Where growth begins in a series that was flat before: the bend of a line that is level up to some
// age and straight from there on.
#ifndef PERFLEAK_TREND_BEND_H_
#define PERFLEAK_TREND_BEND_H_

#include <optional>

#include "trend/window.h"

namespace perfleak {

// Age of the bend between 0.1 and 0.8; nullopt if a bent line fits hardly better than a straight
// one, or the series does not lie above all before in its end. O(size²/4).
std::optional<double> FindBend(const Window& window);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_BEND_H_
