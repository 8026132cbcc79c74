#include "trend/steps.h"

#include <Eigen/Core>
#include <algorithm>
#include <vector>

#include "trend/order_statistics.h"

namespace perfleak {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

// Sums up to each place of values around their mean: a stretch's squared residuals in O(1).
// Centring keeps the difference of squares harmless.
class StretchCosts {
 public:
  explicit StretchCosts(std::span<const double> values)
      : sum_(ArrayXd::Zero(Count(values) + 1)),
        squares_(ArrayXd::Zero(Count(values) + 1)),
        lengths_(Count(values)) {
    const double mean = Mean(values);
    for (Index i = 0; i < Count(values); ++i) {
      const double value = values[static_cast<size_t>(i)] - mean;
      sum_[i + 1] = sum_[i] + value;
      squares_[i + 1] = squares_[i] + value * value;
      lengths_[i] = static_cast<double>(Count(values) - i);
    }
  }

  // Element b: of values [b, end) around their own mean, for every b < end.
  void UpTo(Index end, ArrayXd* costs) const {
    const auto sums = sum_[end] - sum_.head(end);
    costs->head(end) =
        (squares_[end] - squares_.head(end) - sums.square() / lengths_.tail(end)).max(0.0);
  }

 private:
  static Index Count(std::span<const double> values) { return static_cast<Index>(values.size()); }

  ArrayXd sum_, squares_;
  ArrayXd lengths_;  // n, n - 1, ..., 1
};

}  // namespace

std::vector<double> JumpsSse(std::span<const double> values, size_t most_jumps) {
  const auto n = static_cast<Index>(values.size());
  std::vector<double> sse(most_jumps + 1, 0.0);
  if (n == 0) return sse;
  const StretchCosts costs(values);
  ArrayXd last(n);  // costs of the stretches behind the last jump
  // best[k][i]: of the first i values with at most k jumps.
  std::vector<ArrayXd> best(most_jumps + 1, ArrayXd::Zero(n + 1));
  for (Index end = 1; end <= n; ++end) {
    costs.UpTo(end, &last);
    best[0][end] = last[0];
    for (size_t k = 1; k <= most_jumps; ++k) {
      best[k][end] = best[k - 1][end];
      if (end == 1 || (k == most_jumps && end < n)) continue;  // nobody asks for it
      const double jumped = (best[k - 1].segment(1, end - 1) + last.segment(1, end - 1)).minCoeff();
      best[k][end] = std::min(best[k][end], jumped);
    }
  }
  for (size_t k = 0; k <= most_jumps; ++k) sse[k] = best[k][n];
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
