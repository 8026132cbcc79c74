// What growth keeps step with: the clock, or the work that the machine does.
#ifndef PERFLEAK_TREND_GROWTH_DRIVER_H_
#define PERFLEAK_TREND_GROWTH_DRIVER_H_

#include "series/bucket_series.h"

namespace perfleak {

enum class GrowthDriver {
  kUnknown,  // no load, too short, or both explain it as well
  kTime,     // a straight line over the clock: it grows at night too
  kWork      // a straight line over the work done: it rests when the machine does
};

// Which of the two lines leaves clearly less of the series, the load of the moment taken out of
// both. Needs a load counter and 1.5 days.
GrowthDriver DriverOf(const BucketSeries& series);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_GROWTH_DRIVER_H_
