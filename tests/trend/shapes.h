// Windows of a given form, for tests of single measures.
#ifndef PERFLEAK_TESTS_TREND_SHAPES_H_
#define PERFLEAK_TESTS_TREND_SHAPES_H_

#include <random>

#include "trend/window.h"

namespace perfleak {

// `n` buckets over `span_s`: shape(age) plus Gaussian noise.
template <class Shape>
Window MakeShape(Shape shape, double noise_sd = 0.01, unsigned seed = 1, size_t n = 200,
                 double span_s = 86400) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Window window;
  window.span_s = span_s;
  window.width_s = span_s / static_cast<double>(n);
  for (size_t i = 0; i < n; ++i) {
    window.age.push_back(static_cast<double>(i) / static_cast<double>(n - 1));
    window.x.push_back(shape(window.age.back()) + noise_sd * normal(random));
  }
  window.floor = window.x;
  return window;
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_TREND_SHAPES_H_
