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
constexpr double kShortPeriod_s = 2 * kSecondsPerDay;

// Where periods begin: at the machine's first sample and at Mondays. A piece of a week at either
// end that is too short to say anything belongs to its neighbour.
std::vector<double> PeriodStarts(double start_s, double end_s) {
  std::vector<double> starts = {start_s};
  if (end_s - start_s <= kOnePeriod_s) return starts;
  for (int64_t week = WeekNumber(start_s) + 1; StartOfWeek(week) <= end_s; ++week) {
    const double monday_s = StartOfWeek(week);
    if (end_s - monday_s >= kShortPeriod_s) starts.push_back(monday_s);
  }
  if (starts.size() > 1 && starts[1] - start_s < kShortPeriod_s) starts.erase(starts.begin() + 1);
  return starts;
}

// Periods under construction. One is handed out when a log begins behind it.
class Periods {
 public:
  Periods(std::vector<double> starts, const CounterTable* table, const PeriodObserver* on_period)
      : starts_(std::move(starts)), table_(table), on_period_(on_period) {}

  void Add(const SeriesSet& set) {
    FinishBefore(PeriodAt(set.start_s));
    for (size_t period = PeriodAt(set.start_s); period <= PeriodAt(set.end_s); ++period) {
      SeriesSet part = Slice(set, starts_[period], EndOf(period));
      if (part.lives.empty()) continue;
      StitcherOf(period).Add(std::move(part));
    }
  }

  void Finish() {
    while (!open_.empty()) HandOut(open_.begin());
  }

 private:
  using Open = std::map<size_t, std::unique_ptr<SeriesStitcher>>;

  size_t PeriodAt(double t_s) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), t_s);
    return after == starts_.begin() ? 0 : static_cast<size_t>(after - starts_.begin()) - 1;
  }
  double EndOf(size_t period) const {
    return period + 1 < starts_.size() ? starts_[period + 1]
                                       : std::numeric_limits<double>::infinity();
  }

  SeriesStitcher& StitcherOf(size_t period) {
    auto& stitcher = open_[period];
    if (stitcher == nullptr) stitcher = std::make_unique<SeriesStitcher>(table_, &said_already_);
    return *stitcher;
  }

  void FinishBefore(size_t period) {
    while (!open_.empty() && open_.begin()->first < period) HandOut(open_.begin());
  }

  void HandOut(const Open::iterator& first) {
    (*on_period_)(first->second->Finish(), *table_);
    open_.erase(first);
  }

  const std::vector<double> starts_;
  const CounterTable* table_;
  const PeriodObserver* on_period_;
  Diagnostics said_already_;  // of the whole
  Open open_;
};

class Folding {
 public:
  Folding(const MachineGroup& group, std::vector<double> period_starts,
          const PeriodObserver* on_period, FoldedMachine* out)
      : group_(group),
        one_period_(period_starts.size() == 1),
        out_(out),
        whole_(&out->table, &out->diagnostics),
        periods_(std::move(period_starts), &out->table, on_period) {}

  void Take(LogDigest log) {
    for (const Diagnostics::Entry& entry : log.diagnostics) out_->diagnostics.Add(entry);
    TakeInput(log);
    for (MachineDigest& machine : log.machines) {
      if (ToLower(machine.machine) == group_.machine) TakeSet(log, &machine);
    }
  }

  void Finish() {
    out_->whole = whole_.Finish();
    periods_.Finish();
    Summarize(out_->whole, group_.as_local_time ? TimeBasis::kLocal : TimeBasis::kUtc,
              out_->table.size(), &out_->input);
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
    const double shift_s = group_.ShiftOf(log.time_basis, log.bias_minutes);
    if (shift_s != 0) ShiftTimes(shift_s, &set);
    set.local_offset_s = group_.as_local_time ? 0 : -60 * log.bias_minutes;
    if (!one_period_) periods_.Add(set);
    whole_.Add(std::move(set));
  }

  // Logs may write the machine in capitals or not; lives go by the name of the first.
  void Rename(SeriesSet* set) {
    if (set->machines.empty()) return;
    if (name_.empty()) name_ = set->machines.front().name;
    for (MachineFacts& facts : set->machines) facts.name = name_;
    for (Life& life : set->lives) life.machine = name_;
  }

  const MachineGroup& group_;
  const bool one_period_;
  FoldedMachine* out_;
  SeriesStitcher whole_;
  Periods periods_;
  std::string name_;
};

// As the report has times.
std::vector<double> PeriodStartsOf(const MachineGroup& group,
                                   const std::vector<DigestHandle>& digests) {
  double start_s = std::numeric_limits<double>::infinity(), end_s = -start_s;
  for (const size_t log : group.logs) {
    const DigestSummary& summary = digests[log].summary;
    const double by_s = group.ShiftOf(summary.time_basis, summary.bias_minutes);
    for (const DigestSummary::Machine& machine : summary.machines) {
      if (ToLower(machine.name) != group.machine) continue;
      start_s = std::min(start_s, machine.start_s + by_s);
      end_s = std::max(end_s, machine.end_s + by_s);
    }
  }
  return PeriodStarts(start_s, end_s);
}

}  // namespace

std::unique_ptr<FoldedMachine> FoldMachine(const MachineGroup& group,
                                           const std::vector<DigestHandle>& digests,
                                           const DigestLoader& load,
                                           const CounterTable::Filter& wanted,
                                           const PeriodObserver& on_period) {
  auto folded = std::make_unique<FoldedMachine>(wanted);
  Folding folding(group, PeriodStartsOf(group, digests), &on_period, folded.get());
  for (const size_t log : group.logs) {
    Result<LogDigest> digest = load(digests[log]);
    if (digest) {
      folding.Take(std::move(*digest));
    } else {
      folded->unread.push_back({digests[log].name, FileOutcome::kFailed, digest.error().message});
    }
  }
  folding.Finish();
  return folded;
}

}  // namespace perfleak
