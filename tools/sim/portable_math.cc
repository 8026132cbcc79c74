#include "portable_math.h"

#include <algorithm>
#include <cmath>

namespace perfleak::sim {
namespace {

// ln 2 in two parts, so that k * kLn2High is exact for the k that occur.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kTwoPi = 6.283185307179586;

}  // namespace

double Exp(double x) {
  if (x < -700) return 0;
  x = std::min(x, 700.0);
  // e^x = 2^k e^r with |r| <= ln(2)/2, where the Taylor series needs 14 terms.
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1;
  for (int i = 14; i >= 1; --i) sum = 1 + sum * r / i;
  return std::ldexp(sum, static_cast<int>(k));
}

double Log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // [0.5, 1)
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  // ln m = 2 artanh(s), s = (m-1)/(m+1), |s| < 0.172: s^2 < 0.03 a term.
  const double s = (m - 1) / (m + 1);
  const double s2 = s * s;
  double sum = 0;
  for (int i = 21; i >= 1; i -= 2) sum = sum * s2 + 1.0 / i;
  return 2 * s * sum + exponent * kLn2Low + exponent * kLn2High;
}

double SinOfTurns(double turns) {
  double f = turns - std::floor(turns + 0.5);  // [-0.5, 0.5)
  if (f > 0.25) f = 0.5 - f;
  if (f < -0.25) f = -0.5 - f;
  const double x = kTwoPi * f;
  double sum = 1;
  for (int i = 22; i >= 2; i -= 2) sum = 1 - sum * x * x / (i * (i + 1));
  return x * sum;
}

}  // namespace perfleak::sim
