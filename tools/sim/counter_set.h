// The columns of a log: which counters of a machine are written, under which paths, and how each is
// read off a sample.
#ifndef PERFLEAK_TOOLS_SIM_COUNTER_SET_H_
#define PERFLEAK_TOOLS_SIM_COUNTER_SET_H_

#include <functional>
#include <string>
#include <vector>

#include "machine.h"

namespace perfleak::sim {

struct Column {
  std::string path;   // \\MACHINE\Object(instance)\Counter
  std::string image;  // of a Process column; "_Total" for the sum
  std::string counter;
  bool is_rate = false;                              // needs two samples: blank in the first row
  std::function<double(const MachineSample&)> read;  // NaN: nothing to write
};

// All columns of a log with these sample times, in the order of the header.
std::vector<Column> ColumnsOf(const Machine& machine, const std::vector<double>& sample_times_s);

// Names of every counter of the Process object that generation of Windows has.
CounterNames AllProcessCounters(const Windows& windows);

}  // namespace perfleak::sim

#endif  // PERFLEAK_TOOLS_SIM_COUNTER_SET_H_
