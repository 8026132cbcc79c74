#include "series/life_joiner.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "series/life_order.h"
#include "series/life_tracker.h"

namespace perfleak {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// As in LifeTracker.
constexpr double kElapsedSlack_s = 1;
constexpr double kRestartRatio = 0.75;
constexpr int kRestartCounters = 2;

// A process is younger than it would be if it was the one before, by more than clocks are put
// forward for summer.
constexpr double kYounger_s = 2 * 3600;

std::string GroupKey(const Life& life) { return ToLower(life.object + "\\" + life.instance); }

bool TellsRestart(const Life& life, Resource resource) {
  switch (resource) {
    case Resource::kPrivateBytes:
    case Resource::kHandles:
    case Resource::kThreads:
    case Resource::kCommittedBytes:
      return true;
    case Resource::kPoolPagedBytes:
    case Resource::kPoolNonpagedBytes:
      return !life.is_process;
    default:
      return false;
  }
}

// Whether `after` would be younger than it is if it was `before`. false where no age is known.
bool IsYounger(const Life& before, const Life& after) {
  if (!before.age_s || !after.age_s) return false;
  const double age_then_s = *after.age_s - after.span_s();
  const double start_moved_s = (after.end_s - *after.age_s) - (before.end_s - *before.age_s);
  return age_then_s < *before.age_s - kElapsedSlack_s || start_moved_s > kYounger_s;
}

// Lives that come and go: others last until the machine restarts.
bool ComesAndGoes(const Life& life) { return life.is_process || life.pid.has_value(); }

}  // namespace

// Between the logs so far and the next one, for one object.
struct LifeJoiner::Seam {
  std::optional<Watch> before;  // unless the object is new
  Watch after;
  bool restarted = false;

  bool overlaps() const { return before && after.start_s <= before->end_s; }
};

// ---- which lives are the same ----

int LifeJoiner::FirstColumn(const Life& life) const {
  return life.series.empty() ? -1 : (*table_)[life.series.front().counters.front()].path.index;
}

int LifeJoiner::LastColumn(const Life& life) const {
  return life.series.empty() ? -1 : (*table_)[life.series.front().counters.back()].path.index;
}

bool LifeJoiner::DroppedTogether(const Life& before, const Life& after) const {
  int fallen = 0;
  for (const LifeSeries& was : before.series) {
    if (!TellsRestart(before, was.traits.resource) || !(was.extremes.last > 0)) continue;
    const std::string& counter = (*table_)[was.counters.back()].path.counter;
    for (const LifeSeries& is : after.series) {
      if (!EqualsIgnoreCase((*table_)[is.counters.back()].path.counter, counter)) continue;
      fallen += is.extremes.first <= kRestartRatio * was.extremes.last;
    }
  }
  return fallen >= kRestartCounters;
}

// Whether a process was away for no more rows than LifeTracker waits for it.
bool LifeJoiner::CameBack(const Life& before, const Life& after, const Seam& seam) const {
  if (!seam.before) return false;
  const auto rows = [](double from_s, double to_s, double interval_s) {
    return interval_s > 0 && to_s > from_s ? (to_s - from_s) / interval_s : 0;
  };
  const double away = seam.overlaps()
                          ? rows(before.end_s, after.start_s, seam.before->interval_s) - 1
                          : rows(before.end_s, seam.before->end_s, seam.before->interval_s) +
                                rows(seam.after.start_s, after.start_s, seam.after.interval_s);
  return away < static_cast<double>(LifeTracker::kMaxRowsAway) + 0.5;
}

// Requires that `after` begins when `before` is over.
bool LifeJoiner::GoesOn(const Life& before, const Life& after, const Seam& seam) const {
  if (seam.restarted || before.ended == Cut::kMachineRestart ||
      after.began == Cut::kMachineRestart) {
    return false;
  }
  if (before.pid && after.pid) {
    return before.pid == after.pid && before.ended != Cut::kRestarted &&
           after.began != Cut::kRestarted && !IsYounger(before, after) &&
           CameBack(before, after, seam);
  }
  if (before.ended != Cut::kLogEdge || LastColumn(before) != FirstColumn(after)) return false;
  if (!ComesAndGoes(before)) return true;
  return after.began == Cut::kLogEdge && !DroppedTogether(before, after);
}

// The greater the closer: seconds in common, or those between the two with a minus. nullopt if they
// are not the same.
std::optional<double> LifeJoiner::Closeness(const Life& before, const Life& after,
                                            const Seam& seam) const {
  const double common_s =
      std::min(before.end_s, after.end_s) - std::max(before.start_s, after.start_s);
  if (common_s >= 0) {
    const bool same = before.pid && after.pid ? before.pid == after.pid
                                              : LastColumn(before) == FirstColumn(after);
    return same ? std::optional(common_s) : std::nullopt;
  }
  if (after.start_s < before.start_s || !GoesOn(before, after, seam)) return std::nullopt;
  return common_s;
}

// ---- a log more ----

LifeJoiner::RestartSigns LifeJoiner::SignsOfRestart(const Log& next) const {
  std::map<std::string, std::vector<const Life*>> first_of;
  for (const Life& life : next.lives) {
    if (life.began == Cut::kLogEdge) first_of[GroupKey(life)].push_back(&life);
  }
  RestartSigns signs;
  for (const auto& [key, first] : first_of) {
    const auto group = groups_.find(key);
    if (group == groups_.end()) continue;
    for (const Kept& kept : group->second.kept) {
      const Life& life = kept.life;
      if (life.ended != Cut::kLogEdge) continue;
      if (life.is_process && life.pid) {
        ++signs.known_pids;
        signs.gone_pids += std::none_of(first.begin(), first.end(), [&](const Life* seen) {
          return seen->pid == life.pid && !IsYounger(life, *seen);
        });
      } else if (!life.is_process) {
        signs.levels_dropped |= DroppedTogether(life, *first.front());
      }
    }
  }
  return signs;
}

void LifeJoiner::Add(Log log, bool restarted) {
  WatchByObject watched;
  LivesByGroup next;
  for (Life& life : log.lives) {
    const auto [found, is_new] =
        watched.try_emplace(ToLower(life.object), Watch{life.start_s, life.end_s, log.interval_s});
    found->second.start_s = std::min(found->second.start_s, life.start_s);
    found->second.end_s = std::max(found->second.end_s, life.end_s);
    next[GroupKey(life)].push_back(std::move(life));
  }
  if (restarted) {
    for (auto& [key, group] : groups_) {
      for (Kept& kept : group.kept) {
        if (kept.life.ended == Cut::kLogEdge) kept.life.ended = Cut::kMachineRestart;
      }
    }
  }
  for (auto& [key, group] : groups_) {
    if (!group.kept.empty() && watched.contains(ToLower(group.kept.front().life.object))) {
      next.try_emplace(key);  // those that are gone have ended
    }
  }
  for (auto& [key, lives] : next) {
    const std::string object = key.substr(0, key.find('\\'));
    Seam seam{std::nullopt, watched[object], restarted};
    if (const auto before = watched_.find(object); before != watched_.end()) {
      seam.before = before->second;
    }
    AddGroup(key, std::move(lives), seam);
  }
  for (const auto& [object, watch] : watched) {
    const auto [found, is_new] = watched_.try_emplace(object, watch);
    found->second.end_s = std::max(found->second.end_s, watch.end_s);
    found->second.interval_s = watch.interval_s;
  }
}

void LifeJoiner::AddGroup(const std::string& key, std::vector<Life> lives, const Seam& seam) {
  Group& group = groups_[key];
  const bool is_known = !group.kept.empty();
  const std::vector<Occupant> left = LeftIn(group), found = FoundIn(lives);
  for (Kept& kept : group.kept) kept.went_on = false;
  std::vector<Life> newcomers;
  for (Life& life : lives) {
    group.columns = std::max(group.columns, static_cast<size_t>(LastColumn(life) + 1));
    if (Kept* same = FindSame(&group, life, seam)) {
      Join(life, same);
    } else {
      newcomers.push_back(std::move(life));
    }
  }
  if (is_known && seam.before && !seam.overlaps()) EndOpen(found, &group);
  for (Life& life : newcomers) {
    if (is_known) {
      if (!seam.overlaps()) life.began = WhyBegan(left, life, seam);
      life.object = group.kept.front().life.object;
      life.instance = group.kept.front().life.instance;
    }
    group.kept.push_back(Keep(std::move(life)));
  }
  ForgetShortest(&group, /*at_end=*/false);
}

LifeJoiner::Kept* LifeJoiner::FindSame(Group* group, const Life& life, const Seam& seam) const {
  Kept* best = nullptr;
  double best_closeness = 0;
  for (Kept& kept : group->kept) {
    const auto closeness = Closeness(kept.life, life, seam);
    if (!closeness || (best != nullptr && *closeness <= best_closeness)) continue;
    best = &kept;
    best_closeness = *closeness;
  }
  return best;
}

std::vector<LifeJoiner::Occupant> LifeJoiner::LeftIn(const Group& group) const {
  std::vector<Occupant> left;
  for (const Kept& kept : group.kept) {
    if (kept.life.ended == Cut::kLogEdge) left.push_back({LastColumn(kept.life), kept.life.pid});
  }
  return left;
}

std::vector<LifeJoiner::Occupant> LifeJoiner::FoundIn(const std::vector<Life>& next) const {
  std::vector<Occupant> found;
  for (const Life& life : next) {
    if (life.began == Cut::kLogEdge) found.push_back({FirstColumn(life), life.pid});
  }
  return found;
}

// Why a life is over, or begins, whose column holds another one beyond the seam.
Cut LifeJoiner::WhyCut(int column, std::optional<int64_t> pid,
                       const std::vector<Occupant>& others) {
  const auto other = std::find_if(others.begin(), others.end(), [&](const Occupant& occupant) {
    return occupant.column == column;
  });
  if (other == others.end()) return Cut::kBlank;
  if (!pid || !other->pid) return Cut::kDropped;
  return pid == other->pid ? Cut::kRestarted : Cut::kPidChanged;
}

// Of processes that were there at the end of the log before and are in this one no more.
void LifeJoiner::EndOpen(const std::vector<Occupant>& found, Group* group) const {
  for (Kept& kept : group->kept) {
    Life& life = kept.life;
    if (kept.went_on || life.ended != Cut::kLogEdge || !ComesAndGoes(life)) continue;
    life.ended = WhyCut(LastColumn(life), life.pid, found);
  }
}

// Of a process that was not in the log before.
Cut LifeJoiner::WhyBegan(const std::vector<Occupant>& left, const Life& life,
                         const Seam& seam) const {
  const bool may_be_first = life.began == Cut::kLogEdge || life.began == Cut::kBlank;
  if (seam.restarted && may_be_first) return Cut::kMachineRestart;
  if (life.began != Cut::kLogEdge) return life.began;
  return ComesAndGoes(life) ? WhyCut(FirstColumn(life), life.pid, left) : life.began;
}

LifeJoiner::Kept LifeJoiner::Keep(Life life) const {
  Kept kept{std::move(life), {}, true};
  const BucketGrid& grid = kept.life.buckets->grid();
  for (size_t slot = 0; slot < grid.width; ++slot) kept.ends_s.push_back(grid.EndOf(slot));
  return kept;
}

// ---- two lives into one ----

// Gives each series of `later`, and its load, a slot of `life`: the one that has them, or a new one
// from *width on. The series of both become those of `life`.
std::vector<BucketGrid::Target> LifeJoiner::TakeSeries(const Life& later, size_t* width,
                                                       Life* life) const {
  std::vector<BucketGrid::Target> to(later.buckets->grid().width);
  if (later.load_slot != BucketAccumulator::kNoLoad) {
    if (life->load_slot == BucketAccumulator::kNoLoad) life->load_slot = (*width)++;
    to[later.load_slot].counter = life->load_slot;
  }
  const auto name_of = [&](const LifeSeries& series) {
    return ToLower((*table_)[series.counters.back()].path.counter);
  };
  std::unordered_map<std::string, size_t> series_of;
  for (size_t s = 0; s < life->series.size(); ++s) {
    series_of.try_emplace(name_of(life->series[s]), s);
  }
  for (const LifeSeries& series : later.series) {
    const auto [found, is_new] = series_of.try_emplace(name_of(series), life->series.size());
    if (is_new) life->series.push_back({{}, series.traits, {}, (*width)++});
    LifeSeries& own = life->series[found->second];
    to[series.slot].counter = own.slot;
    for (const CounterId id : series.counters) {
      std::erase(own.counters, id);
      own.counters.push_back(id);
    }
  }
  return to;
}

// Adds the buckets, of each slot those that begin after its last value. to[slot] says where to.
void LifeJoiner::TakeBuckets(const BucketGrid& later, size_t width,
                             std::vector<BucketGrid::Target> to, Kept* kept) {
  BucketGrid grid = kept->life.buckets->grid();
  grid.Widen(width);
  kept->ends_s.resize(width, kNever);
  for (size_t slot = 0; slot < later.width; ++slot) {
    if (to[slot].counter == BucketGrid::Target::kNowhere) continue;
    double& end_s = kept->ends_s[to[slot].counter];
    to[slot].after_s = end_s;
    end_s = std::max(end_s, later.EndOf(slot));
  }
  grid.Append(later, to);
  grid.Shrink();
  kept->life.buckets = std::make_shared<const BucketAccumulator>(std::move(grid));
}

void LifeJoiner::Join(const Life& later, Kept* kept) const {
  Life& life = kept->life;
  size_t width = life.buckets->grid().width;
  std::vector<BucketGrid::Target> to = TakeSeries(later, &width, &life);
  TakeBuckets(later.buckets->grid(), width, std::move(to), kept);

  if (!life.pid) life.pid = later.pid;
  if (later.start_s < life.start_s) life.began = later.began;
  if (later.end_s >= life.end_s) {
    life.ended = later.ended;
    life.age_s = later.age_s  ? later.age_s
                 : life.age_s ? std::optional(*life.age_s + later.end_s - life.end_s)
                              : std::nullopt;
  }
  const BucketGrid& grid = life.buckets->grid();
  life.start_s = grid.start_s;
  life.end_s = grid.end_s;
  life.samples = grid.samples;
  for (LifeSeries& series : life.series) series.extremes = grid.extremes[series.slot];
  kept->went_on = true;
}

void ForgetLoadOf(Life* life) {
  if (life->load_slot == BucketAccumulator::kNoLoad) return;
  BucketGrid grid = life->buckets->grid();
  grid.Clear(life->load_slot);
  life->buckets = std::make_shared<const BucketAccumulator>(std::move(grid));
  life->load_slot = BucketAccumulator::kNoLoad;
}

void LifeJoiner::ForgetLoad() {
  for (auto& [key, group] : groups_) {
    for (Kept& kept : group.kept) {
      if (kept.life.load_slot == BucketAccumulator::kNoLoad) continue;
      kept.ends_s[kept.life.load_slot] = kNever;
      ForgetLoadOf(&kept.life);
    }
  }
}

// Of finished lives, as LifeTracker does; those that may go on are not counted before the end.
void LifeJoiner::ForgetShortest(Group* group, bool at_end) {
  const size_t most = std::max(LifeTracker::kMaxLives, 2 * group->columns);
  const auto is_finished = [&](const Kept& kept) {
    return at_end || kept.life.ended != Cut::kLogEdge;
  };
  auto finished =
      static_cast<size_t>(std::count_if(group->kept.begin(), group->kept.end(), is_finished));
  for (; finished > most; --finished) {
    auto shortest = group->kept.end();
    for (auto kept = group->kept.begin(); kept != group->kept.end(); ++kept) {
      if (!is_finished(*kept)) continue;
      if (shortest == group->kept.end() || kept->life.span_s() < shortest->life.span_s()) {
        shortest = kept;
      }
    }
    group->kept.erase(shortest);
    ++forgotten_;
  }
}

std::vector<Life> LifeJoiner::Finish() {
  std::vector<Life> lives;
  for (auto& [key, group] : groups_) {
    ForgetShortest(&group, /*at_end=*/true);
    for (Kept& kept : group.kept) lives.push_back(std::move(kept.life));
  }
  SortLives(&lives);
  return lives;
}

}  // namespace perfleak
