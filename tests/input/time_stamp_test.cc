#include "input/time_stamp.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

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

TEST_CASE("stamps one after another give what each gives by itself") {
  TimeStampParser parser;
  const auto check = [&](const std::string& text) {
    const auto expected = ParseTimeStamp(text);
    const auto stamp = parser.Parse(text);
    REQUIRE_MESSAGE(stamp.has_value() == expected.has_value(), text);
    if (!stamp) return;
    CHECK_MESSAGE(stamp->local_s == expected->local_s, text);
    CHECK_MESSAGE(stamp->form == expected->form, text);
  };
  for (const char* text :
       {"02/28/2024 23:59:59.999", "02/28/2024 00:00:00.001", "02/29/2024 12:34:56.789",
        "02/29/2024 24:00:00.000", "02/29/2024 23:60:00.000", "02/29/2024 23:59:60.999",
        "02/29/2024 23:59:61.000", "02/29/2024 23:59:5x.000", "02/29/2024 23.59:59.000",
        "02/29/2024 1:02:03.0045", "02/29/2024 11:02:03 PM ", "02/30/2024 00:00:00.000",
        "02/29/2024 07:08:09.010", "2024-02-29 07:08:09.010", "29.02.2024 07:08:09.010", "",
        "07:08:09.010", "02/29/2024 07:08:09,010", "02/29/2024 07:08:09.01\xB0"}) {
    check(text);
  }
  std::mt19937 random(1);
  const std::string pattern = "02/29/2024 07:08:09.010";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = pattern;
    text[random() % text.size()] = "0123456789:/. x"[random() % 15];
    check(text);
  }
}
