// NIST Statistical Reference Datasets, linear regression:
// https://www.itl.nist.gov/div898/strd/lls/lls.shtml
#include "trend/least_squares.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

namespace perfleak {
namespace {

void CheckDigits(double value, double certified, double digits) {
  CAPTURE(value);
  CAPTURE(certified);
  CHECK(std::abs(value - certified) <= std::pow(10.0, -digits) * std::abs(certified));
}

double ResidualSd(const LeastSquaresFit& fit, size_t n) {
  return std::sqrt(fit.sse / static_cast<double>(n - fit.rank));
}

Columns Powers(const Column& x, int degree) {
  Columns columns;
  for (int k = 1; k <= degree; ++k) {
    Column column(x.size());
    for (size_t i = 0; i < x.size(); ++i) column[i] = std::pow(x[i], k);
    columns.push_back(column);
  }
  return columns;
}

Column Shifted(Column values, double by) {
  for (double& value : values) value += by;
  return values;
}

const Column kNorrisX{0.2,   337.4, 118.2, 884.6, 10.1,  226.5, 666.3, 996.3, 448.6,
                      777.0, 558.2, 0.4,   0.6,   775.5, 666.9, 338.0, 447.5, 11.6,
                      556.0, 228.1, 995.8, 887.6, 120.2, 0.3,   0.3,   556.8, 339.1,
                      887.2, 999.0, 779.0, 11.1,  118.3, 229.2, 669.1, 448.9, 0.5};
const Column kNorrisY{0.1,   338.8, 118.1, 888.0, 9.2,   228.1, 668.5, 998.5, 449.1,
                      778.9, 559.2, 0.3,   0.1,   778.1, 668.8, 339.3, 448.9, 10.8,
                      557.7, 228.3, 998.0, 888.8, 119.6, 0.3,   0.6,   557.6, 339.3,
                      888.0, 998.5, 778.9, 10.2,  117.6, 228.9, 668.4, 449.2, 0.2};

TEST_CASE("NIST Norris: a straight line") {
  const LeastSquaresFit fit = FitLeastSquares({kNorrisX}, kNorrisY);
  CheckDigits(fit.intercept, -0.262323073774029, 11);
  CheckDigits(fit.coefficients[0], 1.00211681802045, 13);
  CheckDigits(ResidualSd(fit, 36), 0.884796396144373, 12);
  CHECK(fit.rank == 2);
}

TEST_CASE("NIST Norris a billion higher has the same slope and residuals") {
  const LeastSquaresFit fit = FitLeastSquares({Shifted(kNorrisX, 1e9)}, Shifted(kNorrisY, 1e9));
  // 1e9 leaves 7 decimals to values below 1000, so 8 digits are what the data still hold.
  CheckDigits(fit.coefficients[0], 1.00211681802045, 9);
  CheckDigits(ResidualSd(fit, 36), 0.884796396144373, 7);
}

TEST_CASE("NIST Pontius: a parabola over millions") {
  Column x;
  for (int i = 0; i < 40; ++i) x.push_back(150000.0 * (i % 20 + 1));
  const Column y{.11019,  .21956,  .32949,  .43899,  .54803,  .65694,  .76562,  .87487,
                 .98292,  1.09146, 1.20001, 1.30822, 1.41599, 1.52399, 1.63194, 1.73947,
                 1.84646, 1.95392, 2.06128, 2.16844, .11052,  .22018,  .32939,  .43886,
                 .54798,  .65739,  .76596,  .87474,  .98300,  1.09150, 1.20004, 1.30818,
                 1.41613, 1.52408, 1.63159, 1.73965, 1.84696, 1.95445, 2.06177, 2.16829};
  const LeastSquaresFit fit = FitLeastSquares(Powers(x, 2), y);
  CheckDigits(fit.intercept, 0.673565789473684e-3, 9);
  CheckDigits(fit.coefficients[0], 0.732059160401003e-6, 11);
  CheckDigits(fit.coefficients[1], -0.316081871345029e-14, 9);
  CheckDigits(ResidualSd(fit, 40), 0.205177424076185e-3, 10);
}

TEST_CASE("NIST NoInt1 and NoInt2: lines through the origin") {
  Column x, y;
  for (int i = 0; i <= 10; ++i) {
    x.push_back(60 + i);
    y.push_back(130 + i);
  }
  const LeastSquaresFit one = FitLeastSquares({x}, y, {}, Intercept::kNone);
  CheckDigits(one.coefficients[0], 2.07438016528926, 13);
  CheckDigits(ResidualSd(one, 11), 3.56753034006338, 13);

  const Column x2{4, 5, 6}, y2{3, 4, 4};
  const LeastSquaresFit two = FitLeastSquares({x2}, y2, {}, Intercept::kNone);
  CheckDigits(two.coefficients[0], 0.727272727272727, 13);
  CheckDigits(ResidualSd(two, 3), 0.369274472937998, 13);
}

TEST_CASE("NIST Longley: six columns that nearly explain each other") {
  const Columns x{{83.0, 88.5, 88.2, 89.5, 96.2, 98.1, 99.0, 100.0, 101.2, 104.6, 108.4, 110.8,
                   112.6, 114.2, 115.7, 116.9},
                  {234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180,
                   442769, 444546, 482704, 502601, 518173, 554894},
                  {2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578, 2904, 2822, 2936, 4681, 3813,
                   3931, 4806, 4007},
                  {1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350, 3048, 2857, 2798, 2637, 2552,
                   2514, 2572, 2827},
                  {107608, 108632, 109773, 110929, 112075, 113270, 115094, 116219, 117388, 118734,
                   120445, 121950, 123366, 125368, 127852, 130081},
                  {1947, 1948, 1949, 1950, 1951, 1952, 1953, 1954, 1955, 1956, 1957, 1958, 1959,
                   1960, 1961, 1962}};
  const Column y{60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761,
                 66019, 67857, 68169, 66513, 68655, 69564, 69331, 70551};
  const LeastSquaresFit fit = FitLeastSquares(x, y);
  CheckDigits(fit.intercept, -3482258.63459582, 10);
  CheckDigits(fit.coefficients[0], 15.0618722713733, 8);
  CheckDigits(fit.coefficients[1], -0.358191792925910e-1, 9);
  CheckDigits(fit.coefficients[2], -2.02022980381683, 10);
  CheckDigits(fit.coefficients[3], -1.03322686717359, 10);
  CheckDigits(fit.coefficients[4], -0.511041056535807e-1, 8);
  CheckDigits(fit.coefficients[5], 1829.15146461355, 10);
  CheckDigits(ResidualSd(fit, 16), 304.854073561965, 11);
}

TEST_CASE("NIST Wampler1 to Wampler5: fifth degree, ever more noise") {
  const std::vector<double> noise{759,   -2048, 2048,  -2048, 2523,  -2048, 2048,
                                  -2048, 1838,  -2048, 2048,  -2048, 1838,  -2048,
                                  2048,  -2048, 2523,  -2048, 2048,  -2048, 759};
  struct Case {
    double base, noise_times, residual_sd;
    double digits;
  };
  // Certified coefficients are 1 (Wampler2: 1, .1, .01, ...).
  for (const Case& c : {Case{1, 0, 0, 9}, Case{0.1, 0, 0, 9}, Case{1, 1, 2360.14502379268, 8},
                        Case{1, 100, 236014.502379268, 7}, Case{1, 1e4, 23601450.2379268, 5}}) {
    Column x, y;
    for (int i = 0; i <= 20; ++i) {
      x.push_back(i);
      double value = 0;
      for (int k = 0; k <= 5; ++k) value += std::pow(c.base * i, k);
      y.push_back(value + c.noise_times * noise[static_cast<size_t>(i)]);
    }
    const LeastSquaresFit fit = FitLeastSquares(Powers(x, 5), y);
    CheckDigits(fit.intercept, 1, c.digits - 2);
    for (int k = 1; k <= 5; ++k) {
      CheckDigits(fit.coefficients[static_cast<size_t>(k - 1)], std::pow(c.base, k), c.digits - 2);
    }
    if (c.residual_sd > 0) CheckDigits(ResidualSd(fit, 21), c.residual_sd, 10);
  }
}

TEST_CASE("weights count observations") {
  // y = 0, 1, 4 at x = 0, 1, 2 with the last twice: by hand, mean x 5/4, mean y 9/4,
  // Sxx = 25/16 + 1/16 + 2*9/16 = 44/16, Sxy = 5/4*9/4 + 1/4*5/4 + 2*3/4*7/4 = 92/16, slope 23/11.
  const LeastSquaresFit fit =
      FitLeastSquares({{0, 1, 2}}, std::vector<double>{0, 1, 4}, std::vector<double>{1, 1, 2});
  CHECK(fit.coefficients[0] == doctest::Approx(23.0 / 11));
}

// The normal equations with an intercept, by Gauss and Jordan in long double: slow and obvious.
std::vector<long double> SolvedByHand(const Columns& columns, const Column& y, const Column& w) {
  const size_t p = columns.size() + 1;
  const auto at = [&](size_t i, size_t j) { return j == 0 ? 1.0L : columns[j - 1][i]; };
  std::vector<std::vector<long double>> rows(p, std::vector<long double>(p + 1, 0));
  for (size_t i = 0; i < y.size(); ++i) {
    for (size_t j = 0; j < p; ++j) {
      for (size_t k = 0; k < p; ++k) rows[j][k] += w[i] * at(i, j) * at(i, k);
      rows[j][p] += w[i] * at(i, j) * y[i];
    }
  }
  for (size_t k = 0; k < p; ++k) {
    size_t pivot = k;
    for (size_t j = k; j < p; ++j) {
      if (std::abs(rows[j][k]) > std::abs(rows[pivot][k])) pivot = j;
    }
    std::swap(rows[k], rows[pivot]);
    for (size_t j = 0; j < p; ++j) {
      if (j == k) continue;
      const long double times = rows[j][k] / rows[k][k];
      for (size_t c = k; c <= p; ++c) rows[j][c] -= times * rows[k][c];
    }
  }
  std::vector<long double> solution(p);
  for (size_t k = 0; k < p; ++k) solution[k] = rows[k][p] / rows[k][k];
  return solution;
}

TEST_CASE("columns that explain each other more and more: as solved by hand, weights and all") {
  std::mt19937 random(1);
  std::normal_distribution<double> noise;
  std::uniform_real_distribution<double> weight(0.01, 1);
  for (const double own : {1.0, 0.1, 0.02, 0.01, 0.005, 0.001}) {
    for (const size_t p : {1, 2, 3, 5}) {
      Columns columns(p, Column(60));
      Column y(60), w(60);
      for (size_t i = 0; i < y.size(); ++i) {
        const double common = noise(random);
        for (Column& column : columns) column[i] = 3 + common + own * noise(random);
        y[i] = 1e6 + 5 * common + noise(random);
        w[i] = weight(random);
      }
      const LeastSquaresFit fit = FitLeastSquares(columns, y, w);
      const std::vector<long double> expected = SolvedByHand(columns, y, w);
      CAPTURE(own);
      CAPTURE(p);
      CHECK(fit.rank == p + 1);
      double sse = 0;
      for (size_t i = 0; i < y.size(); ++i) {
        long double left = y[i] - expected[0];
        for (size_t j = 0; j < p; ++j) left -= expected[j + 1] * columns[j][i];
        CHECK(fit.residuals[i] == doctest::Approx(static_cast<double>(left)).epsilon(1e-8));
        sse += w[i] * static_cast<double>(left * left);
      }
      CHECK(fit.sse == doctest::Approx(sse).epsilon(1e-9));
      for (size_t j = 0; j < p; ++j) {
        CHECK(std::abs(fit.coefficients[j] - static_cast<double>(expected[j + 1])) <=
              1e-9 / own * std::abs(static_cast<double>(expected[j + 1])));
      }
    }
  }
}

TEST_CASE("weights that leave one corner of the data only: its own mean counts") {
  Column x(100), y(100), w(100, 1e-12);
  for (size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<double>(i);
    y[i] = i < 90 ? 1e9 : 7 + 2 * x[i];
    if (i >= 90) w[i] = 1;
  }
  const LeastSquaresFit fit = FitLeastSquares({x}, y, w);
  const std::vector<long double> expected = SolvedByHand({x}, y, w);
  CHECK(fit.coefficients[0] == doctest::Approx(static_cast<double>(expected[1])).epsilon(1e-6));
  CHECK(fit.intercept == doctest::Approx(static_cast<double>(expected[0])).epsilon(1e-6));
}

TEST_CASE("a column that another repeats lowers the rank and leaves the fit") {
  const Column x{1, 2, 3, 4};
  const LeastSquaresFit fit = FitLeastSquares({x, x}, std::vector<double>{2, 4, 6, 8});
  CHECK(fit.rank == 2);
  CHECK(fit.sse == doctest::Approx(0).epsilon(1e-12));
  CHECK(fit.coefficients[0] + fit.coefficients[1] == doctest::Approx(2));
}

TEST_CASE("nothing to fit has defined answers") {
  CHECK(FitLeastSquares({{}}, std::vector<double>{}).coefficients[0] == 0);
  CHECK(FitLeastSquares({{5, 5, 5}}, std::vector<double>{1, 2, 3}).coefficients[0] == 0);
  CHECK(FitLeastSquares({{0.1, 0.1, 0.1}}, std::vector<double>{1, 2, 3}).rank == 1);
  const std::vector<double> none{0, 0};
  CHECK(FitLeastSquares({{1, 2}}, std::vector<double>{1, 2}, none).rank == 0);
}

}  // namespace
}  // namespace perfleak
