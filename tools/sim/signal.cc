#include "signal.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "portable_math.h"

namespace perfleak::sim {

Signal Sum(std::vector<Signal> parts) {
  return [parts = std::move(parts)](const Moment& m, double age_s) {
    double sum = 0;
    for (const Signal& part : parts) sum += part(m, age_s);
    return sum;
  };
}

Signal Ar1(double sd, double tau_s, Rng rng) {
  const double first = sd * rng.Gaussian();
  return [=, x = first, rng = rng](const Moment& m, double) mutable {
    const double keep = Exp(-m.dt_s / tau_s);
    x = keep * x + std::sqrt(1 - keep * keep) * sd * rng.Gaussian();
    return x;
  };
}

Signal Jumps(double sd, double mean_hold_s, Rng rng) {
  const double first = sd * rng.Gaussian();
  return [=, x = first, rng = rng](const Moment& m, double) mutable {
    if (rng.Chance(1 - Exp(-m.dt_s / mean_hold_s))) x = .6 * x + .8 * sd * rng.Gaussian();
    return x;
  };
}

Signal RandomWalk(double sd_per_sqrt_hour, Rng rng) {
  return [=, x = 0.0, rng = rng](const Moment& m, double) mutable {
    x += sd_per_sqrt_hour * std::sqrt(m.dt_s / 3600) * rng.Gaussian();
    return x;
  };
}

Signal Daily(double amplitude, double peak_hour) {
  return [=](const Moment& m, double) {
    return amplitude * SinOfTurns((m.hour - peak_hour) / 24 + .25);
  };
}

Signal FollowLoad(double at_full_load, double lag_s) {
  return [=, x = -1.0](const Moment& m, double age_s) mutable {
    // A process that ran before the log began is where its load has put it.
    if (x < 0) x = age_s > lag_s ? m.load : 0;
    x += (m.load - x) * (1 - Exp(-m.dt_s / lag_s));
    return at_full_load * x;
  };
}

Signal FollowBackup(double amount) {
  return [=](const Moment& m, double) { return amount * m.backup; };
}

Signal WorkingHours(double amount, double from_hour, double to_hour, Rng rng) {
  return [=](const Moment& m, double) {
    if (m.weekday == 0 || m.weekday == 6) return 0.0;
    Rng today = rng.Fork(std::to_string(m.day));
    const double from = from_hour + today.Uniform(-.5, .5);
    const double to = to_hour + today.Uniform(-.5, .5);
    return m.hour >= from && m.hour < to ? amount : 0.0;
  };
}

Signal WarmUp(double amount, double tau_s) {
  return [=](const Moment&, double age_s) { return amount * (1 - Exp(-age_s / tau_s)); };
}

Signal CacheFill(double amount, double tau_s, Rng rng) {
  return [=, filled = -1.0, rng = rng](const Moment& m, double age_s) mutable {
    // Before the log began the load was the average of a week, about 0.4.
    if (filled < 0) filled = 1 - Exp(-.4 * age_s / tau_s);
    const double take = m.load * m.dt_s / tau_s * (1 + .3 * rng.Gaussian());
    filled += (1 - filled) * (1 - Exp(-std::max(take, 0.0)));
    return amount * filled;
  };
}

Signal StepAt(double t_s, double amount) {
  return [=](const Moment& m, double) { return m.t_s >= t_s ? amount : 0; };
}

Signal RampTo(double amount, double length_s) {
  return [=](const Moment&, double age_s) { return amount * std::min(age_s / length_s, 1.0); };
}

Signal Sawtooth(double amplitude, double period_s, Rng rng) {
  const double first = amplitude * rng.Uniform();
  return [=, x = first, top = amplitude, rng = rng](const Moment& m, double) mutable {
    x += amplitude * m.dt_s / period_s * (.1 + 2 * m.load) * rng.Uniform(.6, 1.4);
    if (x > top) {
      x = amplitude * rng.Uniform(.12, .22);
      top = amplitude * rng.Uniform(.8, 1.1);
    }
    return x;
  };
}

double LeakMeter::Advance(const Moment& m) {
  if (m.t_s <= leak_.onset_s || m.t_s > leak_.end_s) return leaked_;
  if (m.headroom_b < kExhaustedHeadroom) return leaked_;
  const double busy = std::max(0.0, m.load - leak_.idle_below);
  double work = leak_.constant_share + (1 - leak_.constant_share) * busy;
  if (leak_.twice_after_s > 0) work *= 1 + (m.t_s - leak_.onset_s) / leak_.twice_after_s;
  const double noise = std::max(0.0, 1 + leak_.jitter * rng_.Gaussian());
  pending_ += leak_.per_hour * m.dt_s / 3600 * work * noise;
  const double steps = std::floor(pending_ / leak_.quantum);
  pending_ -= steps * leak_.quantum;
  leaked_ += steps * leak_.quantum;
  return leaked_;
}

}  // namespace perfleak::sim
