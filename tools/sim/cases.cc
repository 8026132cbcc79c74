#include "cases.h"

#include <utility>

#include "windows.h"

namespace perfleak::sim {
namespace {

using std::chrono::local_days;
using std::chrono::year;

constexpr double kBootAge = 11.3 * kDay;

// A server of today with one program of interest, `worker`, and a few others.
Simulation Server(std::string name, std::string title) {
  Simulation s;
  MachineSpec& m = s.machine;
  m.name = "APP01";
  m.windows = Windows2016();
  m.processors = 4;
  m.ram_mb = 16384;
  m.page_file_mb = 4096;
  m.start = local_days(year(2016) / 10 / 12);  // a Wednesday
  m.zone = "Pacific Daylight Time";
  m.bias_minutes = 420;
  m.boot_age_s = kBootAge;
  m.load = FlatProfile();
  m.commit_rest_mb = 310;
  m.cache_mb = 420;
  m.cache_load_mb = 200;
  m.cache_backup_mb = 0;
  m.available_floor_mb = 40;
  m.work = 2;
  m.whole_machine = false;
  m.process_counters = {"% Processor Time",    "Virtual Bytes", "Working Set", "Private Bytes",
                        "Thread Count",        "Elapsed Time",  "ID Process",  "Pool Paged Bytes",
                        "Pool Nonpaged Bytes", "Handle Count"};
  m.processes = BaseProcesses(m.windows);
  Append(
      m.processes,
      {
          {"sqlservr", "services", 940, 1010, 2099900, 1320, 74, 560, 140, 24, 6, 60, 4, 4, 8, 60},
          {"worker", "services", 180, 210, 4700, 460, 31, 210, 42, 9, 3, 0, 0, 2.5, 8, 12},
      });
  s.info.name = std::move(name);
  s.info.title = std::move(title);
  s.info.software = m.windows.name;
  return s;
}

ProcessSpec& Worker(Simulation& s) { return Find(s.machine.processes, "worker"); }

void LeakPrivate(Simulation& s, double mb_per_hour) {
  Worker(s).leaks = {{Resource::kPrivate, mb_per_hour * kMiB, 1, 4096, .1, 0, 0}};
  s.info.guilty = {{"worker", "heap", ""}};
}

Simulation Constant() {
  Simulation s = Server("constant-120mb", "120 MB an hour");
  LeakPrivate(s, 120);
  return s;
}

Simulation Slow() {
  Simulation s = Server("slow-0.7mb-7d", "0.7 MB an hour for seven days under a daily load");
  s.days = 7;
  s.machine.load = OfficeProfile();
  Worker(s).load_mb = 9;
  Worker(s).noise_mb = 1.5;
  LeakPrivate(s, .7);
  return s;
}

Simulation StartsHalfWay() {
  Simulation s = Server("starts-half-way", "120 MB an hour in a process that starts half-way");
  Worker(s).lives = {{12 * kHour, kForever}};
  LeakPrivate(s, 120);
  return s;
}

Simulation RampThenFlat() {
  Simulation s = Server("ramp-then-flat", "1.5 GB in the first hour, then flat");
  Worker(s).lives = {{-30, kForever}};
  Worker(s).parts = {{Resource::kPrivate, "start-up",
                      [](Rng) { return RampTo(1536 * kMiB, kHour); },
                      "filled in its first hour, flat since", Truth::kHealthy}};
  s.info.innocent = {"worker: fills 1.5 GB in its first hour and stops"};
  return s;
}

Simulation Recycled() {
  Simulation s = Server("recycled-6h", "120 MB an hour, recycled every six hours");
  Worker(s).lives = RecycledEvery(6 * kHour, -20, 60 * kDay);
  LeakPrivate(s, 120);
  return s;
}

Simulation HandleBurst() {
  Simulation s = Server("handle-burst", "one burst of 4,000 handles");
  Worker(s).parts = {{Resource::kHandles, "burst", [](Rng) { return StepAt(9.7 * kHour, 4000); },
                      "one step", Truth::kHealthy}};
  s.info.innocent = {"worker: opens 4,000 handles at once and keeps them"};
  return s;
}

Simulation Handles() {
  Simulation s = Server("handles-0.4", "0.4 handles an hour");
  Worker(s).handles = 60;
  Worker(s).leaks = {{Resource::kHandles, .4, 1, 1, .3, 0, 0}};
  s.info.guilty = {{"worker", "handles", ""}};
  return s;
}

Simulation NewYear() {
  Simulation s = Server("new-year", "120 MB an hour over New Year");
  s.machine.start = local_days(year(2015) / 12 / 31) + std::chrono::hours(11);
  s.machine.zone = "Pacific Standard Time";
  s.machine.bias_minutes = 480;
  LeakPrivate(s, 120);
  return s;
}

struct Case {
  const char* name;
  Simulation (*make)();
};
constexpr Case kCases[] = {
    {"constant-120mb", Constant},     {"slow-0.7mb-7d", Slow},   {"starts-half-way", StartsHalfWay},
    {"ramp-then-flat", RampThenFlat}, {"recycled-6h", Recycled}, {"handle-burst", HandleBurst},
    {"handles-0.4", Handles},         {"new-year", NewYear},
};

}  // namespace

std::vector<std::string> CaseNames() {
  std::vector<std::string> names;
  for (const Case& one : kCases) names.emplace_back(one.name);
  return names;
}

std::optional<Simulation> MakeCase(std::string_view name) {
  for (const Case& one : kCases) {
    if (name == one.name) return one.make();
  }
  return std::nullopt;
}

}  // namespace perfleak::sim
