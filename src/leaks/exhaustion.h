// When a growing counter meets the limit of what it uses up, where that limit is known.
#ifndef PERFLEAK_LEAKS_EXHAUSTION_H_
#define PERFLEAK_LEAKS_EXHAUSTION_H_

#include <optional>
#include <span>

#include "leaks/finding.h"
#include "leaks/suspect.h"
#include "series/series_set.h"

namespace perfleak {

// Of the finding alone or, for memory that counts towards the commit limit, of the machine's
// committed bytes where these grow as fast. nullopt where no limit is known: none is guessed.
// `findings` are all of the log. Sources of limits: docs/method.md.
std::optional<Exhaustion> ForecastExhaustion(const Finding& finding,
                                             std::span<const Finding> findings,
                                             const SeriesSet& set);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_EXHAUSTION_H_
