// One machine of a fleet, drawn: what runs on it, what leaks and since when, what only looks like
// it.
#ifndef PERFLEAK_TOOLS_SIM_FLEET_MACHINE_H_
#define PERFLEAK_TOOLS_SIM_FLEET_MACHINE_H_

#include <cstdint>
#include <string>

#include "fleet_plan.h"
#include "random.h"

namespace perfleak::sim {

struct FleetMachineWish {
  Story story = Story::kHealthy;
  int rollout = 0;  // of Story::kRollout: so many machines had the new version before
  std::string name;
  int64_t processes = 40;
  int counters = 4;  // of each process
};

// The times and logs of the group have been drawn.
FleetMachine DrawFleetMachine(const FleetGroup& group, const FleetMachineWish& wish,
                              const Rng& rng);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_FLEET_MACHINE_H_
