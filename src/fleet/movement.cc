#include "fleet/movement.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/time.h"
#include "report/words.h"

namespace perfleak {
namespace {

constexpr double kNormal95 = 1.959963984540054;
constexpr double kLeastChange = 0.2;                // of the earlier slope
constexpr double kTooShort_s = 2 * kSecondsPerDay;  // too short to say that something is gone
constexpr double kLeftOver = 0.2;  // what a growth that is over may still show of it

// Growth in the direction that is bad.
struct BadRate {
  double per_s = 0;
  double stderr_per_s = 0;
};

BadRate RateOf(const PeriodTrend& period, double sign) {
  return {sign * period.slope.per_s,
          std::isfinite(period.slope.stderr_per_s) ? period.slope.stderr_per_s : 0};
}

// The mean of the periods that have the growth; periods do not differ in length by much.
BadRate MeanOf(const std::vector<const PeriodTrend*>& periods, double sign) {
  BadRate mean;
  double variance = 0;
  for (const PeriodTrend* period : periods) {
    const BadRate rate = RateOf(*period, sign);
    mean.per_s += rate.per_s;
    variance += rate.stderr_per_s * rate.stderr_per_s;
  }
  const auto n = static_cast<double>(periods.size());
  mean.per_s /= n;
  mean.stderr_per_s = std::sqrt(variance) / n;
  return mean;
}

std::string DayOf(double t_s) { return Moment(t_s).substr(0, 10); }

Movement Compare(const BadRate& before, const BadRate& now) {
  const double change = now.per_s - before.per_s;
  const double error = kNormal95 * std::hypot(before.stderr_per_s, now.stderr_per_s);
  if (std::abs(change) <= std::max(error, kLeastChange * std::abs(before.per_s))) {
    return Movement::kSame;
  }
  return change > 0 ? Movement::kFaster : Movement::kSlower;
}

bool IsOver(const BadRate& before, const BadRate& now) {
  return now.per_s + kNormal95 * now.stderr_per_s < kLeftOver * before.per_s;
}

}  // namespace

Moved JudgeMovement(std::vector<PeriodTrend> periods, Unit unit, bool falling_is_bad) {
  const bool just_begun = !periods.empty() && !periods.back().called() &&
                          periods.back().end_s - periods.back().start_s < kTooShort_s;
  if (just_begun) periods.pop_back();
  if (periods.size() < 2 || !periods.back().judged) return {};
  const double sign = falling_is_bad ? -1 : 1;
  const PeriodTrend& latest = periods.back();
  std::vector<const PeriodTrend*> called;
  size_t judged_before = 0;
  for (size_t i = 0; i + 1 < periods.size(); ++i) {
    judged_before += periods[i].judged ? 1 : 0;
    if (periods[i].called()) called.push_back(&periods[i]);
  }
  if (called.empty()) {
    if (judged_before == 0 || !latest.called()) return {};
    return {Movement::kNew, "not in " + Counted(judged_before, "week", "weeks") + " before"};
  }
  const BadRate before = MeanOf(called, sign), now = RateOf(latest, sign);
  const std::string was = FormatPerHour(sign * before.per_s, unit);
  if (!latest.called() && IsOver(before, now)) {
    return {Movement::kOver, "was " + was + " until " + DayOf(called.back()->end_s)};
  }
  const Movement movement = Compare(before, now);
  if (movement == Movement::kSame) {
    return {movement, "since the week of " + DayOf(called.front()->start_s)};
  }
  return {movement, "was " + was};
}

}  // namespace perfleak
