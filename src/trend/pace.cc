#include "trend/pace.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "trend/bend.h"
#include "trend/huber.h"
#include "trend/judge.h"
#include "trend/order_statistics.h"
#include "trend/slope_fit.h"
#include "trend/window.h"

namespace perfleak {
namespace {

constexpr double kClear = 3;    // standard errors for the load to count
constexpr double kQuiet = 0.1;  // of the buckets, those with the least load

Window Since(const Window& window, double from_s) {
  if (!(window.span_s > 0)) return window;
  const size_t begin = FirstFrom(window, (from_s - window.from_s) / window.span_s);
  if (begin == 0 || begin + kMinBuckets > window.size()) return window;
  return Slice(window, begin, window.size());
}

// Integral of the load over its mean, in seconds times load.
Column WorkDone(const Window& window, double mean) {
  Column done(window.size(), 0.0);
  for (size_t i = 1; i < window.size(); ++i) {
    const double step_s = (window.age[i] - window.age[i - 1]) * window.span_s;
    done[i] = done[i - 1] + step_s * ((window.load[i] + window.load[i - 1]) / 2 - mean);
  }
  return done;
}

double QuietLoad(std::vector<double> load) {
  const auto at =
      load.begin() + static_cast<std::ptrdiff_t>(kQuiet * static_cast<double>(load.size()));
  std::nth_element(load.begin(), at, load.end());
  return *at;
}

// Finds b and takes what hangs on the load out of the window; the rest grows at mean load.
void FollowLoad(Window* window, Pace* pace) {
  pace->load = Mean(window->load);
  const Column done = WorkDone(*window, pace->load);
  const HuberFit fit = FitHuber({window->age, done, window->load}, window->x);
  const Column own = Residualize(done, {window->age, window->load}, fit.weights);
  const double error = SlopeError(own, fit.weights, fit.residuals, fit.rank);
  const double per_s = fit.coefficients[0] / window->span_s;
  const double swing = pace->load - QuietLoad(window->load);
  if (!(per_s > 0) || !(swing > 0) || !(pace->load > 0)) return;
  const double most = per_s / swing;
  // Unseen, a leak may hang on the load altogether, but not more than that.
  pace->per_load_error = std::min(error, per_s / pace->load);
  if (!(fit.coefficients[1] > kClear * error)) return;
  pace->per_load = std::min(fit.coefficients[1], most);
  for (size_t i = 0; i < window->size(); ++i) {
    const double by_load = pace->per_load * done[i] + fit.coefficients[2] * window->load[i];
    window->x[i] -= by_load;
    window->floor[i] -= by_load;
  }
  window->load.clear();
}

Pace FitFrom(Window* window) {
  Pace pace;
  if (window->size() >= kMinBuckets && !window->load.empty()) FollowLoad(window, &pace);
  const SlopeFit fit = FitSlopes(*window);
  const std::array slopes{fit.whole, fit.recent_40, fit.recent_25};
  std::transform(slopes.begin(), slopes.end(), pace.rates.begin(), [&](const AgeSlope& slope) {
    return Rate{slope.growth / window->span_s, slope.error / window->span_s};
  });
  pace.level_sd = fit.residual_sd;
  return pace;
}

}  // namespace

Pace FitPace(const BucketSeries& series, double from_s, bool falling_is_bad) {
  const Window window = Since(LongestSide(MakeWindow(series, falling_is_bad)), from_s);
  if (window.size() < 3 || !(window.span_s > 0)) return {};
  Window calm = window;
  const Pace pace = FitFrom(&calm);
  // What was level before growth began does not slow it. Only without the load is a bend a bend.
  const std::optional<double> bend = FindBend(calm);
  const size_t begin = bend ? FirstFrom(window, *bend) : 0;
  if (begin == 0 || begin + kMinBuckets > window.size()) return pace;
  Window since = Slice(window, begin, window.size());
  return FitFrom(&since);
}

}  // namespace perfleak
