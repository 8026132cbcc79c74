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

TEST_CASE("rows pasted a second time are refused, also where an hour added would fit them in") {
  RowClock clock;
  for (int i = 0; i < 40; ++i) clock.Take(At(300.0 * i));
  // Row 28 is the first that an hour (12 rows) would put behind row 39.
  for (int i = 20; i < 39; ++i) CHECK(clock.Take(At(300.0 * i)).verdict == Verdict::kBackwards);
  CHECK(clock.Take(At(300.0 * 39)).verdict == Verdict::kEqual);
  const auto next = clock.Take(At(300.0 * 40));
  CHECK(next.verdict == Verdict::kUse);
  CHECK(next.t_s == 300.0 * 40);
}

TEST_CASE("a clock set back by seconds after a gap of a day is no hour back") {
  RowClock clock;
  for (int i = 0; i < 5; ++i) clock.Take(At(15.0 * i));
  clock.Take(At(86'400));
  CHECK(clock.Take(At(86'370)).verdict == Verdict::kBackwards);
}

TEST_CASE("an equal stamp before the end of daylight saving does not hide it") {
  RowClock clock;
  for (const double t_s : {9'940.0, 10'000.0, 10'000.0}) clock.Take(At(t_s));
  CHECK(clock.Take(At(10'060 - 3600)).verdict == Verdict::kUseAfterHourBack);
}

TEST_CASE("a stamp years ahead is held until the next one refutes or confirms it") {
  constexpr double kYears = 75 * 365.25 * 86'400;
  RowClock clock;
  clock.Take(At(0));
  CHECK(clock.Take(At(kYears)).verdict == Verdict::kHold);
  CHECK(clock.holds());
  const auto refuting = clock.Take(At(15));
  CHECK(refuting.held == RowClock::HeldRow::kRefuted);
  CHECK(refuting.verdict == Verdict::kUse);
  CHECK_FALSE(clock.holds());

  CHECK(clock.Take(At(kYears)).verdict == Verdict::kHold);
  const auto confirming = clock.Take(At(kYears + 15));
  CHECK(confirming.held == RowClock::HeldRow::kConfirmed);
  CHECK(confirming.verdict == Verdict::kUse);
  CHECK(clock.Take(At(30)).verdict == Verdict::kBackwards);
}

TEST_CASE("a held stamp is neither confirmed by its equal nor refuted by rows before the last") {
  RowClock clock;
  clock.Take(At(1000));
  clock.Take(At(1e9));
  const auto equal = clock.Take(At(1e9));
  CHECK(equal.verdict == Verdict::kEqual);
  CHECK(equal.held == RowClock::HeldRow::kUnchanged);
  CHECK(clock.Take(At(500)).verdict == Verdict::kBackwards);
  CHECK(clock.holds());
  CHECK(clock.Take(At(1015)).held == RowClock::HeldRow::kRefuted);
}

TEST_CASE("a held last stamp is plausible up to 400 days ahead") {
  RowClock clock;
  clock.Take(At(0));
  clock.Take(At(400 * 86'400.0));
  CHECK(clock.HeldIsPlausible());
  RowClock other;
  other.Take(At(0));
  other.Take(At(401 * 86'400.0));
  CHECK(other.holds());
  CHECK_FALSE(other.HeldIsPlausible());
}
