// Where growth begins in a series that was flat before: the bend of a line that is level up to some
// age and straight from there on.
#ifndef PERFLEAK_TREND_BEND_H_
#define PERFLEAK_TREND_BEND_H_

#include <optional>
#include <span>

#include "trend/window.h"

namespace perfleak {

// Age of the bend between 0.1 and 0.8; nullopt if a bent line fits hardly better than a straight
// one, or the series does not lie above all before in its end. O(size²/4).
std::optional<double> FindBend(const Window& window);

// Growth that comes to a halt: the best line that rises straight up to some age between 0.2 and
// 0.88 and goes on straight, otherwise, from there.
struct Halt {
  double gain = 0;   // ln of the ratio of squared residuals, straight over bent
  double ratio = 1;  // of the slope after the bend to the slope before
};
Halt FindHalt(std::span<const double> age, std::span<const double> x);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_BEND_H_
