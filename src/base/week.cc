#include "base/week.h"

#include <cmath>

#include "base/time.h"

namespace perfleak {

std::string WeekOf(double t_s) {
  constexpr double kDaysInWeek = 7;
  constexpr double kFirstWeekday = 3;  // 1970-01-01 was a Thursday, 3 days after Monday
  constexpr size_t kDateLength = 10;
  const double day = std::floor(t_s / kSecondsPerDay) + kFirstWeekday;
  const double monday = std::floor(day / kDaysInWeek) * kDaysInWeek - kFirstWeekday;
  return FormatRfc3339(monday * kSecondsPerDay, TimeBasis::kUtc).substr(0, kDateLength);
}

}  // namespace perfleak
