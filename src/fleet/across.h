// What leaks on several machines: components and known issues counted over a fleet.
#ifndef PERFLEAK_FLEET_ACROSS_H_
#define PERFLEAK_FLEET_ACROSS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "report/fleet_report.h"

namespace perfleak {

// On how many machines an image was seen, by its name in lower case.
using SeenOn = std::map<std::string, uint64_t>;

// Components of the same name and kind are one. What is over does not count.
std::vector<FleetComponent> ComponentsOf(const std::vector<FleetMachine>& machines,
                                         const SeenOn& seen_on);

// The issues that each suspect is most like: the first one named for it, with those that the log
// cannot tell from it.
std::vector<FleetIssue> IssuesOf(const std::vector<FleetMachine>& machines);

// Gravest first: leaks before what is watched, what is over last, then who reaches a limit soonest.
void RankMachines(std::vector<FleetMachine>* machines);

}  // namespace perfleak

#endif  // PERFLEAK_FLEET_ACROSS_H_
