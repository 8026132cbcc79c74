#include "report/period_json.h"

namespace perfleak {
namespace {

// Verdict and slope of a period that was not judged are not known.
Json PeriodJson(const PeriodTrend& period, TimeBasis basis) {
  const auto judged = [&](const Json& value) { return period.judged ? value : Json(nullptr); };
  const bool no_reason = period.reason == Reason::kNone;
  return {{"start", Time(period.start_s, basis)},
          {"end", Time(period.end_s, basis)},
          {"judged", period.judged},
          {"verdict", judged(ToString(period.verdict))},
          {"reason", judged(no_reason ? Json(nullptr) : Json(ToString(period.reason)))},
          {"slope_per_hour", judged(PerHourNumber(period.slope.per_s))},
          {"slope_low", judged(PerHourNumber(period.slope.low_per_s))},
          {"slope_high", judged(PerHourNumber(period.slope.high_per_s))}};
}

}  // namespace

Json PeriodsJson(const std::vector<PeriodTrend>& periods, TimeBasis basis) {
  return Array(periods, [basis](const PeriodTrend& p) { return PeriodJson(p, basis); });
}

}  // namespace perfleak
