#include "trend/growth_rate.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "trend/least_squares.h"
#include "trend/order_statistics.h"

namespace perfleak {
namespace {

constexpr size_t kStretches = 32;
constexpr size_t kMinStretches = 8;
// A line that leaves less than this share of the variation needs no second opinion.
constexpr double kStraight = 1e-5;

// The means of 32 stretches of equal time; empty ones are left out.
struct Stretches {
  std::vector<double> age, x, count;
};

std::vector<std::vector<size_t>> SplitByTime(std::span<const double> age) {
  std::vector<std::vector<size_t>> parts(kStretches);
  for (size_t i = 0; i < age.size(); ++i) {
    const double place = std::clamp(age[i], 0.0, 1.0) * static_cast<double>(kStretches);
    parts[std::min(static_cast<size_t>(place), kStretches - 1)].push_back(i);
  }
  std::erase_if(parts, [](const auto& part) { return part.empty(); });
  return parts;
}

double MedianOf(std::span<const double> x, const std::vector<size_t>& part) {
  std::vector<double> values;
  for (const size_t i : part) values.push_back(x[i]);
  return Median(std::move(values));
}

// A burst is no growth: a value counts no further than 4 robust sd beyond the middle of its own
// stretch and of those beside it. What lies between these is the series' own way up.
std::vector<double> Calm(std::span<const double> x, const std::vector<std::vector<size_t>>& parts) {
  constexpr double kFar = 4;
  std::vector<double> medians, off;
  for (const auto& part : parts) {
    medians.push_back(MedianOf(x, part));
    for (const size_t i : part) off.push_back(x[i] - medians.back());
  }
  std::vector<double> calm(x.begin(), x.end());
  const double reach = kFar * RobustSd(off);
  if (!(reach > 0)) return calm;
  for (size_t k = 0; k < parts.size(); ++k) {
    const size_t from = k > 0 ? k - 1 : 0;
    const std::span<const double> near(medians.data() + from, std::min(k + 2, parts.size()) - from);
    const auto [low, high] = std::minmax_element(near.begin(), near.end());
    for (const size_t i : parts[k]) calm[i] = std::clamp(x[i], *low - reach, *high + reach);
  }
  return calm;
}

Stretches Cut(std::span<const double> age, std::span<const double> x) {
  const auto parts = SplitByTime(age);
  const std::vector<double> calm = Calm(x, parts);
  Stretches cut;
  for (const std::vector<size_t>& part : parts) {
    const auto count = static_cast<double>(part.size());
    double mean_age = 0, mean_x = 0;
    for (const size_t i : part) {
      mean_age += age[i] / count;
      mean_x += calm[i] / count;
    }
    cut.age.push_back(mean_age);
    cut.x.push_back(mean_x);
    cut.count.push_back(count);
  }
  return cut;
}

// Mean and variance of the mixture: what the candidates say of themselves, and how they differ.
// Requires at least one candidate.
AgeSlope Average(std::span<const GrowthCandidate> candidates, double dof) {
  double best = candidates.front().log_weight;
  for (const GrowthCandidate& one : candidates) best = std::max(best, one.log_weight);
  std::vector<double> weights;
  double total = 0, growth = 0, variance = 0;
  for (const GrowthCandidate& one : candidates) {
    weights.push_back(std::exp(one.log_weight - best));
    total += weights.back();
    growth += weights.back() * one.growth;
  }
  growth /= total;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const double off = candidates[i].growth - growth;
    variance += weights[i] * (candidates[i].variance + off * off) / total;
  }
  return {growth, std::sqrt(variance), dof};
}

}  // namespace

std::optional<AgeSlope> EstimateGrowth(std::span<const double> age, std::span<const double> x,
                                       GrowthDesigns* designs) {
  Stretches cut = Cut(age, x);
  const size_t n = cut.age.size();
  if (n < kMinStretches) return std::nullopt;
  const LeastSquaresFit line = FitLeastSquares({cut.age}, cut.x);
  const double dof = static_cast<double>(n) - 3;
  const double mean = Mean(cut.x);
  double squares = 0;
  for (double& value : cut.x) {
    value -= mean;
    squares += value * value;
  }
  const double sd = std::sqrt(squares / static_cast<double>(n));
  const double rest_sd = std::sqrt(line.sse / static_cast<double>(n));
  if (rest_sd <= kStraight * sd) return AgeSlope{line.coefficients[0], rest_sd, dof};
  for (double& value : cut.x) value /= sd;
  const std::vector<GrowthCandidate> candidates = designs->Of(cut.age, cut.count)->Fit(cut.x);
  if (candidates.empty()) return std::nullopt;
  const AgeSlope average = Average(candidates, dof);
  return AgeSlope{sd * average.growth, sd * average.error, dof};
}

}  // namespace perfleak
