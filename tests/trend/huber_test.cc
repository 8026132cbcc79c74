#include "trend/huber.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

namespace perfleak {
namespace {

// Huber's loss of a line at a fixed scale.
double Loss(const Column& x, const Column& y, double intercept, double slope, double corner) {
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double r = std::abs(y[i] - intercept - slope * x[i]);
    sum += r <= corner ? r * r / 2 : corner * (r - corner / 2);
  }
  return sum;
}

TEST_CASE("one spike does not move the slope") {
  Column x, y;
  for (int i = 0; i < 50; ++i) {
    x.push_back(i);
    y.push_back(2.0 * i + (i % 2 == 0 ? 0.1 : -0.1));
  }
  y[40] += 1e6;
  const double plain = FitLeastSquares({x}, y).coefficients[0];
  const HuberFit fit = FitHuber({x}, y);
  CHECK(std::abs(plain - 2) > 1000);
  CHECK(std::abs(fit.coefficients[0] - 2) < 2);  // 8 rounds shrink the error of 1440 to this
  CHECK(fit.weights[40] < 0.01);
}

TEST_CASE("without wild values it is ordinary least squares") {
  Column x, y;
  for (int i = 0; i < 20; ++i) {
    x.push_back(i);
    y.push_back(3.0 * i + (i % 2));
  }
  const HuberFit fit = FitHuber({x}, y);
  CHECK(fit.coefficients[0] == doctest::Approx(FitLeastSquares({x}, y).coefficients[0]));
}

TEST_CASE("no other line nearby has a smaller Huber loss") {
  std::mt19937_64 random(7);
  std::student_t_distribution<double> heavy(2);
  Column x, y;
  for (int i = 0; i < 200; ++i) {
    x.push_back(i / 200.0);
    y.push_back(1 + 5 * x.back() + heavy(random));
  }
  const HuberFit fit = FitHuber({x}, y);
  const double corner = 2 * fit.robust_sd;
  const double best = Loss(x, y, fit.intercept, fit.coefficients[0], corner);
  for (const double da : {-0.05, 0.0, 0.05}) {
    for (const double db : {-0.1, 0.0, 0.1}) {
      CHECK(Loss(x, y, fit.intercept + da, fit.coefficients[0] + db, corner) >= best - 1e-3);
    }
  }
}

TEST_CASE("a perfect line and a constant end at once") {
  const HuberFit line = FitHuber({{0, 1, 2, 3}}, Column{5, 7, 9, 11});
  CHECK(line.coefficients[0] == doctest::Approx(2));
  CHECK(line.robust_sd == doctest::Approx(0));
  CHECK(FitHuber({{0, 1, 2, 3}}, Column{5, 5, 5, 5}).coefficients[0] == 0);
}

}  // namespace
}  // namespace perfleak
