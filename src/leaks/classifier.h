// From growing counters to suspects: which kind of leak each component shows, what only follows
// from it, and what else grows for reasons that are no leak.
#ifndef PERFLEAK_LEAKS_CLASSIFIER_H_
#define PERFLEAK_LEAKS_CLASSIFIER_H_

#include <span>
#include <vector>

#include "leaks/finding.h"
#include "leaks/machine_index.h"
#include "leaks/platform.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"

namespace perfleak {

struct Classified {
  std::vector<Suspect> suspects;  // not ranked
  std::vector<Explained> explained;
};

// One suspect per component of a machine, with the counters that depend on it folded in. The limits
// that it may meet are those of its platform. `designs`: TrendContext::designs.
Classified Classify(std::span<const Finding> findings, const MachineIndex& index,
                    const CounterTable& table, std::span<const Platform> platforms,
                    Designs* designs);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_CLASSIFIER_H_
