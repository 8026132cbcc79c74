// Families of which nobody can tell from the log whether they leak. The right verdict is never
// "leak"; "watch" is allowed.
#include <algorithm>
#include <cmath>

#include "families.h"
#include "portable_math.h"

namespace perfleak::sim {
namespace {

Series Walk(Desk& desk) {
  Curve value = Base(desk);
  const double end_sd = std::max(desk.level * LogUniform(desk.rng, .05, .5), 4 * desk.Material());
  const double per_sqrt_hour = end_sd / std::sqrt(desk.span_s() / 3600);
  Add(value, Play(desk, RandomWalk(per_sqrt_hour, desk.rng.Fork("walk"))));
  // Mirrored at a floor: memory is not negative.
  const double floor = .2 * desk.level;
  for (double& v : value) v = floor + std::fabs(v - floor);
  return Finish(desk, value);
}

Series LogFill(Desk& desk) {
  Curve value = Base(desk);
  const double size = ShapeSize(desk);
  const double t0 = LogUniform(desk.rng, .005, .05);
  Add(value, Draw(desk, [=](double s) { return size * Log(1 + s / t0) / Log(1 + 1 / t0); }));
  return Finish(desk, value);
}

Series LongWarmUp(Desk& desk) {
  Curve value = Base(desk);
  const double size = ShapeSize(desk);
  const double tau = desk.rng.Uniform(.4, 1);
  Add(value, Draw(desk, [=](double s) { return size * (1 - Exp(-s / tau)); }));
  return Finish(desk, value);
}

Series UnseenMorning(Desk& desk) {
  Curve value = Base(desk);
  const double size = ShapeSize(desk);
  const double lag_s = desk.span_s() * LogUniform(desk.rng, .005, .05);
  Add(value, Play(desk, FollowLoad(size, lag_s)));
  return Finish(desk, value);
}

}  // namespace

std::vector<Family> AmbiguousFamilies() {
  using enum FamilySet;
  using enum Truth;
  return {
      {"random-walk", kAmbiguous, kFitting, kAllGrids, Needs::kAny, Measures::kAll, Walk},
      {"log-fill", kAmbiguous, kFitting, kAllGrids, Needs::kAny, Measures::kAll, LogFill},
      {"warm-up-long", kAmbiguous, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll, LongWarmUp},
      {"part-of-day-unseen", kAmbiguous, kFitting, kHourGrids, Needs::kHiddenRise, Measures::kAll,
       UnseenMorning},
  };
}

}  // namespace perfleak::sim
