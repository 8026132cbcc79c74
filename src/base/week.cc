#include "base/week.h"

#include <algorithm>
#include <cmath>

#include "base/time.h"

namespace perfleak {
namespace {

constexpr double kWeek_s = 7 * kSecondsPerDay;
constexpr double kFirstMonday_s = 4 * kSecondsPerDay;  // 1970-01-01 was a Thursday
constexpr double kMostWeeks = 1e12;                    // beyond any date

}  // namespace

int64_t WeekNumber(double t_s) {
  const double week = std::floor((t_s - kFirstMonday_s) / kWeek_s);
  return static_cast<int64_t>(std::clamp(week, -kMostWeeks, kMostWeeks));
}

double StartOfWeek(int64_t week) { return kFirstMonday_s + static_cast<double>(week) * kWeek_s; }

std::string WeekOf(double t_s) {
  constexpr size_t kDateLength = 10;
  const double monday_s = std::isfinite(t_s) ? StartOfWeek(WeekNumber(t_s)) : t_s;
  return FormatRfc3339(monday_s, TimeBasis::kUtc).substr(0, kDateLength);
}

}  // namespace perfleak
