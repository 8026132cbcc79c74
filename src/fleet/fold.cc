#include "fleet/fold.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "base/week.h"
#include "series/stitch.h"

namespace perfleak {
namespace {

constexpr double kOnePeriod_s = 8 * kSecondsPerDay;

// Weeks under construction. A week is handed out when a log begins behind it.
class Weeks {
 public:
  Weeks(const CounterTable* table, const PeriodObserver* on_period)
      : table_(table), on_period_(on_period) {}

  void Add(const SeriesSet& set) {
    FinishBefore(WeekNumber(set.start_s));
    for (int64_t week = WeekNumber(set.start_s); week <= WeekNumber(set.end_s); ++week) {
      SeriesSet part = Slice(set, StartOfWeek(week), StartOfWeek(week + 1));
      if (part.lives.empty()) continue;
      StitcherOf(week).Add(std::move(part));
    }
  }

  void Finish() {
    while (!open_.empty()) HandOut(open_.begin());
  }

 private:
  using Open = std::map<int64_t, std::unique_ptr<SeriesStitcher>>;

  SeriesStitcher& StitcherOf(int64_t week) {
    auto& stitcher = open_[week];
    if (stitcher == nullptr) stitcher = std::make_unique<SeriesStitcher>(table_, &said_already_);
    return *stitcher;
  }

  void FinishBefore(int64_t week) {
    while (!open_.empty() && open_.begin()->first < week) HandOut(open_.begin());
  }

  void HandOut(const Open::iterator& first) {
    (*on_period_)(first->second->Finish(), *table_);
    open_.erase(first);
  }

  const CounterTable* table_;
  const PeriodObserver* on_period_;
  Diagnostics said_already_;  // of the whole
  Open open_;
};

class Folding {
 public:
  Folding(const MachineGroup& group, bool by_week, const PeriodObserver* on_period,
          FoldedMachine* out)
      : group_(group),
        by_week_(by_week),
        on_period_(on_period),
        out_(out),
        whole_(&out->table, &out->diagnostics),
        weeks_(&out->table, on_period) {}

  void Take(LogDigest log) {
    for (const Diagnostics::Entry& entry : log.diagnostics) out_->diagnostics.Add(entry);
    TakeInput(log);
    for (MachineDigest& machine : log.machines) {
      if (ToLower(machine.machine) == group_.machine) TakeSet(log, &machine);
    }
  }

  void Finish() {
    out_->whole = whole_.Finish();
    if (by_week_) {
      weeks_.Finish();
    } else if (!out_->whole.lives.empty()) {
      (*on_period_)(out_->whole, out_->table);
    }
    Summarize();
  }

 private:
  void TakeInput(const LogDigest& log) {
    InputSummary& input = out_->input;
    input.files.push_back(log.file);
    input.rows_read += log.rows_read;
    input.rows_used += log.rows_used;
    input.rows_dropped += log.rows_dropped;
  }

  void TakeSet(const LogDigest& log, MachineDigest* machine) {
    SeriesSet set = std::move(machine->set);
    std::vector<CounterId> to;
    for (const CounterPath& path : machine->counters) to.push_back(out_->table.Intern(path));
    RemapCounters(to, &set);
    Rename(&set);
    if (group_.as_local_time && log.time_basis == TimeBasis::kUtc) {
      ShiftTimes(-60 * log.bias_minutes, &set);
    }
    set.local_offset_s = group_.as_local_time ? 0 : -60 * log.bias_minutes;
    if (by_week_) weeks_.Add(set);
    whole_.Add(std::move(set));
  }

  // Logs may write the machine in capitals or not; lives go by the name of the first.
  void Rename(SeriesSet* set) {
    if (set->machines.empty()) return;
    if (name_.empty()) name_ = set->machines.front().name;
    for (MachineFacts& facts : set->machines) facts.name = name_;
    for (Life& life : set->lives) life.machine = name_;
  }

  void Summarize() {
    InputSummary& input = out_->input;
    for (const MachineFacts& facts : out_->whole.machines) input.machines.push_back(facts.name);
    input.time_basis = group_.as_local_time ? TimeBasis::kLocal : TimeBasis::kUtc;
    input.start_s = out_->whole.start_s;
    input.end_s = out_->whole.end_s;
    input.interval_s = out_->whole.interval_s;
    input.counters = out_->table.size();
  }

  const MachineGroup& group_;
  const bool by_week_;
  const PeriodObserver* on_period_;
  FoldedMachine* out_;
  SeriesStitcher whole_;
  Weeks weeks_;
  std::string name_;
};

// Whether the logs of the machine cover more than one period.
bool IsLong(const MachineGroup& group, const std::vector<DigestHandle>& digests) {
  double start_s = std::numeric_limits<double>::infinity(), end_s = -start_s;
  for (const size_t log : group.logs) {
    for (const DigestSummary::Machine& machine : digests[log].summary.machines) {
      if (ToLower(machine.name) != group.machine) continue;
      start_s = std::min(start_s, machine.start_s);
      end_s = std::max(end_s, machine.end_s);
    }
  }
  return end_s - start_s > kOnePeriod_s;
}

}  // namespace

Result<std::unique_ptr<FoldedMachine>> FoldMachine(const MachineGroup& group,
                                                   const std::vector<DigestHandle>& digests,
                                                   const DigestLoader& load,
                                                   const CounterTable::Filter& wanted,
                                                   const PeriodObserver& on_period) {
  auto folded = std::make_unique<FoldedMachine>(wanted);
  Folding folding(group, IsLong(group, digests), &on_period, folded.get());
  for (const size_t log : group.logs) {
    Result<LogDigest> digest = load(digests[log]);
    if (!digest) return digest.error();
    folding.Take(std::move(*digest));
  }
  folding.Finish();
  return {std::move(folded)};
}

}  // namespace perfleak
