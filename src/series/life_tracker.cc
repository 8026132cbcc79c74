#include "series/life_tracker.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "base/text.h"

namespace perfleak {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A process that is the same one cannot get younger; clocks are read a moment apart.
constexpr double kElapsedSlack_s = 1;

// A restart lowers a level at least to this part of what it was...
constexpr double kRestartRatio = 0.75;
// ...in at least so many of the levels watched.
constexpr int kRestartCounters = 2;

double ValueAt(std::span<const double> values, CounterId id) {
  return id < values.size() ? values[id] : kNan;
}

// Levels that fall together only when what holds them ends.
bool TellsRestart(Resource resource) {
  return resource == Resource::kPrivateBytes || resource == Resource::kHandles ||
         resource == Resource::kThreads || resource == Resource::kCommittedBytes;
}
bool TellsMachineRestart(const LifeTracker::Name& name, Resource resource) {
  return !name.is_process &&
         (resource == Resource::kPoolPagedBytes || resource == Resource::kPoolNonpagedBytes);
}

// "chrome:1234" of Process V2, "chrome_1234" where the registry asks for it.
std::optional<int64_t> PidAfter(std::string_view name, char separator) {
  const size_t at = name.rfind(separator);
  if (at == std::string_view::npos || at == 0 || at + 1 == name.size()) return std::nullopt;
  int64_t pid = 0;
  const auto [end, error] = std::from_chars(name.data() + at + 1, name.data() + name.size(), pid);
  if (error != std::errc() || end != name.data() + name.size() || pid < 0) return std::nullopt;
  return pid;
}

// The image without the PID that some settings write behind it.
std::string ImageName(const std::string& instance, std::optional<int64_t> pid) {
  for (const char separator : {':', '_'}) {
    if (pid && PidAfter(instance, separator) == pid) {
      return instance.substr(0, instance.rfind(separator));
    }
  }
  return instance;
}

}  // namespace

LifeTracker::LifeTracker(Name name) : name_(std::move(name)) {
  slots_.push_back({"", CounterTraits{}});  // kLoadSlot
}

size_t LifeTracker::SlotOf(const Counter& counter) {
  const std::string key = ToLower(counter.path.counter);
  const auto [found, is_new] = slot_of_counter_.try_emplace(key, slots_.size());
  if (!is_new) return found->second;
  slots_.push_back({key, counter.traits});
  if (TellsRestart(counter.traits.resource) ||
      TellsMachineRestart(name_, counter.traits.resource)) {
    restart_slots_.push_back(found->second);
  }
  return found->second;
}

LifeTracker::Column& LifeTracker::ColumnAt(int index) {
  const auto [found, is_new] = column_of_index_.try_emplace(index, columns_.size());
  if (!is_new) return columns_[found->second];
  Column& column = columns_.emplace_back();
  ++vacant_;
  column.index = index;
  column.next_began = Cut::kLogEdge;
  if (EqualsIgnoreCase(name_.object, "Process V2")) {
    column.pid_in_name = PidAfter(name_.instance, ':');
    has_pids_ |= column.pid_in_name.has_value();
  }
  return column;
}

void LifeTracker::Settle() {
  for (Column& column : columns_) column.counters.resize(slots_.size(), kNoCounter);
  for (const auto& live : live_) {
    live->buckets.Widen(slots_.size());
  }
}

void LifeTracker::AddColumn(int index, CounterId id, const Counter& counter) {
  Column& column = ColumnAt(index);
  switch (counter.traits.resource) {
    case Resource::kProcessId:
      column.pid = id;
      has_pids_ = true;
      return;
    case Resource::kCreatingProcessId:
      column.creator = id;
      return;
    case Resource::kElapsedTime:
      column.elapsed = id;
      return;
    default:
      break;
  }
  const size_t slot = SlotOf(counter);
  if (column.counters.size() <= slot) column.counters.resize(slot + 1, kNoCounter);
  column.counters[slot] = id;
}

bool LifeTracker::HasLevel(const Column& column, std::span<const double> values) const {
  // A dead process's column goes blank or to 0; of other objects 0 is a value like any.
  return std::any_of(column.counters.begin(), column.counters.end(), [&](CounterId id) {
    const double x = ValueAt(values, id);
    return name_.is_process ? x > 0 || x < 0 : !std::isnan(x);
  });
}

// In place: what a function returns would be copied, which costs more than the reading.
void LifeTracker::ReadIdentity(std::span<const double> values, Column* column) const {
  Identity& seen = column->seen;
  seen.creator = ValueAt(values, column->creator);
  seen.elapsed_s = ValueAt(values, column->elapsed);
  if (column->pid != kNoCounter) {
    const double pid = ValueAt(values, column->pid);
    seen.present = pid > 0 && pid < 4294967296.0;  // 0 is Idle, or nobody
    seen.pid.reset();
    if (seen.present) seen.pid = static_cast<int64_t>(pid);
    return;
  }
  seen.present = HasLevel(*column, values);
  seen.pid.reset();
  if (seen.present) seen.pid = column->pid_in_name;
}

void LifeTracker::Look(std::span<const double> values) {
  anyone_seen_ = dropped_together_ = pids_moved_ = false;
  known_pids_ = 0;
  for (Column& column : columns_) {
    ReadIdentity(values, &column);
    anyone_seen_ |= column.seen.present;
    if (column.live == nullptr) continue;
    const std::optional<int64_t>& pid = column.live->identity.pid;
    known_pids_ += pid.has_value();
    pids_moved_ |= pid && pid != column.seen.pid;
    if (!name_.is_process) dropped_together_ = dropped_together_ || Dropped(column, values);
  }
}

size_t LifeTracker::gone_pids() const {
  if (!pids_moved_) return 0;
  std::unordered_set<int64_t> seen;
  for (const Column& column : columns_) {
    if (column.seen.pid) seen.insert(*column.seen.pid);
  }
  return static_cast<size_t>(std::count_if(live_.begin(), live_.end(), [&](const auto& live) {
    return live->identity.pid && live->rows_away == 0 && !seen.contains(*live->identity.pid);
  }));
}

bool LifeTracker::DroppedTogether() const { return dropped_together_; }

bool LifeTracker::Dropped(const Column& column, std::span<const double> values) const {
  int fallen = 0;
  const std::span<const double> last = column.live->buckets.last();
  for (const size_t slot : restart_slots_) {
    const double before = last[slot];
    fallen += before > 0 && ValueAt(values, column.counters[slot]) <= kRestartRatio * before;
  }
  return fallen >= kRestartCounters;
}

void LifeTracker::Take(double t_s, std::span<const double> values, double load) {
  DetachChanged(values);
  AttachNewcomers();
  for (Column& column : columns_) {
    if (column.live != nullptr) Append(&column, t_s, values, load);
  }
  EndLongAway();
}

void LifeTracker::DetachChanged(std::span<const double> values) {
  if (!name_.is_process && !has_pids_) return;
  for (Column& column : columns_) {
    if (column.live == nullptr) continue;
    const Identity& was = column.live->identity;
    const Identity& is = column.seen;
    if (!name_.is_process && column.pid == kNoCounter) {
      continue;  // no process: missing values are just missing
    }
    if (!is.present) {
      Detach(&column, Cut::kBlank);
    } else if (is.pid != was.pid) {
      Detach(&column, Cut::kPidChanged);
    } else if (is.elapsed_s < was.elapsed_s - kElapsedSlack_s || is.creator < was.creator ||
               is.creator > was.creator) {
      Detach(&column, Cut::kRestarted);
    } else if (!is.pid && Dropped(column, values)) {
      Detach(&column, Cut::kDropped);
    }
  }
}

void LifeTracker::Detach(Column* column, Cut why) {
  Live* live = column->live;
  column->live = nullptr;
  column->next_began = why;
  live->leaving = why;
  live->rows_away = 1;
  ++away_;
  ++vacant_;
  const bool may_come_back = live->identity.pid && why != Cut::kRestarted;
  if (!may_come_back) End(live, why);
}

void LifeTracker::AttachNewcomers() {
  if (vacant_ == 0) return;
  std::optional<AwayByPid> away;  // found when the first newcomer is met
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    if (column.live != nullptr || !column.seen.present) continue;
    if (!away) away = FindAway();
    --vacant_;
    column.live = ComesBack(*away, column.seen);
    if (column.live == nullptr) {
      column.live = Start(&column);
    } else {
      column.live->rows_away = 0;
      --away_;
    }
    auto& run_through = column.live->columns;
    std::erase(run_through, i);
    run_through.push_back(i);
  }
  for (Column& column : columns_) {
    if (column.live == nullptr && column.next_began == Cut::kLogEdge) {
      column.next_began = Cut::kBlank;
    }
  }
}

LifeTracker::AwayByPid LifeTracker::FindAway() const {
  AwayByPid away;
  for (const auto& live : live_) {
    if (live->rows_away > 0 && live->identity.pid) away.emplace(*live->identity.pid, live.get());
  }
  return away;
}

LifeTracker::Live* LifeTracker::ComesBack(const AwayByPid& away, const Identity& seen) {
  if (!seen.pid) return nullptr;
  const auto [begin, end] = away.equal_range(*seen.pid);
  const auto found = std::find_if(begin, end, [&](const auto& entry) {
    const Identity& was = entry.second->identity;
    const bool back_already = entry.second->rows_away == 0;
    return !back_already && !(seen.elapsed_s < was.elapsed_s - kElapsedSlack_s) &&
           !(seen.creator < was.creator) && !(seen.creator > was.creator);
  });
  return found == end ? nullptr : found->second;
}

LifeTracker::Live* LifeTracker::Start(Column* column) {
  live_.push_back(std::make_unique<Live>(slots_.size()));
  Live* live = live_.back().get();
  live->place = live_.size() - 1;
  live->began = column->next_began;
  return live;
}

void LifeTracker::Append(Column* column, double t_s, std::span<const double> values, double load) {
  if (!column->seen.present) return;
  Live* live = column->live;
  live->identity = column->seen;
  const std::span<double> now = live->buckets.Begin(t_s);
  const std::span<const CounterId> counters = column->counters;
  now[kLoadSlot] = load;
  for (size_t slot = 1; slot < now.size(); ++slot) now[slot] = ValueAt(values, counters[slot]);
  live->buckets.End();
}

void LifeTracker::EndLongAway() {
  if (away_ == 0) return;
  for (size_t i = live_.size(); i-- > 0;) {
    Live* live = live_[i].get();
    if (live->rows_away > 0 && live->rows_away++ > kMaxRowsAway) End(live, live->leaving);
  }
}

void LifeTracker::EndAll(Cut why) {
  for (Column& column : columns_) {
    column.live = nullptr;
    column.next_began = why;
  }
  vacant_ = columns_.size();
  while (!live_.empty()) {
    Live* live = live_.back().get();
    End(live, live->rows_away > 0 ? live->leaving : why);
  }
}

void LifeTracker::End(Live* live, Cut why) {
  away_ -= live->rows_away > 0;
  live->buckets.Finish();
  finished_.push_back(Describe(live, why));
  const size_t place = live->place;
  std::swap(live_[place], live_.back());
  live_[place]->place = place;
  live_.pop_back();
  // Of many at a time (svchost), each is kept through a restart of the machine.
  if (finished_.size() > std::max(kMaxLives, 2 * columns_.size())) ForgetShortest();
}

Life LifeTracker::Describe(Live* live, Cut ended) const {
  Life life;
  life.machine = name_.machine;
  life.object = name_.object;
  life.instance = name_.is_process ? ImageName(name_.instance, live->identity.pid) : name_.instance;
  life.is_process = name_.is_process;
  life.pid = live->identity.pid;
  life.began = live->began;
  life.ended = ended;
  life.start_s = live->buckets.start_s();
  life.end_s = live->buckets.end_s();
  if (std::isfinite(live->identity.elapsed_s)) life.age_s = live->identity.elapsed_s;
  life.samples = live->buckets.samples();
  for (size_t slot = 1; slot < slots_.size(); ++slot) {
    if (live->buckets.extremes(slot).n == 0) continue;
    LifeSeries series{{}, slots_[slot].traits, live->buckets.extremes(slot), slot};
    for (const size_t i : live->columns) {
      const CounterId id = columns_[i].counters[slot];
      if (id != kNoCounter) series.counters.push_back(id);
    }
    life.series.push_back(std::move(series));
  }
  if (live->buckets.extremes(kLoadSlot).n > 0) life.load_slot = kLoadSlot;
  life.buckets = std::make_shared<const BucketAccumulator>(std::move(live->buckets));
  return life;
}

void LifeTracker::ForgetShortest() {
  const auto shortest =
      std::min_element(finished_.begin(), finished_.end(),
                       [](const Life& a, const Life& b) { return a.span_s() < b.span_s(); });
  finished_.erase(shortest);
  ++forgotten_;
}

std::vector<Life> LifeTracker::Finish() {
  EndAll(Cut::kLogEdge);
  return std::move(finished_);
}

}  // namespace perfleak
