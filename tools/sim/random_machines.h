// Random whole machines with labels: for measuring whether the first suspect is the right one.
//
// A machine of a seed and a number is drawn whole (machine_plan.h), then run: once, or twice where
// it is restarted within the log.
#ifndef PERFLEAK_TOOLS_SIM_RANDOM_MACHINES_H_
#define PERFLEAK_TOOLS_SIM_RANDOM_MACHINES_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "machine_plan.h"

namespace perfleak::sim {

std::string RandomMachineName(int number);  // "machine-0001"

// Writes the log of machine `number` (from 1) to `csv` and returns its labels. Machine 7 of a seed
// is the same however many are made.
nlohmann::ordered_json RunRandomMachine(uint64_t seed, int number, std::ostream& csv);

// Writes the log of a machine that was drawn; the same seed gives the same bytes.
void WriteLog(const MachinePlan& plan, uint64_t seed, std::ostream& csv);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_RANDOM_MACHINES_H_
