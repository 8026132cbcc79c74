#include "trend/reversible.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>
#include <utility>

#include "base/time.h"
#include "trend/huber.h"
#include "trend/order_statistics.h"
#include "trend/steps.h"

namespace perfleak {
namespace {

constexpr double kMinSpanForDays_s = 1.5 * kSecondsPerDay;
constexpr double kMinSpanForWeeks_s = 10 * kSecondsPerDay;
constexpr double kDayLag_s = kSecondsPerDay / 8;
constexpr double kWeekLag_s = 7 * kSecondsPerDay / 4;
constexpr double kMaxLagShare = 1.0 / 8;                    // of the window, for load and day
constexpr double kDayBeatsLoad = 0.8;                       // in median size of changes left
constexpr std::array kLoadMemories{0.0, 0.01, 0.03, 0.06};  // of the window, at most kDayLag_s
constexpr double kMinBucketsPerPeriod = 3;
constexpr size_t kMinSparePairs = 4;
constexpr double kCalmer = 0.7;  // median size of changes left, for a group of columns to be used

// Squared residuals of the levels around load alone, over those around a line in time.
constexpr double kLoadBeatsTime = 0.95;
constexpr double kLoadRivalsTime = 1.2;
constexpr double kMostLeftByLoad = 0.5;  // of all squares, for load to explain anything

// Columns that come and go together, and the distance over which their changes are compared.
struct Group {
  Columns columns;
  double lag_s = 0;
  bool waves = false;
};

Column Standardize(Column load) {
  if (load.empty()) return load;
  const double mean = Mean(load);
  double largest = std::abs(mean);
  double squares = 0;
  for (double& value : load) {
    largest = std::max(largest, std::abs(value));
    value -= mean;
    squares += value * value;
  }
  const double sd = std::sqrt(squares / static_cast<double>(load.size()));
  if (!(sd > 1e-9 * largest)) return {};
  for (double& value : load) value /= sd;
  return load;
}

// The load averaged with exponential weights over about `memory_s` before each bucket.
Column Remember(const Window& window, const Column& load, double memory_s) {
  Column averaged(load);
  for (size_t i = 1; i < averaged.size(); ++i) {
    const double passed_s = (window.age[i] - window.age[i - 1]) * window.span_s;
    const double fresh = memory_s > 0 ? -std::expm1(-passed_s / memory_s) : 1;
    averaged[i] = averaged[i - 1] + fresh * (load[i] - averaged[i - 1]);
  }
  return averaged;
}

Group Waves(const Window& window, double period_s, double lag_s) {
  Group group{{}, lag_s, true};
  for (const int k : {1, 2}) {
    if (period_s / k < kMinBucketsPerPeriod * window.width_s) break;
    const double turns = 2 * std::numbers::pi * k * window.span_s / period_s;
    Column sine(window.size());
    Column cosine(window.size());
    for (size_t i = 0; i < window.size(); ++i) {
      sine[i] = std::sin(turns * window.age[i]);
      cosine[i] = std::cos(turns * window.age[i]);
    }
    group.columns.push_back(std::move(sine));
    group.columns.push_back(std::move(cosine));
  }
  return group;
}

// Pairs of buckets one lag apart; none across a gap.
struct Pairs {
  std::vector<size_t> from, to;

  Column Changes(std::span<const double> values) const {
    Column changes(from.size());
    for (size_t k = 0; k < from.size(); ++k) changes[k] = values[to[k]] - values[from[k]];
    return changes;
  }
};

Pairs PairBuckets(const Window& window, double lag_s) {
  const double lag = 0.999 * std::max(lag_s, window.width_s) / window.span_s;
  Pairs pairs;
  size_t to = 0;
  for (size_t from = 0; from < window.size(); ++from) {
    while (to < window.size() && window.age[to] - window.age[from] < lag) ++to;
    if (to == window.size()) break;
    if (window.age[to] - window.age[from] > 2 * lag) continue;
    pairs.from.push_back(from);
    pairs.to.push_back(to);
  }
  return pairs;
}

// The median looks at ordinary changes: neither a step nor a warm-up, which are few, can be calmed.
double TypicalSize(std::vector<double> changes) {
  for (double& change : changes) change = std::abs(change);
  return Median(std::move(changes));
}

// The changes of a series over one lag. Growth that slows or quickens is constant and slope of
// them.
struct Changes {
  Pairs pairs;
  Columns growth;  // the age where each change begins
  Column of_x;
  double typical = 0;  // size, growth taken out

  Changes(const Window& window, std::span<const double> x, double lag_s)
      : pairs(PairBuckets(window, lag_s)), growth(1) {
    for (const size_t from : pairs.from) growth.front().push_back(window.age[from]);
    of_x = pairs.Changes(x);
    typical = TypicalSize(FitHuber(growth, of_x).residuals);
  }
};

// What the changes tell of a group of columns.
struct Learnt {
  const Group* group = nullptr;  // nullptr if the changes are hardly calmer without the group
  std::vector<double> coefficients;
  double calm = 1;  // what is left of the typical change
};

Learnt LearnFrom(const Changes& changes, const Group& group) {
  if (changes.pairs.from.size() < group.columns.size() + kMinSparePairs) return {};
  Columns columns = changes.growth;
  for (const Column& column : group.columns) columns.push_back(changes.pairs.Changes(column));
  const HuberFit fit = FitHuber(columns, changes.of_x);
  const double after = TypicalSize(fit.residuals);
  if (!(after < kCalmer * changes.typical)) return {};
  return {&group, {fit.coefficients.begin() + 1, fit.coefficients.end()}, after / changes.typical};
}

// Of groups the one that calms the changes of a series most.
class Calmest {
 public:
  // Both outlive it.
  Calmest(const Window& window, std::span<const double> x) : window_(window), x_(x) {}

  Learnt Of(std::span<const Group> groups) {
    Learnt calmest;
    for (const Group& group : groups) {
      if (group.columns.empty()) continue;
      Learnt learnt = LearnFrom(ChangesOver(group.lag_s), group);
      if (learnt.group != nullptr && learnt.calm < calmest.calm) calmest = std::move(learnt);
    }
    return calmest;
  }

 private:
  // Kept, since groups mostly have one lag.
  const Changes& ChangesOver(double lag_s) {
    if (!changes_ || lag_s != lag_s_) changes_.emplace(window_, x_, lag_s);
    lag_s_ = lag_s;
    return *changes_;
  }

  const Window& window_;
  const std::span<const double> x_;
  std::optional<Changes> changes_;
  double lag_s_ = 0;
};

Learnt CalmestOf(const Window& window, std::span<const double> x, std::span<const Group> groups) {
  return Calmest(window, x).Of(groups);
}

void Subtract(const Group& group, std::span<const double> coefficients,
              std::vector<double>* values) {
  for (size_t j = 0; j < group.columns.size(); ++j) {
    for (size_t i = 0; i < values->size(); ++i) {
      (*values)[i] -= coefficients[j] * group.columns[j][i];
    }
  }
}

// The waves of a log of two periods can imitate a stair; where three steps on the levels explain
// more than line and waves do, it is one.
bool IsRatherAStair(const Window& window, const Group& group, std::span<const double> coefficients,
                    std::span<const double> x) {
  std::vector<double> rest(x.begin(), x.end());
  Subtract(group, coefficients, &rest);
  return JumpsSse(x, 3).back() < FitLeastSquares({window.age}, rest).sse;
}

// Takes out of `adjusted` the group that earned its place on adjusted->x, if one did.
bool TakeOut(const Window& window, const Learnt& learnt, Adjusted* adjusted) {
  if (learnt.group == nullptr) return false;
  const Group& group = *learnt.group;
  if (group.waves && IsRatherAStair(window, group, learnt.coefficients, adjusted->x)) return false;
  Subtract(group, learnt.coefficients, &adjusted->x);
  Subtract(group, learnt.coefficients, &adjusted->floor);
  adjusted->used.insert(adjusted->used.end(), group.columns.begin(), group.columns.end());
  return true;
}

// Where the load rises all through the log, its changes may drown in noise while the level follows
// it all the same: if load alone, in the form closest to the levels, explains them better than time
// alone does, it is load.
bool TakeOutRisingLoad(const Window& window, std::span<const Group> loads, Adjusted* adjusted) {
  const Group* load = nullptr;
  LeastSquaresFit by_load;
  for (const Group& group : loads) {
    LeastSquaresFit fit = FitLeastSquares(group.columns, adjusted->x);
    if (load != nullptr && !(fit.sse < by_load.sse)) continue;
    load = &group;
    by_load = std::move(fit);
  }
  const double by_time_sse = FitLeastSquares({window.age}, adjusted->x).sse;
  const double total = FitLeastSquares({}, adjusted->x).sse;
  const bool explains = by_load.sse < kMostLeftByLoad * total;
  const bool beats = explains && by_load.sse < kLoadBeatsTime * by_time_sse;
  adjusted->load_rivals = explains && !beats && by_load.sse < kLoadRivalsTime * by_time_sse;
  if (!beats) return false;
  Subtract(*load, by_load.coefficients, &adjusted->x);
  Subtract(*load, by_load.coefficients, &adjusted->floor);
  adjusted->used.insert(adjusted->used.end(), load->columns.begin(), load->columns.end());
  return true;
}

// Memory follows the load at once, or as fast as sessions end and caches expire: the load, and the
// load averaged over ever longer times before.
std::vector<Group> LoadGroups(const Window& window) {
  std::vector<Group> groups;
  const Column load = Standardize(window.load);
  if (load.empty()) return groups;
  const double lag_s = std::min(kDayLag_s, kMaxLagShare * window.span_s);
  double before_s = -1;
  for (const double memory : kLoadMemories) {
    const double memory_s = std::min(memory * window.span_s, kDayLag_s);
    if (memory_s == std::exchange(before_s, memory_s)) break;  // the longest there is
    Column column = Standardize(Remember(window, load, memory_s));
    if (!column.empty()) groups.push_back({{std::move(column)}, lag_s, false});
  }
  return groups;
}

std::vector<Group> DayGroup(const Window& window) {
  if (!(window.span_s > kMinSpanForDays_s)) return {};
  const double lag_s = std::min(kDayLag_s, kMaxLagShare * window.span_s);
  return {Waves(window, kSecondsPerDay, lag_s)};
}

std::vector<Group> WeekGroup(const Window& window) {
  if (!(window.span_s > kMinSpanForWeeks_s)) return {};
  return {Waves(window, 7 * kSecondsPerDay, kWeekLag_s)};
}

// Takes load and cycles out of a window. What was learnt from the levels as they were is not learnt
// again as long as nothing has been taken out of them.
class Reversible {
 public:
  explicit Reversible(const Window& window)
      : window_(window),
        loads_(LoadGroups(window)),
        day_(DayGroup(window)),
        week_(WeekGroup(window)) {
    Calmest of_levels(window, window.x);
    load_of_levels_ = of_levels.Of(loads_);
    day_of_levels_ = of_levels.Of(day_);
  }

  // The load of a week goes up and down with the days, so whichever explains more comes first, the
  // load unless the day is clearly better; the other must then earn its place on what is left.
  Adjusted TakeOutAll() const {
    Adjusted adjusted = Untouched();
    const bool day_first = day_of_levels_.calm < kDayBeatsLoad * load_of_levels_.calm;
    const bool day_taken = day_first && TakeOut(window_, day_of_levels_, &adjusted);
    adjusted.load_used = TakeOutLoad(day_taken, &adjusted);
    if (!day_first) TakeOutDay(adjusted.load_used, &adjusted);
    TakeOutWeek(&adjusted);
    return adjusted;
  }

  // As if the load had not been logged.
  std::vector<double> TakeOutCycles() const {
    Adjusted adjusted = Untouched();
    TakeOutDay(/*touched=*/false, &adjusted);
    TakeOutWeek(&adjusted);
    return std::move(adjusted.x);
  }

 private:
  Adjusted Untouched() const { return {window_.x, window_.floor, {}, false, false, {}}; }

  // In the form that calms the changes most or else explains the levels best.
  bool TakeOutLoad(bool touched, Adjusted* adjusted) const {
    if (loads_.empty()) return false;
    const Learnt calmest = touched ? CalmestOf(window_, adjusted->x, loads_) : load_of_levels_;
    if (calmest.group != nullptr) return TakeOut(window_, calmest, adjusted);
    return TakeOutRisingLoad(window_, loads_, adjusted);
  }

  void TakeOutDay(bool touched, Adjusted* adjusted) const {
    TakeOut(window_, touched ? CalmestOf(window_, adjusted->x, day_) : day_of_levels_, adjusted);
  }

  void TakeOutWeek(Adjusted* adjusted) const {
    TakeOut(window_, CalmestOf(window_, adjusted->x, week_), adjusted);
  }

  const Window& window_;
  std::vector<Group> loads_, day_, week_;
  Learnt load_of_levels_, day_of_levels_;
};

}  // namespace

Adjusted TakeOutReversible(const Window& window) {
  const Reversible reversible(window);
  Adjusted adjusted = reversible.TakeOutAll();
  if (adjusted.load_used) adjusted.unloaded_x = reversible.TakeOutCycles();
  return adjusted;
}

}  // namespace perfleak
