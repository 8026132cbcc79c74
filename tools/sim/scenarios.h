// The whole-machine scenarios: servers of 1997 to 2006, one for each of the five founding articles,
// and a healthy one.
#ifndef PERFLEAK_TOOLS_SIM_SCENARIOS_H_
#define PERFLEAK_TOOLS_SIM_SCENARIOS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run.h"

namespace perfleak::sim {

std::vector<std::string> ScenarioNames();

// nullopt if there is no scenario of that name. The seed places what is scheduled (jobs, restarts).
std::optional<Simulation> MakeScenario(std::string_view name, uint64_t seed);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_SCENARIOS_H_
