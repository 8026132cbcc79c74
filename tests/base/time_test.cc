#include "base/time.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

namespace perfleak {
namespace {

TEST_CASE("a civil time becomes seconds since 1970") {
  CHECK(SecondsFromCivil(1970, 1, 1, 0, 0, 0) == 0);
  CHECK(SecondsFromCivil(1970, 1, 2, 1, 1, 1.5) == 86400 + 3600 + 60 + 1.5);
  CHECK(SecondsFromCivil(1969, 12, 31, 23, 59, 59) == -1);
  // date -u -d '2022-10-09 18:35:28' +%s
  CHECK(SecondsFromCivil(2022, 10, 9, 18, 35, 28) == 1665340528);
  // date -u -d '2000-02-29' +%s
  CHECK(SecondsFromCivil(2000, 2, 29, 0, 0, 0) == 951782400);
  CHECK(SecondsFromCivil(2016, 12, 31, 23, 59, 60) == SecondsFromCivil(2017, 1, 1, 0, 0, 0));
}

TEST_CASE("dates and times that do not exist are none") {
  CHECK(!SecondsFromCivil(2023, 2, 29, 0, 0, 0));
  CHECK(!SecondsFromCivil(1900, 2, 29, 0, 0, 0));
  CHECK(!SecondsFromCivil(2023, 4, 31, 0, 0, 0));
  CHECK(!SecondsFromCivil(2023, 0, 1, 0, 0, 0));
  CHECK(!SecondsFromCivil(2023, 13, 1, 0, 0, 0));
  CHECK(!SecondsFromCivil(2023, 1, 0, 0, 0, 0));
  CHECK(!SecondsFromCivil(2023, 1, 257, 0, 0, 0));  // 257 is 1 in eight bits
  CHECK(!SecondsFromCivil(2023, 257, 1, 0, 0, 0));
  CHECK(!SecondsFromCivil(2023, 1, 1, 24, 0, 0));
  CHECK(!SecondsFromCivil(2023, 1, 1, 0, 60, 0));
  CHECK(!SecondsFromCivil(2023, 1, 1, 0, 0, 61));
  CHECK(!SecondsFromCivil(2023, 1, 1, 0, 0, -1));
  CHECK(!SecondsFromCivil(2023, 1, 1, 0, 0, std::nan("")));
  CHECK(!SecondsFromCivil(99999, 1, 1, 0, 0, 0));
}

TEST_CASE("moments are written for machines and for people, fractions cut off") {
  CHECK(FormatRfc3339(0, TimeBasis::kUtc) == "1970-01-01T00:00:00Z");
  CHECK(FormatRfc3339(1665340528.999, TimeBasis::kUtc) == "2022-10-09T18:35:28Z");
  CHECK(FormatRfc3339(1665340528.999, TimeBasis::kLocal) == "2022-10-09T18:35:28");
  CHECK(FormatRfc3339(-0.5, TimeBasis::kUtc) == "1969-12-31T23:59:59Z");
  CHECK(FormatMinute(1665340559) == "2022-10-09 18:35");
}

TEST_CASE("a moment outside the calendar is unknown") {
  CHECK(FormatRfc3339(std::nan(""), TimeBasis::kUtc) == "unknown");
  CHECK(FormatRfc3339(1e300, TimeBasis::kUtc) == "unknown");
  CHECK(FormatMinute(-std::numeric_limits<double>::infinity()) == "unknown");
  CHECK(FormatMinute(253402300799) == "9999-12-31 23:59");
  CHECK(FormatMinute(253402300800) == "unknown");
}

TEST_CASE("every day of eight centuries is read back from what is written") {
  for (double t = -1e10; t < 1.5e10; t += kSecondsPerDay + 61) {
    const std::string text = FormatRfc3339(t, TimeBasis::kUtc);
    CAPTURE(text);
    REQUIRE(ParseUserTime(text) == std::floor(t));
  }
}

TEST_CASE("a user may leave out seconds and time of day") {
  CHECK(ParseUserTime("2026-03-01") == SecondsFromCivil(2026, 3, 1, 0, 0, 0));
  CHECK(ParseUserTime("2026-03-01 04:05") == SecondsFromCivil(2026, 3, 1, 4, 5, 0));
  CHECK(ParseUserTime("2026-03-01 04:05:06") == SecondsFromCivil(2026, 3, 1, 4, 5, 6));
  CHECK(ParseUserTime("2026-03-01T04:05") == SecondsFromCivil(2026, 3, 1, 4, 5, 0));
  CHECK(ParseUserTime("2026-03-01T04:05:06Z") == SecondsFromCivil(2026, 3, 1, 4, 5, 6));
  CHECK(ParseUserTime("2026-03-01T04:05Z") == SecondsFromCivil(2026, 3, 1, 4, 5, 0));
}

TEST_CASE("other spellings of a moment are refused, not guessed") {
  for (const char* text :
       {"", "2026", "2026-3-1", "2026-03-01 ", "2026-03-01 04", "2026-03-01 04:05:", "2026-03-01Z",
        "2026-03-01 04:05:06.5", "03/01/2026", "2026-02-30", "2026-03-01 24:00",
        "2026-03-01  04:05", "2026-03-01 04:05:06+01:00", "2026-03-01 04:05ZZ", "+026-03-01"}) {
    CAPTURE(text);
    CHECK(!ParseUserTime(text));
  }
}

}  // namespace
}  // namespace perfleak
