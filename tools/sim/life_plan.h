// Who is alive when: all starts and exits of a simulation, with their process IDs, laid out before
// the first sample. A log lists instances by what will run, so this must be known first.
#ifndef PERFLEAK_TOOLS_SIM_LIFE_PLAN_H_
#define PERFLEAK_TOOLS_SIM_LIFE_PLAN_H_

#include <string>
#include <vector>

#include "load.h"
#include "process.h"
#include "random.h"
#include "windows.h"

namespace perfleak::sim {

struct PlannedLife {
  size_t spec = 0;
  int64_t pid = 0;
  int64_t parent_pid = 0;
  double start_s = 0;  // since the log began, negative before it
  double end_s = 0;

  bool AliveAt(double t_s) const { return start_s <= t_s && t_s < end_s; }
};

// The lives of all specs in order of start: the order in which Windows lists processes, and numbers
// instances of one image. boot_age_s is the age of the machine when the log begins.
std::vector<PlannedLife> PlanLives(const std::vector<ProcessSpec>& specs, const Windows& windows,
                                   double boot_age_s, const Rng& rng);

inline constexpr double kForever = 1e12;
inline constexpr double kHour = 3600;
inline constexpr double kDay = 86400;

// A process that runs all the time and is restarted at the given times, down for a minute or so.
std::vector<LifeSpan> RestartedAt(const std::vector<double>& times_s, double boot_age_s);
// A process that runs every day (or on working days) from an hour for some hours, as a job would;
// for 45 days, or as long as the log is.
std::vector<LifeSpan> DailyJob(LocalSeconds log_start, double hour, double length_h,
                               bool working_days_only, Rng rng, double log_length_s = 0);
// A process that lives so long and is then started anew, from `first_start_s` for `horizon_s`.
std::vector<LifeSpan> RecycledEvery(double period_s, double first_start_s, double horizon_s);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_LIFE_PLAN_H_
