// Families that leak, by a known amount. Each takes at least .8 % of its level and 1.6 MiB or 12
// units over the log.
#include <algorithm>
#include <cmath>
#include <functional>

#include "families.h"
#include "pdh_csv.h"
#include "portable_math.h"

namespace perfleak::sim {
namespace {

size_t LastRow(const Desk& desk) { return desk.rows() - 1; }

// A leak over the whole log that takes `total`, at the rate of `rate`(row), in any unit.
Curve LeakAtRate(Desk& desk, double total, const std::function<double(size_t)>& rate) {
  Curve leak(desk.rows());
  double sum = 0;
  for (size_t i = 1; i < leak.size(); ++i) {
    sum += rate(i) * std::max(0.0, 1 + .3 * desk.rng.Gaussian());
    leak[i] = sum;
  }
  for (double& v : leak) v *= total / sum;
  return leak;
}

Series WholeLog(Desk& desk, const Curve& base, const Curve& leak) {
  return FinishLeak(desk, base, leak, 0, LastRow(desk));
}

// Steps at `times`, uneven, `total` together.
Curve LeakInSteps(Desk& desk, double total, const std::vector<double>& times) {
  Curve leak(desk.rows());
  double sum = 0;
  for (const double time : times) {
    const double size = desk.rng.Uniform(.6, 1.4);
    sum += size;
    for (size_t i = std::max<size_t>(desk.RowAt(time), 1); i < leak.size(); ++i) leak[i] += size;
  }
  for (double& v : leak) v *= total / sum;
  return leak;
}

// Paces.

Series Constant(Desk& desk) {
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 1.5, 100);
  return WholeLog(desk, base, EvenLeak(desk, total, 0, LastRow(desk)));
}

// Short-lived noise of several per cent, and less than twice of that leaked.
Series TinyUnderBigNoise(Desk& desk) {
  desk.noise.sd = desk.level * desk.rng.Uniform(.03, .08);
  desk.noise.tau_s = desk.rng.Chance(.5) ? 0 : desk.span_s() / desk.rng.Uniform(500, 1000);
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 1.3, 2.2);
  return WholeLog(desk, base, EvenLeak(desk, total, 0, LastRow(desk)));
}

Series LoadCoupled(Desk& desk) {
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 3, 100);
  // Within one day a leak that sleeps at night looks like one that stopped, all the more so if the
  // load is not logged.
  const bool one_day = desk.clock.grid.span_s <= kDaySeconds;
  const double least = !one_day ? .1 : desk.clock.load_logged ? .3 : .5;
  const double always = least * desk.rng.Uniform(1, 2);
  const auto rate = [&](size_t row) { return always + desk.clock.moments[row].load; };
  return WholeLog(desk, base, LeakAtRate(desk, total, rate));
}

Series DayOnly(Desk& desk) {
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 3, 100);
  const double from = desk.rng.Uniform(6, 9);
  const double to = desk.rng.Uniform(16, 19);
  const Curve work = Play(desk, WorkingHours(1, from, to, desk.rng.Fork("hours")));
  return WholeLog(desk, base, LeakAtRate(desk, total, [&](size_t row) { return work[row]; }));
}

Series Accelerating(Desk& desk) {
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 4, 100);
  const double power = desk.rng.Uniform(.4, 1.4);
  const auto rate = [&](size_t row) { return Exp(power * Log(desk.Fraction(row))); };
  return WholeLog(desk, base, LeakAtRate(desk, total, rate));
}

Series Slowing(Desk& desk) {
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 4, 100);
  const double last = desk.rng.Uniform(.4, .75);
  const auto rate = [&](size_t row) { return 1 - (1 - last) * desk.Fraction(row); };
  return WholeLog(desk, base, LeakAtRate(desk, total, rate));
}

// Steps.

Series ManySteps(Desk& desk) {
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 2.5, 100);
  const auto count = static_cast<int>(LogUniform(desk.rng, 20, 200));
  return WholeLog(desk, base, LeakInSteps(desk, total, RandomTimes(desk.rng, count, 0, 1)));
}

// At regular times, give or take a fifth: a job that leaks whenever it runs.
Series FiveToTenSteps(Desk& desk) {
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 8, 100);
  const auto count = static_cast<int>(desk.rng.Integer(5, 10));
  std::vector<double> times;
  for (int i = 0; i < count; ++i) times.push_back((i + .5 + desk.rng.Uniform(-.2, .2)) / count);
  return WholeLog(desk, base, LeakInSteps(desk, total, times));
}

// One or two handles at a time, .3 to 3 an hour.
Series HandlesOneOrTwo(Desk& desk) {
  const double hours = desk.span_s() / 3600;
  const double each = desk.rng.Chance(.5) ? 1 : 2;
  const double per_hour = LogUniform(desk.rng, std::max(.3, 20 * each / hours), 3);
  const auto count = static_cast<int>(per_hour * hours / each);
  const double total = each * count;
  desk.level = std::min(LogUniform(desk.rng, 40, 3000), total / .01);
  desk.noise = {.sd = std::min(desk.rng.Uniform(0, 2), total / 6)};
  const Curve base = Base(desk);
  Curve leak(desk.rows());
  for (const double time : RandomTimes(desk.rng, count, 0, 1)) {
    for (size_t i = std::max<size_t>(desk.RowAt(time), 1); i < leak.size(); ++i) leak[i] += each;
  }
  return WholeLog(desk, base, leak);
}

// Part of the log.

Series LateOnset(Desk& desk) {
  const Curve base = Base(desk);
  const double onset = desk.rng.Uniform(.3, .7);
  const double total = LeakSize(desk, 4, 100, 1 - onset);
  const size_t from = desk.RowAt(onset);
  return FinishLeak(desk, base, EvenLeak(desk, total, from, LastRow(desk)), from, LastRow(desk));
}

Series StoppedNotFreed(Desk& desk) {
  const Curve base = Base(desk);
  const double total = LeakSize(desk, 3, 100);
  const size_t to = desk.RowAt(desk.rng.Uniform(.9, .97));
  return FinishLeak(desk, base, EvenLeak(desk, total, 0, to), 0, to);
}

Series MidLogStart(Desk& desk) {
  const Curve base = Base(desk);
  const double birth = desk.rng.Uniform(.15, .6);
  const double total = LeakSize(desk, 2.5, 100, 1 - birth);
  const size_t from = desk.RowAt(birth);
  const Curve leak = EvenLeak(desk, total, from, LastRow(desk));
  Series series = FinishLeak(desk, base, leak, from, LastRow(desk));
  for (size_t i = 0; i < from; ++i) {
    series.columns[0].value[i] = kMissing;
    series.columns[0].pid[i] = 0;
  }
  return series;
}

// On top of something.

Series OnTopOfWarmUp(Desk& desk) {
  Curve value = Base(desk);
  const double total = LeakSize(desk, 6, 100);
  const double size = total * LogUniform(desk.rng, .2, 2);
  const double tau = LogUniform(desk.rng, .01, .1);
  Add(value, Draw(desk, [=](double s) { return size * (1 - Exp(-s / tau)); }));
  return WholeLog(desk, value, EvenLeak(desk, total, 0, LastRow(desk)));
}

Series UnderGc(Desk& desk) {
  Curve value = Base(desk);
  const double total = LeakSize(desk, 6, 100);
  const double size = total * LogUniform(desk.rng, .2, 2);
  const double period_s = std::max(desk.span_s() / desk.rng.Uniform(20, 80), 8 * desk.dt_s());
  Add(value, Play(desk, Sawtooth(size, period_s, desk.rng.Fork("heap"))));
  return WholeLog(desk, value, EvenLeak(desk, total, 0, LastRow(desk)));
}

// Within one day only the load tells the cycle from the leak; without it the leak is the larger.
Series UnderDailyCycle(Desk& desk) {
  Curve value = Base(desk, false);
  const double total = LeakSize(desk, 4, 100);
  const bool one_day = desk.clock.grid.span_s <= kDaySeconds;
  const double most = one_day && !desk.clock.load_logged ? .4 : 1.5;
  const double size = total * LogUniform(desk.rng, .2, most);
  const double peak_hour = desk.rng.Uniform(9, 18);
  Add(value, Play(desk, one_day ? FollowLoad(size, 600) : Daily(size / 2, peak_hour)));
  return WholeLog(desk, value, EvenLeak(desk, total, 0, LastRow(desk)));
}

Series SlowLeakWeek(Desk& desk) {
  const double share_per_hour = LogUniform(desk.rng, .0005, .003);
  const double total = share_per_hour * desk.level * desk.span_s() / 3600;
  const double seen = 6 * std::sqrt(24 * desk.noise.tau_s / desk.span_s());
  desk.noise.sd = std::min(desk.noise.sd, total / std::max(seen, 1.5));
  const Curve base = Base(desk);
  const double enough = std::max(total, desk.Material());
  return WholeLog(desk, base, EvenLeak(desk, enough, 0, LastRow(desk)));
}

// Lives.

// Leaks at one rate in four to eight lives, and each gives back what it took.
Series Recycled(Desk& desk) {
  Curve value = Base(desk);
  const auto count = static_cast<int>(desk.rng.Integer(4, 8));
  const double unevenness = desk.rng.Chance(.5) ? .02 : .4;
  const int least_gap = desk.clock.pids_logged ? 0 : 1;
  const std::vector<RowRange> lives = PlanLives(desk, count, unevenness, least_gap, 4);
  const double rate = LeakSize(desk, 5, 100, 1.0 / count) * count;  // per span
  double growth = 0;
  double hours = 0;
  for (const RowRange& life : lives) {
    const double born = desk.Fraction(life.begin);
    for (size_t i = life.begin; i < life.end; ++i) value[i] += rate * (desk.Fraction(i) - born);
    const double part = desk.Fraction(life.end - 1) - born;
    growth += rate * part;
    hours += part * desk.span_s() / 3600;
  }
  Series series = FinishLives(desk, value, lives);
  series.growth = growth;
  series.slope_per_hour = growth / hours;
  series.onset_s = 0;
  return series;
}

// Three processes of one image; the leaking one is not the first. The first exits, and the leak
// goes on in the column before.
Series RenumberedLeak(Desk& desk) {
  const size_t exit_row = desk.RowAt(desk.rng.Uniform(.25, .75));
  const auto leaker = static_cast<size_t>(desk.rng.Integer(1, 2));
  const double first_level = desk.level;
  const double noise_sd = desk.noise.sd;
  Series all;
  std::vector<InstanceColumn> processes;
  for (size_t i = 0; i < 3; ++i) {
    if (i != leaker) {
      desk.level = first_level * desk.rng.Uniform(.5, 2);
      desk.noise.sd = noise_sd * desk.rng.Uniform(.5, 2);
      processes.push_back(Finish(desk, Base(desk)).columns[0]);
      continue;
    }
    desk.level = first_level;
    desk.noise.sd = noise_sd;
    all = Constant(desk);
    processes.push_back(all.columns[0]);
  }
  all.columns = processes;
  for (size_t row = exit_row; row < desk.rows(); ++row) {
    for (size_t i = 0; i < 3; ++i) {
      all.columns[i].value[row] = i < 2 ? processes[i + 1].value[row] : kMissing;
      all.columns[i].pid[row] = i < 2 ? processes[i + 1].pid[row] : 0;
    }
  }
  all.last_column = leaker - 1;
  return all;
}

// Counters of the machine that are bad when they fall.

Series Ptes(Desk& desk, double fallen_share) {
  desk.level = LogUniform(desk.rng, 20000, 200000);
  desk.noise.sd = desk.level * LogUniform(desk.rng, .002, .01);
  desk.noise.tails = Noise::Tails::kGaussian;
  Curve value = Base(desk);
  Series series;
  if (fallen_share == 0) {
    series = Finish(desk, value);
  } else {
    const Curve leak = EvenLeak(desk, -fallen_share * desk.level, 0, LastRow(desk));
    series = WholeLog(desk, value, leak);
  }
  // As seen on Windows 2000 and 2003: now and then the counter has nothing to say.
  const bool glitches = desk.rng.Chance(.4);
  for (double& v : series.columns[0].value) {
    if (glitches && desk.rng.Chance(.004)) v = 4294967295.0;
  }
  return series;
}

// Looked at once an hour by the information store: held in between, in units of 64 KiB.
Series LargestBlock(Desk& desk, double fallen_share) {
  desk.level = LogUniform(desk.rng, 200 * kMiB, 1500 * kMiB);
  desk.noise.sd = desk.level * LogUniform(desk.rng, .001, .01);
  desk.noise.tails = Noise::Tails::kGaussian;
  const Curve base = Base(desk, false);
  Curve leak(desk.rows());
  if (fallen_share > 0) leak = EvenLeak(desk, -fallen_share * desk.level, 0, LastRow(desk));
  Series series = WholeLog(desk, base, leak);
  if (fallen_share == 0) series.onset_s.reset();
  const double hold_s = std::min(3600.0, desk.span_s() / 60);
  const auto hold = std::max<size_t>(1, static_cast<size_t>(hold_s / desk.dt_s()));
  Curve& value = series.columns[0].value;
  for (size_t i = 0; i < value.size(); ++i) {
    value[i] = i % hold == 0 ? 65536 * std::floor(value[i] / 65536) : value[i - 1];
  }
  return series;
}

Series FallingPtes(Desk& desk) { return Ptes(desk, desk.rng.Uniform(.06, .6)); }
Series SteadyPtes(Desk& desk) { return Ptes(desk, 0); }
Series FallingLargestBlock(Desk& desk) { return LargestBlock(desk, desk.rng.Uniform(.06, .6)); }
Series SteadyLargestBlock(Desk& desk) { return LargestBlock(desk, 0); }

}  // namespace

std::vector<Family> LeakingFamilies() {
  using enum FamilySet;
  using enum Truth;
  return {
      // Paces.
      {"constant", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kAll, Constant},
      {"tiny-under-big-noise", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kAll,
       TinyUnderBigNoise},
      {"slow-leak-week", kLeak, kFitting, kWeekGrids, Needs::kAny, Measures::kAll, SlowLeakWeek},
      {"load-coupled", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kAll, LoadCoupled},
      {"day-only", kLeak, kFitting, kWeekGrids, Needs::kAny, Measures::kAll, DayOnly},
      {"accelerating", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kAll, Accelerating},
      {"slowing", kLeak, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll, Slowing},
      // Steps.
      {"per-event-stair", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kAll, ManySteps},
      {"stair-of-five-to-ten", kLeak, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll,
       FiveToTenSteps},
      {"handles-one-or-two", kLeak, kFitting, kDayGrids, Needs::kAny, Measures::kCounts,
       HandlesOneOrTwo},
      // Part of the log.
      {"late-onset", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kAll, LateOnset},
      {"stopped-not-freed", kLeak, kHeldOut, kAllGrids, Needs::kAny, Measures::kAll,
       StoppedNotFreed},
      {"mid-log-start", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kAll, MidLogStart},
      // On top of something.
      {"on-top-of-warm-up", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kAll, OnTopOfWarmUp},
      {"under-gc", kLeak, kHeldOut, kAllGrids, Needs::kAny, Measures::kBytes, UnderGc},
      {"under-daily-cycle", kLeak, kFitting, kDayGrids, Needs::kAny, Measures::kAll,
       UnderDailyCycle},
      // Lives.
      {"recycled-with-pid", kLeak, kFitting, kAllGrids, Needs::kPids, Measures::kAll, Recycled},
      {"recycled-without-pid", kLeak, kHeldOut, kAllGrids, Needs::kNoPids, Measures::kAll,
       Recycled},
      {"renumbered-leak", kLeak, kFitting, kAllGrids, Needs::kPids, Measures::kAll, RenumberedLeak},
  };
}

std::vector<Family> MachineFamilies() {
  using enum FamilySet;
  using enum Truth;
  const std::string ptes = "Memory\\Free System Page Table Entries";
  const std::string block = "MSExchangeIS\\VM Largest Block Size";
  return {
      {"falling-ptes", kLeak, kFitting, kAllGrids, Needs::kAny, Measures::kCounts, FallingPtes,
       ptes},
      {"falling-largest-block", kLeak, kHeldOut, kAllGrids, Needs::kAny, Measures::kBytes,
       FallingLargestBlock, block},
      {"steady-ptes", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kCounts, SteadyPtes,
       ptes},
      {"steady-largest-block", kHealthy, kFitting, kAllGrids, Needs::kAny, Measures::kBytes,
       SteadyLargestBlock, block},
  };
}

}  // namespace perfleak::sim
