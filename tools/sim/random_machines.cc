#include "random_machines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "counter_set.h"
#include "life_plan.h"
#include "machine_labels.h"
#include "machine_plan.h"
#include "pdh_csv.h"

namespace perfleak::sim {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kCollectorAfterBootS = 60;

// What .NET counts of one process.
struct ManagedHeap {
  double swing_bytes = 0;
  double collections = 0;
  std::shared_ptr<LeakRecord> leak;  // null: keeps nothing
};

// One boot of the machine. Its clock starts at from_s of the log.
class Boot {
 public:
  Boot(const MachinePlan& plan, uint64_t seed, double from_s, double boot_age_s)
      : plan_(plan), from_s_(from_s), spec_(plan.machine), heaps_(plan.processes.size()) {
    spec_.start += std::chrono::seconds(static_cast<int64_t>(from_s));
    spec_.boot_age_s = boot_age_s;
    for (size_t i = 0; i < plan.processes.size(); ++i) {
      AddProcess(plan.processes[i], Rng(seed).Fork("job " + std::to_string(i)));
      if (plan.processes[i].managed) AddManagedHeap(i);
    }
    for (const Culprit& culprit : plan.culprits) AddCulprit(culprit);
    if (plan.has_managed_counters) AddManagedCounters();
    machine_ = std::make_unique<Machine>(spec_, seed);
    raise_ = std::make_unique<Raise>(culprits_, spec_, Rng(seed).Fork("raise"));
  }
  Boot(const Boot&) = delete;
  Boot& operator=(const Boot&) = delete;

  const Machine& machine() const { return *machine_; }
  const std::vector<Culprit>& culprits() const { return culprits_; }

  // t_s since the log began.
  const MachineSample& Advance(double t_s, double dt_s) {
    machine_->Advance(t_s - from_s_, dt_s);
    raise_->Advance(machine_->sample().moment);
    return machine_->sample();
  }

  std::vector<Column> Columns(std::vector<double> times_s) const {
    for (double& t_s : times_s) t_s -= from_s_;
    return ColumnsOf(*machine_, times_s);
  }

 private:
  void AddProcess(const PlannedProcess& planned, const Rng& rng);
  void AddManagedHeap(size_t i);
  void AddCulprit(Culprit culprit);
  void AddManagedCounters();
  void AddManagedCounters(const std::string& image, size_t slot);
  std::vector<double> OfThisBoot(std::vector<double> times_s) const;

  const MachinePlan& plan_;
  double from_s_;
  MachineSpec spec_;
  std::vector<std::shared_ptr<ManagedHeap>> heaps_;  // by process; null: not managed
  std::vector<Culprit> culprits_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Raise> raise_;
};

// Times of the log as times of this boot, without those before it.
std::vector<double> Boot::OfThisBoot(std::vector<double> times_s) const {
  for (double& t_s : times_s) t_s -= from_s_;
  if (from_s_ > 0) std::erase_if(times_s, [](double t_s) { return t_s < 0; });
  return times_s;
}

void Boot::AddProcess(const PlannedProcess& planned, const Rng& rng) {
  ProcessSpec process = planned.process;
  const Presence& presence = planned.presence;
  if (presence.job_hour >= 0) {
    process.lives = DailyJob(spec_.start, presence.job_hour, presence.job_length_h, false, rng);
  } else if (presence.recycled_every_s > 0) {
    // At work before the log: the age at its begin is anything.
    const double every_s = presence.recycled_every_s;
    const double first_s = -std::min(spec_.boot_age_s, every_s * rng.Fork("age").Uniform());
    process.lives = RecycledEvery(every_s, first_s, plan_.length_s);
  } else if (!presence.restarts_s.empty()) {
    process.lives = RestartedAt(OfThisBoot(presence.restarts_s), spec_.boot_age_s);
  }
  for (const auto& part : planned.parts) process.parts.push_back(part(from_s_));
  spec_.processes.push_back(std::move(process));
}

void Boot::AddManagedHeap(size_t i) {
  const PlannedProcess& planned = plan_.processes[i];
  heaps_[i] = std::make_shared<ManagedHeap>();
  const auto make = [heap = heaps_[i], &planned](const Rng& rng) {
    Signal swing = Sawtooth(planned.heap_mb * kMiB, planned.heap_period_s, rng);
    heap->collections = 0;
    heap->swing_bytes = 0;
    return [heap, swing](const Moment& m, double age_s) mutable {
      const double bytes = swing(m, age_s);
      if (bytes < heap->swing_bytes) ++heap->collections;
      return heap->swing_bytes = bytes;
    };
  };
  spec_.processes[i].parts.push_back({Resource::kPrivate, "managed heap", make,
                                      "a collected heap: climbs and falls", Truth::kHealthy});
}

void Boot::AddCulprit(Culprit culprit) {
  culprit.leak.onset_s = std::max(0.0, culprit.leak.onset_s - from_s_);
  culprit.restarts_s = OfThisBoot(culprit.restarts_s);
  culprit.given_back_s = OfThisBoot(culprit.given_back_s);
  culprit.record = std::make_shared<LeakRecord>();
  if (culprit.kind == CulpritKind::kManagedHeap) heaps_[culprit.process]->leak = culprit.record;
  Install(culprit, spec_.processes);
  culprits_.push_back(std::move(culprit));
}

// Instances are named and numbered as those of the object Process.
void Boot::AddManagedCounters() {
  std::map<std::string, size_t> slots;
  for (size_t i = 0; i < heaps_.size(); ++i) {
    if (heaps_[i]) AddManagedCounters(spec_.processes[i].image, slots[spec_.processes[i].image]++);
  }
}

void Boot::AddManagedCounters(const std::string& image, size_t slot) {
  // The heap of the process that has the instance now, null if none has.
  const auto heap_of = [this, image, slot](const Machine& machine) -> const ManagedHeap* {
    const std::vector<std::string>& images = machine.images();
    const auto id =
        static_cast<size_t>(std::find(images.begin(), images.end(), image) - images.begin());
    const std::vector<size_t>& alive = machine.sample().instances[id];
    if (slot >= alive.size()) return nullptr;
    return heaps_[machine.sample().processes[alive[slot]].spec].get();
  };
  const double base = std::floor(.2 * plan_.machine.ram_mb) * 4096;
  const std::string instance = slot == 0 ? image : fmt::format("{}#{}", image, slot);
  using Kind = ServiceCounter::Kind;
  spec_.services.push_back({".NET CLR Memory", instance, "# Bytes in all Heaps", Kind::kGauge, 0, 0,
                            0, 1, [=](const Machine& machine) {
                              const ManagedHeap* heap = heap_of(machine);
                              if (heap == nullptr) return kMissing;
                              return std::floor(base + heap->swing_bytes +
                                                (heap->leak ? heap->leak->held : 0));
                            }});
  spec_.services.push_back({".NET CLR Memory", instance, "# Gen 2 Collections", Kind::kGauge, 0, 0,
                            0, 1, [=](const Machine& machine) {
                              const ManagedHeap* heap = heap_of(machine);
                              return heap == nullptr ? kMissing : heap->collections;
                            }});
}

// ---- the log ----

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

// What two boots list, in the order of both.
std::vector<Column> Merged(const std::vector<Column>& a, const std::vector<Column>& b) {
  std::set<std::string> in_b;
  for (const Column& column : b) in_b.insert(column.path);
  std::vector<Column> merged;
  size_t j = 0;
  for (const Column& column : a) {
    if (in_b.contains(column.path)) {
      while (b[j].path != column.path) merged.push_back(b[j++]);
      ++j;
    }
    merged.push_back(column);
  }
  merged.insert(merged.end(), b.begin() + static_cast<std::ptrdiff_t>(j), b.end());
  return merged;
}

bool ShowsLoad(const Column& column) {
  return column.is_rate || column.path.find("\\PhysicalDisk(") != std::string::npos ||
         column.path.find("\\Server\\") != std::string::npos ||
         column.counter == "Processor Queue Length";
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
