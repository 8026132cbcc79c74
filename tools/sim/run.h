// Runs a simulation: one machine, one log, its labels.
#ifndef PERFLEAK_TOOLS_SIM_RUN_H_
#define PERFLEAK_TOOLS_SIM_RUN_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>

#include "labels.h"
#include "machine.h"

namespace perfleak::sim {

struct Simulation {
  MachineSpec machine;
  ScenarioInfo info;
  double days = 1;
  int interval_s = 60;
};

// Writes the log to `csv` and returns its labels. The machine is then run on, unlogged, until
// memory runs out (a month at most): the true time to exhaustion.
nlohmann::ordered_json Run(const Simulation& simulation, uint64_t seed, std::ostream& csv);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_RUN_H_
