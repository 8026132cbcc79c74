// What judging works out of the times of a series, for those that have the same.
#ifndef PERFLEAK_TREND_DESIGNS_H_
#define PERFLEAK_TREND_DESIGNS_H_

#include "trend/growth_rate.h"
#include "trend/saturation.h"

namespace perfleak {

struct Designs {
  SaturationGrids saturation;
  GrowthDesigns growth;
};

}  // namespace perfleak

#endif  // PERFLEAK_TREND_DESIGNS_H_
