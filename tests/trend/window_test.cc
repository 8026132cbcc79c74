#include "trend/window.h"

#include <doctest/doctest.h>

#include <cmath>

#include "trend/screen.h"

namespace perfleak {
namespace {

BucketSeries Series(const std::vector<double>& t_s, const std::vector<double>& mean) {
  BucketSeries series;
  series.t_s = t_s;
  series.mean = series.min = series.max = mean;
  series.n.assign(t_s.size(), 1);
  series.width_s = 60;
  series.span_s = t_s.empty() ? 0 : t_s.back();
  return series;
}

std::vector<double> Count(size_t n, double step = 1) {
  std::vector<double> values(n);
  for (size_t i = 0; i < n; ++i) values[i] = step * static_cast<double>(i);
  return values;
}

TEST_CASE("values count from the first bucket and ages from 0 to 1") {
  const Window window =
      MakeWindow(Series({60, 120, 180}, {2.4e14, 2.4e14 + 8, 2.4e14 + 16}), false);
  CHECK(window.x == std::vector<double>{0, 8, 16});
  CHECK(window.age == std::vector<double>{0, 0.5, 1});
  CHECK(window.from_s == 60);
  CHECK(window.Value(16) == 2.4e14 + 16);
}

TEST_CASE("where a fall is bad the series is mirrored and its floor is the largest value") {
  BucketSeries series = Series({0, 1}, {100, 90});
  series.max = {105, 95};
  const Window window = MakeWindow(series, true);
  CHECK(window.x == std::vector<double>{0, 10});
  CHECK(window.floor == std::vector<double>{-5, 5});
  CHECK(window.Value(10) == 90);
}

TEST_CASE("values that are not finite are left out") {
  CHECK(MakeWindow(Series({0, 1, 2}, {1, NAN, 3}), false).size() == 2);
  CHECK(MakeWindow(Series({0, 1, 2}, {INFINITY, NAN, NAN}), false).size() == 0);
}

TEST_CASE("a load with some holes is filled, one with many is dropped") {
  BucketSeries series = Series(Count(10), Count(10));
  series.load = {1, 2, 3, 4, NAN, NAN, 4, 3, 2, 1};
  const Window window = MakeWindow(series, false);
  REQUIRE(window.load.size() == 10);
  CHECK(window.load[4] == doctest::Approx(2.5));  // (1+2+3+4+4+3+2+1)/8
  series.load[0] = NAN;
  CHECK(MakeWindow(series, false).load.empty());
}

TEST_CASE("a gap over half of the span leaves the side with more buckets") {
  const Window two = MakeWindow(Series({0, 1, 2, 100, 101, 102, 103}, Count(7)), false);
  CHECK(LongestSide(two).size() == 4);
  CHECK(LongestSide(two).from_s == 100);
  const Window even = MakeWindow(Series({0, 50, 100}, Count(3)), false);
  CHECK(LongestSide(even).size() == 3);
}

TEST_CASE("blocks are stretches of equal time and skip what is empty") {
  const std::vector<double> age{0, 0.05, 0.5, 1};
  const std::vector<double> values{1, 3, 5, 7};
  const Blocks means = BlockMeans(age, values);
  CHECK(means[0] == 2.0);
  CHECK(!means[1]);
  CHECK(means[4] == 5.0);
  CHECK(means[7] == 7.0);
  CHECK(FilledBlocks(means) == 3);
  CHECK(ShareRising(means) == 1.0);
  CHECK(BlockMinima(age, values)[0] == 1.0);
}

TEST_CASE("a straight line passes the screen, its mirror image does not") {
  const BucketSeries line = Series(Count(32), Count(32, 5));
  CHECK(Screen(MakeWindow(line, false)).whole);
  CHECK(!Screen(MakeWindow(line, true)).any());
}

TEST_CASE("a rise in the last quarter alone passes as a tail") {
  std::vector<double> values(64, 0.0);
  for (size_t i = 0; i < 48; ++i) values[i] = i % 2 == 0 ? 1 : -1;
  for (size_t i = 48; i < 64; ++i) values[i] = static_cast<double>(i - 47);
  const ScreenResult result = Screen(MakeWindow(Series(Count(64), values), false));
  CHECK(result.last_quarter);
}

TEST_CASE("a tail below an earlier peak is no late onset") {
  std::vector<double> values(64, 0.0);
  values[3] = 100;
  for (size_t i = 48; i < 64; ++i) values[i] = static_cast<double>(i - 47);
  CHECK(!Screen(MakeWindow(Series(Count(64), values), false)).last_quarter);
}

}  // namespace
}  // namespace perfleak
