#include "trend/growth_design.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "trend/growth_rate.h"

namespace perfleak {
namespace {

using Real = long double;
using Vector = std::vector<Real>;
using Matrix = std::vector<Vector>;

Real Dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), Real{0});
}

Vector Times(const Matrix& m, const Vector& v) {
  Vector result;
  for (const Vector& row : m) result.push_back(Dot(row, v));
  return result;
}

// Gauss-Jordan with pivots; *log_determinant is that of m.
Matrix Inverse(Matrix m, Real* log_determinant) {
  const size_t n = m.size();
  Matrix inverse(n, Vector(n, 0));
  for (size_t i = 0; i < n; ++i) inverse[i][i] = 1;
  *log_determinant = 0;
  for (size_t i = 0; i < n; ++i) {
    size_t pivot = i;
    for (size_t k = i; k < n; ++k) {
      if (std::abs(m[k][i]) > std::abs(m[pivot][i])) pivot = k;
    }
    std::swap(m[i], m[pivot]);
    std::swap(inverse[i], inverse[pivot]);
    *log_determinant += std::log(std::abs(m[i][i]));
    const Real scale = m[i][i];
    for (size_t j = 0; j < n; ++j) m[i][j] /= scale, inverse[i][j] /= scale;
    for (size_t k = 0; k < n; ++k) {
      if (k == i) continue;
      const Real factor = m[k][i];
      for (size_t j = 0; j < n; ++j) {
        m[k][j] -= factor * m[i][j];
        inverse[k][j] -= factor * inverse[i][j];
      }
    }
  }
  return inverse;
}

struct SlowShape {
  Matrix columns;  // the first is the growth, the last the constant
  Real prior, parameters;
};

// As docs/method.md section 4 has them.
std::vector<SlowShape> SlowShapes(const std::vector<double>& age) {
  const auto column = [&age](const std::function<Real(Real)>& of) {
    Vector result;
    for (const double a : age) result.push_back(of(a));
    return result;
  };
  const Vector one = column([](Real) { return 1; }), line = column([](Real a) { return a; });
  std::vector<SlowShape> shapes{{{line, one}, 1, 2}};
  for (const Real tau : {0.01L, 0.016L, 0.026L, 0.04L, 0.065L, 0.1L}) {
    const Vector filled = column([tau](Real a) { return 1 - std::exp(-a / tau); });
    const Vector by_tau = column([tau](Real a) { return std::exp(-a / tau) * a; });
    shapes.push_back({{line, filled, by_tau, one}, 0.1L / 6, 4});
  }
  for (int i = 1; i <= 22; ++i) {
    const Vector rise = column([i](Real a) { return std::max(a - i / 32.0L, 0.0L); });
    shapes.push_back({{rise, one}, 0.1L / 22, 3});
  }
  return shapes;
}

Matrix Covariance(const std::vector<double>& age, const std::vector<double>& count, Real tau,
                  Real rough, Real smooth) {
  const size_t n = age.size();
  const Real mean = std::accumulate(count.begin(), count.end(), Real{0}) / static_cast<Real>(n);
  Matrix covariance(n, Vector(n));
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) {
      const Real s = std::min(age[i], age[j]), t = std::max(age[i], age[j]);
      const Real white = i == j ? mean / count[i] : 0;
      covariance[i][j] =
          (tau > 0 ? std::exp(-(t - s) / tau) : white) + rough * (s - s * t) +
          smooth * (s * (1 - s) * t * (1 - t) + s * (1 - t) * (2 * t - t * t - s * s) / 6);
    }
  }
  return covariance;
}

// (X' C^-1 X)^-1 X' C^-1 x, written out.
GrowthCandidate SlowFit(const SlowShape& shape, const Matrix& inverse, Real log_determinant,
                        const Vector& x) {
  const size_t p = shape.columns.size();
  const auto n = static_cast<Real>(x.size());
  Matrix system(p, Vector(p));
  Vector rhs(p);
  const Vector solved_x = Times(inverse, x);
  for (size_t i = 0; i < p; ++i) {
    const Vector solved = Times(inverse, shape.columns[i]);
    for (size_t j = 0; j < p; ++j) system[i][j] = Dot(solved, shape.columns[j]);
    rhs[i] = Dot(shape.columns[i], solved_x);
  }
  Real unused;
  const Matrix covariance = Inverse(system, &unused);
  const Vector solution = Times(covariance, rhs);
  const Real sse = Dot(x, solved_x) - Dot(solution, rhs);
  const Real log_weight = std::log(shape.prior) - log_determinant / 2 - n / 2 * std::log(sse / n) -
                          shape.parameters / 2 * std::log(n);
  return {static_cast<double>(log_weight), static_cast<double>(solution[0]),
          static_cast<double>(sse / (n - shape.parameters) * covariance[0][0])};
}

std::vector<GrowthCandidate> SlowCandidates(const std::vector<double>& age,
                                            const std::vector<double>& count,
                                            const std::vector<double>& x) {
  std::vector<GrowthCandidate> candidates;
  const Vector values(x.begin(), x.end());
  for (const Real tau : {0.0L, 0.02L, 0.05L, 0.1L}) {
    for (const Real rough : {0.0L, 1.0L, 30.0L, 1000.0L}) {
      for (const Real smooth : {0.0L, 1e2L, 3e3L, 1e5L}) {
        Real log_determinant;
        const Matrix inverse =
            Inverse(Covariance(age, count, tau, rough, smooth), &log_determinant);
        for (const SlowShape& shape : SlowShapes(age)) {
          candidates.push_back(SlowFit(shape, inverse, log_determinant, values));
        }
      }
    }
  }
  return candidates;
}

void Standardize(std::vector<double>* x) {
  const auto n = static_cast<double>(x->size());
  const double mean = std::accumulate(x->begin(), x->end(), 0.0) / n;
  double squares = 0;
  for (double& value : *x) {
    value -= mean;
    squares += value * value;
  }
  for (double& value : *x) value /= std::sqrt(squares / n);
}

struct Sample {
  std::vector<double> age, count, x;
};

// Stretches of unequal size in uneven places, growth with noise.
Sample MakeSample(unsigned seed, double noise) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0.2, 0.8);
  std::normal_distribution<double> normal(0, noise);
  Sample sample;
  for (int i = 0; i < 32; ++i) {
    sample.age.push_back((i + uniform(random)) / 32);
    sample.count.push_back(std::ceil(10 * uniform(random)));
    sample.x.push_back(sample.age.back() + normal(random));
  }
  Standardize(&sample.x);
  return sample;
}

TEST_CASE("every shape with every covariance is fitted by generalised least squares") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const Sample sample = MakeSample(seed, seed == 1 ? 1 : 0.02);
    const auto fast = GrowthDesign(sample.age, sample.count).Fit(sample.x);
    const auto slow = SlowCandidates(sample.age, sample.count, sample.x);
    REQUIRE(fast.size() == slow.size());
    REQUIRE(fast.size() == 64 * 29);
    for (size_t i = 0; i < fast.size(); ++i) {
      CAPTURE(i);
      const double sd = std::sqrt(slow[i].variance);
      CHECK(std::abs(fast[i].growth - slow[i].growth) < 1e-6 * sd);
      CHECK(fast[i].variance == doctest::Approx(slow[i].variance).epsilon(1e-6));
      CHECK(std::abs(fast[i].log_weight - slow[i].log_weight) < 1e-6);
    }
  }
}

TEST_CASE("a shape whose columns are not told apart at these ages is left out") {
  const std::vector<double> age{0.001, 0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96}, count(8, 5.0);
  std::vector<double> x{0, 3, 1, 4, 1, 5, 9, 2};
  Standardize(&x);
  const auto candidates = GrowthDesign(age, count).Fit(x);
  CHECK(!candidates.empty());
  CHECK(candidates.size() < 64 * 29);
  for (const GrowthCandidate& one : candidates) {
    CHECK(std::isfinite(one.log_weight));
    CHECK(std::isfinite(one.growth));
    CHECK(one.variance > 0);
  }
}

TEST_CASE("designs that are kept give what new ones give") {
  GrowthDesigns designs;
  for (int round = 0; round < 2; ++round) {
    for (const unsigned seed : {1u, 2u, 2u, 3u, 4u, 1u}) {  // more than are kept
      const Sample sample = MakeSample(seed, 0.1);
      const auto kept = EstimateGrowth(sample.age, sample.x, &designs);
      GrowthDesigns fresh;
      const auto alone = EstimateGrowth(sample.age, sample.x, &fresh);
      REQUIRE(kept.has_value());
      CHECK(kept->growth == alone->growth);
      CHECK(kept->error == alone->error);
    }
  }
}

}  // namespace
}  // namespace perfleak
