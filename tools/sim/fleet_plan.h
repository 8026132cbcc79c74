// A random archive of a fleet of machines, drawn: which machines there are, what leaks on them and
// since when, and which logs were kept of them under which names.
//
// A machine is simulated once, over weeks; its logs are cut out of that time. What one log cannot
// show, others therefore can: a leak of weeks, one that begins or is fixed on the way, a process
// that lives through many logs.
#ifndef PERFLEAK_TOOLS_SIM_FLEET_PLAN_H_
#define PERFLEAK_TOOLS_SIM_FLEET_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "machine_plan.h"

namespace perfleak::sim {

struct FleetOptions {
  uint64_t seed = 1;
  int machines = 40;
  int logs = 500;                   // about so many
  uint64_t bytes = 10'000'000'000;  // of text, about so many
};

// What leaks on a machine, as far as only an archive of many logs can show it.
enum class Story {
  kHealthy,
  kRollout,  // an agent that runs on most machines leaks where its new version is, since that day
  kFixed,    // an update ends it half-way
  kSlow,     // to be told over weeks only
  kFaster,   // the rate grows
  kLate,     // begins in the middle of the archive
  kHandles,  // from here on from the begin to the end
  kHeap,
  kKernel,  // nonpaged pool of a driver
  kThreads,
  kRecycled,  // the leaking process is restarted every night
};
const char* Name(Story story);

struct FleetMachine {
  MachinePlan plan;
  uint64_t seed = 0;
  Story story = Story::kHealthy;
  std::vector<MachineRestart> restarts;  // by time
};

// One file. Times are seconds since the group's start.
struct FleetLog {
  struct Outage {
    double from_s = 0, to_s = 0;
  };
  std::string path;                 // in the archive, "intranet/perf_20190204.csv"
  std::vector<std::string> copies;  // the same log is there under these names too
  double from_s = 0, to_s = 0;
  std::vector<Outage> outages;  // of the collector
  std::string zone;             // of its clock, as the header has it
  int bias_minutes = 0;
  bool lower_case = false;  // writes the machine's name so
};

// Machines that are logged into the same files: one, or several of a collector elsewhere.
struct FleetGroup {
  std::vector<FleetMachine> machines;
  LocalSeconds start{};  // standard time of its zone
  int standard_bias_minutes = 0;
  double length_s = 0;
  int interval_s = 60;
  std::vector<FleetLog> logs;  // by time
};

// Group 7 of a seed is the same for everybody who asks for the same fleet.
std::vector<FleetGroup> DrawFleet(const FleetOptions& options);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_FLEET_PLAN_H_
