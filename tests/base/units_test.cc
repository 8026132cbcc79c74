#include "base/units.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

namespace perfleak {
namespace {

constexpr double kKb = 1024;
constexpr double kMb = 1024 * kKb;
constexpr double kGb = 1024 * kMb;

std::string Bytes(double value) { return FormatQuantity(value, Unit::kBytes); }
std::string Count(double value) { return FormatQuantity(value, Unit::kCount); }

TEST_CASE("bytes have three significant digits and a binary prefix") {
  CHECK(Bytes(0) == "0 bytes");
  CHECK(Bytes(1) == "1 byte");
  CHECK(Bytes(1023) == "1,023 bytes");
  CHECK(Bytes(1024) == "1.00 KB");
  CHECK(Bytes(1.38 * kGb) == "1.38 GB");
  CHECK(Bytes(-12.5 * kMb) == "-12.5 MB");
  CHECK(Bytes(806998016) == "770 MB");  // 806998016 / 1048576 = 769.61
  CHECK(Bytes(2.4e14) == "218 TB");     // 2.4e14 / 1024^4 = 218.28
  CHECK(Bytes(0.25) == "0.25 bytes");
}

TEST_CASE("rounding up takes the next digit or prefix along") {
  CHECK(Bytes(9.996 * kMb) == "10.0 MB");
  CHECK(Bytes(99.96 * kMb) == "100 MB");
  CHECK(Bytes(1000 * kMb) == "1,000 MB");
  CHECK(Bytes(1023.4 * kMb) == "1,023 MB");
  CHECK(Bytes(1023.6 * kMb) == "1.00 GB");
}

TEST_CASE("counts are whole with thousands separators, or have three digits") {
  CHECK(Count(0) == "0");
  CHECK(Count(-0.0) == "0");
  CHECK(Count(999) == "999");
  CHECK(Count(1234) == "1,234");
  CHECK(Count(-16777216) == "-16,777,216");
  CHECK(Count(12.345) == "12.3");
  CHECK(Count(2.5) == "2.5");
  CHECK(Count(0.001234) == "0.00123");
  CHECK(Count(0.09999) == "0.1");
  CHECK(Count(12345.6) == "12,346");
  CHECK(Count(999.9999) == "1,000");
  CHECK(Count(1.5e-9) == "1.5e-09");
  CHECK(Count(2e18) == "2e+18");
}

TEST_CASE("the other units follow the number") {
  CHECK(FormatQuantity(42.25, Unit::kPercent) == "42.2%");  // a tie, to even
  CHECK(FormatQuantity(1.5, Unit::kSeconds) == "1.5 s");
  CHECK(FormatQuantity(1200, Unit::kPerSecond) == "1,200/s");
  CHECK(FormatQuantity(7, Unit::kNone) == "7");
}

TEST_CASE("what is not finite is n/a") {
  CHECK(Bytes(std::nan("")) == "n/a");
  CHECK(Count(std::numeric_limits<double>::infinity()) == "n/a");
  CHECK(FormatDuration(std::nan("")) == "n/a");
}

TEST_CASE("slopes are shown per hour and per day") {
  CHECK(FormatPerHour(0.7 * kMb / 3600, Unit::kBytes) == "717 KB/h");  // 0.7 * 1024 = 716.8
  CHECK(FormatPerHour(100.0 / 3600, Unit::kCount) == "100/h");
  CHECK(FormatPerDay(-2.0 * kGb / 86400, Unit::kBytes) == "-2.00 GB/d");
}

TEST_CASE("durations show the two largest units") {
  CHECK(FormatDuration(0) == "0 s");
  CHECK(FormatDuration(0.5) == "0.5 s");
  CHECK(FormatDuration(45) == "45 s");
  CHECK(FormatDuration(12 * 60) == "12 min");
  CHECK(FormatDuration(90) == "1 min 30 s");
  CHECK(FormatDuration(3 * 3600 + 20 * 60) == "3 h 20 min");
  CHECK(FormatDuration((2 * 24 + 4) * 3600.0) == "2 d 4 h");
  CHECK(FormatDuration(3.2 * 365.25 * 86400) == "3.2 years");
  CHECK(FormatDuration(365.25 * 86400) == "1 year");
  CHECK(FormatDuration(-45) == "-45 s");
}

TEST_CASE("a duration that rounds up to a unit is written in that unit") {
  CHECK(FormatDuration(9.96) == "10 s");
  CHECK(FormatDuration(59.7) == "1 min");
  CHECK(FormatDuration(3599.6) == "1 h");
  CHECK(FormatDuration(86399) == "1 d");
  CHECK(FormatDuration(2 * 86400 - 1) == "2 d");
}

TEST_CASE("a share is a whole percentage, rounded, and may be over 100 or negative") {
  CHECK(FormatPercent(0.924) == "92 %");
  CHECK(FormatPercent(0.925) == "93 %");  // 92.5, away from 0
  CHECK(FormatPercent(1.5) == "150 %");
  CHECK(FormatPercent(-0.04) == "-4 %");
}

TEST_CASE("units have names for JSON") {
  CHECK(ToString(Unit::kNone).empty());
  CHECK(ToString(Unit::kBytes) == "bytes");
  CHECK(ToString(Unit::kCount) == "count");
  CHECK(ToString(Unit::kPercent) == "percent");
  CHECK(ToString(Unit::kSeconds) == "seconds");
  CHECK(ToString(Unit::kPerSecond) == "per second");
}

}  // namespace
}  // namespace perfleak
