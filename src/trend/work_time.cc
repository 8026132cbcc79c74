#include "trend/work_time.h"

#include <algorithm>
#include <cmath>

#include "base/time.h"
#include "trend/bend.h"
#include "trend/least_squares.h"

namespace perfleak {
namespace {

// In less than two working days a morning's warm-up looks like the morning's work.
constexpr double kLeastSpan_s = 1.5 * kSecondsPerDay;
constexpr double kStraighter = 0.8;  // squares left by a line over work, of those over the clock

// Share of all load above `idle` that was done up to each bucket; empty if there was none.
Column WorkDone(const Window& window, double idle) {
  Column done(window.size(), 0.0);
  for (size_t i = 1; i < window.size(); ++i) {
    const double load = std::max(0.0, (window.load[i] + window.load[i - 1]) / 2 - idle);
    done[i] = done[i - 1] + load * (window.age[i] - window.age[i - 1]);
  }
  const double all = done.back();
  if (!(all > 0) || !std::isfinite(all)) return {};
  for (double& share : done) share /= all;
  return done;
}

// Squares left by the best of what growth may look like over the clock: a line, which leaves
// `line`, behind a warm-up or broken once.
double LeastOverClock(const Column& age, std::span<const double> x, double line,
                      SaturationGrids* grids) {
  const SaturationFit saturation = grids->Of(age)->Fit(x);
  const double broken = line * std::exp(-FindHalt(age, x).gain);
  return std::min({line, broken, saturation.found ? saturation.sse : line});
}

}  // namespace

std::optional<Window> InWorkTime(const Window& window, std::span<const double> x,
                                 std::span<const double> x_over_clock, SaturationGrids* grids) {
  if (window.load.empty() || window.span_s < kLeastSpan_s) return std::nullopt;
  const double line_over_clock = FitLeastSquares({window.age}, x_over_clock).sse;
  double least_sse = kStraighter * line_over_clock;
  Column best;
  // A program may leak in whatever the machine does, or only in what it does when it is not idle.
  for (const double idle : {0.0, *std::min_element(window.load.begin(), window.load.end())}) {
    Column done = WorkDone(window, idle);
    if (done.empty()) continue;
    const double sse = FitLeastSquares({done}, x).sse;
    if (sse >= least_sse) continue;
    least_sse = sse;
    best = std::move(done);
  }
  // Warm-ups and breaks, which cost most, are tried only against work that is straighter than a
  // line.
  const double over_clock =
      best.empty() ? 0 : LeastOverClock(window.age, x_over_clock, line_over_clock, grids);
  if (best.empty() || least_sse >= kStraighter * over_clock) return std::nullopt;
  Window over_work = window;
  over_work.age = std::move(best);
  return over_work;
}

}  // namespace perfleak
