#include "input/time_stamp.h"

#include <doctest/doctest.h>

#include "input/read_log.h"

using namespace perfleak;
using perfleak::testing::kNewYear2026;

TEST_CASE("the stamp of Performance Monitor, month first") {
  const auto stamp = ParseTimeStamp("01/02/2026 03:04:05.678");
  REQUIRE(stamp);
  CHECK(stamp->form == TimeStamp::Form::kFull);
  // one day, 3 h, 4 min and 5.678 s: 86400 + 10800 + 240 + 5.678
  CHECK(stamp->local_s == doctest::Approx(kNewYear2026 + 97445.678).epsilon(1e-13));
}

TEST_CASE("stamps that a spreadsheet saved") {
  const double t = kNewYear2026 + 86400 + 22 * 3600 + 42 * 60;  // Jan 2 2026, 22:42
  for (const char* text : {"1/2/2026 22:42", "1/2/2026 22:42:00", "01/02/2026 10:42 PM",
                           "1/2/2026 10:42:00 pm", "2026-01-02 22:42", "2026-01-02T22:42:00.000",
                           "2.1.2026 22:42", "2026/1/2 22:42", " 1/2/2026  22:42 "}) {
    const auto stamp = ParseTimeStamp(text);
    REQUIRE_MESSAGE(stamp, text);
    CHECK(stamp->local_s == t);
  }
}

TEST_CASE("stamps without a date") {
  CHECK(ParseTimeStamp("22:42")->form == TimeStamp::Form::kTimeOfDay);
  CHECK(ParseTimeStamp("22:42")->local_s == 81720);
  CHECK(ParseTimeStamp("18:35:28.403")->local_s == doctest::Approx(66928.403));
  CHECK(ParseTimeStamp("12:00:00 AM")->local_s == 0);
  CHECK(ParseTimeStamp("35:28.4")->form == TimeStamp::Form::kTimeOfHour);
  CHECK(ParseTimeStamp("35:28.4")->local_s == doctest::Approx(2128.4));
}

TEST_CASE("what is no time stamp") {
  for (const char* text :
       {"", " ", "17", "02/30/2026 00:00:00.000", "13/01/2026 00:00:00.000",
        "01/02/2026 24:00:00.000", "01/02/2026 00:60:00.000", "01/02/2026", "01/02/26 10:00",
        "13:00 PM", "99:99:99", "Exiting, please wait...", "01/02/2026 03:04:05.67x", "-1:00:00",
        "1/2/2026 35:28.4", "192.168.0.1", "99999999999:1"}) {
    CHECK_MESSAGE(!ParseTimeStamp(text), text);
  }
}
