// Counters that are wrong: they count over, hold what cannot be, or a column was taken over by
// another process unseen.
#ifndef PERFLEAK_LEAKS_ARTEFACT_H_
#define PERFLEAK_LEAKS_ARTEFACT_H_

#include <string>

#include "leaks/finding.h"
#include "leaks/machine_index.h"

namespace perfleak {

// What is wrong with the counter where the finding rises or falls, as a sentence; empty for
// nothing. A growth that is called is only doubted where its last values cannot be.
std::string WhatIsWrong(const Finding& finding, const MachineIndex& index);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_ARTEFACT_H_
