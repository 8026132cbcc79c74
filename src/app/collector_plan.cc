// A binary circular log: it lists processes that start while it runs, which a CSV of the collector
// does not, and it cannot fill the disk. Its size decides the interval, so that a week fits.

#include "app/collector_plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "base/text.h"
#include "base/time.h"

namespace perfleak {
namespace {

// Per process: who it is, since when, and each resource that it can hold.
constexpr std::array<std::string_view, 10> kOfProcess = {
    "ID Process",  "Creating Process ID", "Elapsed Time",        "Private Bytes", "Virtual Bytes",
    "Working Set", "Pool Paged Bytes",    "Pool Nonpaged Bytes", "Handle Count",  "Thread Count"};

constexpr std::array<std::string_view, 5> kOfSystem = {
    R"(\Memory\*)", R"(\System\*)", R"(\Objects\*)", R"(\Processor(_Total)\% Processor Time)",
    R"(\Paging File(_Total)\% Usage)"};
constexpr uint64_t kValuesOfSystem = 70;  // of Windows Server 2016; older ones have fewer

constexpr uint64_t kUsualProcesses = 100;  // where the log does not tell
constexpr double kMoreProcesses = 1.25;    // than were seen
constexpr double kBytesPerValue = 64;      // a raw value, its time and its share of the names
constexpr uint64_t kMaxMb = 500;
constexpr double kUsedShare = 0.9;  // of the file; the estimate is rough
constexpr double kMb = 1048576;
constexpr double kWeek_s = 7 * kSecondsPerDay;
constexpr std::array<double, 5> kIntervals_s = {60, 120, 300, 600, 900};

constexpr std::string_view kName = "perfleak";
constexpr std::string_view kFile = R"(C:\PerfLogs\perfleak)";

bool IsOf(const CounterPath& path, std::string_view object) {
  return EqualsIgnoreCase(path.object, object);
}

bool IsProcessObject(const CounterPath& path) {
  return IsOf(path, "Process") || IsOf(path, "Process V2") || IsOf(path, "Thread");
}

// Covered by kOfSystem: everything of these objects.
bool IsSystemObject(const CounterPath& path) {
  return IsOf(path, "Memory") || IsOf(path, "System") || IsOf(path, "Objects");
}

// "\Object(*)\Counter"
std::string Wildcard(const CounterPath& path) {
  return "\\" + path.object + (path.has_instance ? "(*)\\" : "\\") + path.counter;
}

bool IsWorthKeeping(const Counter& counter) {
  const CounterTraits& traits = counter.traits;
  if (IsProcessObject(counter.path) || IsSystemObject(counter.path)) return false;
  if (IsOf(counter.path, "Processor") || IsOf(counter.path, "Processor Information")) return false;
  if (counter.path.object.starts_with("LogicalDisk")) return false;
  const bool helps =
      traits.kind == CounterKind::kIdentifier || traits.resource == Resource::kGen2Collections;
  return traits.kind == CounterKind::kResource || traits.load_rank > 0 || helps;
}

// What the log has beyond the recommended set and should not be lost, by lower-case path, with its
// number of columns.
struct Kept {
  std::string path;
  uint64_t columns = 0;
};
std::map<std::string, Kept> KeptCounters(const CounterTable& table) {
  std::map<std::string, Kept> kept;
  for (CounterId id = 0; id < table.size(); ++id) {
    if (!IsWorthKeeping(table[id])) continue;
    const std::string path = Wildcard(table[id].path);
    Kept& one = kept.try_emplace(ToLower(path), Kept{path, 0}).first->second;
    ++one.columns;
  }
  return kept;
}

// Which counters each machine logs, without instances: "\process\private bytes".
class Logged {
 public:
  explicit Logged(const CounterTable& table) {
    for (CounterId id = 0; id < table.size(); ++id) {
      const CounterPath& path = table[id].path;
      const std::string machine = ToLower(path.machine) + "\\";
      const bool sum = IsProcessObject(path) && EqualsIgnoreCase(path.instance, "_Total");
      if (sum) continue;
      names_.insert(ToLower(machine + path.object + "\\" + path.counter));
    }
  }
  bool Has(const std::string& machine, std::string_view object, std::string_view counter) const {
    return names_.count(
               ToLower(machine + "\\" + std::string(object) + "\\" + std::string(counter))) > 0;
  }

 private:
  std::set<std::string> names_;
};

// What verdicts rest on; the rest of the set is for the engineer who reads the log.
constexpr std::array<std::array<std::string_view, 2>, 8> kNeededOfSystem = {{
    {"Memory", "Committed Bytes"},
    {"Memory", "Commit Limit"},
    {"Memory", "Available Bytes"},
    {"Memory", "Pool Paged Bytes"},
    {"Memory", "Pool Nonpaged Bytes"},
    {"Memory", "Free System Page Table Entries"},
    {"System", "System Up Time"},
    {"Processor", "% Processor Time"},
}};

bool HasNeeded(const Logged& logged, const std::string& machine, std::string_view object,
               std::string_view counter) {
  if (logged.Has(machine, object, counter)) return true;
  if (counter == "Available Bytes") {
    return logged.Has(machine, object, "Available MBytes") ||
           logged.Has(machine, object, "Available KBytes");
  }
  if (object == "Processor") return logged.Has(machine, "Processor Information", counter);
  return false;
}

std::vector<std::string> FindMissing(const CounterTable& table,
                                     const std::vector<std::string>& machines) {
  const Logged logged(table);
  std::vector<std::string> missing;
  for (const std::string& machine : machines) {
    const std::string prefix = machines.size() > 1 ? "\\\\" + machine : "";
    for (const std::string_view counter : kOfProcess) {
      if (logged.Has(machine, "Process", counter) || logged.Has(machine, "Process V2", counter)) {
        continue;
      }
      missing.push_back(prefix + R"(\Process(*)\)" + std::string(counter));
    }
    for (const auto& [object, counter] : kNeededOfSystem) {
      if (HasNeeded(logged, machine, object, counter)) continue;
      const std::string instance = object == "Processor" ? "(_Total)" : "";
      missing.push_back(prefix + "\\" + std::string(object) + instance + "\\" +
                        std::string(counter));
    }
  }
  return missing;
}

// The shortest interval at which a week fits into the file.
double ChooseInterval(double bytes_per_sample) {
  for (const double interval_s : kIntervals_s) {
    const double week_bytes = kWeek_s / interval_s * bytes_per_sample;
    if (week_bytes <= kUsedShare * kMaxMb * kMb) return interval_s;
  }
  return kIntervals_s.back();
}

// "00:01:00"
std::string ClockText(double seconds) {
  const int whole = static_cast<int>(seconds);
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
}

std::string CreateLine(const CollectorPlan& plan) {
  std::string line = "logman create counter " + std::string(kName) + " -c";
  for (const std::string& counter : plan.counters) line += " \"" + counter + "\"";
  return line + " -si " + ClockText(plan.interval_s) + " -f bincirc -max " +
         std::to_string(plan.max_mb) + " -v mmddhhmm -o \"" + std::string(kFile) + "\"";
}

}  // namespace

CollectorPlan PlanCollector(const CounterTable& table, const std::vector<std::string>& machines,
                            uint64_t at_once) {
  CollectorPlan plan;
  for (const std::string_view counter : kOfProcess) {
    plan.counters.push_back(R"(\Process(*)\)" + std::string(counter));
  }
  plan.counters.insert(plan.counters.end(), kOfSystem.begin(), kOfSystem.end());
  uint64_t kept_columns = 0;
  for (const auto& [key, kept] : KeptCounters(table)) {
    plan.counters.push_back(kept.path);
    kept_columns += kept.columns;
  }
  const double processes =
      at_once > 0 ? kMoreProcesses * static_cast<double>(at_once) : kUsualProcesses;
  const double values = kOfProcess.size() * processes + kValuesOfSystem +
                        static_cast<double>(kept_columns / std::max<size_t>(1, machines.size()));
  plan.missing = FindMissing(table, machines);
  plan.max_mb = kMaxMb;
  plan.interval_s = ChooseInterval(kBytesPerValue * values);
  plan.week_bytes = kWeek_s / plan.interval_s * kBytesPerValue * values;
  plan.create = CreateLine(plan);
  plan.start = "logman start " + std::string(kName);
  plan.stop = "logman stop " + std::string(kName);
  plan.relog = "relog \"" + std::string(kFile) + "_MMDDhhmm.blg\" -f CSV -o perfleak.csv";
  return plan;
}

}  // namespace perfleak
