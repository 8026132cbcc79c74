#include "family_kit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "pdh_csv.h"
#include "portable_math.h"
#include "process.h"

namespace perfleak::sim {
namespace {

// Week logs begin from Wednesday to Friday: they hold a whole weekend and end on a working day, so
// that what happens at work only does not seem to have stopped.
LocalSeconds StartOf(const Grid& grid, bool load_rises, Rng& rng) {
  using std::chrono::local_days;
  const local_days monday{std::chrono::year(2005) / 1 / 3};
  const int64_t week = rng.Integer(0, 500);
  const int64_t weekday = grid.span_s == 7 * kDaySeconds ? rng.Integer(2, 4) : rng.Integer(0, 4);
  int64_t second = rng.Integer(0, kDaySeconds - 1);
  if (load_rises && grid.span_s < kDaySeconds) second = (grid.span_s > 3600 ? 6 : 8) * 3600;
  return monday + std::chrono::days(week * 7 + weekday) + std::chrono::seconds(second);
}

// The load of part of a day: about a level, or from a quiet morning to a busy one.
struct WanderingLoad {
  WanderingLoad(const Grid& grid, bool load_rises, const Rng& load_rng)
      : rises(load_rises), rng(load_rng.Fork("wander")), span_s(static_cast<double>(grid.span_s)) {
    const double tau_s = span_s * rng.Uniform(.02, .08);
    slow = Ar1(rises ? .09 : .17, tau_s, rng.Fork("slow"));
  }

  double At(const Moment& m) {
    const double s = m.t_s / span_s;
    const double level = rises ? .15 + .7 * s : .5;
    return std::clamp(level + slow(m, 0) + .05 * rng.Gaussian(), .03, 1.3);
  }

  bool rises;
  Rng rng;
  double span_s;
  Signal slow;
};

double HeavyGaussian(Rng& rng) {
  // Student's t with three degrees of freedom, scaled to a variance of one.
  const double numerator = rng.Gaussian();
  double squares = 0;
  for (int i = 0; i < 3; ++i) {
    const double g = rng.Gaussian();
    squares += g * g;
  }
  return std::clamp(numerator / std::sqrt(squares), -12.0, 12.0);
}

Curve NoiseCurve(Desk& desk) {
  const Noise& noise = desk.noise;
  const double keep = noise.tau_s > 0 ? Exp(-desk.dt_s() / noise.tau_s) : 0;
  const double fresh = std::sqrt(1 - keep * keep);
  double x = desk.rng.Gaussian();
  Curve curve(desk.rows());
  for (double& y : curve) {
    const bool heavy = noise.tails == Noise::Tails::kHeavy;
    x = keep * x + fresh * (heavy ? HeavyGaussian(desk.rng) : desk.rng.Gaussian());
    y = noise.sd * x;
    if (noise.tails == Noise::Tails::kSpikes && desk.rng.Chance(.02)) {
      y -= 4 * noise.sd * Log(1 - desk.rng.Uniform());
    }
  }
  return curve;
}

double Mean(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double Sd(std::span<const double> x) {
  const double mean = Mean(x);
  double squares = 0;
  for (const double v : x) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / static_cast<double>(x.size()));
}

void FollowLoadALittle(Desk& desk, Curve& value) {
  const bool logged = desk.clock.load_logged;
  const bool wanted = desk.rng.Chance(.35);
  // Without a load counter only a longer log shows that the load comes back.
  if (!wanted || (!logged && desk.clock.grid.span_s <= kDaySeconds)) return;
  const double size = logged ? desk.rng.Uniform(.5, 2) : desk.rng.Uniform(.2, .8);
  const Curve load = Play(desk, FollowLoad(1, 1));
  const double mean = Mean(load);
  const double scale = size * desk.noise_sd / std::max(Sd(load), 1e-9);
  for (size_t i = 0; i < value.size(); ++i) value[i] += scale * (load[i] - mean);
}

}  // namespace

const std::vector<Grid>& Grids() {
  static const std::vector<Grid> grids = {{"1s", 1, 3600},
                                          {"15s", 15, 6 * 3600},
                                          {"60s", 60, kDaySeconds},
                                          {"5min", 300, 7 * kDaySeconds},
                                          {"15min", 900, 28 * kDaySeconds}};
  return grids;
}

Clock MakeClock(const Grid& grid, bool load_rises, const Rng& rng) {
  Rng draws = rng.Fork("clock");
  Clock clock;
  clock.grid = grid;
  clock.load_rises = load_rises;
  clock.start = StartOf(grid, load_rises, draws);
  LoadModel model(OfficeProfile(), clock.start, draws);
  WanderingLoad wandering(grid, load_rises, draws);
  for (size_t row = 0; row < grid.rows(); ++row) {
    const double t_s = static_cast<double>(row) * grid.interval_s;
    Moment m = model.At(t_s, grid.interval_s);
    if (grid.span_s < kDaySeconds) {
      m.load = wandering.At(m);
    } else if (load_rises) {
      m.load *= .5 + t_s / static_cast<double>(grid.span_s);
    }
    clock.moments.push_back(m);
  }
  return clock;
}

double LogUniform(Rng& rng, double low, double high) {
  return Exp(rng.Uniform(Log(low), Log(high)));
}

Desk::Desk(const Clock& the_clock, Measure the_measure, const Rng& the_rng)
    : clock(the_clock), measure(the_measure), rng(the_rng) {
  if (bytes()) {
    level = LogUniform(rng, 5 * kMiB, 8192 * kMiB);
  } else {
    level = LogUniform(rng, 20, measure == Measure::kThreads ? 3000 : 50000);
  }
  noise.sd = level * LogUniform(rng, .001, .05);
  const double tau_s = LogUniform(rng, 2 * dt_s(), span_s() / 30);
  noise.tau_s = rng.Chance(.3) ? 0 : tau_s;
  const double tails = rng.Uniform();
  if (tails < .15) noise.tails = Noise::Tails::kHeavy;
  if (tails > .88) noise.tails = Noise::Tails::kSpikes;
}

size_t Desk::RowAt(double fraction) const {
  return static_cast<size_t>(fraction * static_cast<double>(rows() - 1) + .5);
}

double Desk::Material() const { return std::max(.008 * level, bytes() ? 1.6 * kMiB : 12); }

Curve Play(const Desk& desk, const Signal& signal) {
  Curve curve;
  curve.reserve(desk.rows());
  for (const Moment& m : desk.clock.moments) curve.push_back(signal(m, m.t_s));
  return curve;
}

void Add(Curve& to, std::span<const double> what) {
  for (size_t i = 0; i < to.size(); ++i) to[i] += what[i];
}

Curve Base(Desk& desk, bool follow_load) {
  Curve value = NoiseCurve(desk);
  Curve shown = value;
  for (double& v : shown) v = Quantised(desk, desk.level + v);
  desk.noise_sd = Sd(shown);
  if (follow_load) FollowLoadALittle(desk, value);
  for (double& v : value) v += desk.level;
  return value;
}

double ShapeSize(Desk& desk) {
  const double wanted = desk.level * LogUniform(desk.rng, .05, .8);
  const double factor = desk.rng.Uniform(1, 2);
  return std::max(wanted, factor * std::max(6 * desk.noise_sd, 2 * desk.Material()));
}

double LeakSize(Desk& desk, double least, double most, double part) {
  const double seen = 6 * std::sqrt(24 * desk.noise.tau_s / (part * desk.span_s()));
  const double low = std::max(least, seen);
  const double wanted = desk.noise_sd * LogUniform(desk.rng, low, std::max(most, 1.5 * low));
  const double factor = desk.rng.Uniform(1, 3);
  return wanted >= desk.Material() ? wanted : factor * desk.Material();
}

Curve EvenLeak(Desk& desk, double total, size_t from, size_t to) {
  Curve leak(desk.rows());
  double sum = 0;
  for (size_t i = 0; i < leak.size(); ++i) {
    if (i > from && i <= to) sum += std::max(0.0, 1 + .4 * desk.rng.Gaussian());
    leak[i] = sum;
  }
  for (double& v : leak) v *= total / sum;
  return leak;
}

std::vector<double> RandomTimes(Rng& rng, int count, double from, double to) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) times.push_back(rng.Uniform(from, to));
  std::sort(times.begin(), times.end());
  return times;
}

std::vector<RowRange> PlanLives(Desk& desk, int count, double unevenness, int least_gap,
                                int most_gap) {
  std::vector<double> lengths;
  for (int i = 0; i < count; ++i) {
    lengths.push_back(desk.rng.Uniform(1 - unevenness, 1 + unevenness));
  }
  const double sum = std::accumulate(lengths.begin(), lengths.end(), 0.0);
  std::vector<RowRange> lives;
  double at = 0;
  size_t begin = 0;
  for (const double length : lengths) {
    at += length / sum;
    const auto end = static_cast<size_t>(at * static_cast<double>(desk.rows()) + .5);
    lives.push_back({begin, end});
    begin = end + static_cast<size_t>(desk.rng.Integer(least_gap, most_gap));
  }
  lives.back().end = desk.rows();
  return lives;
}

int64_t NextPid(Desk& desk, int64_t before) {
  const int64_t pid = before + 4 * desk.rng.Integer(1, 800);
  return pid < 32000 ? pid : 4 * desk.rng.Integer(100, 900);
}

double Quantised(const Desk& desk, double value) {
  const double unit = desk.bytes() ? static_cast<double>(kPage) : 1;
  return std::max(std::floor(value / unit + .5), 1.0) * unit;
}

Series FinishLives(Desk& desk, const Curve& value, const std::vector<RowRange>& lives) {
  InstanceColumn column{Curve(desk.rows(), kMissing), std::vector<int64_t>(desk.rows(), 0)};
  int64_t pid = NextPid(desk, 4 * desk.rng.Integer(50, 4000));
  for (const RowRange& life : lives) {
    for (size_t i = life.begin; i < life.end; ++i) {
      column.value[i] = Quantised(desk, value[i]);
      column.pid[i] = pid;
    }
    pid = NextPid(desk, pid);
  }
  Series series;
  series.columns.push_back(std::move(column));
  series.level = desk.level;
  series.noise_sd = desk.noise_sd;
  series.lives = static_cast<int>(lives.size());
  return series;
}

Series Finish(Desk& desk, const Curve& value) {
  return FinishLives(desk, value, {{0, desk.rows()}});
}

Series FinishLeak(Desk& desk, Curve value, const Curve& leak, size_t from, size_t to) {
  Add(value, leak);
  Series series = Finish(desk, value);
  const double hours = (desk.clock.moments[to].t_s - desk.clock.moments[from].t_s) / 3600;
  series.growth = leak[to] - leak[from];
  series.slope_per_hour = series.growth / hours;
  series.onset_s = desk.clock.moments[from].t_s;
  return series;
}

}  // namespace perfleak::sim
