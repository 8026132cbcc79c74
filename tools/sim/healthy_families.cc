// Families that do not leak, though many grow: whoever only looks for significant growth calls half
// of them.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "families.h"
#include "pdh_csv.h"
#include "portable_math.h"

namespace perfleak::sim {
namespace {

constexpr double kFourGiB = 4294967296.0;

Series WithShape(Desk& desk, Curve base, const Curve& shape) {
  Add(base, shape);
  return Finish(desk, base);
}

// Noise.

Series WhiteNoise(Desk& desk) {
  desk.noise.tau_s = 0;
  return Finish(desk, Base(desk, false));
}

Series CorrelatedNoise(Desk& desk) {
  desk.noise.tau_s = desk.span_s() * LogUniform(desk.rng, .005, .033);
  return Finish(desk, Base(desk));
}

Series SlowWander(Desk& desk) {
  const Curve base = Base(desk);
  const double sd = desk.level * LogUniform(desk.rng, .005, .06);
  const double tau_s = desk.span_s() * desk.rng.Uniform(.033, .07);
  return WithShape(desk, base, Play(desk, Ar1(sd, tau_s, desk.rng.Fork("wander"))));
}

Series QuantisedCount(Desk& desk) {
  desk.level = LogUniform(desk.rng, 20, 300);
  desk.noise = {.sd = desk.rng.Uniform(.25, 1.5),
                .tau_s = desk.span_s() * LogUniform(desk.rng, .003, .033)};
  return Finish(desk, Base(desk, false));
}

// Cycles.

Series DailyCycle(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const double peak_hour = desk.rng.Uniform(0, 24);
  const double sharp = desk.rng.Uniform(0, .35);
  const double unsteady = desk.rng.Uniform(0, .15);
  const Rng days = desk.rng.Fork("days");
  const Signal cycle = [=](const Moment& m, double) {
    Rng today = days.Fork(std::to_string(m.day));
    const double turn = (m.hour - peak_hour) / 24 + .25;
    const double shape = .5 + .5 * SinOfTurns(turn) - sharp * .5 * (1 + SinOfTurns(2 * turn + .25));
    return size * shape * (1 + unsteady * today.Gaussian());
  };
  return WithShape(desk, base, Play(desk, cycle));
}

// One of three: rises through the week and is back on Saturday, working days high, a sine.
Series WeeklyCycle(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const int64_t kind = desk.rng.Integer(0, 2);
  const double phase = desk.rng.Uniform();
  const Signal cycle = [=](const Moment& m, double) {
    const double day = m.weekday + m.hour / 24;  // since Sunday 0:00
    const bool work = m.weekday >= 1 && m.weekday <= 5;
    if (kind == 0) return work ? size * (day - 1) / 5 : 0;
    if (kind == 1) return work ? size : 0;
    return size * (.5 + .5 * SinOfTurns(day / 7 + phase));
  };
  return WithShape(desk, base, Play(desk, cycle));
}

Series LoadFollower(Desk& desk) {
  const Curve base = Base(desk, false);
  const double size = ShapeSize(desk);
  const double lag_s = desk.span_s() * LogUniform(desk.rng, .0005, .01);
  return WithShape(desk, base, Play(desk, FollowLoad(size, lag_s)));
}

Series BatchWindows(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const bool daily = desk.clock.grid.span_s >= 2 * kDaySeconds;
  const double period = daily ? kDaySeconds / desk.span_s() : 1 / desk.rng.Uniform(5, 12);
  const double share = desk.rng.Uniform(.08, .45);
  const double phase = desk.rng.Uniform();
  const Rng runs = desk.rng.Fork("runs");
  const Curve shape = Draw(desk, [&](double s) {
    const double turn = s / period + phase;
    Rng run = runs.Fork(std::to_string(static_cast<int>(turn)));
    const double length = share * run.Uniform(.8, 1.2);
    return turn - std::floor(turn) < length ? size * run.Uniform(.8, 1.2) : 0;
  });
  return WithShape(desk, base, shape);
}

// Filling up.

Series WarmUpWithin(Desk& desk, double least_tau, double most_tau) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const double tau = LogUniform(desk.rng, least_tau, most_tau);
  return WithShape(desk, base, Draw(desk, [=](double s) { return size * (1 - Exp(-s / tau)); }));
}

Series FastWarmUp(Desk& desk) { return WarmUpWithin(desk, .01, .15); }

Series SlowWarmUp(Desk& desk) { return WarmUpWithin(desk, .15, .3); }

Series TwoWarmUps(Desk& desk) {
  const Curve base = Base(desk);
  const double first = ShapeSize(desk);
  const double second = first * desk.rng.Uniform(.4, 1.5);
  const double first_tau = LogUniform(desk.rng, .01, .1);
  const double second_tau = LogUniform(desk.rng, .03, .1);
  const double onset = desk.rng.Uniform(.2, .5);
  const Curve shape = Draw(desk, [=](double s) {
    const double late = s > onset ? second * (1 - Exp(-(s - onset) / second_tau)) : 0;
    return first * (1 - Exp(-s / first_tau)) + late;
  });
  return WithShape(desk, base, shape);
}

Series LogFillToCap(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const double t0 = LogUniform(desk.rng, .005, .05);
  const double full = desk.rng.Uniform(.25, .6);
  const Curve shape = Draw(
      desk, [=](double s) { return size * Log(1 + std::min(s, full) / t0) / Log(1 + full / t0); });
  return WithShape(desk, base, shape);
}

Series FillToMaximum(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const double full = desk.rng.Uniform(.15, .75);
  const Curve shape = Draw(desk, [=](double s) { return size * std::min(s / full, 1.0); });
  return WithShape(desk, base, shape);
}

// Collected heaps.

Series GcSawtooth(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const double period_s = std::max(desk.span_s() / desk.rng.Uniform(12, 80), 8 * desk.dt_s());
  return WithShape(desk, base, Play(desk, Sawtooth(size, period_s, desk.rng.Fork("heap"))));
}

// The floor of small collections rises until a full one: three of them at least in the log.
Series GcFullCollections(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const double small = size * desk.rng.Uniform(.1, .5);
  const double cycles = desk.rng.Uniform(3.7, 8);
  const double small_per_full = desk.rng.Uniform(6, 20);
  double full_phase = desk.rng.Uniform();
  double small_phase = desk.rng.Uniform();
  double pace = 1;
  const double step = 1 / static_cast<double>(desk.rows() - 1);
  Curve shape(desk.rows());
  for (double& v : shape) {
    full_phase += cycles * step * pace;
    small_phase += cycles * small_per_full * step;
    small_phase -= std::floor(small_phase);
    if (full_phase >= 1) {
      full_phase = 0;
      pace = desk.rng.Uniform(.87, 1.15);
    }
    v = size * full_phase + small * small_phase;
  }
  return WithShape(desk, base, shape);
}

// Steps.

Curve StepsAt(const Desk& desk, const std::vector<double>& times,
              const std::vector<double>& sizes) {
  return Draw(desk, [&](double s) {
    double sum = 0;
    for (size_t i = 0; i < times.size(); ++i) sum += s >= times[i] ? sizes[i] : 0;
    return sum;
  });
}

Series OneStep(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const double at = desk.rng.Uniform(.08, .88);
  const double sign = desk.rng.Chance(.75) ? 1 : -.6;
  return WithShape(desk, base, StepsAt(desk, {at}, {sign * size}));
}

// Uneven, at any time; four that all go up would be a leak's stairs, so that one goes down.
Series FewSteps(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const auto count = static_cast<int>(desk.rng.Integer(2, 4));
  const std::vector<double> times = RandomTimes(desk.rng, count, .06, .78);
  std::vector<double> sizes;
  for (int i = 0; i < count; ++i) sizes.push_back(size * LogUniform(desk.rng, .2, 1));
  const auto down = static_cast<size_t>(desk.rng.Integer(1, count - 1));
  if (count == 4) sizes[down] = -std::min(sizes[down], sizes[down - 1]);
  return WithShape(desk, base, StepsAt(desk, times, sizes));
}

Series StairsThatStop(Desk& desk) {
  const Curve base = Base(desk);
  const double size = ShapeSize(desk);
  const auto count = static_cast<int>(desk.rng.Integer(6, 15));
  const double stop = desk.rng.Uniform(.3, .6);
  const std::vector<double> times = RandomTimes(desk.rng, count, 0, stop);
  const std::vector<double> sizes(times.size(), size / count);
  return WithShape(desk, base, StepsAt(desk, times, sizes));
}

Series BurstsAndBack(Desk& desk) {
  Curve value = Base(desk);
  const double size = ShapeSize(desk);
  const int64_t count = desk.rng.Integer(1, 6);
  for (int64_t i = 0; i < count; ++i) {
    const double length = LogUniform(desk.rng, .01, .1);
    const double from = desk.rng.Uniform(.02, .95 - length);
    const double height = size * desk.rng.Uniform(.4, 1);
    const double rise = desk.rng.Chance(.5) ? length : .001;
    Add(value, Draw(desk, [=](double s) {
          const double age = s - from;
          return age > 0 && age < length ? height * std::min(age / rise, 1.0) : 0.0;
        }));
  }
  return Finish(desk, value);
}

Series BacklogDrains(Desk& desk) {
  Curve value = Base(desk);
  const double size = ShapeSize(desk);
  const double from = desk.rng.Uniform(.02, .4);
  const double peak = from + desk.rng.Uniform(.1, .3);
  const double empty = std::min(peak + desk.rng.Uniform(.05, .3), .92);
  Add(value, Draw(desk, [=](double s) {
        if (s < from || s > empty) return 0.0;
        return size * (s < peak ? (s - from) / (peak - from) : (empty - s) / (empty - peak));
      }));
  return Finish(desk, value);
}

// Lives.

void AddWarmUps(Curve& value, const std::vector<RowRange>& lives, double size, double tau_rows) {
  for (const RowRange& life : lives) {
    for (size_t i = life.begin; i < life.end; ++i) {
      value[i] += size * (1 - Exp(-static_cast<double>(i - life.begin) / tau_rows));
    }
  }
}

Series Restarts(Desk& desk) {
  Curve value = Base(desk);
  const double size = ShapeSize(desk);
  const auto count = static_cast<int>(desk.rng.Integer(3, 7));
  const int least_gap = desk.clock.pids_logged ? 0 : 1;
  const std::vector<RowRange> lives = PlanLives(desk, count, .7, least_gap, 3);
  const double mean_rows = static_cast<double>(desk.rows()) / count;
  AddWarmUps(value, lives, size, mean_rows * LogUniform(desk.rng, .02, .15));
  return FinishLives(desk, value, lives);
}

Series CrashLoop(Desk& desk) {
  Curve value = Base(desk);
  const double size = ShapeSize(desk);
  const auto count = static_cast<int>(desk.rng.Integer(20, 100));
  const int least_gap = desk.clock.pids_logged ? 0 : 1;
  const std::vector<RowRange> lives = PlanLives(desk, count, .6, least_gap, 2);
  const double mean_rows = static_cast<double>(desk.rows()) / count;
  AddWarmUps(value, lives, size, mean_rows * desk.rng.Uniform(.1, .35));
  return FinishLives(desk, value, lives);
}

// Three or four processes of one image, of different sizes. One that is not the last exits, and
// those after it move down a column: the columns jump, the processes stay as they were.
Series Renumbered(Desk& desk) {
  const auto count = static_cast<size_t>(desk.rng.Integer(3, 4));
  const size_t exit_row = desk.RowAt(desk.rng.Uniform(.15, .85));
  const auto leaver = static_cast<size_t>(desk.rng.Integer(0, static_cast<int64_t>(count) - 2));
  const double first_level = desk.level;
  double scale = 1;
  Series all;
  for (size_t i = 0; i < count; ++i) {
    desk.level = first_level * scale;
    scale *= desk.rng.Uniform(1.15, 2.5);
    all.columns.push_back(Finish(desk, Base(desk)).columns[0]);
  }
  for (size_t row = exit_row; row < desk.rows(); ++row) {
    for (size_t i = leaver; i < count; ++i) {
      InstanceColumn& column = all.columns[i];
      column.value[row] = i + 1 < count ? all.columns[i + 1].value[row] : kMissing;
      column.pid[row] = i + 1 < count ? all.columns[i + 1].pid[row] : 0;
    }
  }
  all.level = first_level;
  all.noise_sd = desk.noise_sd;
  all.lives = static_cast<int>(count);
  return all;
}

// What logs do.

Series GapsAndZeros(Desk& desk) {
  Series series = Finish(desk, Base(desk));
  InstanceColumn& column = series.columns[0];
  const bool zeros = desk.rng.Chance(.4);
  const int64_t count = desk.rng.Integer(1, 5);
  const auto lose = [&](double from, double to, bool as_zero) {
    for (size_t i = desk.RowAt(from); i < desk.RowAt(to); ++i) {
      column.value[i] = as_zero ? 0 : kMissing;
      column.pid[i] = 0;
    }
  };
  for (int64_t i = 0; i < count; ++i) {
    const double from = desk.rng.Uniform(.02, .9);
    const double length = LogUniform(desk.rng, .002, .12);
    lose(from, std::min(from + length, .98), zeros);
  }
  // The process ends, and its column stays.
  if (desk.rng.Chance(.35)) lose(desk.rng.Uniform(.5, .9), 1, zeros);
  return series;
}

// A level about 4 GiB that a 32-bit counter wraps, or any level with a few samples of 4294967295.
Series CounterWrap(Desk& desk) {
  const bool wraps = desk.bytes() && desk.rng.Chance(.5);
  if (wraps) {
    desk.level = kFourGiB * desk.rng.Uniform(.9, 1.02);
    desk.noise.sd = desk.level * LogUniform(desk.rng, .01, .04);
  }
  Series series = Finish(desk, Base(desk));
  for (double& v : series.columns[0].value) {
    if (wraps && v >= kFourGiB) v -= kFourGiB;
    if (!wraps && desk.rng.Chance(.004)) v = kFourGiB - 1;
  }
  return series;
}

// Grows for sure, and by too little to matter.
Series ImmaterialDrift(Desk& desk) {
  const bool small_level = desk.rng.Chance(.3);
  if (desk.bytes()) {
    desk.level = small_level ? LogUniform(desk.rng, 5 * kMiB, 40 * kMiB)
                             : LogUniform(desk.rng, 512 * kMiB, 8192 * kMiB);
  } else {
    desk.level = small_level ? LogUniform(desk.rng, 100, 800) : LogUniform(desk.rng, 4000, 50000);
  }
  const double absolute = desk.bytes() ? .7 * kMiB : 5;
  const double limit = small_level ? absolute : .0035 * desk.level;
  const double total = limit * desk.rng.Uniform(.4, 1);
  desk.noise = {.sd = total * LogUniform(desk.rng, .02, .2)};
  const Curve base = Base(desk, false);
  const size_t last = desk.rows() - 1;
  const Curve drift = EvenLeak(desk, total, 0, last);
  Series series = FinishLeak(desk, base, drift, 0, last);
  series.onset_s.reset();
  return series;
}

}  // namespace

std::vector<Family> HealthyFamilies() {
  using enum FamilySet;
  using enum Truth;
  return {
      // Noise.
      {"white-noise", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, WhiteNoise},
      {"correlated-noise", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll,
       CorrelatedNoise},
      {"slow-wander", kHealthy, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll, SlowWander},
      {"quantised-count", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kCounts,
       QuantisedCount},
      // Cycles and load.
      {"daily-cycle", kHealthy, kFitting, kDayGrids, Needs::kAny, Measures::kAll, DailyCycle},
      {"weekly-cycle", kHealthy, kHeldOut, kMonthGrids, Needs::kAny, Measures::kAll, WeeklyCycle},
      {"part-of-day", kHealthy, kFitting, kHourGrids, Needs::kRisingLoad, Measures::kAll,
       LoadFollower},
      {"follows-load", kHealthy, kFitting, kAllGrids, Needs::kLoad, Measures::kAll, LoadFollower},
      {"follows-growing-load", kHealthy, kFitting, kDayGrids, Needs::kRisingLoad, Measures::kAll,
       LoadFollower},
      {"batch-windows", kHealthy, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll, BatchWindows},
      // Filling up.
      {"warm-up", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, FastWarmUp},
      {"warm-up-slow", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, SlowWarmUp},
      {"two-warm-ups", kHealthy, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll, TwoWarmUps},
      {"log-fill-to-cap", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, LogFillToCap},
      {"fill-to-maximum", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll,
       FillToMaximum},
      // Given back.
      {"gc-sawtooth", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kBytes, GcSawtooth},
      {"gc-full-collections", kHealthy, kHeldOut, kAllGrids, Needs::kAny, Measures::kBytes,
       GcFullCollections},
      {"bursts-and-back", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll,
       BurstsAndBack},
      {"backlog-drains", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, BacklogDrains},
      // Steps.
      {"one-step", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, OneStep},
      {"few-steps", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, FewSteps},
      {"stairs-that-stop", kHealthy, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll,
       StairsThatStop},
      // Lives.
      {"restarts", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, Restarts},
      {"crash-loop", kHealthy, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll, CrashLoop},
      {"renumbered", kHealthy, kFitting, kAllGrids, Needs::kPids, Measures::kAll, Renumbered},
      // What logs do.
      {"gaps-and-zeros", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll, GapsAndZeros},
      {"counter-wrap", kHealthy, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll, CounterWrap},
      {"immaterial-drift", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kAll,
       ImmaterialDrift},
  };
}

}  // namespace perfleak::sim
