// Calendar weeks, which begin on Mondays.
#ifndef PERFLEAK_BASE_WEEK_H_
#define PERFLEAK_BASE_WEEK_H_

#include <cstdint>
#include <string>

namespace perfleak {

// Weeks since the Monday 1970-01-05, and the moment at which one of them begins (seconds since 1970
// by the clock that the week is of).
int64_t WeekNumber(double t_s);
double StartOfWeek(int64_t week);

// The Monday of the week of this moment (seconds since 1970 by the clock that the week is of):
// "2026-03-02". "unknown" where no date can be written.
std::string WeekOf(double t_s);

}  // namespace perfleak

#endif  // PERFLEAK_BASE_WEEK_H_
