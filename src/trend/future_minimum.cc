#include "trend/future_minimum.h"

#include <algorithm>

namespace perfleak {

std::vector<double> FutureMinimum(std::span<const double> values) {
  std::vector<double> floor(values.begin(), values.end());
  for (size_t i = floor.size(); i > 1; --i) floor[i - 2] = std::min(floor[i - 2], floor[i - 1]);
  return floor;
}

}  // namespace perfleak
