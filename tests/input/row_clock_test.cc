#include "input/row_clock.h"

#include <doctest/doctest.h>

using namespace perfleak;
using Verdict = RowClock::Verdict;
using Form = TimeStamp::Form;

namespace {
TimeStamp At(double local_s) { return {Form::kFull, local_s}; }
}  // namespace

TEST_CASE("UTC is local time plus bias") {
  RowClock clock;
  clock.SetBias(-540);  // Tokyo
  CHECK(clock.Take(At(100'000)).t_s == 100'000 - 540 * 60);
}

TEST_CASE("equal stamps are told from earlier ones") {
  RowClock clock;
  CHECK(clock.Take(At(1000)).verdict == Verdict::kUse);
  CHECK(clock.Take(At(1000)).verdict == Verdict::kEqual);
  CHECK(clock.Take(At(999)).verdict == Verdict::kBackwards);
  CHECK(clock.Take(At(1001)).verdict == Verdict::kUse);
}

TEST_CASE("an hour back that continues the pace is the end of daylight saving") {
  RowClock clock;
  clock.Take(At(10'000));
  clock.Take(At(10'015));
  const auto first = clock.Take(At(10'030 - 3600));
  CHECK(first.verdict == Verdict::kUseAfterHourBack);
  CHECK(first.t_s == 10'030);
  const auto second = clock.Take(At(10'045 - 3600));
  CHECK(second.verdict == Verdict::kUse);
  CHECK(second.t_s == 10'045);
}

TEST_CASE("any other step back is refused until the stamps catch up") {
  RowClock clock;
  clock.Take(At(10'000));
  clock.Take(At(10'015));
  CHECK(clock.Take(At(9'900)).verdict == Verdict::kBackwards);
  CHECK(clock.Take(At(10'010)).verdict == Verdict::kBackwards);
  CHECK(clock.Take(At(10'030)).t_s == 10'030);
}

TEST_CASE("a stamp without a date passes midnight where it jumps back by half a day") {
  RowClock clock;
  clock.Take({Form::kFull, 5 * 86400.0 + 86380});
  CHECK(clock.Take({Form::kTimeOfDay, 86395}).t_s == 5 * 86400.0 + 86395);
  CHECK(clock.Take({Form::kTimeOfDay, 10}).t_s == 6 * 86400.0 + 10);
  CHECK(clock.Take({Form::kTimeOfDay, 5}).verdict == Verdict::kBackwards);
}

TEST_CASE("stamps of minutes and seconds pass the hour") {
  RowClock clock;
  CHECK(clock.Take({Form::kTimeOfHour, 3590}).t_s == 3590);
  CHECK(clock.Take({Form::kTimeOfHour, 5}).t_s == 3605);
}
