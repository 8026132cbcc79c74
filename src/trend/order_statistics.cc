#include "trend/order_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace perfleak {

namespace {

double MiddleOf(double a, double b, double c) {
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

// Two neighbours among sorted values.
struct Neighbours {
  double below = 0, at = 0;
};

// What would be at the places k - 1 (if k > 0) and k if the n values were sorted. Both buffers are
// used up. Splits without branches, which would be guessed wrong every other time.
Neighbours Select(size_t k, size_t n, double* values, double* spare) {
  constexpr size_t kFew = 8;
  double left_behind = 0;  // the largest of those that were found to lie below
  while (n > kFew) {
    const double pivot = MiddleOf(values[n / 4], values[n / 2], values[n - 1 - n / 4]);
    size_t smaller = 0, larger = 0;
    for (size_t i = 0; i < n; ++i) {
      const double value = values[i];
      values[smaller] = value;
      spare[larger] = value;
      smaller += value < pivot ? 1 : 0;
      larger += value > pivot ? 1 : 0;
    }
    const size_t up_to_pivot = n - larger;
    if (k < smaller) {
      n = smaller;
    } else if (k < up_to_pivot) {
      if (k > smaller) return {pivot, pivot};
      return {smaller > 0 ? *std::max_element(values, values + smaller) : left_behind, pivot};
    } else {
      left_behind = pivot;
      k -= up_to_pivot;
      n = larger;
      std::swap(values, spare);
    }
  }
  std::sort(values, values + n);
  return {k > 0 ? values[k - 1] : left_behind, values[k]};
}

// Of the first half of `values`, which are all used up. Requires at least two.
double MedianOfFirstHalf(std::vector<double>* values) {
  const size_t n = values->size() / 2;
  const Neighbours middle = Select(n / 2, n, values->data(), values->data() + n);
  return n % 2 == 1 ? middle.at : middle.below + (middle.at - middle.below) / 2;
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  values.resize(2 * values.size());
  return MedianOfFirstHalf(&values);
}

double RobustSd(std::span<const double> values) {
  std::vector<double> scratch;
  return RobustSd(values, &scratch);
}

double RobustSd(std::span<const double> values, std::vector<double>* scratch) {
  constexpr double kSdPerMad = 1.4826;  // 1/Phi^-1(3/4)
  if (values.empty()) return 0;
  scratch->resize(2 * values.size());
  std::copy(values.begin(), values.end(), scratch->begin());
  const double centre = MedianOfFirstHalf(scratch);
  std::transform(values.begin(), values.end(), scratch->begin(),
                 [centre](double value) { return std::abs(value - centre); });
  return kSdPerMad * MedianOfFirstHalf(scratch);
}

double Mean(std::span<const double> values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<double> StretchChanges(std::span<const double> values, size_t stretches) {
  stretches = std::min(stretches, values.size());
  std::vector<double> changes;
  double before = 0;
  for (size_t k = 0; k < stretches; ++k) {
    const size_t begin = k * values.size() / stretches;
    const size_t end = (k + 1) * values.size() / stretches;
    const double mean = Mean(values.subspan(begin, end - begin));
    if (k > 0) changes.push_back(mean - before);
    before = mean;
  }
  return changes;
}

}  // namespace perfleak
