#include "input/row_clock.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/time.h"

namespace perfleak {
namespace {

// More than the step of any collector and than a weekend's gap of most. What is held costs one row
// of delay and is not lost, so that this may be short; a mistaken stamp less far ahead costs the
// rows of that time.
constexpr double kDoubtfulStep_s = 2 * kSecondsPerDay;
// A last row so far ahead is rather a wrong year than a log that someone took up again.
constexpr double kImplausibleStep_s = 400 * kSecondsPerDay;

}  // namespace

double RowClock::LocalTime(const TimeStamp& stamp) const {
  if (stamp.form == TimeStamp::Form::kFull || !last_) return stamp.local_s;
  const double period_s =
      stamp.form == TimeStamp::Form::kTimeOfDay ? kSecondsPerDay : kSecondsPerHour;
  const double local_s = std::floor(last_->local_s / period_s) * period_s + stamp.local_s;
  return local_s < last_->local_s - period_s / 2 ? local_s + period_s : local_s;
}

RowClock::Reading RowClock::Take(const TimeStamp& stamp) {
  const double local_s = LocalTime(stamp);
  const Moment moment{local_s + bias_s_ + shift_s_, local_s};
  if (!held_ || moment.t_s <= last_->t_s) return Judge(moment);
  if (moment.t_s == held_->t_s) return {Verdict::kEqual, moment.t_s};
  const Moment held = *std::exchange(held_, std::nullopt);
  const bool confirmed = moment.t_s > held.t_s;
  if (confirmed) Use(held);
  Reading reading = Judge(moment);
  reading.held = confirmed ? HeldRow::kConfirmed : HeldRow::kRefuted;
  return reading;
}

RowClock::Reading RowClock::Judge(Moment moment) {
  const bool after_used = std::exchange(after_used_, false);
  if (last_ && moment.t_s == last_->t_s) {
    after_used_ = after_used;
    return {Verdict::kEqual, moment.t_s};
  }
  Verdict verdict = Verdict::kUse;
  if (last_ && moment.t_s < last_->t_s) {
    if (!after_used || !ContinuesAfterHour(moment.t_s)) return {Verdict::kBackwards, moment.t_s};
    shift_s_ += kSecondsPerHour;
    moment.t_s += kSecondsPerHour;
    verdict = Verdict::kUseAfterHourBack;
  } else if (last_ && moment.t_s - last_->t_s > kDoubtfulStep_s) {
    held_ = moment;
    return {Verdict::kHold, moment.t_s};
  }
  Use(moment);
  return {verdict, moment.t_s};
}

bool RowClock::ContinuesAfterHour(double t_s) const {
  const double step_s = t_s + kSecondsPerHour - last_->t_s;
  return pace_s_ > 0 && step_s > 0 && step_s <= std::max(1.5 * pace_s_, 60.0);
}

// The pace moves a tenth at a time, so that neither a gap nor a short step is taken for it.
void RowClock::Use(Moment moment) {
  if (last_) {
    const double step_s = moment.t_s - last_->t_s;
    pace_s_ = pace_s_ == 0 ? step_s : std::clamp(step_s, pace_s_ / 1.1, pace_s_ * 1.1);
  }
  last_ = moment;
  after_used_ = true;
}

bool RowClock::HeldIsPlausible() const {
  return held_ && held_->t_s - last_->t_s <= kImplausibleStep_s;
}

}  // namespace perfleak
