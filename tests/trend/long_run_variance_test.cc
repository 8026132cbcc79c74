#include "trend/long_run_variance.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

namespace perfleak {
namespace {

std::vector<double> Ar1(size_t n, double phi, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> g(n);
  double state = normal(random) / std::sqrt(1 - phi * phi);
  for (double& value : g) value = state = phi * state + normal(random);
  return g;
}

// The definition: double sum over all pairs with Bartlett weights.
double SlowBartlett(const std::vector<double>& g, double bandwidth) {
  double sum = 0;
  for (size_t i = 0; i < g.size(); ++i) {
    for (size_t j = 0; j < g.size(); ++j) {
      const double lag = std::abs(static_cast<double>(i) - static_cast<double>(j));
      if (lag < bandwidth) sum += (1 - lag / bandwidth) * g[i] * g[j];
    }
  }
  return sum / static_cast<double>(g.size());
}

TEST_CASE("the fixed-b sum is the double sum over all pairs") {
  const std::vector<double> g = Ar1(160, 0.6, 3);
  // M = 160/8 = 20, q = 1/8: factor (1.96 + .371175 + .0065 - .00103984)/1.96 = 1.192161.
  CHECK(FixedBLongRunVariance(g) ==
        doctest::Approx(SlowBartlett(g, 20) * 1.192161 * 1.192161).epsilon(1e-5));
}

TEST_CASE("the pre-whitened sum is the double sum over the innovations, recoloured") {
  const std::vector<double> g = Ar1(100, 0.5, 4);
  const double phi = Autoregression(g);
  std::vector<double> white;
  for (size_t i = 1; i < g.size(); ++i) white.push_back(g[i] - phi * g[i - 1]);
  // lag 4 (100/100)^(2/9) = 4, so Bartlett weights reach 0 at 5.
  CHECK(PrewhitenedLongRunVariance(g) ==
        doctest::Approx(SlowBartlett(white, 5) / ((1 - phi) * (1 - phi))));
}

TEST_CASE("the autoregression is corrected for bias and clipped") {
  // g = 1, 1, -1, -1: r1 = (1 - 1 + 1)/4 = 1/4; (1 + 3/4)/4 = 7/16; together 11/16.
  CHECK(Autoregression(std::vector<double>{1, 1, -1, -1}) == doctest::Approx(11.0 / 16));
  CHECK(Autoregression(std::vector<double>{1, -1, 1, -1, 1, -1}) == 0);
  CHECK(Autoregression(std::vector<double>(500, 1.0)) == 0.97);
  CHECK(Autoregression(std::vector<double>{}) == 0);
  CHECK(Autoregression(std::vector<double>(9, 0.0)) == 0);
}

TEST_CASE("an AR(1) series has about the long-run variance of theory") {
  // sd of innovations 1: 1/(1 - phi)² = 4 for phi 0.5.
  double sum = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    sum += PrewhitenedLongRunVariance(Ar1(2000, 0.5, seed));
  }
  CHECK(sum / 20 == doctest::Approx(4).epsilon(0.1));
}

TEST_CASE("nothing and zeros have no variance") {
  CHECK(LongRunVariance(std::vector<double>{}) == 0);
  CHECK(LongRunVariance(std::vector<double>(20, 0.0)) == 0);
}

}  // namespace
}  // namespace perfleak
