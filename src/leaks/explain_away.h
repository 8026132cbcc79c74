// Growth that its own series would call and other facts explain: a counter that is wrong, memory
// that is a cache, work that piles up and is done.
#ifndef PERFLEAK_LEAKS_EXPLAIN_AWAY_H_
#define PERFLEAK_LEAKS_EXPLAIN_AWAY_H_

#include <vector>

#include "leaks/finding.h"
#include "leaks/machine_index.h"
#include "model/counter_table.h"

namespace perfleak {

// Sets `innocent`, verdict and reason of findings that are explained, and `backlog` of those that
// grow with work which was never done in the log: these are held at watch.
void ExplainAway(const MachineIndex& index, const CounterTable& table,
                 std::vector<Finding>* findings);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_EXPLAIN_AWAY_H_
