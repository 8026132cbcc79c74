// The answer sheet of a random machine: as labels.h has it for a scenario, with what only these
// have: leaks of no process, several processes of one image, and the components that are right as
// the first suspect.
#ifndef PERFLEAK_TOOLS_SIM_MACHINE_LABELS_H_
#define PERFLEAK_TOOLS_SIM_MACHINE_LABELS_H_

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "counter_set.h"
#include "machine_plan.h"

namespace perfleak::sim {

// By image and instance number: of how many samples a process had the instance.
using Occupants = std::vector<std::vector<std::map<size_t, int64_t>>>;

// A machine at the end of its log.
struct LoggedMachine {
  const Machine* machine = nullptr;
  std::vector<Column> columns;
  std::vector<double> last_values;  // by column; NaN: it never had one
  Occupants occupants;
  std::vector<Culprit> culprits;             // with the records of the whole log
  std::array<double, 24> innocent_commit{};  // bytes, the most in each hour of three days
  double end_s = 0;
};

// Bytes of commit the culprits hold now.
double CommitHeldBy(const std::vector<Culprit>& culprits);

nlohmann::ordered_json LabelsOfMachine(const std::string& name, uint64_t seed,
                                       const MachinePlan& plan, const LoggedMachine& log);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_MACHINE_LABELS_H_
