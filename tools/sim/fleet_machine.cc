#include "fleet_machine.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "counter_set.h"
#include "life_plan.h"
#include "server_mix.h"

namespace perfleak::sim {
namespace {

constexpr const char* kAgent = "invagent";  // the program of the rollout

bool IsCache(const std::string& image) {
  static const std::set<std::string> kImages = {"sqlservr", "oracle", "store", "java",
                                                "tomcat",   "w3wp",   "lsass", "redis-server"};
  return kImages.contains(image);
}

// Grows through the working days and is given back at the weekend: a leak, as far as one week
// tells.
Signal WorkingWeek(double amount) {
  return [=](const Moment& m, double) {
    if (m.weekday == 0 || m.weekday == 6) return 0.0;
    return amount * (m.weekday - 1 + m.hour / 24) / 5;
  };
}

CulpritKind KindOf(Story story) {
  switch (story) {
    case Story::kHandles:
      return CulpritKind::kHandles;
    case Story::kThreads:
      return CulpritKind::kThreads;
    case Story::kKernel:
      return CulpritKind::kDriverNonpagedPool;
    default:
      return CulpritKind::kHeap;
  }
}

class MachineDrawer {
 public:
  MachineDrawer(const FleetGroup& group, const FleetMachineWish& wish, const Rng& rng)
      : group_(group), wish_(wish), rng_(rng) {
    machine_.story = wish.story;
    machine_.seed = rng_.Fork("run").Next();
  }

  FleetMachine Draw();

 private:
  CounterNames Counters() const;
  std::vector<PlannedProcess> DrawProcesses(std::string* role);
  size_t ChooseCulprit(std::vector<PlannedProcess>& processes);
  bool MayLeak(const std::vector<PlannedProcess>& processes, size_t i) const;
  void DrawRestarts(Rng rng);
  void AddLookalikes(Rng rng);
  void AddLeak(size_t process, double most_mb, Rng rng);
  void DrawLeakTimes(Culprit& culprit, PlannedProcess* process, Rng& rng) const;
  double Growth(const Culprit& culprit, double most_mb, Rng& rng) const;
  double StretchHours(const Leak& leak) const;

  const FleetGroup& group_;
  const FleetMachineWish& wish_;
  Rng rng_;
  Windows windows_;
  FleetMachine machine_;
};

// In the order in which people add them.
CounterNames MachineDrawer::Counters() const {
  CounterNames wanted = {"Private Bytes",    "Handle Count",        "Thread Count",
                         "ID Process",       "Working Set",         "Virtual Bytes",
                         "Pool Paged Bytes", "Pool Nonpaged Bytes", "Page File Bytes",
                         "Elapsed Time",     "% Processor Time"};
  for (const std::string& counter : AllProcessCounters(windows_)) {
    if (std::find(wanted.begin(), wanted.end(), counter) == wanted.end()) {
      wanted.push_back(counter);
    }
  }
  wanted.resize(std::min(wanted.size(), static_cast<size_t>(wish_.counters)));
  return wanted;
}

std::vector<PlannedProcess> MachineDrawer::DrawProcesses(std::string* role) {
  ServerMix mix = RandomServer(windows_, wish_.processes, rng_.Fork("mix"));
  *role = mix.role;
  // The services every Windows has give way to what the machine is there for.
  constexpr size_t kKept = 10;
  while (mix.programs.size() > static_cast<size_t>(std::max<int64_t>(wish_.processes, 24))) {
    mix.programs.erase(mix.programs.begin() + kKept);
  }
  std::vector<PlannedProcess> processes;
  for (Program& program : mix.programs) {
    processes.push_back({std::move(program.process), program.managed});
  }
  if (rng_.Chance(.7)) {
    processes.push_back({UnknownProgram(kAgent, windows_, rng_.Fork("agent"))});
  }
  return processes;
}

// A program of which there is one only, so that its column is its own.
bool MachineDrawer::MayLeak(const std::vector<PlannedProcess>& processes, size_t i) const {
  const ProcessSpec& process = processes[i].process;
  const bool is_agent = process.image == kAgent;
  if (wish_.story == Story::kRollout || is_agent) return wish_.story == Story::kRollout && is_agent;
  const auto namesakes = std::count_if(
      processes.begin(), processes.end(),
      [&](const PlannedProcess& other) { return other.process.image == process.image; });
  return namesakes == 1 && !processes[i].managed && !IsCache(process.image) &&
         process.private_mb >= 5 && process.private_mb < 300;
}

// kNoProcess where no process leaks.
size_t MachineDrawer::ChooseCulprit(std::vector<PlannedProcess>& processes) {
  if (wish_.story == Story::kHealthy || wish_.story == Story::kKernel) return kNoProcess;
  std::vector<size_t> candidates;
  for (size_t i = 8; i < processes.size(); ++i) {
    if (MayLeak(processes, i)) candidates.push_back(i);
  }
  if (candidates.empty()) {
    const char* image = wish_.story == Story::kRollout ? kAgent : "reportsvc";
    candidates.push_back(processes.size());
    processes.push_back({UnknownProgram(image, windows_, rng_.Fork(image))});
  }
  const auto last = static_cast<int64_t>(candidates.size()) - 1;
  const size_t chosen = candidates[static_cast<size_t>(rng_.Integer(0, last))];
  processes[chosen].grows = true;
  return chosen;
}

FleetMachine MachineDrawer::Draw() {
  windows_ = rng_.Chance(.3) ? Windows2003() : Windows2016();
  Setting setting;
  setting.windows = windows_;
  setting.start = group_.start;
  setting.length_s = group_.length_s;
  setting.interval_s = group_.interval_s;
  setting.process_counters = Counters();
  std::string role;
  setting.processes = DrawProcesses(&role);
  const size_t culprit = ChooseCulprit(setting.processes);
  double most_mb = 400;
  if (culprit != kNoProcess) {
    most_mb = std::clamp(12 * setting.processes[culprit].process.private_mb, 60., 900.);
  }
  setting.grows_mb = wish_.story == Story::kHealthy ? 0 : 1.6 * most_mb;
  machine_.plan = DrawMachine(setting, rng_.Fork("plan"));
  machine_.plan.role = role;
  machine_.plan.machine.name = wish_.name;
  machine_.plan.machine.instances_at_start_only = rng_.Chance(.3);
  DrawRestarts(rng_.Fork("restarts"));
  if (wish_.story == Story::kHealthy) {
    AddLookalikes(rng_.Fork("lookalikes"));
  } else {
    AddLeak(culprit, most_mb, rng_.Fork("leak"));
  }
  return std::move(machine_);
}

// Now and then a machine is restarted, in the middle of a log or where a log ends. Not in the last
// third: a cache that fills again would be all one can see of it.
void MachineDrawer::DrawRestarts(Rng rng) {
  const Story story = wish_.story;
  if (story == Story::kSlow || story == Story::kFaster || story == Story::kRecycled) return;
  if (rng.Chance(.35)) return;
  const auto count = static_cast<int>(std::clamp(group_.length_s / kDay / 40, 1., 3.));
  for (int i = 0; i < count; ++i) {
    const double share = .15 + .5 * (i + rng.Uniform(.1, .9)) / count;
    double down_s = std::floor(group_.length_s * share);
    const auto last = static_cast<int64_t>(group_.logs.size()) - 1;
    const double seam_s = group_.logs[static_cast<size_t>(rng.Integer(0, last))].from_s;
    const bool fits = seam_s > .12 * group_.length_s && seam_s < .67 * group_.length_s;
    if (fits && count == 1 && rng.Chance(.6)) down_s = std::floor(seam_s) - 200;
    machine_.restarts.push_back({down_s, down_s + std::floor(rng.Uniform(180, 1500))});
  }
}

// What a healthy machine does that takes more than one log to see through.
void MachineDrawer::AddLookalikes(Rng rng) {
  MachinePlan& plan = machine_.plan;
  for (size_t i = 10; i < plan.processes.size(); ++i) {
    PlannedProcess& process = plan.processes[i];
    const double mb = process.process.private_mb;
    if (!process.presence.Always() || process.managed || mb < 4 || !rng.Chance(.12)) continue;
    const double amount = mb * rng.Uniform(.3, 1) * kMiB;
    Part part{Resource::kPrivate, "slow cache", nullptr, "a cache that fills for days and stops",
              Truth::kHealthy};
    if (plan.length_s > 20 * kDay && rng.Chance(.4)) {
      part.make = [=](Rng) { return WorkingWeek(amount); };
      part.why = "grows from Monday to Friday and is given back at the weekend";
    } else {
      const double length_s = rng.Uniform(.05, .12) * plan.length_s;
      part.make = [=](Rng) { return RampTo(amount, length_s); };
    }
    plan.innocent.push_back(process.process.image + ": " + part.why);
    process.parts.push_back([part](double) { return part; });
  }
}

void MachineDrawer::DrawLeakTimes(Culprit& culprit, PlannedProcess* process, Rng& rng) const {
  const double length_s = group_.length_s;
  Leak& leak = culprit.leak;
  leak.onset_s = -kDay;  // it leaked when the archive began
  if (wish_.story == Story::kLate) leak.onset_s = std::floor(length_s * rng.Uniform(.3, .5));
  if (wish_.story == Story::kFaster) leak.twice_after_s = length_s / 4;
  if (wish_.story == Story::kRollout && wish_.rollout > 0) {
    leak.onset_s = std::floor(length_s * rng.Uniform(.2, .5));
    process->presence.restarts_s = {leak.onset_s - 80};
  }
  if (wish_.story == Story::kFixed) {
    leak.end_s = std::floor(length_s * rng.Uniform(.4, .55));
    process->presence.restarts_s = {leak.end_s};
  }
  if (wish_.story == Story::kRecycled) {
    for (double at_s = 3 * kHour; at_s < length_s; at_s += kDay) {
      culprit.restarts_s.push_back(std::floor(at_s + rng.Uniform(0, 300)));
    }
    process->presence.restarts_s = culprit.restarts_s;
  }
}

// How much it takes, in its own unit, at a stretch.
double MachineDrawer::Growth(const Culprit& culprit, double most_mb, Rng& rng) const {
  const bool is_slow = wish_.story == Story::kSlow;
  const double larger = is_slow ? rng.Uniform(1.8, 3) : rng.LogUniform(4, 11);
  if (culprit.process == kNoProcess) {
    const double pool_mb = machine_.plan.machine.windows.pool_nonpaged_mb;
    return std::min(.3 * larger * pool_mb, most_mb) * kMiB;
  }
  const PlannedProcess& planned = machine_.plan.processes[culprit.process];
  const ProcessSpec& process = planned.process;
  if (culprit.kind == CulpritKind::kHandles) {
    return larger * std::max(60., .15 * process.handles + .5 * process.load_handles);
  }
  if (culprit.kind == CulpritKind::kThreads) {
    return std::min(900., larger * std::max(14., .3 * process.threads + process.load_threads));
  }
  const double least_mb = std::max({2.5, .08 * process.private_mb, 4 * process.noise_mb,
                                    process.load_mb, .8 * planned.swing_mb});
  return std::min(larger * least_mb, most_mb) * kMiB;
}

// How long it grows at a stretch, in hours at its first rate.
double MachineDrawer::StretchHours(const Leak& leak) const {
  const double s = std::min(leak.end_s, group_.length_s) - std::max(0., leak.onset_s);
  const double stretches = wish_.story == Story::kRecycled
                               ? std::max(1., group_.length_s / kDay)
                               : 1 + static_cast<double>(machine_.restarts.size()) / 2;
  const double faster = leak.twice_after_s > 0 ? 1 + .5 * s / leak.twice_after_s : 1;
  return s / kHour / stretches * faster;
}

void MachineDrawer::AddLeak(size_t process, double most_mb, Rng rng) {
  MachinePlan& plan = machine_.plan;
  PlannedProcess* const planned = process == kNoProcess ? nullptr : &plan.processes[process];
  Culprit culprit;
  culprit.process = process;
  culprit.kind = KindOf(wish_.story);
  culprit.component = planned == nullptr ? "kernel" : planned->process.image;
  culprit.responsible = culprit.component;
  Leak& leak = culprit.leak;
  leak.resource = ResourceOf(culprit.kind);
  DrawLeakTimes(culprit, planned, rng);
  const double growth = Growth(culprit, most_mb, rng);
  leak.quantum = growth > 1e5 ? 4096 : 1;
  leak.jitter = rng.Uniform(.1, .6);
  leak.constant_share = rng.Chance(.6) ? 1 : rng.Uniform(.1, .6);
  culprit.manner = leak.constant_share == 1 ? "day and night" : "with the load";
  const double work = MeanWork(plan.machine, leak.constant_share, std::max(0., leak.onset_s),
                               std::min(leak.end_s, group_.length_s));
  leak.per_hour = growth / (StretchHours(leak) * work);
  plan.culprits.push_back(std::move(culprit));
}

}  // namespace

FleetMachine DrawFleetMachine(const FleetGroup& group, const FleetMachineWish& wish,
                              const Rng& rng) {
  return MachineDrawer(group, wish, rng).Draw();
}

}  // namespace perfleak::sim
