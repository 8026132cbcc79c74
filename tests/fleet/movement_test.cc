#include "fleet/movement.h"

#include <doctest/doctest.h>

#include "base/time.h"

namespace perfleak {
namespace {

constexpr double kMegabyte = 1048576;

// A week in which a counter grew by so many MB an hour.
PeriodTrend Week(int number, double mb_per_hour, Verdict verdict, double stderr_mb = 0.05) {
  PeriodTrend period;
  period.start_s = 1772409600 + number * 7 * kSecondsPerDay;  // 2026-03-02, a Monday
  period.end_s = period.start_s + 6.9 * kSecondsPerDay;
  period.judged = true;
  period.verdict = verdict;
  period.slope.per_s = mb_per_hour * kMegabyte / kSecondsPerHour;
  period.slope.stderr_per_s = stderr_mb * kMegabyte / kSecondsPerHour;
  return period;
}
PeriodTrend Unjudged(int number) {
  PeriodTrend period = Week(number, 0, Verdict::kSteady);
  period.judged = false;
  return period;
}

Movement MovementOf(const std::vector<PeriodTrend>& periods) {
  return JudgeMovement(periods, Unit::kBytes, false).movement;
}

TEST_CASE("one week says nothing of a movement") {
  CHECK(MovementOf({}) == Movement::kUnknown);
  CHECK(MovementOf({Week(0, 5, Verdict::kLeak)}) == Movement::kUnknown);
  CHECK(MovementOf({Unjudged(0), Week(1, 5, Verdict::kLeak)}) == Movement::kUnknown);
  CHECK(MovementOf({Week(0, 5, Verdict::kLeak), Unjudged(1)}) == Movement::kUnknown);
}

TEST_CASE("what earlier weeks did not have is new") {
  const Moved moved = JudgeMovement(
      {Week(0, 0, Verdict::kSteady), Week(1, 0, Verdict::kSteady), Week(2, 5, Verdict::kLeak)},
      Unit::kBytes, false);
  CHECK(moved.movement == Movement::kNew);
  CHECK(moved.text == "not in 2 weeks before");
}

TEST_CASE("a rate that differs by more than a fifth and its error is faster or slower") {
  const PeriodTrend first = Week(0, 5, Verdict::kLeak), second = Week(1, 5, Verdict::kLeak);
  CHECK(MovementOf({first, second, Week(2, 5.5, Verdict::kLeak)}) == Movement::kSame);
  CHECK(MovementOf({first, second, Week(2, 7, Verdict::kLeak)}) == Movement::kFaster);
  CHECK(MovementOf({first, second, Week(2, 3, Verdict::kLeak)}) == Movement::kSlower);
  // 40 % more, with an error of 25 %
  CHECK(MovementOf({first, second, Week(2, 7, Verdict::kLeak, 1.25)}) == Movement::kSame);
}

TEST_CASE("a growth that is not called any more and leaves nothing is over") {
  const Moved moved = JudgeMovement({Week(0, 5, Verdict::kLeak), Week(1, 0, Verdict::kSteady)},
                                    Unit::kBytes, false);
  CHECK(moved.movement == Movement::kOver);
  CHECK(moved.text == "was 5.00 MB/h until 2026-03-08");
  // Not called, but the error leaves room for all of it.
  CHECK(MovementOf({Week(0, 5, Verdict::kLeak), Week(1, 4, Verdict::kSteady, 2)}) ==
        Movement::kSame);
}

TEST_CASE("a day that was not judged at the end leaves the week before the latest") {
  PeriodTrend day = Unjudged(2);
  day.end_s = day.start_s + kSecondsPerDay;
  CHECK(MovementOf({Week(0, 5, Verdict::kLeak), Week(1, 9, Verdict::kLeak), day}) ==
        Movement::kFaster);
  CHECK(MovementOf({Week(0, 5, Verdict::kLeak), Week(1, 9, Verdict::kLeak), Unjudged(2)}) ==
        Movement::kUnknown);
}

TEST_CASE("of what falls, faster means falling faster") {
  std::vector<PeriodTrend> periods = {Week(0, -5, Verdict::kLeak), Week(1, -8, Verdict::kLeak)};
  CHECK(JudgeMovement(periods, Unit::kCount, true).movement == Movement::kFaster);
}

}  // namespace
}  // namespace perfleak
