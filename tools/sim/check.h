// Holds a simulated log to its own arithmetic: what the columns say must add up as it does on a
// machine. Reads the CSV with a few lines of its own, as a reader who has never seen the simulator.
#ifndef PERFLEAK_TOOLS_SIM_CHECK_H_
#define PERFLEAK_TOOLS_SIM_CHECK_H_

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace perfleak::sim {

struct CheckResult {
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t comparisons = 0;
  std::vector<std::string> done;      // which identities were compared, and how often
  std::vector<std::string> failures;  // the first few
  int64_t failure_count = 0;
};

CheckResult Check(std::istream& csv);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_CHECK_H_
