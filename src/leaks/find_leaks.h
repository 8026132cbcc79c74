// The leaks stage: lives in, ranked suspects out.
#ifndef PERFLEAK_LEAKS_FIND_LEAKS_H_
#define PERFLEAK_LEAKS_FIND_LEAKS_H_

#include "leaks/suspect.h"
#include "model/counter_table.h"
#include "series/series_set.h"

namespace perfleak {

LeakReport FindLeaks(const SeriesSet& set, const CounterTable& table);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_FIND_LEAKS_H_
