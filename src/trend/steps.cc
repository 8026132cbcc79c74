#include "trend/steps.h"

#include <algorithm>
#include <vector>

#include "trend/order_statistics.h"

namespace perfleak {
namespace {

// Sums up to each place of values around their mean: a stretch's squared residuals in O(1).
// Centring keeps the difference of squares harmless.
class StretchCost {
 public:
  explicit StretchCost(std::span<const double> values)
      : sum_(values.size() + 1), squares_(values.size() + 1) {
    const double mean = Mean(values);
    for (size_t i = 0; i < values.size(); ++i) {
      const double value = values[i] - mean;
      sum_[i + 1] = sum_[i] + value;
      squares_[i + 1] = squares_[i] + value * value;
    }
  }

  // Of values [begin, end) around their own mean. Requires begin < end.
  double operator()(size_t begin, size_t end) const {
    const double sum = sum_[end] - sum_[begin];
    return std::max(squares_[end] - squares_[begin] - sum * sum / static_cast<double>(end - begin),
                    0.0);
  }

 private:
  std::vector<double> sum_, squares_;
};

}  // namespace

std::vector<double> JumpsSse(std::span<const double> values, size_t most_jumps) {
  const size_t n = values.size();
  std::vector<double> sse(most_jumps + 1, 0.0);
  if (n == 0) return sse;
  const StretchCost cost(values);
  std::vector<double> best(n + 1);  // of the first i values with the jumps so far
  for (size_t end = 1; end <= n; ++end) best[end] = cost(0, end);
  sse[0] = best[n];
  for (size_t jumps = 1; jumps <= most_jumps; ++jumps) {
    // Longer prefixes first: they read what shorter ones had before this jump.
    for (size_t end = n; end > 1; --end) {
      for (size_t begin = 1; begin < end; ++begin) {
        best[end] = std::min(best[end], best[begin] + cost(begin, end));
      }
    }
    sse[jumps] = best[n];
  }
  return sse;
}

double EffectiveRises(std::span<const double> floor) {
  double sum = 0, squares = 0;
  for (size_t i = 1; i < floor.size(); ++i) {
    const double rise = floor[i] - floor[i - 1];
    sum += rise;
    squares += rise * rise;
  }
  return squares > 0 ? sum * sum / squares : 0;
}

}  // namespace perfleak
