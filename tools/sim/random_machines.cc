#include "random_machines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "boot.h"
#include "counter_set.h"
#include "life_plan.h"
#include "machine_labels.h"
#include "machine_plan.h"
#include "pdh_csv.h"

namespace perfleak::sim {
namespace {

// The collector wakes a few milliseconds late each time. While the machine is down there is none.
std::vector<int64_t> SampleTimesMs(const MachinePlan& plan, Rng rng) {
  std::vector<int64_t> times;
  const int64_t interval_ms = 1000LL * plan.interval_s;
  const auto run = [&](double from_s, double to_s) {
    int64_t at = static_cast<int64_t>(from_s) * 1000 + rng.Integer(0, 800);
    for (; static_cast<double>(at) < to_s * 1000; at += interval_ms + rng.Integer(0, 12)) {
      times.push_back(at);
    }
  };
  run(0, plan.restart ? plan.restart->down_s : plan.length_s);
  if (plan.restart) run(plan.restart->up_s, plan.length_s);
  return times;
}

// Which process had which instance, and for how many samples: a label is about a column.
void CountOccupants(const MachineSample& sample, Occupants& occupants) {
  occupants.resize(sample.instances.size());
  for (size_t image = 0; image < sample.instances.size(); ++image) {
    const std::vector<size_t>& alive = sample.instances[image];
    if (occupants[image].size() < alive.size()) occupants[image].resize(alive.size());
    for (size_t slot = 0; slot < alive.size(); ++slot) {
      ++occupants[image][slot][sample.processes[alive[slot]].spec];
    }
  }
}

class Run {
 public:
  Run(const MachinePlan& plan, uint64_t seed, std::ostream& csv)
      : plan_(plan),
        seed_(seed),
        times_ms_(SampleTimesMs(plan, Rng(seed).Fork("sample times"))),
        writer_(csv, plan.machine.start, plan.machine.windows.digits) {
    for (const int64_t ms : times_ms_) times_s_.push_back(static_cast<double>(ms) / 1000);
    boots_.push_back(std::make_unique<Boot>(plan, seed, 0, plan.machine.boot_age_s));
    if (plan.restart) {
      boots_.push_back(
          std::make_unique<Boot>(plan, seed + 1, plan.restart->up_s, kCollectorAfterBootS));
    }
  }

  LoggedMachine Write() {
    ListColumns();
    log_.last_values.assign(log_.columns.size(), kMissing);
    for (size_t i = 0; i < times_s_.size(); ++i) WriteRow(i);
    log_.end_s = times_s_.back();
    log_.machine = &boots_.back()->machine();
    log_.culprits = boots_.back()->culprits();
    for (size_t c = 0; boots_.size() > 1 && c < log_.culprits.size(); ++c) {
      const LeakRecord& before = *boots_.front()->culprits()[c].record;
      LeakRecord& all = *log_.culprits[c].record;
      all.lives += before.lives;
      all.leaked += before.leaked;
      all.hours += before.hours;
      log_.culprits[c].leak.onset_s = plan_.culprits[c].leak.onset_s;
    }
    return std::move(log_);
  }

 private:
  size_t BootAt(double t_s) const { return plan_.restart && t_s >= plan_.restart->up_s ? 1 : 0; }

  void ListColumns() {
    const auto second = std::partition_point(times_s_.begin(), times_s_.end(),
                                             [this](double t_s) { return BootAt(t_s) == 0; });
    log_.columns = boots_.front()->Columns({times_s_.begin(), second});
    if (boots_.size() > 1) {
      log_.columns = Merged(log_.columns, boots_.back()->Columns({second, times_s_.end()}));
    }
    if (!plan_.has_load_counters) std::erase_if(log_.columns, ShowsLoad);
    std::vector<std::string> paths;
    for (const Column& column : log_.columns) paths.push_back(column.path);
    writer_.Header(plan_.machine.zone, plan_.machine.bias_minutes, paths);
  }

  void WriteRow(size_t i) {
    const double t_s = times_s_[i];
    const size_t boot = BootAt(t_s);
    const bool first = i == 0 || BootAt(times_s_[i - 1]) != boot;
    const double dt_s = first ? plan_.interval_s : t_s - times_s_[i - 1];
    const MachineSample& sample = boots_[boot]->Advance(t_s, dt_s);
    CountOccupants(sample, log_.occupants);
    std::vector<double> values;
    for (size_t c = 0; c < log_.columns.size(); ++c) {
      const Column& column = log_.columns[c];
      values.push_back(first && column.is_rate ? kMissing : column.read(sample));
      if (!std::isnan(values.back())) log_.last_values[c] = values.back();
    }
    writer_.Row(times_ms_[i], values);
    NoteCommit(t_s, sample, boots_[boot]->culprits());
  }

  // What is committed on the last three days, one of them a working day, but for what leaked.
  void NoteCommit(double t_s, const MachineSample& sample, const std::vector<Culprit>& culprits) {
    if (t_s < times_s_.back() - 3 * kDay) return;
    const double committed = static_cast<double>(sample.memory.committed);
    double& most = log_.innocent_commit[static_cast<size_t>(sample.moment.hour)];
    most = std::max(most, committed - CommitHeldBy(culprits));
  }

  const MachinePlan& plan_;
  uint64_t seed_;
  std::vector<int64_t> times_ms_;
  std::vector<double> times_s_;
  PdhCsvWriter writer_;
  std::vector<std::unique_ptr<Boot>> boots_;
  LoggedMachine log_;
};

}  // namespace

std::string RandomMachineName(int number) { return fmt::format("machine-{:04}", number); }

nlohmann::ordered_json RunRandomMachine(uint64_t seed, int number, std::ostream& csv) {
  Rng rng = Rng(seed).Fork(RandomMachineName(number));
  const uint64_t own_seed = rng.Fork("run").Next();
  const MachinePlan plan = DrawMachine(rng);
  Run run(plan, own_seed, csv);
  return LabelsOfMachine(RandomMachineName(number), seed, plan, run.Write());
}

void WriteLog(const MachinePlan& plan, uint64_t seed, std::ostream& csv) {
  Run(plan, seed, csv).Write();
}

}  // namespace perfleak::sim
