#include "input/row_clock.h"

#include <algorithm>
#include <cmath>

namespace perfleak {

double RowClock::LocalTime(const TimeStamp& stamp) const {
  if (stamp.form == TimeStamp::Form::kFull) return stamp.local_s;
  const double period_s = stamp.form == TimeStamp::Form::kTimeOfDay ? 86400 : 3600;
  if (!last_local_s_) return stamp.local_s;
  const double local_s = std::floor(*last_local_s_ / period_s) * period_s + stamp.local_s;
  return local_s < *last_local_s_ - period_s / 2 ? local_s + period_s : local_s;
}

RowClock::Reading RowClock::Take(const TimeStamp& stamp) {
  const double local_s = LocalTime(stamp);
  double t_s = local_s + bias_s_ + shift_s_;
  Verdict verdict = Verdict::kUse;
  if (last_t_s_ && t_s <= *last_t_s_) {
    const double step_after_hour_s = t_s + 3600 - *last_t_s_;
    const bool continues =
        step_s_ > 0 && step_after_hour_s > 0 && step_after_hour_s <= std::max(1.5 * step_s_, 60.0);
    if (t_s == *last_t_s_) return {Verdict::kEqual, t_s};
    if (!continues) return {Verdict::kBackwards, t_s};
    shift_s_ += 3600;
    t_s += 3600;
    verdict = Verdict::kUseAfterHourBack;
  }
  if (last_t_s_) step_s_ = t_s - *last_t_s_;
  last_t_s_ = t_s;
  last_local_s_ = local_s;
  return {verdict, t_s};
}

}  // namespace perfleak
