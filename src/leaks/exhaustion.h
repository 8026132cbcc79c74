// When a growing counter meets the limit of what it uses up, where that limit is known.
#ifndef PERFLEAK_LEAKS_EXHAUSTION_H_
#define PERFLEAK_LEAKS_EXHAUSTION_H_

#include <optional>

#include "leaks/finding.h"
#include "leaks/machine_index.h"
#include "leaks/suspect.h"

namespace perfleak {

// Of the finding alone or, for memory that counts towards the commit limit, of the machine's
// committed bytes where these grow as fast: `committed` is that finding of the same machine, or
// nullptr. nullopt where no limit is known: none is guessed. Sources of limits: docs/method.md.
std::optional<Exhaustion> ForecastExhaustion(const Finding& finding, const Finding* committed,
                                             const MachineIndex& index);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_EXHAUSTION_H_
