// A log made to order: a machine on which grows what a file states, among ordinary programs and
// noise. What the matching of known issues is measured on (tools/eval --known).
//
// The file is one JSON object:
//
//   {"windows": "nt4",                 nt3, nt4, 2000, 2003 or 2016
//    "start": "1999-01-18T08:30",      local time of the machine
//    "days": 4,
//    "products": ["exchange-5.5"],     whose programs and counters are there (product_mix.h)
//    "pace": "work",                   time: day and night; work: as there is work; steps
//    "growth": [
//      {"process": "store", "resource": "private-bytes", "per_hour": 600000, "step": 0},
//      {"resource": "paged-pool", "per_hour": 90000}]}
//
// "per_hour" is the mean over the log, in bytes, objects or percent; "step", where it is not 0, the
// amount it grows by at a time. All that is stated grows at one pace. Growth of a process that is
// not among the ordinary ones adds a small program of that name. "instances" are processes of that
// name that start and never end. Without "process" it is the system's.
#ifndef PERFLEAK_TOOLS_SIM_STATED_MACHINE_H_
#define PERFLEAK_TOOLS_SIM_STATED_MACHINE_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "load.h"

namespace perfleak::sim {

struct StatedGrowth {
  std::string process;   // image; empty: the system's
  std::string resource;  // as the knowledge base writes it: "private-bytes", "system-pte", ...
  double per_hour = 0;
  double step = 0;
};

struct StatedMachine {
  std::string windows;
  LocalSeconds start{};
  double days = 4;
  int interval_s = 600;
  std::vector<std::string> products;
  std::string pace = "time";
  std::vector<StatedGrowth> growth;
};

// Throws std::runtime_error that says what is wrong.
StatedMachine ParseStatedMachine(std::string_view json);

// The same statement and seed give the same bytes.
void WriteStatedMachine(const StatedMachine& stated, uint64_t seed, std::ostream& csv);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_STATED_MACHINE_H_
