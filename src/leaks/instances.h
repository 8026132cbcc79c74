// Programs of which more and more instances live: processes that never end, or sessions that are
// never left. No counter of Windows tells their number; the lives do.
#ifndef PERFLEAK_LEAKS_INSTANCES_H_
#define PERFLEAK_LEAKS_INSTANCES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "leaks/machine_index.h"
#include "trend/trend.h"

namespace perfleak {

// A program whose number of living processes is called.
struct GrowingNumber {
  std::string machine;
  std::string image;
  BucketSeries number;  // of its processes
  Trend trend;
  std::vector<int64_t> pids;  // of those that live at the end, where logged
};

// Sorted by machine, then those that grow most first. `designs`: TrendContext::designs.
std::vector<GrowingNumber> FindGrowingNumbers(const MachineIndex& index, Designs* designs);

// Programs of which each session of a terminal server has one.
bool IsOfSession(const std::string& image);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_INSTANCES_H_
