#include "report/sparkline.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "base/text.h"

namespace perfleak {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST_CASE("eight values from low to high are the eight marks") {
  const std::vector<double> values = {0, 1, 2, 3, 4, 5, 6, 7};
  CHECK(Sparkline(values, 80, true) == "▁▂▃▄▅▆▇█");
  CHECK(Sparkline(values, 80, false) == "_.:-=+*#");
}

TEST_CASE("a missing value is a blank, and so is an infinite one") {
  const std::vector<double> values = {0, kNaN, kInfinity, -kInfinity, 8};
  CHECK(Sparkline(values, 80, true) == "▁   █");
  CHECK(Sparkline(values, 80, false) == "_   #");
}

TEST_CASE("more values than columns are averaged, missing ones left out") {
  // Columns of two: mean(0, 0) = 0, mean(NaN, 4) = 4, mean(6, 10) = 8; 4 is in the fifth of eight.
  const std::vector<double> values = {0, 0, kNaN, 4, 6, 10};
  CHECK(Sparkline(values, 3, true) == "▁▅█");
}

TEST_CASE("64 values fill any narrower width exactly") {
  const std::vector<double> values(64, 3.0);
  for (size_t width = 1; width <= 80; ++width) {
    CHECK(DisplayWidth(Sparkline(values, width, true)) == std::min<size_t>(width, 64));
  }
}

TEST_CASE("a constant series is drawn low, at any offset") {
  CHECK(Sparkline(std::vector<double>{5, 5, 5}, 80, true) == "▁▁▁");
  CHECK(Sparkline(std::vector<double>{1e9, 1e9 + 1}, 80, true) == "▁█");
}

TEST_CASE("nothing to draw is an empty line") {
  CHECK(Sparkline({}, 80, true).empty());
  CHECK(Sparkline(std::vector<double>{1, 2}, 0, true).empty());
  CHECK(Sparkline(std::vector<double>{kNaN, kInfinity}, 80, true).empty());
}

TEST_CASE("the largest doubles do not overflow") {
  constexpr double kMax = std::numeric_limits<double>::max();
  CHECK(Sparkline(std::vector<double>{-kMax, 0, kMax}, 80, true) == "▁▅█");
  CHECK(Sparkline(std::vector<double>{-kMax, -kMax, kMax, kMax}, 2, true) == "▁█");
}

TEST_CASE("from zero, heights compare as the values do, and what is below is drawn as zero") {
  // 5 of 10 is the fifth of eight levels; without zero it would be the lowest.
  CHECK(SparklineFromZero(std::vector<double>{5, 10}, 8, true) == "▅█");
  CHECK(Sparkline(std::vector<double>{5, 10}, 8, true) == "▁█");
  CHECK(SparklineFromZero(std::vector<double>{-3, 10}, 8, true) == "▁█");
  CHECK(SparklineFromZero(std::vector<double>{0, 0}, 8, true) == "▁▁");
  CHECK(SparklineFromZero(std::vector<double>{7, 7}, 8, true) == "██");
  CHECK(SparklineFromZero(std::vector<double>{}, 8, true) == "");
}

}  // namespace
}  // namespace perfleak
