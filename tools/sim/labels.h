// What is true of a simulated log: which columns leak, how fast, who is guilty, when memory runs
// out. The answer sheet for tests and for measuring accuracy.
#ifndef PERFLEAK_TOOLS_SIM_LABELS_H_
#define PERFLEAK_TOOLS_SIM_LABELS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "counter_set.h"
#include "machine.h"

namespace perfleak::sim {

// A leaking component, in the words of the report (docs/json.md).
struct Guilt {
  std::string component;    // the process image that grows
  std::string kind;         // "heap", "paged-pool", "handles", ...
  std::string responsible;  // what is at fault, where that is not the component itself
};

struct ScenarioInfo {
  std::string name;
  std::string title;
  std::string software;     // "Windows NT 4.0, Exchange Server 5.5 SP3"
  std::string known_issue;  // "Q265511"; empty where there is none
  std::vector<Guilt> guilty;
  std::vector<std::string> innocent;  // sentences: what else moves, and why it is no leak
};

struct Exhaustion {
  double t_s = 0;  // since the log began
  double after_log_end_s = 0;
};

const char* Name(Truth truth);

// To six significant digits: what is true need not be longer, and stays readable.
double Rounded(double x);

// The labels of a log, as one JSON object. `leaks` are as of the end of the log.
nlohmann::ordered_json LabelsOf(const ScenarioInfo& info, uint64_t seed, const Machine& machine,
                                const std::vector<Column>& columns,
                                const std::vector<LeakTotal>& leaks, double log_length_s,
                                const std::optional<Exhaustion>& exhaustion);

// Indented, but one line for each column.
std::string Print(const nlohmann::ordered_json& labels);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_LABELS_H_
