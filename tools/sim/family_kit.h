// What families of series are made with: a clock, a desk to draw curves on, and the finishing that
// turns curves into counter values and states what is true of them.
#ifndef PERFLEAK_TOOLS_SIM_FAMILY_KIT_H_
#define PERFLEAK_TOOLS_SIM_FAMILY_KIT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "load.h"
#include "random.h"
#include "signal.h"

namespace perfleak::sim {

// One value per sample of the log; NaN is missing.
using Curve = std::vector<double>;

struct Grid {
  std::string name;  // "15s"
  int interval_s = 0;
  int64_t span_s = 0;

  size_t rows() const { return static_cast<size_t>(span_s / interval_s) + 1; }
};

// From one second for an hour to a quarter of an hour for four weeks.
const std::vector<Grid>& Grids();

inline constexpr int64_t kDaySeconds = 86400;

// The samples of one log, and what the machine had to do at each.
struct Clock {
  Grid grid;
  LocalSeconds start{};
  bool load_logged = true;
  bool load_rises = false;
  bool pids_logged = true;
  std::vector<Moment> moments;
};

// The load is an office's on grids of a day and more, else it wanders about; where it rises it is
// the load of a morning, or grows from day to day.
Clock MakeClock(const Grid& grid, bool load_rises, const Rng& rng);

// The counter that is judged.
enum class Measure { kBytes, kHandles, kThreads };

// One instance column: the counter and ID Process. No process: value NaN or 0, PID 0.
struct InstanceColumn {
  Curve value;
  std::vector<int64_t> pid;
};

// A finished series, in counter values, and the truth about it.
struct Series {
  std::vector<InstanceColumn> columns;  // name, name#1, ...
  size_t last_column = 0;               // where the process of interest was last
  double level = 0;
  double noise_sd = 0;
  double growth = 0;  // by the leak alone, over all lives
  double slope_per_hour = 0;
  std::optional<double> onset_s;
  int lives = 1;
};

struct Noise {
  enum class Tails { kGaussian, kHeavy, kSpikes };
  double sd = 0;
  double tau_s = 0;  // 0: white
  Tails tails = Tails::kGaussian;
};

// What a family draws on: the clock, its own random numbers, and the level and noise of the series,
// drawn at random already and free to be changed before Base().
struct Desk {
  Desk(const Clock& clock, Measure measure, const Rng& rng);

  size_t rows() const { return clock.moments.size(); }
  double span_s() const { return static_cast<double>(clock.grid.span_s); }
  double dt_s() const { return clock.grid.interval_s; }
  // Of the span, 0 at the first sample, 1 at the last.
  double Fraction(size_t row) const { return clock.moments[row].t_s / span_s(); }
  size_t RowAt(double fraction) const;
  bool bytes() const { return measure == Measure::kBytes; }
  // The smallest amount that matters over a log, a little above what perfleak calls material.
  double Material() const;

  const Clock& clock;
  Measure measure;
  Rng rng;
  double level = 0;
  Noise noise;
  double noise_sd = 0;  // as it came out, after Base()
};

double LogUniform(Rng& rng, double low, double high);

// A curve from a function of the fraction of the span.
template <typename F>
Curve Draw(const Desk& desk, F f) {
  Curve curve(desk.rows());
  for (size_t i = 0; i < curve.size(); ++i) curve[i] = f(desk.Fraction(i));
  return curve;
}

// A curve from a signal of a process that is as old as the log.
Curve Play(const Desk& desk, const Signal& signal);

void Add(Curve& to, std::span<const double> what);

// Level and noise. With `follow_load` a third of the series follow the load a little, as far as a
// reader of the log can see that.
Curve Base(Desk& desk, bool follow_load = true);

// How large an innocent shape is to be: .05 to .8 of the level, and well above the noise.
double ShapeSize(Desk& desk);

// How much a leak is to take over `part` of the span: from `least` to `most` noise sds, but always
// material, and never so little that the correlation of the noise hides it (t of 6 with noise of
// known correlation, which no test can have).
double LeakSize(Desk& desk, double least, double most, double part = 1);

// `total` leaked between two rows at an even pace, with the unevenness of each interval.
Curve EvenLeak(Desk& desk, double total, size_t from, size_t to);

// `count` moments in [from, to), sorted.
std::vector<double> RandomTimes(Rng& rng, int count, double from, double to);

// Rows [begin, end).
struct RowRange {
  size_t begin = 0, end = 0;
  size_t size() const { return end - begin; }
};

// Lives that follow one another, uneven by +- `unevenness` of their mean length, with `least_gap`
// to `most_gap` rows without a process between them.
std::vector<RowRange> PlanLives(Desk& desk, int count, double unevenness, int least_gap,
                                int most_gap);

// Not the one before.
int64_t NextPid(Desk& desk, int64_t before);

// In counter values: whole pages or whole numbers, at least one.
double Quantised(const Desk& desk, double value);

// One process over the whole log.
Series Finish(Desk& desk, const Curve& value);
// The same with a leak on top, from one row to another.
Series FinishLeak(Desk& desk, Curve value, const Curve& leak, size_t from, size_t to);
// One column with the values of `value` inside the lives, blank outside, a new PID for each life.
Series FinishLives(Desk& desk, const Curve& value, const std::vector<RowRange>& lives);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_FAMILY_KIT_H_
