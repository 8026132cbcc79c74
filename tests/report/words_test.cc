#include "report/words.h"

#include <doctest/doctest.h>

#include <limits>

namespace perfleak {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST_CASE("counts have commas between thousands") {
  CHECK(Thousands(0) == "0");
  CHECK(Thousands(999) == "999");
  CHECK(Thousands(1000) == "1,000");
  CHECK(Thousands(1234567) == "1,234,567");
  CHECK(Thousands(std::numeric_limits<uint64_t>::max()) == "18,446,744,073,709,551,615");
}

TEST_CASE("one is singular, none and many are plural") {
  CHECK(Counted(0, "row", "rows") == "0 rows");
  CHECK(Counted(1, "row", "rows") == "1 row");
  CHECK(Counted(1234, "row", "rows") == "1,234 rows");
}

TEST_CASE("an interval says its unit once where both ends share it") {
  constexpr double kMBPerHour = 1024.0 * 1024.0 / 3600;
  CHECK(IntervalPerHour({0, 0, 11.8 * kMBPerHour, 12.2 * kMBPerHour}, Unit::kBytes) ==
        "11.8 to 12.2 MB/h");
  CHECK(IntervalPerHour({0, 0, 0.5 * kMBPerHour, 1.5 * kMBPerHour}, Unit::kBytes) ==
        "512 KB/h to 1.50 MB/h");
  CHECK(IntervalPerHour({0, 0, -0.25 / 3600, 0.5 / 3600}, Unit::kCount) == "-0.25 to 0.5/h");
}

TEST_CASE("what is not known is a dash or nothing, never a number") {
  CHECK(PerHour(kNaN, Unit::kBytes) == "-");
  CHECK(PerDay(kInfinity, Unit::kBytes) == "-");
  CHECK(Quantity(kNaN, Unit::kCount) == "-");
  CHECK(IntervalPerHour({0, 0, kNaN, 1}, Unit::kBytes).empty());
  CHECK(Moment(kInfinity) == "-");
  CHECK(Moment(253402300800.0) == "-");  // 10000-01-01
  CHECK(Moment(-62167219201.0) == "-");  // the year before 0
}

TEST_CASE("moments before 1970 are dates") {
  CHECK(Moment(-60) == "1969-12-31 23:59");
  CHECK(Moment(-62167219200.0) == "0000-01-01 00:00");
}

TEST_CASE("a list names the first few") {
  CHECK(NameList({}).empty());
  CHECK(NameList({"a"}) == "a");
  CHECK(NameList({"a", "", "c"}) == "a, (unnamed), c");
  CHECK(NameList({"a", "b", "c", "d"}) == "a, b, c and 1 more");
  CHECK(NameList({"a", "b", "c", "d"}, 1) == "a and 3 more");
}

TEST_CASE("a sentence begins with a capital and ends with a full stop") {
  CHECK(Sentence("growth has stopped") == "Growth has stopped.");
  CHECK(Sentence("281 MB is too little.") == "281 MB is too little.");
  CHECK(Sentence("").empty());
}

TEST_CASE("every reason has words of its own") {
  for (int a = 1; a <= static_cast<int>(Reason::kArtefact); ++a) {
    CHECK_FALSE(DescribeReason(static_cast<Reason>(a)).empty());
    for (int b = 1; b < a; ++b) {
      CHECK(DescribeReason(static_cast<Reason>(a)) != DescribeReason(static_cast<Reason>(b)));
    }
  }
}

}  // namespace
}  // namespace perfleak
