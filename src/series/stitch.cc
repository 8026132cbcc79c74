#include "series/stitch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "base/check.h"
#include "series/life_joiner.h"
#include "series/life_order.h"

namespace perfleak {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();

// As in SeriesBuilder.
constexpr size_t kStepsKept = 1023;
constexpr double kGapFactor = 10;
constexpr size_t kGapsKept = 100;
constexpr double kUpTimeSlack_s = 1;
constexpr size_t kRestartProcesses = 8;
constexpr double kRestartShare = 0.6;

// A machine was restarted if it was started later than it had been, by more than clocks are put
// forward for summer.
constexpr double kBootMoved_s = 2 * 3600;

std::shared_ptr<const BucketAccumulator> Share(BucketGrid grid) {
  return std::make_shared<const BucketAccumulator>(std::move(grid));
}

// ---- part of a set ----

// Rows before a moment, if they are evenly spread over the time without gaps.
uint64_t RowsBefore(const SeriesSet& set, double t_s) {
  constexpr double kRounding = 1e-9;  // of a row
  if (set.rows == 0 || t_s <= set.start_s) return 0;
  if (t_s > set.end_s) return set.rows;
  double logged_s = set.end_s - set.start_s, before_s = t_s - set.start_s;
  for (const Gap& gap : set.gaps) {
    logged_s -= gap.to_s - gap.from_s;
    before_s -= std::max(0.0, std::min(gap.to_s, t_s) - gap.from_s);
  }
  const double share = logged_s > 0 ? std::clamp(before_s / logged_s, 0.0, 1.0) : 1;
  const double steps = std::ceil(share * static_cast<double>(set.rows - 1) - kRounding);
  return static_cast<uint64_t>(std::max(steps, 0.0));
}

// nullopt if nothing of the life lies there.
std::optional<Life> SliceLife(const Life& life, double from_s, double to_s) {
  BucketGrid grid = life.buckets->grid().Slice(from_s, to_s);
  if (grid.samples == 0) return std::nullopt;
  if (grid.start_s == life.start_s && grid.end_s == life.end_s) return life;
  Life part = life;
  if (grid.start_s > life.start_s) part.began = Cut::kLogEdge;
  if (grid.end_s < life.end_s) {
    part.ended = Cut::kLogEdge;
    if (life.age_s) part.age_s = std::max(0.0, *life.age_s - (life.end_s - grid.end_s));
  }
  part.start_s = grid.start_s;
  part.end_s = grid.end_s;
  part.samples = grid.samples;
  for (LifeSeries& series : part.series) series.extremes = grid.extremes[series.slot];
  std::erase_if(part.series, [](const LifeSeries& series) { return series.extremes.n == 0; });
  if (life.load_slot != BucketAccumulator::kNoLoad && grid.extremes[life.load_slot].n == 0) {
    part.load_slot = BucketAccumulator::kNoLoad;
  }
  part.buckets = Share(std::move(grid));
  return part;
}

// Moments at which lives of the machine ended because it was restarted.
size_t CountRestarts(const std::vector<Life>& lives, const std::string& machine) {
  std::set<double> moments_s;
  for (const Life& life : lives) {
    if (life.machine == machine && life.ended == Cut::kMachineRestart) moments_s.insert(life.end_s);
  }
  return moments_s.size();
}

void SliceFacts(const std::vector<Life>& lives, double from_s, double to_s, MachineFacts* facts) {
  if (facts->start_s >= from_s && facts->end_s < to_s) return;
  const bool cut_before = facts->start_s < from_s, cut_after = facts->end_s >= to_s;
  facts->start_s = std::clamp(facts->start_s, from_s, std::max(from_s, facts->end_s));
  facts->end_s = std::clamp(facts->end_s, facts->start_s, std::max(facts->start_s, to_s));
  if (facts->restarts == 0) return;
  facts->restarts =
      static_cast<uint32_t>(std::min<size_t>(facts->restarts, CountRestarts(lives, facts->name)));
  if (cut_before) facts->booted_first_s.reset();
  if (cut_after) facts->booted_last_s.reset();
}

// ---- sets one after another ----

// Where no row is: the gaps of a set, and the time before and after it.
std::vector<Gap> WithoutRows(const SeriesSet& set) {
  std::vector<Gap> without = {{-kForever, set.start_s}};
  without.insert(without.end(), set.gaps.begin(), set.gaps.end());
  without.push_back({set.end_s, kForever});
  return without;
}

// What two lists of stretches, each in order of time, have in common.
std::vector<Gap> InBoth(const std::vector<Gap>& a, const std::vector<Gap>& b) {
  std::vector<Gap> common;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Gap both = {std::max(a[i].from_s, b[j].from_s), std::min(a[i].to_s, b[j].to_s)};
    if (both.from_s < both.to_s) common.push_back(both);
    ++(a[i].to_s < b[j].to_s ? i : j);
  }
  return common;
}

bool IsIn(const std::vector<Gap>& gaps, const Gap& gap) {
  return std::any_of(gaps.begin(), gaps.end(), [&](const Gap& one) {
    return one.from_s == gap.from_s && one.to_s == gap.to_s;
  });
}

// The distance of rows over several sets: the median of their first steps.
class StepsOfSets {
 public:
  void Add(const SeriesSet& set) {
    if (set.rows < 2 || count_ >= kStepsKept) return;
    const auto steps = static_cast<size_t>(std::min<uint64_t>(set.rows - 1, kStepsKept - count_));
    steps_.emplace_back(set.interval_s, steps);
    count_ += steps;
  }
  double Median() const {
    std::vector<std::pair<double, size_t>> sorted = steps_;
    std::sort(sorted.begin(), sorted.end());
    size_t before = 0;
    for (const auto& [interval_s, steps] : sorted) {
      before += steps;
      if (before > count_ / 2) return interval_s;
    }
    return 0;
  }

 private:
  std::vector<std::pair<double, size_t>> steps_;  // distance, how many
  size_t count_ = 0;
};

}  // namespace

void RemapCounters(std::span<const CounterId> to, SeriesSet* set) {
  for (MachineFacts& facts : set->machines) {
    if (facts.has_load) facts.load_counter = to[facts.load_counter];
  }
  for (Life& life : set->lives) {
    for (LifeSeries& series : life.series) {
      for (CounterId& id : series.counters) id = to[id];
    }
  }
}

void ShiftTimes(double by_s, SeriesSet* set) {
  if (by_s == 0) return;
  set->start_s += by_s;
  set->end_s += by_s;
  set->local_offset_s -= by_s;
  for (Gap& gap : set->gaps) gap = {gap.from_s + by_s, gap.to_s + by_s};
  for (MachineFacts& facts : set->machines) {
    facts.start_s += by_s;
    facts.end_s += by_s;
    for (auto* booted_s : {&facts.booted_first_s, &facts.booted_last_s}) {
      if (*booted_s) **booted_s += by_s;
    }
  }
  for (Life& life : set->lives) {
    life.start_s += by_s;
    life.end_s += by_s;
    BucketGrid grid = life.buckets->grid();
    grid.start_s = life.start_s;
    grid.end_s = life.end_s;
    life.buckets = Share(std::move(grid));
  }
}

SeriesSet Slice(const SeriesSet& set, double from_s, double to_s) {
  if (from_s <= set.start_s && set.end_s < to_s) return set;
  SeriesSet part;
  part.start_s = std::clamp(from_s, set.start_s, set.end_s);
  part.end_s = std::clamp(to_s, part.start_s, set.end_s);
  part.interval_s = set.interval_s;
  part.local_offset_s = set.local_offset_s;
  part.rows = RowsBefore(set, to_s) - std::min(RowsBefore(set, from_s), RowsBefore(set, to_s));
  for (const Gap& gap : set.gaps) {
    const Gap inside = {std::max(gap.from_s, from_s), std::min(gap.to_s, to_s)};
    if (inside.from_s < inside.to_s) part.gaps.push_back(inside);
  }
  part.gap_count = part.gaps.size();
  for (const Life& life : set.lives) {
    if (auto inside = SliceLife(life, from_s, to_s)) part.lives.push_back(std::move(*inside));
  }
  SortLives(&part.lives);
  part.machines = set.machines;
  for (MachineFacts& facts : part.machines) SliceFacts(part.lives, from_s, to_s, &facts);
  part.lives_forgotten = set.lives_forgotten;
  return part;
}

SeriesSet OfMachine(const SeriesSet& set, const std::string& machine) {
  const auto facts = std::find_if(set.machines.begin(), set.machines.end(),
                                  [&](const MachineFacts& one) { return one.name == machine; });
  PERFLEAK_CHECK(facts != set.machines.end());
  if (set.machines.size() == 1) return set;
  SeriesSet part;
  part.start_s = set.start_s;
  part.end_s = set.end_s;
  if (facts->start_s < facts->end_s)
    std::tie(part.start_s, part.end_s) = std::tie(facts->start_s, facts->end_s);
  part.interval_s = set.interval_s;
  part.local_offset_s = set.local_offset_s;
  part.rows = set.rows;
  part.gaps = set.gaps;
  part.gap_count = set.gap_count;
  part.machines = {*facts};
  part.lives_forgotten = facts->lives_forgotten;
  std::copy_if(set.lives.begin(), set.lives.end(), std::back_inserter(part.lives),
               [&](const Life& life) { return life.machine == machine; });
  return part;
}

class SeriesStitcher::Impl {
 public:
  Impl(const CounterTable* table, Diagnostics* diagnostics)
      : table_(table), diagnostics_(diagnostics), joiner_(table) {}

  void Add(SeriesSet set) {
    PERFLEAK_CHECK(set.machines.size() <= 1);
    if (sets_++ == 0) {
      set_ = std::move(set);
      return;
    }
    if (sets_ == 2) AddFirst();
    const bool restarted = RestartedBefore(set);
    AddFacts(&set, restarted);
    AddTime(set);
    AddLives(&set, restarted);
  }

  SeriesSet Finish() {
    if (sets_ < 2) return std::move(set_);
    set_.lives = joiner_.Finish();
    if (joiner_.forgotten() > 0) {
      set_.lives_forgotten += joiner_.forgotten();
      if (!set_.machines.empty()) set_.machines.front().lives_forgotten += joiner_.forgotten();
      diagnostics_->Add("lives-forgotten",
                        "a process restarted more often than lives are kept of one image; the "
                        "shortest lives were left out",
                        {}, joiner_.forgotten());
    }
    return std::move(set_);
  }

 private:
  void AddFirst() {
    steps_.Add(set_);
    AddLives(&set_, /*restarted=*/false);
  }

  void AddLives(SeriesSet* set, bool restarted) {
    if (!set_.machines.empty()) {
      for (Life& life : set->lives) life.machine = set_.machines.front().name;
    }
    joiner_.Add({std::move(set->lives), set->interval_s}, restarted);
  }

  // Whether the machine was restarted between the sets so far and this one.
  bool RestartedBefore(const SeriesSet& next) const {
    if (set_.machines.empty() || next.machines.empty()) return false;
    const MachineFacts& before = set_.machines.front();
    const MachineFacts& after = next.machines.front();
    if (next.start_s <= set_.end_s) return false;
    const LifeJoiner::RestartSigns signs = joiner_.SignsOfRestart({next.lives, next.interval_s});
    const bool pids_tell = signs.known_pids >= kRestartProcesses;
    const bool pids_gone = static_cast<double>(signs.gone_pids) >=
                           kRestartShare * static_cast<double>(signs.known_pids);
    if (before.booted_last_s && after.booted_first_s) {
      const double moved_s = *after.booted_first_s - *before.booted_last_s;
      if (moved_s > next.start_s - set_.end_s + kUpTimeSlack_s) return true;  // the up time fell
      return moved_s > kBootMoved_s && (!pids_tell || pids_gone);
    }
    return pids_tell ? pids_gone : signs.levels_dropped;
  }

  void AddFacts(SeriesSet* next, bool restarted) {
    if (next->machines.empty()) return;
    if (set_.machines.empty()) {
      set_.machines = next->machines;
      return;
    }
    MachineFacts& facts = set_.machines.front();
    const MachineFacts& added = next->machines.front();
    ChooseLoad(added, &next->lives, &facts);
    facts.restarts = next->start_s <= set_.end_s ? std::max(facts.restarts, added.restarts)
                                                 : facts.restarts + added.restarts + restarted;
    if (added.start_s < added.end_s) {
      const bool first = facts.end_s <= facts.start_s;
      facts.start_s = first ? added.start_s : std::min(facts.start_s, added.start_s);
      facts.end_s = first ? added.end_s : std::max(facts.end_s, added.end_s);
    }
    facts.has_process_ids |= added.has_process_ids;
    if (!facts.booted_first_s) facts.booted_first_s = added.booted_first_s;
    if (added.booted_last_s) facts.booted_last_s = added.booted_last_s;
    facts.lives_forgotten += added.lives_forgotten;
  }

  // One measure of load for all lives: the best one of all sets, of equals the first.
  void ChooseLoad(const MachineFacts& added, std::vector<Life>* lives, MachineFacts* facts) {
    if (!added.has_load || (facts->has_load && facts->load_counter == added.load_counter)) return;
    const auto rank = [&](CounterId id) { return (*table_)[id].traits.load_rank; };
    if (facts->has_load && rank(facts->load_counter) <= rank(added.load_counter)) {
      for (Life& life : *lives) ForgetLoadOf(&life);
      return;
    }
    joiner_.ForgetLoad();
    facts->has_load = true;
    facts->load_counter = added.load_counter;
  }

  void AddTime(const SeriesSet& next) {
    steps_.Add(next);
    set_.interval_s = steps_.Median();
    AddGaps(next);
    set_.rows +=
        next.rows - std::min(next.rows, RowsBefore(next, std::nextafter(set_.end_s, kForever)));
    set_.start_s = std::min(set_.start_s, next.start_s);
    set_.end_s = std::max(set_.end_s, next.end_s);
    set_.local_offset_s = next.local_offset_s;
    set_.lives_forgotten += next.lives_forgotten;
  }

  void AddGaps(const SeriesSet& next) {
    const uint64_t not_listed =
        set_.gap_count - set_.gaps.size() + next.gap_count - next.gaps.size();
    std::vector<Gap> gaps = InBoth(WithoutRows(set_), WithoutRows(next));
    std::erase_if(gaps, [&](const Gap& gap) {
      const double length_s = gap.to_s - gap.from_s;
      const bool as_it_was = IsIn(set_.gaps, gap) || IsIn(next.gaps, gap);
      return !std::isfinite(length_s) || (!as_it_was && length_s <= kGapFactor * set_.interval_s);
    });
    set_.gap_count = not_listed + gaps.size();
    if (gaps.size() > kGapsKept) gaps.resize(kGapsKept);
    set_.gaps = std::move(gaps);
  }

  const CounterTable* table_;
  Diagnostics* diagnostics_;
  LifeJoiner joiner_;
  StepsOfSets steps_;
  size_t sets_ = 0;
  SeriesSet set_;  // without its lives once there are two
};

SeriesStitcher::SeriesStitcher(const CounterTable* table, Diagnostics* diagnostics)
    : impl_(std::make_unique<Impl>(table, diagnostics)) {}
SeriesStitcher::~SeriesStitcher() = default;

void SeriesStitcher::Add(SeriesSet set) { impl_->Add(std::move(set)); }

SeriesSet SeriesStitcher::Finish() { return impl_->Finish(); }

}  // namespace perfleak
