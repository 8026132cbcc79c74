#include "trend/order_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace perfleak {

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  const double below = *std::max_element(values.begin(), middle);
  return below + (*middle - below) / 2;
}

double RobustSd(std::span<const double> values) {
  constexpr double kSdPerMad = 1.4826;  // 1/Phi^-1(3/4)
  std::vector<double> deviations(values.begin(), values.end());
  const double centre = Median(deviations);
  for (double& value : deviations) value = std::abs(value - centre);
  return kSdPerMad * Median(std::move(deviations));
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
