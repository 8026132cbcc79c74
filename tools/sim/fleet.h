// Writes the archive of a fleet: runs each machine of a plan (fleet_plan.h) through its weeks and
// writes its rows to whichever log is open at that time.
#ifndef PERFLEAK_TOOLS_SIM_FLEET_H_
#define PERFLEAK_TOOLS_SIM_FLEET_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "fleet_plan.h"

namespace perfleak::sim {

// Which groups to write: those whose number divided by `parts` leaves `part`.
struct FleetPart {
  int part = 0;
  int parts = 1;
};

// Writes the logs below `folder`, one after another, in any group by time. Calls `closed` with what
// the labels say of each log as soon as it is complete: it may then be moved away. Returns the
// labels of the machines of these groups.
nlohmann::ordered_json WriteFleet(
    const FleetOptions& options, const FleetPart& part, const std::string& folder,
    const std::function<void(const nlohmann::ordered_json& log)>& closed);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_FLEET_H_
