#include "boot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "life_plan.h"
#include "pdh_csv.h"

namespace perfleak::sim {

// What .NET counts of one process.
struct Boot::ManagedHeap {
  double swing_bytes = 0;
  double collections = 0;
  std::shared_ptr<LeakRecord> leak;  // null: keeps nothing
};

Boot::Boot(const MachinePlan& plan, uint64_t seed, double from_s, double boot_age_s)
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

Boot::~Boot() = default;

const MachineSample& Boot::Advance(double t_s, double dt_s) {
  machine_->Advance(t_s - from_s_, dt_s);
  raise_->Advance(machine_->sample().moment);
  return machine_->sample();
}

std::vector<Column> Boot::Columns(std::vector<double> times_s) const {
  for (double& t_s : times_s) t_s -= from_s_;
  return ColumnsOf(*machine_, times_s);
}

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
    process.lives =
        DailyJob(spec_.start, presence.job_hour, presence.job_length_h, false, rng, plan_.length_s);
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
  culprit.leak.onset_s -= from_s_;
  culprit.leak.end_s -= from_s_;
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

}  // namespace perfleak::sim
