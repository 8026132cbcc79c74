// When growth meets a limit. One slope with its interval is far too sure of itself: counters change
// pace, and a log sees only some hours of a week. So several courses are believed, each with the
// weight it deserves, and each as surely as it is known.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/time.h"
#include "trend/trend.h"

namespace perfleak {
namespace {

constexpr double kForeseeable = 0.1;
constexpr double kForeseeable_s = 10 * 365 * kSecondsPerDay;
constexpr double kLongest_s = 1e13;  // beyond that "never" is the better word
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Phi(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// z of a value over a spread that may be 0.
double Deviate(double value, double spread) {
  if (spread > 0) return value / spread;
  return value == 0 ? 0 : std::copysign(kInfinity, value);
}

// A course with what its hours add up to.
class Path {
 public:
  explicit Path(const Course& course) : rate_(course.rate) {
    if (course.hourly_per_s.empty()) return;
    double mean = 0;
    for (const double per_s : course.hourly_per_s) mean += per_s;
    mean /= static_cast<double>(course.hourly_per_s.size());
    ahead_.push_back(0);
    for (const double per_s : course.hourly_per_s) {
      ahead_.push_back(ahead_.back() + (per_s - mean) * kSecondsPerHour);
    }
  }

  // Probability that `head` is used up at t_s.
  double MetAt(double t_s, double head, double level_sd) const {
    const double value = rate_.per_s + (Ahead(t_s) - head) / t_s;
    return Phi(Deviate(value, std::hypot(rate_.error, level_sd / t_s)));
  }

 private:
  // Growth until t_s over that of a steady rate.
  double Ahead(double t_s) const {
    if (ahead_.empty()) return 0;
    const auto hours = static_cast<double>(ahead_.size() - 1);
    const double at = std::fmod(t_s / kSecondsPerHour, hours);
    const auto hour = static_cast<size_t>(at);
    return ahead_[hour] + (at - static_cast<double>(hour)) * (ahead_[hour + 1] - ahead_[hour]);
  }

  Rate rate_;
  std::vector<double> ahead_;  // by hour, one more than there are; it ends where it began
};

class Mixture {
 public:
  Mixture(std::span<const Course> courses, std::span<const double> heads, double level_sd)
      : heads_(heads), level_sd_(level_sd) {
    for (const Course& course : courses) {
      paths_.emplace_back(course);
      weights_.push_back(course.weight);
    }
  }

  // Probability that the limit is met within t_s: at the worst of all hours until then, or, as the
  // same hours come again, at the last of each kind.
  double MetBy(double t_s) const {
    const double hours = std::floor(t_s / kSecondsPerHour);
    double most = MetAt(t_s, hours);
    for (double back = 0; back < static_cast<double>(heads_.size() - 1) && back < hours; ++back) {
      most = std::max(most, MetAt((hours - back) * kSecondsPerHour, hours - back - 1));
    }
    return most;
  }

  // First time with MetBy >= p, by bisection of its logarithm; infinite if there is none.
  double Quantile(double p) const {
    if (MetBy(kLongest_s) < p) return kInfinity;
    double low = std::log(1e-3), high = std::log(kLongest_s);
    for (int i = 0; i < 80; ++i) {
      const double middle = (low + high) / 2;
      (MetBy(std::exp(middle)) < p ? low : high) = middle;
    }
    return std::exp(high);
  }

 private:
  double MetAt(double t_s, double hour) const {
    const double head =
        heads_[static_cast<size_t>(std::fmod(hour, static_cast<double>(heads_.size())))];
    double sum = 0;
    for (size_t i = 0; i < paths_.size(); ++i) {
      sum += weights_[i] * paths_[i].MetAt(t_s, head, level_sd_);
    }
    return sum;
  }

  std::span<const double> heads_;
  double level_sd_;
  std::vector<Path> paths_;
  std::vector<double> weights_;
};

}  // namespace

Forecast ForecastLimit(std::span<const Course> courses, std::span<const double> head_by_hour,
                       double level_sd) {
  Forecast forecast;
  forecast.p10_s = forecast.p50_s = forecast.p90_s = kInfinity;
  if (courses.empty() || head_by_hour.empty() || !std::isfinite(head_by_hour.front()))
    return forecast;
  if (head_by_hour.front() <= 0) return {true, 0, 0, 0};
  const Mixture mixture(courses, head_by_hour, level_sd);
  forecast.p10_s = mixture.Quantile(0.1);
  forecast.p50_s = mixture.Quantile(0.5);
  forecast.p90_s = mixture.Quantile(0.9);
  forecast.foreseeable = mixture.MetBy(kForeseeable_s) >= kForeseeable;
  return forecast;
}

}  // namespace perfleak
