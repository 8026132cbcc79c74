// How a growth of the latest period stands to that of the periods before.
#ifndef PERFLEAK_FLEET_MOVEMENT_H_
#define PERFLEAK_FLEET_MOVEMENT_H_

#include <string>
#include <vector>

#include "base/units.h"
#include "report/fleet_report.h"

namespace perfleak {

struct Moved {
  Movement movement = Movement::kUnknown;
  std::string text;  // "was 2.1 MB/h until the week of 2026-03-02"; may be empty
};

// `periods`: of one growth, oldest first, the last one being the machine's latest; where that is a
// day or two and does not show it, the one before counts. Growth is in the
// direction that is bad if slopes are positive, or negative with `falling_is_bad`. Slopes differ if
// their difference is outside its 95 % interval and more than a fifth.
Moved JudgeMovement(std::vector<PeriodTrend> periods, Unit unit, bool falling_is_bad);

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_MOVEMENT_H_
