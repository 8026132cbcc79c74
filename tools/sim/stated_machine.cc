#include "stated_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "machine_plan.h"
#include "product_mix.h"
#include "random_machines.h"

namespace perfleak::sim {
namespace {

constexpr double kSmoothHours = 1e-6;  // quantum of a pace that has no steps

// ---- the file ----

int DatePart(std::string_view text, size_t at, size_t length) {
  int value = -1;
  if (text.size() == 16) std::from_chars(text.data() + at, text.data() + at + length, value);
  return value;
}

// "1999-01-18T08:30"
LocalSeconds ParseStart(const std::string& text) {
  using std::chrono::day;
  using std::chrono::month;
  using std::chrono::year;
  const std::chrono::year_month_day date(year(DatePart(text, 0, 4)),
                                         month(static_cast<unsigned>(DatePart(text, 5, 2))),
                                         day(static_cast<unsigned>(DatePart(text, 8, 2))));
  const int hour = DatePart(text, 11, 2), minute = DatePart(text, 14, 2);
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    throw std::runtime_error(fmt::format("start: {} is not a time like 1999-01-18T08:30", text));
  }
  return std::chrono::local_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute);
}

StatedGrowth ParseGrowth(const nlohmann::json& json) {
  StatedGrowth growth = {json.value("process", ""), json.at("resource").get<std::string>(),
                         json.at("per_hour").get<double>(), json.value("step", 0.0)};
  if (!(growth.per_hour > 0)) {
    throw std::runtime_error(
        fmt::format("growth: per_hour of {} is not positive", growth.resource));
  }
  return growth;
}

Windows WindowsOf(const std::string& name) {
  if (name == "2000") return Windows2000();
  if (name == "2003") return Windows2003();
  if (name == "nt3" || name == "nt4") return WindowsNt4();
  if (name == "2016") return Windows2016();
  throw std::runtime_error(fmt::format("windows: {} is not nt3, nt4, 2000, 2003 or 2016", name));
}

// ---- pace ----

// How many hours of growth have passed, one for all that grows on the machine.
class Pace {
 public:
  Pace(const Leak& leak, Rng rng) : meter_(leak, rng) {}

  double HoursAt(const Moment& m) {
    if (m.t_s > advanced_to_s_) meter_.Advance(m);
    advanced_to_s_ = std::max(advanced_to_s_, m.t_s);
    return meter_.leaked();
  }

 private:
  LeakMeter meter_;
  double advanced_to_s_ = -1;
};

Leak LeakOf(const StatedMachine& stated, const MachineSpec& machine, Rng& rng) {
  Leak leak;
  leak.quantum = kSmoothHours;
  leak.jitter = rng.Uniform(.1, .6);
  const double hours = stated.days * 24;
  if (stated.pace == "work") {
    leak.constant_share = rng.Uniform(0, .5);
  } else if (stated.pace == "steps") {
    leak.constant_share = rng.Uniform(.2, 1);
    leak.quantum = hours / rng.Uniform(18, 60);
  } else if (stated.pace != "time") {
    throw std::runtime_error(fmt::format("pace: {} is not time, work or steps", stated.pace));
  }
  leak.per_hour = 1 / MeanWork(machine, leak.constant_share, 0, hours * 3600);
  return leak;
}

Signal Growing(std::shared_ptr<Pace> pace, const StatedGrowth& growth) {
  return [pace = std::move(pace), per_hour = growth.per_hour, step = std::max(growth.step, 0.0)](
             const Moment& m, double) {
    const double amount = per_hour * pace->HoursAt(m);
    return step > 0 ? std::floor(amount / step) * step : amount;
  };
}

// ---- what grows ----

std::optional<Resource> ProcessResource(const std::string& name) {
  static const std::map<std::string, Resource> kNames = {
      {"private-bytes", Resource::kPrivate}, {"page-file-bytes", Resource::kPrivate},
      {"virtual-bytes", Resource::kVirtual}, {"working-set", Resource::kWorkingSet},
      {"handles", Resource::kHandles},       {"threads", Resource::kThreads},
      {"paged-pool", Resource::kPoolPaged},  {"nonpaged-pool", Resource::kPoolNonpaged},
  };
  const auto found = kNames.find(name);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

SystemLevel LevelOf(const std::string& name) {
  static const std::map<std::string, SystemLevel> kNames = {
      {"paged-pool", SystemLevel::kPoolPaged},
      {"nonpaged-pool", SystemLevel::kPoolNonpaged},
      {"committed-bytes", SystemLevel::kCommit},
      {"file-cache", SystemLevel::kCache},
      {"system-pte", SystemLevel::kUsedPtes},
      {"process-objects", SystemLevel::kProcessObjects},
      {"thread-objects", SystemLevel::kThreadObjects},
      {"sessions", SystemLevel::kSessions},
      {"registry-quota", SystemLevel::kRegistryQuota},
  };
  const auto found = kNames.find(name);
  if (found == kNames.end()) {
    throw std::runtime_error(fmt::format("growth: the system has no {}", name));
  }
  return found->second;
}

bool SameImage(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : +c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool IsMemory(const std::string& resource) {
  return resource.ends_with("-bytes") || resource.ends_with("-pool") || resource == "file-cache" ||
         resource == "working-set" || resource == "managed-heap";
}

// Of several the first, but of svchost the last: the one with most services. kNoProcess if none
// runs.
size_t IndexOf(const std::vector<PlannedProcess>& processes, const std::string& image) {
  size_t found = kNoProcess;
  for (size_t i = 0; i < processes.size(); ++i) {
    const bool is_later = found != kNoProcess && !SameImage(image, "svchost");
    if (!is_later && SameImage(processes[i].process.image, image)) found = i;
  }
  return found;
}

// Builds the plan of a machine; one for a statement.
class Planner {
 public:
  Planner(const StatedMachine& stated, const Rng& rng)
      : stated_(stated), rng_(rng), windows_(WindowsOf(stated.windows)) {
    if (!windows_.has_free_ptes) {  // the scenarios' NT logs go without; the counter is there
      windows_.has_free_ptes = true;
      windows_.free_ptes = rng.Fork("ptes").Uniform(12000, 18000);
    }
  }

  MachinePlan Plan() {
    DrawProcesses();
    Setting setting;
    setting.windows = windows_;
    setting.start = stated_.start;
    setting.length_s = stated_.days * 86400;
    setting.interval_s = stated_.interval_s;
    setting.processes = std::move(processes_);
    setting.process_counters = {"ID Process",       "Private Bytes",   "Virtual Bytes",
                                "Working Set",      "Page File Bytes", "Pool Paged Bytes",
                                "Handle Count",     "Thread Count",    "Pool Nonpaged Bytes",
                                "% Processor Time", "Elapsed Time"};
    setting.grows_mb = GrowsMb();
    plan_ = DrawMachine(setting, rng_);
    plan_.machine.services = std::move(services_);
    AddSystemCounters();
    AddGrowth();
    return std::move(plan_);
  }

 private:
  void DrawProcesses();
  void Open(const std::string& image);
  void AddInstances(const StatedGrowth& growth);
  void AddSystemCounters();
  void AddGrowth();
  void AddManagedGrowth(const StatedGrowth& growth);
  double GrowsMb() const;

  const StatedMachine& stated_;
  Rng rng_;
  Windows windows_;
  std::vector<PlannedProcess> processes_;
  std::vector<ServiceCounter> services_;
  MachinePlan plan_;
};

void Planner::DrawProcesses() {
  ProductMix mix = ServerWith(windows_, stated_.products, rng_);
  services_ = std::move(mix.counters);
  for (Program& program : mix.programs) {
    if (stated_.windows == "nt3" && program.process.image == "explorer") {
      program.process.image = "progman";
    }
    processes_.push_back({std::move(program.process), program.managed});
  }
  if (stated_.windows == "nt3") {
    std::erase_if(processes_, [](const PlannedProcess& planned) {
      return planned.process.image == "pstores" || planned.process.image == "mstask";
    });
  }
  for (const StatedGrowth& growth : stated_.growth) {
    if (growth.process.empty()) continue;
    growth.resource == "instances" ? AddInstances(growth) : Open(growth.process);
  }
}

// The process runs, all the time, and nothing hides its growth.
void Planner::Open(const std::string& image) {
  size_t at = IndexOf(processes_, image);
  if (at == kNoProcess) {
    at = processes_.size();
    processes_.push_back({UnknownProgram(image, windows_, rng_.Fork("program " + image))});
  }
  processes_[at].grows = true;
}

void Planner::AddInstances(const StatedGrowth& growth) {
  Rng rng = rng_.Fork("instances " + growth.process);
  const ProcessSpec one = UnknownProgram(growth.process, windows_, rng.Fork("program"));
  double at_s = 0;
  for (;;) {
    at_s += 3600 / growth.per_hour * rng.Uniform(.3, 1.7);
    if (at_s >= stated_.days * 86400) return;
    PlannedProcess planned{one};
    planned.grows = true;
    planned.process.lives = {{at_s, kForever}};
    processes_.push_back(std::move(planned));
  }
}

double Planner::GrowsMb() const {
  double mb = 0;
  for (const StatedGrowth& growth : stated_.growth) {
    // The file cache takes only what nothing else needs.
    const double share = growth.resource == "file-cache" ? 2 : 1;
    if (IsMemory(growth.resource)) mb += share * growth.per_hour * stated_.days * 24 / kMiB;
  }
  return 1.3 * mb;
}

void Planner::AddSystemCounters() {
  const double base = rng_.Fork("registry").Uniform(14, 38);
  plan_.machine.services.push_back({"System", "", "% Registry Quota In Use",
                                    ServiceCounter::Kind::kReal, 0, 0, 0, 1,
                                    [base](const Machine& machine) {
                                      return base + machine.Extra(SystemLevel::kRegistryQuota);
                                    }});
}

// Private bytes, and what .NET counts of them.
void Planner::AddManagedGrowth(const StatedGrowth& growth) {
  Rng rng = rng_.Fork("managed heap");
  Culprit culprit;
  culprit.kind = CulpritKind::kManagedHeap;
  culprit.process = IndexOf(plan_.processes, growth.process);
  culprit.leak = LeakOf(stated_, plan_.machine, rng);
  culprit.leak.per_hour *= growth.per_hour;
  culprit.leak.quantum = std::max(4096., culprit.leak.quantum * growth.per_hour);
  if (!plan_.processes[culprit.process].managed) {
    throw std::runtime_error(fmt::format("growth: {} is not managed", growth.process));
  }
  plan_.culprits.push_back(std::move(culprit));
}

void Planner::AddGrowth() {
  Rng rng = rng_.Fork("pace");
  const auto pace = std::make_shared<Pace>(LeakOf(stated_, plan_.machine, rng), rng.Fork("meter"));
  for (const StatedGrowth& growth : stated_.growth) {
    if (growth.resource == "instances") continue;
    if (growth.resource == "managed-heap") {
      AddManagedGrowth(growth);
      continue;
    }
    const auto make = [pace, growth](Rng) { return Growing(pace, growth); };
    if (growth.process.empty()) {
      plan_.machine.system_parts.push_back(
          {LevelOf(growth.resource), "growth " + growth.resource, make});
      continue;
    }
    const auto resource = ProcessResource(growth.resource);
    if (!resource) {
      throw std::runtime_error(fmt::format("growth: a process has no {}", growth.resource));
    }
    const Part part{*resource, "growth " + growth.resource, make, "", Truth::kLeak};
    plan_.processes[IndexOf(plan_.processes, growth.process)].parts.push_back(
        [part](double) { return part; });
  }
}

}  // namespace

StatedMachine ParseStatedMachine(std::string_view text) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    StatedMachine stated;
    stated.windows = json.at("windows").get<std::string>();
    stated.start = ParseStart(json.at("start").get<std::string>());
    stated.days = json.value("days", stated.days);
    stated.interval_s = json.value("interval_s", stated.interval_s);
    stated.products = json.value("products", stated.products);
    stated.pace = json.value("pace", stated.pace);
    if (!(stated.days > 0) || stated.interval_s <= 0) {
      throw std::runtime_error("days and interval_s must be positive");
    }
    for (const nlohmann::json& growth : json.at("growth")) {
      stated.growth.push_back(ParseGrowth(growth));
    }
    return stated;
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(error.what());
  }
}

void WriteStatedMachine(const StatedMachine& stated, uint64_t seed, std::ostream& csv) {
  const Rng rng(seed);
  const MachinePlan plan = Planner(stated, rng.Fork("stated")).Plan();
  WriteLog(plan, rng.Fork("run").Next(), csv);
}

}  // namespace perfleak::sim
