// Some leaks follow the work that is done: they sleep at night and at weekends. Over the clock they
// look like stairs, or like growth that stops on Friday; over the work done so far they are a line.
#ifndef PERFLEAK_TREND_WORK_TIME_H_
#define PERFLEAK_TREND_WORK_TIME_H_

#include <optional>
#include <span>

#include "trend/saturation.h"
#include "trend/window.h"

namespace perfleak {

// The window with ages in work time: the share of the window's load, added up, that lies before.
// nullopt without load, in less than 1.5 days, or if a line over it leaves hardly less of `x` than
// a line, a warm-up or a broken line over the clock leaves of `x_over_clock`: the series with
// nothing or with cycles and load taken out. Load and span stay as they are.
// `grids` may be shared by series.
std::optional<Window> InWorkTime(const Window& window, std::span<const double> x,
                                 std::span<const double> x_over_clock, SaturationGrids* grids);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_WORK_TIME_H_
