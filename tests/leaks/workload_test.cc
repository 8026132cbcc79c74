#include "leaks/workload.h"

#include <doctest/doctest.h>

#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr int kHour = 6;  // rows, one every ten minutes

// TestLog begins on Sunday, 9 September 2001, 01:46.
bool Works(int row, int first_day) {
  const int hour = (106 + 10 * row) / 60;
  const int day = (first_day + hour / 24) % 7;  // 0 is Sunday
  return day != 0 && day != 6 && hour % 24 >= 8 && hour % 24 < 18;
}

std::vector<Week> WeeksAhead(int hours, int first_day, bool with_load) {
  TestLog log(600);
  log.Column("Memory\\Commit Limit", Always(1e9));
  if (with_load) {
    log.Column("Processor(_Total)\\% Processor Time",
               [=](int i) { return Works(i, first_day) ? 50 : 10; });
  }
  SeriesSet set = log.Read(hours * kHour);
  set.local_offset_s = 86400.0 * first_day;
  return Workload(MachineIndex(set), "PC").Ahead();
}

TEST_CASE("a log of ten days knows the week to come") {
  // 240 h from Sunday 01:46 end on Wednesday 01:46; the week ahead begins there.
  const auto weeks = WeeksAhead(240, 0, true);
  REQUIRE(weeks.size() == 1);
  CHECK(weeks[0].load[2] == doctest::Approx(10));            // Wednesday, 03:46
  CHECK(weeks[0].load[10] == doctest::Approx(50));           // 11:46
  CHECK(weeks[0].load[3 * 24 + 10] == doctest::Approx(10));  // Saturday
  CHECK(weeks[0].load[5 * 24 + 10] == doctest::Approx(50));  // Monday
  // 50 hours of 168 at 50, the others at 10; hours that begin or end work are between.
  CHECK(MeanOf(weeks[0].load) == doctest::Approx(21.9).epsilon(.03));
}

TEST_CASE("a weekend that was not seen may be as quiet as the nights or as busy as other days") {
  const auto weeks = WeeksAhead(72, 1, true);  // Monday to Thursday
  REQUIRE(weeks.size() == 2);
  CHECK(weeks[0].weight + weeks[1].weight == doctest::Approx(1));
  CHECK(weeks[0].weight > .5);
  CHECK(weeks[0].load[2 * 24 + 10] == doctest::Approx(10));  // Saturday
  CHECK(weeks[1].load[2 * 24 + 10] == doctest::Approx(50));
  CHECK(weeks[0].load[10] == weeks[1].load[10]);
}

TEST_CASE("office hours that were not seen may be three times as busy") {
  // 30 h from Saturday 01:46 end on Sunday 07:46; 27 h later it is Monday 10:46.
  const auto weeks = WeeksAhead(30, 6, true);
  REQUIRE(weeks.size() == 2);
  CHECK(weeks[0].load[27] == doctest::Approx(10));
  CHECK(weeks[1].load[27] == doctest::Approx(30));
  CHECK(weeks[1].load[40] == doctest::Approx(10));  // Monday, 23:46
}

TEST_CASE("without a load counter office hours stand for it") {
  const auto weeks = WeeksAhead(240, 0, false);
  REQUIRE(weeks.size() == 1);
  CHECK(weeks[0].load[2] == 0);
  CHECK(weeks[0].load[10] == doctest::Approx(1));
  CHECK(weeks[0].load[3 * 24 + 10] == 0);
}

}  // namespace
}  // namespace perfleak
