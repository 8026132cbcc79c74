// All explanations of growth that growth_rate.h averages, for one set of stretches of time: the
// shapes, and the covariances of what a shape leaves.
#ifndef PERFLEAK_TREND_GROWTH_DESIGN_H_
#define PERFLEAK_TREND_GROWTH_DESIGN_H_

#include <algorithm>
#include <span>
#include <vector>

namespace perfleak {

// What one shape under one covariance says of a series.
struct GrowthCandidate {
  double log_weight = 0;  // how well it explains the series, up to a constant
  double growth = 0;      // per unit of age
  double variance = 0;    // of the growth
};

// Most of the work does not depend on the series: Fit takes a twentieth of the time that making the
// design takes.
class GrowthDesign {
 public:
  // The mean age of each stretch, ascending within 0 .. 1, and the number of its buckets, as many.
  // Requires at least 8.
  GrowthDesign(std::span<const double> age, std::span<const double> count);
  ~GrowthDesign();

  bool IsOf(std::span<const double> age, std::span<const double> count) const {
    return std::ranges::equal(age, age_) && std::ranges::equal(count, count_);
  }

  // By generalised least squares, of every combination that can be fitted. x has one value a
  // stretch, of mean 0 and sd 1.
  std::vector<GrowthCandidate> Fit(std::span<const double> x) const;

 private:
  class Explanation;
  std::vector<double> age_, count_;
  std::vector<Explanation> explanations_;
};

}  // namespace perfleak

#endif  // PERFLEAK_TREND_GROWTH_DESIGN_H_
