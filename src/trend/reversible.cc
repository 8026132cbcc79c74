#include "trend/reversible.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

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

// What the changes tell of a group of columns.
struct Learnt {
  std::vector<double> coefficients;  // empty if the changes are hardly calmer without the group
  double calm = 1;                   // what is left of the typical change
};

Learnt LearnFromChanges(const Window& window, std::span<const double> x, const Group& group) {
  const Pairs pairs = PairBuckets(window, group.lag_s);
  if (group.columns.empty() || pairs.from.size() < group.columns.size() + kMinSparePairs) return {};
  // Growth that slows or quickens is constant and slope of the changes.
  Columns columns{Column(pairs.from.size())};
  for (size_t k = 0; k < pairs.from.size(); ++k) columns[0][k] = window.age[pairs.from[k]];
  const Column changes = pairs.Changes(x);
  const double before = TypicalSize(FitHuber(columns, changes).residuals);
  for (const Column& column : group.columns) columns.push_back(pairs.Changes(column));
  const HuberFit fit = FitHuber(columns, changes);
  const double after = TypicalSize(fit.residuals);
  if (!(after < kCalmer * before)) return {};
  return {{fit.coefficients.begin() + 1, fit.coefficients.end()}, after / before};
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

// Takes the group out of `adjusted` if it earns its place.
bool TakeOut(const Window& window, const Group& group, Adjusted* adjusted) {
  const std::vector<double> coefficients =
      LearnFromChanges(window, adjusted->x, group).coefficients;
  if (coefficients.empty()) return false;
  if (group.waves && IsRatherAStair(window, group, coefficients, adjusted->x)) return false;
  Subtract(group, coefficients, &adjusted->x);
  Subtract(group, coefficients, &adjusted->floor);
  adjusted->used.insert(adjusted->used.end(), group.columns.begin(), group.columns.end());
  return true;
}

// Where the load rises all through the log, its changes may drown in noise while the level follows
// it all the same: if load alone explains the levels better than time alone does, it is load.
bool TakeOutRisingLoad(const Window& window, const Group& load, Adjusted* adjusted) {
  const LeastSquaresFit by_load = FitLeastSquares(load.columns, adjusted->x);
  const double by_time_sse = FitLeastSquares({window.age}, adjusted->x).sse;
  const double total = FitLeastSquares({}, adjusted->x).sse;
  const bool explains = by_load.sse < kMostLeftByLoad * total;
  const bool beats = explains && by_load.sse < kLoadBeatsTime * by_time_sse;
  adjusted->load_rivals = explains && !beats && by_load.sse < kLoadRivalsTime * by_time_sse;
  if (!beats) return false;
  Subtract(load, by_load.coefficients, &adjusted->x);
  Subtract(load, by_load.coefficients, &adjusted->floor);
  adjusted->used.insert(adjusted->used.end(), load.columns.begin(), load.columns.end());
  return true;
}

// Memory follows the load at once, or as fast as sessions end and caches expire: the load, and the
// load averaged over ever longer times before.
std::vector<Group> LoadGroups(const Window& window) {
  std::vector<Group> groups;
  const Column load = Standardize(window.load);
  if (load.empty()) return groups;
  const double lag_s = std::min(kDayLag_s, kMaxLagShare * window.span_s);
  for (const double memory : kLoadMemories) {
    const double memory_s = std::min(memory * window.span_s, kDayLag_s);
    Column column = Standardize(Remember(window, load, memory_s));
    if (!column.empty()) groups.push_back({{std::move(column)}, lag_s, false});
  }
  return groups;
}

// A group and how much it calms the changes of a series, 1 for not at all.
struct Choice {
  const Group* group = nullptr;
  double calm = 1;
};

Choice CalmestOf(const Window& window, std::span<const double> x, std::span<const Group> groups) {
  Choice choice;
  for (const Group& group : groups) {
    const Learnt learnt = LearnFromChanges(window, x, group);
    if (!learnt.coefficients.empty() && learnt.calm < choice.calm) choice = {&group, learnt.calm};
  }
  return choice;
}

const Group& ClosestOf(std::span<const double> x, std::span<const Group> groups) {
  return *std::min_element(groups.begin(), groups.end(), [&](const Group& a, const Group& b) {
    return FitLeastSquares(a.columns, x).sse < FitLeastSquares(b.columns, x).sse;
  });
}

// Takes the load out, in the form that calms the changes most or else explains the levels best.
bool TakeOutLoad(const Window& window, std::span<const Group> loads, Adjusted* adjusted) {
  if (loads.empty()) return false;
  const Choice calmest = CalmestOf(window, adjusted->x, loads);
  if (calmest.group != nullptr) return TakeOut(window, *calmest.group, adjusted);
  return TakeOutRisingLoad(window, ClosestOf(adjusted->x, loads), adjusted);
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

void TakeOutAll(const Window& window, std::span<const Group> groups, Adjusted* adjusted) {
  for (const Group& group : groups) TakeOut(window, group, adjusted);
}

// The load of a week goes up and down with the days, so whichever explains more comes first, the
// load unless the day is clearly better; the other must then earn its place on what is left.
Adjusted TakeOut(const Window& window, std::span<const Group> loads) {
  Adjusted adjusted{window.x, window.floor, {}, false, false, {}};
  const std::vector<Group> day = DayGroup(window);
  const bool day_first = CalmestOf(window, window.x, day).calm <
                         kDayBeatsLoad * CalmestOf(window, window.x, loads).calm;
  if (day_first) TakeOutAll(window, day, &adjusted);
  adjusted.load_used = TakeOutLoad(window, loads, &adjusted);
  if (!day_first) TakeOutAll(window, day, &adjusted);
  TakeOutAll(window, WeekGroup(window), &adjusted);
  return adjusted;
}

}  // namespace

Adjusted TakeOutReversible(const Window& window) {
  Adjusted adjusted = TakeOut(window, LoadGroups(window));
  if (adjusted.load_used) adjusted.unloaded_x = TakeOut(window, {}).x;
  return adjusted;
}

}  // namespace perfleak
