// The three transcendental functions the simulator needs, made of additions, multiplications and
// divisions only. IEEE 754 fixes those to the bit; it does not fix std::exp and friends, and a log
// printed with 17 digits shows the difference between two C libraries.
#ifndef PERFLEAK_TOOLS_SIM_PORTABLE_MATH_H_
#define PERFLEAK_TOOLS_SIM_PORTABLE_MATH_H_

#include <cmath>
#include <cstdint>

namespace perfleak::sim {

// The nearest whole number, of two the greater.
inline int64_t Round(double x) { return static_cast<int64_t>(std::floor(x + .5)); }

// e^x, relative error below 1e-14; 0 below -700, the value at 700 above it.
double Exp(double x);

// Natural logarithm of x > 0, relative error below 1e-14.
double Log(double x);

// sin(2 pi turns), absolute error below 1e-14 for |turns| < 1e6.
double SinOfTurns(double turns);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_PORTABLE_MATH_H_
