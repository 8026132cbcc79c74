#include "machine_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "labels.h"
#include "life_plan.h"
#include "pdh_csv.h"

namespace perfleak::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kYear = 365 * kDay;
constexpr double kUserSpace32 = 2048 * kMiB;
constexpr double kMostHandles = 16777216;
// Of a 32-bit Windows Server 2003 ("Memory limits for Windows releases", Microsoft).
constexpr double kMostPagedPool = 530 * kMiB;
constexpr double kMostNonpagedPool = 256 * kMiB;
// Of the level: what grows by less is not to be told from the rest of the counter.
constexpr double kSmallShare = .005;
// A column that is of the leaking process for less of the samples is no longer its own.
constexpr double kOwnShare = .95;
constexpr const char* kTooSmall = "the leak is too small a part of it";

double RatePerHour(const Culprit& culprit) {
  return culprit.record->hours > 0 ? culprit.record->leaked / culprit.record->hours : 0;
}

double PerUnit(const Culprit& culprit, const std::string& counter) {
  for (const Effect& effect : culprit.Effects()) {
    if (effect.counter == counter) return effect.per_unit;
  }
  return 0;
}

bool IsGivenBack(const Culprit& culprit) {
  return culprit.record->lives > 1 || culprit.GivesBack();
}

struct PathParts {
  std::string object, image, counter;
  size_t slot = 0;
};

// \\MACHINE\Object(image#slot)\Counter
PathParts Split(const std::string& path) {
  PathParts parts;
  const size_t object_at = path.find('\\', 2) + 1;
  const size_t counter_at = path.rfind('\\');
  parts.counter = path.substr(counter_at + 1);
  parts.object = path.substr(object_at, counter_at - object_at);
  const size_t open = parts.object.find('(');
  if (open == std::string::npos) return parts;
  parts.image = parts.object.substr(open + 1, parts.object.size() - open - 2);
  parts.object.resize(open);
  const size_t number = parts.image.rfind('#');
  if (number != std::string::npos && number > 0) {
    parts.slot = std::stoul(parts.image.substr(number + 1));
    parts.image.resize(number);
  }
  return parts;
}

struct Label {
  Truth truth = Truth::kHealthy;
  double slope_per_hour = 0;
  std::optional<double> onset_s = std::nullopt;
  std::string follows = "";
  std::string why = "";
};

class Labeller {
 public:
  Labeller(const MachinePlan& plan, const LoggedMachine& log) : plan_(plan), log_(log) {}

  Label Of(size_t column) const {
    const PathParts path = Split(log_.columns[column].path);
    const double level = log_.last_values[column];
    if (path.object == "Process" && path.image == "_Total") return OfSum(path, level, false);
    if (path.object == "Process" || path.object == ".NET CLR Memory") {
      return OfInstance(path, level);
    }
    if (path.object == "Memory") return OfMemory(path, level);
    return OfContext(log_.columns[column].path);
  }

  // The instance the process has at the end of the log, "" if it has none.
  std::string InstanceOf(size_t process) const {
    const Machine& machine = *log_.machine;
    const size_t image = machine.ImageOf(process);
    const std::vector<size_t>& alive = machine.sample().instances[image];
    for (size_t slot = 0; slot < alive.size(); ++slot) {
      if (machine.sample().processes[alive[slot]].spec != process) continue;
      return slot == 0 ? machine.images()[image]
                       : fmt::format("{}#{}", machine.images()[image], slot);
    }
    return machine.images()[image];
  }

 private:
  static bool IsSmall(double grown, double level) {
    return !(std::fabs(grown) > kSmallShare * std::fabs(level));
  }

  // The share of the instance's samples that the process had it.
  double ShareOf(const PathParts& path, size_t process) const {
    const std::vector<std::string>& images = log_.machine->images();
    const auto at = std::find(images.begin(), images.end(), path.image);
    const auto image = static_cast<size_t>(at - images.begin());
    if (image >= log_.occupants.size() || path.slot >= log_.occupants[image].size()) return 0;
    double all = 0, own = 0;
    for (const auto& [spec, samples] : log_.occupants[image][path.slot]) {
      all += static_cast<double>(samples);
      if (spec == process) own += static_cast<double>(samples);
    }
    return all > 0 ? own / all : 0;
  }

  // Per unit of the culprit's own counter; 0: does not move with it.
  static double Moves(const Culprit& culprit, const PathParts& path) {
    if (path.object != ".NET CLR Memory") return PerUnit(culprit, path.counter);
    const bool heap_bytes = path.counter == "# Bytes in all Heaps";
    return heap_bytes && culprit.kind == CulpritKind::kManagedHeap ? 1 : 0;
  }

  Label OfInstance(const PathParts& path, double level) const {
    for (const Culprit& culprit : log_.culprits) {
      if (culprit.process == kNoProcess) continue;
      const double share = ShareOf(path, culprit.process);
      if (share == 0) continue;
      const double per_unit = Moves(culprit, path);
      if (per_unit == 0 || share < kOwnShare) {
        if (per_unit == 0 && !FollowsRoughly(culprit, path.counter)) continue;
        return {Truth::kAmbiguous, 0, culprit.leak.onset_s, culprit.component,
                per_unit == 0 ? "moves with the leak" : "not of the leaking process all the time"};
      }
      const bool is_own = path.counter == culprit.Effects().front().counter;
      if (!is_own && IsSmall(per_unit * culprit.record->leaked, level)) {
        return {Truth::kAmbiguous, 0, culprit.leak.onset_s, culprit.component, kTooSmall};
      }
      return {Truth::kLeak, per_unit * RatePerHour(culprit), culprit.leak.onset_s, "", ""};
    }
    return Innocent(path);
  }

  Label Innocent(const PathParts& path) const {
    for (size_t i = 0; i < plan_.processes.size(); ++i) {
      if (ShareOf(path, i) < .5) continue;
      for (const Part& part : log_.machine->spec().processes[i].parts) {
        const bool of_memory =
            part.resource == Resource::kPrivate &&
            (path.counter == "Private Bytes" || path.counter == "Virtual Bytes" ||
             path.counter == "Page File Bytes");
        const bool of_handles =
            part.resource == Resource::kHandles && path.counter == "Handle Count";
        if (!part.why.empty() && (of_memory || of_handles)) return {.why = part.why};
      }
    }
    return {};
  }

  static bool FollowsRoughly(const Culprit& culprit, const std::string& counter) {
    return PerUnit(culprit, "Committed Bytes") > 0 &&
           (counter.starts_with("Working Set") || counter.ends_with("Bytes Peak"));
  }

  // What is given back at a restart does not make a sum grow; what stays does.
  Label OfSum(const PathParts& path, double level, bool with_kernel) const {
    Label label;
    double grown = 0, largest = 0;
    bool moved = false;
    for (const Culprit& culprit : log_.culprits) {
      if (culprit.process == kNoProcess && !with_kernel) continue;
      const double per_unit = PerUnit(culprit, path.counter);
      moved = moved || per_unit > 0 || FollowsRoughly(culprit, path.counter);
      if (per_unit == 0 || IsGivenBack(culprit)) continue;
      const double rate = per_unit * RatePerHour(culprit);
      if (rate > largest) label.follows = culprit.component;
      largest = std::max(largest, rate);
      label.slope_per_hour += rate;
      grown += per_unit * culprit.record->leaked;
      label.onset_s = std::min(label.onset_s.value_or(kForever), culprit.leak.onset_s);
    }
    if (grown == 0) return moved ? Moving() : Label{};
    label.truth = IsSmall(grown, level) ? Truth::kAmbiguous : Truth::kLeak;
    if (label.truth == Truth::kAmbiguous) label.why = kTooSmall;
    return label;
  }

  Label OfMemory(PathParts path, double level) const {
    if (path.counter == "% Committed Bytes In Use") {
      const auto limit = static_cast<double>(log_.machine->sample().memory.commit_limit);
      path.counter = "Committed Bytes";
      Label label = OfSum(path, level * limit / 100, true);
      label.slope_per_hour *= 100 / limit;
      return label;
    }
    const bool pool_allocs =
        path.counter == "Pool Paged Allocs" || path.counter == "Pool Nonpaged Allocs";
    const Label label = OfSum(path, level, true);
    if (label.truth != Truth::kHealthy) return label;
    const bool follows = pool_allocs || path.counter.ends_with("Resident Bytes") ||
                         path.counter.starts_with("Cache Bytes") ||
                         path.counter == "Available Bytes";
    return follows ? Moving() : label;
  }

  // Counters of the system that follow whatever leaks.
  Label OfContext(const std::string& path) const {
    const bool objects =
        path.find("\\Objects\\") != std::string::npos || path.ends_with("\\System\\Threads");
    const bool paging_file = path.find("\\Paging File(") != std::string::npos;
    return objects || paging_file ? Moving() : Label{};
  }

  Label Moving() const {
    if (log_.culprits.empty()) return {};
    return {Truth::kAmbiguous, 0, std::nullopt, log_.culprits.front().component,
            "moves with the leak"};
  }

  const MachinePlan& plan_;
  const LoggedMachine& log_;
};

// ---- when it runs out ----

struct End {
  std::string limit;
  double limit_value = 0;
  double t_s = 0;
};

// What the leaks take of one counter, that has `level` at the end of the log, goes beyond `limit`.
bool Passes(const std::string& counter, double level, double limit,
            const std::vector<const Culprit*>& growing, const std::vector<LeakMeter>& meters) {
  for (size_t i = 0; i < meters.size(); ++i) {
    level += PerUnit(*growing[i], counter) * meters[i].leaked();
  }
  return level > limit;
}

// Lets the leaks go on under the load to come; all else does what it did on the last days.
std::optional<End> RunOut(const MachinePlan& plan, const LoggedMachine& log, uint64_t seed) {
  constexpr double kStep = 600;
  const bool is_32_bit = plan.machine.windows.name == Windows2003().name;
  const auto commit_limit = static_cast<double>(log.machine->sample().memory.commit_limit);
  std::vector<LeakMeter> meters;
  std::vector<const Culprit*> growing;
  std::vector<const ProcessSample*> processes;
  for (const Culprit& culprit : log.culprits) {
    if (culprit.GivesBack()) continue;
    Leak leak = culprit.leak;
    leak.onset_s = 0;
    meters.emplace_back(leak, Rng(seed).Fork("on"));
    growing.push_back(&culprit);
    const ProcessSample* found = nullptr;
    for (const ProcessSample& process : log.machine->sample().processes) {
      if (process.spec == culprit.process) found = &process;
    }
    processes.push_back(found);
  }
  if (growing.empty()) return std::nullopt;
  LoadModel load(plan.machine.load, plan.machine.start, Rng(seed));
  for (double t_s = log.end_s + kStep; t_s < log.end_s + kYear; t_s += kStep) {
    Moment m = load.At(t_s, kStep);
    m.headroom_b = commit_limit;
    double committed =
        log.innocent_commit[static_cast<size_t>(m.hour)] + CommitHeldBy(log.culprits);
    for (size_t i = 0; i < meters.size(); ++i) {
      const double more = meters[i].Advance(m);
      committed += PerUnit(*growing[i], "Committed Bytes") * more;
      if (processes[i] == nullptr) continue;
      const double space = static_cast<double>(processes[i]->virtual_bytes) +
                           PerUnit(*growing[i], "Virtual Bytes") * more;
      if (is_32_bit && space > kUserSpace32) return End{"Virtual Bytes", kUserSpace32, t_s};
      const double handles =
          static_cast<double>(processes[i]->handles) + PerUnit(*growing[i], "Handle Count") * more;
      if (handles > kMostHandles) return End{"Handle Count", kMostHandles, t_s};
    }
    if (is_32_bit) {
      const MemorySample& memory = log.machine->sample().memory;
      const auto paged = static_cast<double>(memory.pool_paged);
      const auto nonpaged = static_cast<double>(memory.pool_nonpaged);
      if (Passes("Pool Paged Bytes", paged, kMostPagedPool, growing, meters)) {
        return End{"Pool Paged Bytes", kMostPagedPool, t_s};
      }
      if (Passes("Pool Nonpaged Bytes", nonpaged, kMostNonpagedPool, growing, meters)) {
        return End{"Pool Nonpaged Bytes", kMostNonpagedPool, t_s};
      }
    }
    if (committed > commit_limit - kExhaustedHeadroom) {
      return End{"Commit Limit", commit_limit, t_s};
    }
  }
  return std::nullopt;
}

Json ExhaustionJson(const MachinePlan& plan, const std::optional<End>& end, double log_end_s) {
  if (!end) return nullptr;
  return {{"limit", end->limit},
          {"limit_value", end->limit_value},
          {"local_time", PdhTime(plan.machine.start, static_cast<int64_t>(end->t_s) * 1000)},
          {"hours_after_log_end", Rounded((end->t_s - log_end_s) / kHour)}};
}

// ---- the whole ----

Json LeakJson(const Labeller& labeller, const Culprit& culprit, const MachineSpec& machine) {
  const std::string object = culprit.process == kNoProcess
                                 ? "Memory"
                                 : "Process(" + labeller.InstanceOf(culprit.process) + ")";
  const std::string counter = culprit.Effects().front().counter;
  return {{"component", culprit.component},
          {"kind", culprit.KindInReport()},
          {"responsible", culprit.responsible},
          {"resource", counter},
          {"growth_in", fmt::format("\\\\{}\\{}\\{}", machine.name, object, counter)},
          {"slope_per_hour", Rounded(RatePerHour(culprit))},
          {"onset_s", Rounded(culprit.leak.onset_s)},
          {"lives", culprit.record->lives},
          {"grown", Rounded(culprit.record->leaked)},
          {"manner", culprit.manner}};
}

Json ColumnJson(const std::string& path, const Label& label) {
  Json json = {{"path", path}, {"label", Name(label.truth)}};
  if (label.truth == Truth::kLeak) json["slope_per_hour"] = Rounded(label.slope_per_hour);
  if (label.onset_s) json["onset_s"] = Rounded(*label.onset_s);
  if (!label.follows.empty()) json["follows"] = label.follows;
  if (!label.why.empty()) json["why"] = label.why;
  return json;
}

std::string TitleOf(const MachinePlan& plan) {
  std::string title = fmt::format("{} with {} processes", plan.role, plan.processes.size());
  for (const Culprit& culprit : plan.culprits) {
    title += fmt::format("; {} leaks ({}, {})", culprit.component, culprit.KindInReport(),
                         culprit.manner);
  }
  return plan.culprits.empty() ? title + "; nothing leaks" : title;
}

}  // namespace

double CommitHeldBy(const std::vector<Culprit>& culprits) {
  double bytes = 0;
  for (const Culprit& culprit : culprits) {
    bytes += PerUnit(culprit, "Committed Bytes") * culprit.record->held;
  }
  return bytes;
}

Json LabelsOfMachine(const std::string& name, uint64_t seed, const MachinePlan& plan,
                     const LoggedMachine& log) {
  const Labeller labeller(plan, log);
  Json labels = {{"schema_version", "1.0"},
                 {"kind", "machine"},
                 {"scenario", name},
                 {"title", TitleOf(plan)},
                 {"software", plan.machine.windows.name},
                 {"seed", seed},
                 {"machine", plan.machine.name},
                 {"log_hours", Rounded(log.end_s / kHour)},
                 {"interval_s", plan.interval_s},
                 {"hours_since_boot", Rounded(plan.machine.boot_age_s / kHour)},
                 {"process_ids", plan.has_process_ids},
                 {"load_counters", plan.has_load_counters},
                 {"known_issue", nullptr}};
  labels["restarts_s"] = Json::array();
  if (plan.restart) labels["restarts_s"].push_back(plan.restart->down_s);
  labels["leaks"] = Json::array();
  labels["expected_top"] = Json::array();
  for (const Culprit& culprit : log.culprits) {
    labels["leaks"].push_back(LeakJson(labeller, culprit, plan.machine));
    const Json& top = labels["expected_top"];
    if (std::find(top.begin(), top.end(), Json(culprit.component)) == top.end()) {
      labels["expected_top"].push_back(culprit.component);
    }
  }
  labels["commit_limit"] = log.machine->sample().memory.commit_limit;
  labels["exhaustion"] = ExhaustionJson(plan, RunOut(plan, log, seed), log.end_s);
  labels["innocent"] = plan.innocent;
  labels["columns"] = Json::array();
  for (size_t i = 0; i < log.columns.size(); ++i) {
    labels["columns"].push_back(ColumnJson(log.columns[i].path, labeller.Of(i)));
  }
  return labels;
}

}  // namespace perfleak::sim
