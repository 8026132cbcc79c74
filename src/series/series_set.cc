#include "series/series_set.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "series/life_order.h"
#include "series/life_tracker.h"

namespace perfleak {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr CounterId kNoCounter = UINT32_MAX;

constexpr size_t kStepsKept = 1023;  // enough for the median distance of rows
constexpr double kGapFactor = 10;
constexpr size_t kGapsKept = 100;
constexpr double kUpTimeSlack_s = 1;

// A machine has restarted if of at least so many processes known by PID...
constexpr size_t kRestartProcesses = 8;
// ...this part is gone from one row to the next.
constexpr double kRestartShare = 0.6;

// Objects in which name, name#1, ... are processes that come and go.
bool SharesColumns(const CounterPath& path) {
  return IsProcess(path) || StartsWithIgnoreCase(path.object, ".NET CLR ");
}

// The distance of rows, learnt as they come.
class StepClock {
 public:
  void Add(double step_s) {
    if (steps_s_.size() >= kStepsKept) return;
    steps_s_.push_back(step_s);
    const size_t n = steps_s_.size();
    if ((n & (n + 1)) == 0) typical_s_ = Median();  // after 1, 3, 7, ... steps
  }
  double typical_s() const { return typical_s_; }
  double Median() const {
    if (steps_s_.empty()) return 0;
    std::vector<double> sorted = steps_s_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
  }

 private:
  std::vector<double> steps_s_;
  double typical_s_ = 0;
};

}  // namespace

class SeriesBuilder::Impl {
 public:
  Impl(const CounterTable* table, Diagnostics* diagnostics)
      : table_(table), diagnostics_(diagnostics) {}

  void Add(const Row& row) {
    if (planned_ < table_->size()) PlanNewCounters();
    TakeTime(row.t_s);
    for (auto& [key, machine] : machines_) TakeMachine(&machine, row);
  }

  SeriesSet Finish() {
    set_.interval_s = steps_.Median();
    for (auto& [key, machine] : machines_) FinishMachine(&machine);
    SortLives(&set_.lives);
    if (set_.lives_forgotten > 0) {
      diagnostics_->Add("lives-forgotten",
                        "a process restarted more often than lives are kept of one image; the "
                        "shortest lives were left out",
                        {}, set_.lives_forgotten);
    }
    return std::move(set_);
  }

 private:
  struct Machine {
    MachineFacts facts;
    CounterId load = kNoCounter;
    CounterId up_time = kNoCounter;
    double last_up_time_s = kNan;
    std::vector<std::unique_ptr<LifeTracker>> trackers;
  };

  void PlanNewCounters() {
    std::set<LifeTracker*> changed;
    for (; planned_ < table_->size(); ++planned_) {
      const auto id = static_cast<CounterId>(planned_);
      const Counter& counter = (*table_)[id];
      Machine& machine = MachineOf(counter.path);
      if (!counter.wanted) continue;
      if (counter.traits.resource == Resource::kLoad) {
        OfferLoad(&machine, id, counter);
      } else if (counter.traits.resource == Resource::kSystemUpTime) {
        machine.up_time = id;
      } else {
        LifeTracker* tracker = TrackerOf(&machine, counter.path);
        tracker->AddColumn(counter.path.index, id, counter);
        changed.insert(tracker);
      }
    }
    for (LifeTracker* tracker : changed) tracker->Settle();
  }

  Machine& MachineOf(const CounterPath& path) {
    const auto [found, is_new] = machines_.try_emplace(ToLower(path.machine));
    if (is_new) found->second.facts.name = path.machine;
    return found->second;
  }

  void OfferLoad(Machine* machine, CounterId id, const Counter& counter) {
    const bool better = machine->load == kNoCounter ||
                        counter.traits.load_rank < (*table_)[machine->load].traits.load_rank;
    if (better && set_.rows == 0) machine->load = id;  // one measure of load for all lives
    if (machine->load == kNoCounter) machine->load = id;
  }

  LifeTracker* TrackerOf(Machine* machine, const CounterPath& path) {
    const std::string instance = SharesColumns(path) ? path.instance : InstanceName(path);
    const std::string key = ToLower(path.machine + "\\" + path.object + "\\" + instance);
    const auto [found, is_new] = tracker_of_key_.try_emplace(key, nullptr);
    if (is_new) {
      const bool is_sum = EqualsIgnoreCase(path.instance, "_Total");
      const bool is_process = IsProcess(path) && !is_sum;
      LifeTracker::Name name{machine->facts.name, path.object, instance, is_process};
      machine->trackers.push_back(std::make_unique<LifeTracker>(std::move(name)));
      found->second = machine->trackers.back().get();
    }
    return found->second;
  }

  void TakeTime(double t_s) {
    if (set_.rows++ == 0) {
      set_.start_s = t_s;
    } else {
      PERFLEAK_CHECK(t_s > set_.end_s);
      const double step_s = t_s - set_.end_s;
      if (steps_.typical_s() > 0 && step_s > kGapFactor * steps_.typical_s()) {
        ++set_.gap_count;
        if (set_.gaps.size() < kGapsKept) set_.gaps.push_back({set_.end_s, t_s});
      }
      steps_.Add(step_s);
    }
    set_.end_s = t_s;
  }

  void TakeMachine(Machine* machine, const Row& row) {
    bool processes_seen = false;
    bool has_processes = false;
    for (const auto& tracker : machine->trackers) {
      tracker->Look(row.values);
      has_processes |= tracker->name().is_process;
      processes_seen |= tracker->name().is_process && tracker->anyone_seen();
    }
    if (MachineRestarted(machine, row)) {
      ++machine->facts.restarts;
      for (const auto& tracker : machine->trackers) tracker->EndAll(Cut::kMachineRestart);
    }
    const double load = ValueAt(row, machine->load);
    for (const auto& tracker : machine->trackers) {
      // A row in which no process shows up is a row the collector missed, not a massacre.
      if (tracker->name().is_process && has_processes && !processes_seen) continue;
      tracker->Take(row.t_s, row.values, load);
    }
  }

  bool MachineRestarted(Machine* machine, const Row& row) {
    if (machine->up_time != kNoCounter) {
      const double up_time_s = ValueAt(row, machine->up_time);
      const bool fell = up_time_s < machine->last_up_time_s - kUpTimeSlack_s;
      if (std::isfinite(up_time_s)) {
        machine->last_up_time_s = up_time_s;
        machine->facts.booted_last_s = row.t_s - up_time_s;
        if (!machine->facts.booted_first_s) machine->facts.booted_first_s = row.t_s - up_time_s;
      }
      return fell;
    }
    size_t known = 0, gone = 0;
    bool levels_dropped = false;
    for (const auto& tracker : machine->trackers) {
      if (tracker->name().is_process && tracker->has_pids() && tracker->anyone_seen()) {
        known += tracker->known_pids();
        gone += tracker->gone_pids();
      }
      levels_dropped |= !tracker->name().is_process && tracker->DroppedTogether();
    }
    if (known >= kRestartProcesses) {
      return static_cast<double>(gone) >= kRestartShare * static_cast<double>(known);
    }
    return levels_dropped;
  }

  static double ValueAt(const Row& row, CounterId id) {
    return id < row.values.size() ? row.values[id] : kNan;
  }

  void FinishMachine(Machine* machine) {
    MachineFacts& facts = machine->facts;
    facts.has_load = machine->load != kNoCounter;
    facts.load_counter = facts.has_load ? machine->load : 0;
    for (const auto& tracker : machine->trackers) {
      facts.has_process_ids |= tracker->name().is_process && tracker->has_pids();
      std::vector<Life> lives = tracker->Finish();
      for (const Life& life : lives) ExtendSpan(life, &facts);
      std::move(lives.begin(), lives.end(), std::back_inserter(set_.lives));
      facts.lives_forgotten += tracker->forgotten();
    }
    set_.lives_forgotten += facts.lives_forgotten;
    set_.machines.push_back(facts);
  }

  static void ExtendSpan(const Life& life, MachineFacts* facts) {
    const bool first = facts->end_s <= facts->start_s;
    facts->start_s = first ? life.start_s : std::min(facts->start_s, life.start_s);
    facts->end_s = first ? life.end_s : std::max(facts->end_s, life.end_s);
  }

  const CounterTable* table_;
  Diagnostics* diagnostics_;
  size_t planned_ = 0;
  std::map<std::string, Machine> machines_;  // by lower-case name
  std::map<std::string, LifeTracker*> tracker_of_key_;
  StepClock steps_;
  SeriesSet set_;
};

SeriesBuilder::SeriesBuilder(const CounterTable* table, Diagnostics* diagnostics)
    : impl_(std::make_unique<Impl>(table, diagnostics)) {}
SeriesBuilder::~SeriesBuilder() = default;

void SeriesBuilder::Add(const Row& row) { impl_->Add(row); }

SeriesSet SeriesBuilder::Finish() { return impl_->Finish(); }

}  // namespace perfleak
