#include "trend/order_statistics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace perfleak {
namespace {

double SlowMedian(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  if (values.size() % 2 == 1) return values[half];
  return values[half - 1] + (values[half] - values[half - 1]) / 2;
}

double SlowRobustSd(std::vector<double> values) {
  const double centre = SlowMedian(values);
  for (double& value : values) value = std::abs(value - centre);
  return 1.4826 * SlowMedian(values);
}

TEST_CASE("median and robust sd are those of sorted values, ties and all") {
  std::mt19937_64 random(1);
  for (size_t n = 0; n < 300; ++n) {
    for (const int different : {1, 2, 7, 1000000}) {
      std::uniform_int_distribution<int> draw(0, different - 1);
      std::vector<double> values(n);
      for (double& value : values) value = 1e9 + draw(random) / 8.0;
      CHECK(Median(values) == SlowMedian(values));
      CHECK(RobustSd(values) == SlowRobustSd(values));
    }
  }
}

TEST_CASE("values in order are as good as any") {
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) values.push_back(i);
  CHECK(Median(values) == 99.5);
  // Distances from 99.5: 0.5, 0.5, 1.5, 1.5, ... 99.5; in the middle stand 49.5 and 50.5.
  CHECK(RobustSd(values) == doctest::Approx(1.4826 * 50));
  std::reverse(values.begin(), values.end());
  CHECK(Median(values) == 99.5);
}

}  // namespace
}  // namespace perfleak
