// A random machine and its log, drawn: everything that will happen, in seconds since the log began.
//
// Drawn in this order, for each needs the one before: when and how long is logged; what runs; who
// will leak; what the others do that is no leak; how much memory there is; how fast it leaks. A
// rate is drawn so that the log can show it: what grows less than the process moves by itself is no
// fair question.
#ifndef PERFLEAK_TOOLS_SIM_MACHINE_PLAN_H_
#define PERFLEAK_TOOLS_SIM_MACHINE_PLAN_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "culprit.h"
#include "machine.h"

namespace perfleak::sim {

// When a process runs: all the time, but for what is given here.
struct Presence {
  std::vector<double> restarts_s;
  double recycled_every_s = 0;
  double job_hour = -1;  // a daily job of that hour
  double job_length_h = 1;

  bool Always() const { return restarts_s.empty() && recycled_every_s == 0 && job_hour < 0; }
};

struct PlannedProcess {
  ProcessSpec process;
  bool managed = false;
  double heap_mb = 0, heap_period_s = 0;  // where managed: collected again and again
  Presence presence = {};
  // Steps are made at a time of the log: a boot that begins later needs to know when it began.
  std::vector<std::function<Part(double boot_from_s)>> parts = {};
  double swing_mb = 0;  // how far private bytes go up and down innocently
  bool grows = false;   // of what the caller adds: nothing may hide it
};

struct MachineRestart {
  double down_s = 0;
  double up_s = 0;  // of the log: the collector is back, a minute after the boot
};

struct MachinePlan {
  MachineSpec machine;  // without processes
  std::string role;
  std::vector<PlannedProcess> processes;
  std::vector<Culprit> culprits;
  std::vector<std::string> innocent;  // sentences
  double length_s = 0;
  int interval_s = 60;
  std::optional<MachineRestart> restart;
  bool has_process_ids = true;
  bool has_load_counters = true;
  bool has_managed_counters = true;
};

MachinePlan DrawMachine(const Rng& rng);

// What is given of a machine of which the rest is drawn.
struct Setting {
  Windows windows;
  LocalSeconds start{};
  double length_s = 0;
  int interval_s = 600;
  std::vector<PlannedProcess> processes;
  CounterNames process_counters;
  double grows_mb = 0;  // memory it has beside what it needs: for the growth the caller adds
};

// One that is never restarted, with a complete log, on which nothing leaks yet.
MachinePlan DrawMachine(const Setting& setting, const Rng& rng);

// Average of what LeakMeter calls work, from one time of the log to another.
double MeanWork(const MachineSpec& machine, double constant_share, double from_s, double to_s);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_MACHINE_PLAN_H_
