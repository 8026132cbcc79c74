// One judged counter of one component: the lives of a role taken together.
#ifndef PERFLEAK_LEAKS_FINDING_H_
#define PERFLEAK_LEAKS_FINDING_H_

#include <cstdint>
#include <optional>
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

// What other counters say of a finding's growth (leaks/corroboration.h).
struct Corroboration {
  // What the machine's total shows of it.
  enum class InTotal {
    kUntold,   // not logged, or neither of these for sure
    kAgrees,   // the total grows by as much
    kOffset,   // the growth would show, but the total does not grow: other things shrink
    kDrowned,  // the total goes up and down by more
  };

  std::vector<std::string> rising;  // other counters of the process that rise in the same time
  bool in_step = false;             // one of them, in the same steps
  InTotal in_total = InTotal::kUntold;
  std::string total;      // "Memory\\Committed Bytes"
  double of_growth = 0;   // the total's growth, in parts of the finding's
  double visibility = 0;  // the finding's growth over the error of the growth of all the rest
  double logit = 0;       // what all this added to the trend's logit
};

// Another program whose exits give back what a component gains.
struct Relief {
  std::string culprit;    // its image
  size_t exits = 0;       // seen in the log, each with a fall
  double returned = 0;    // what fell at the exits, as a share of what was gained between them
  double given_back = 0;  // sum of the falls
};

// Work that waits and explains a component's growth.
struct Backlog {
  std::string counter;   // "\\\\PC\\MSExchangeMTA\\Work Queue Length"
  bool drained = false;  // some of it was done in the log
};

struct Finding {
  std::string machine;
  std::string object;
  std::string instance;  // process image, or the instance; empty for none
  size_t role = 0;  // the same for all counters of one process, or of its lives one after another
  bool is_process = false;
  CounterTraits traits;
  CounterId counter = 0;         // the last column
  std::vector<SeriesRef> lives;  // of the role, in order of time
  size_t lives_used = 1;         // of them long enough to take part in the verdict
  std::vector<int64_t> pids;     // of the lives, where logged
  Trend trend;
  double grown = 0;    // measured, from first to last, summed over the lives
  double since_s = 0;  // where the growth begins, seconds since 1970
  Corroboration corroboration;
  // The trend is then that of the series as if nothing had been given back.
  std::optional<Relief> relief;

  // Why growth that its own series shows is no leak; empty otherwise (leaks/explain_away.h).
  std::string innocent;
  std::optional<Backlog> backlog;  // behind growth that is watched

  bool called() const { return trend.verdict >= Verdict::kWatch; }
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_FINDING_H_
