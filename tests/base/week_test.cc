#include "base/week.h"

#include <doctest/doctest.h>

#include <limits>

#include "base/time.h"

namespace perfleak {
namespace {

std::string WeekOfTime(const char* time) { return WeekOf(*ParseUserTime(time)); }

TEST_CASE("a week is called by its Monday") {  // cal 3 2026
  CHECK(WeekOfTime("2026-03-02") == "2026-03-02");
  CHECK(WeekOfTime("2026-03-04 12:00") == "2026-03-02");
  CHECK(WeekOfTime("2026-03-08 23:59:59") == "2026-03-02");
  CHECK(WeekOfTime("2026-03-09") == "2026-03-09");
}

TEST_CASE("weeks before 1970 and across a new year") {  // cal 12 1969, cal 1 1998
  CHECK(WeekOf(0) == "1969-12-29");
  CHECK(WeekOfTime("1969-12-28 23:00") == "1969-12-22");
  CHECK(WeekOfTime("1998-01-01") == "1997-12-29");
}

TEST_CASE("weeks have numbers, and begin at midnight") {
  CHECK(WeekNumber(*ParseUserTime("1970-01-05")) == 0);
  CHECK(WeekNumber(*ParseUserTime("1970-01-04 23:59")) == -1);
  CHECK(StartOfWeek(WeekNumber(*ParseUserTime("2026-03-08 23:59:59"))) ==
        *ParseUserTime("2026-03-02"));
}

TEST_CASE("a moment without a date has no week") {
  CHECK(WeekOf(std::numeric_limits<double>::quiet_NaN()) == "unknown");
  CHECK(WeekOf(std::numeric_limits<double>::infinity()) == "unknown");
}

}  // namespace
}  // namespace perfleak
