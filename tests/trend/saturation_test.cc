#include "trend/saturation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace perfleak {
namespace {

std::vector<double> Ages(size_t n) {
  std::vector<double> age(n);
  for (size_t i = 0; i < n; ++i) age[i] = static_cast<double>(i) / static_cast<double>(n - 1);
  return age;
}

// Fills with `tau`, and rises by `line` all the time.
std::vector<double> Filling(const std::vector<double>& age, double tau, double line) {
  std::vector<double> x;
  for (const double a : age) x.push_back(line * a + 1 - std::exp(-a / tau));
  return x;
}

TEST_CASE("a warm-up of a tau of the grid is found with it") {
  const auto age = Ages(200);
  const SaturationFit fit = SaturationGrid(age).Fit(Filling(age, 0.1, 0.5));
  REQUIRE(fit.found);
  CHECK(fit.tau == 0.1);
  CHECK(fit.onset == 0);
  CHECK(fit.sse < 1e-12 * fit.line_sse);
  CHECK(fit.linear_growth == doctest::Approx(0.5));
}

TEST_CASE("grids that are kept give what new ones give") {
  SaturationGrids grids;
  for (int round = 0; round < 3; ++round) {
    for (const size_t n : {20u, 50u, 51u, 100u, 150u, 200u, 256u}) {  // more than are kept
      const auto age = Ages(n);
      const auto x = Filling(age, 0.03 * (round + 1), 0.2);
      const SaturationFit kept = grids.Of(age)->Fit(x), fresh = SaturationGrid(age).Fit(x);
      CHECK(kept.found == fresh.found);
      CHECK(kept.tau == fresh.tau);
      CHECK(kept.onset == fresh.onset);
      CHECK(kept.sse == fresh.sse);
      CHECK(kept.linear_t == fresh.linear_t);
    }
  }
}

}  // namespace
}  // namespace perfleak
