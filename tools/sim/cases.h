// Small logs with one thing in each: what detectors of the trade get wrong (docs/method.md,
// acceptance cases). Quick to make, so that tests can make them when they run.
#ifndef PERFLEAK_TOOLS_SIM_CASES_H_
#define PERFLEAK_TOOLS_SIM_CASES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run.h"

namespace perfleak::sim {

std::vector<std::string> CaseNames();

// nullopt if there is no case of that name.
std::optional<Simulation> MakeCase(std::string_view name);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_CASES_H_
