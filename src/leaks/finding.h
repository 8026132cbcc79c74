// One judged counter of one component: the lives of a role taken together.
#ifndef PERFLEAK_LEAKS_FINDING_H_
#define PERFLEAK_LEAKS_FINDING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "model/counter_table.h"
#include "series/life.h"
#include "trend/trend.h"

namespace perfleak {

// One counter over one life: lives[life].series[series].
struct SeriesRef {
  size_t life = 0;
  size_t series = 0;
};

struct Finding {
  std::string machine;
  std::string object;
  std::string instance;  // process image, or the instance; empty for none
  bool is_process = false;
  CounterTraits traits;
  CounterId counter = 0;         // the last column
  std::vector<SeriesRef> lives;  // of the role, in order of time
  size_t lives_used = 1;         // of them long enough to take part in the verdict
  std::vector<int64_t> pids;     // of the lives, where logged
  Trend trend;
  double grown = 0;    // measured, from first to last, summed over the lives
  double since_s = 0;  // where the growth begins, seconds since 1970

  bool called() const { return trend.verdict >= Verdict::kWatch; }
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_FINDING_H_
