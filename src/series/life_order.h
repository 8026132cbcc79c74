// The order of lives in a SeriesSet.
#ifndef PERFLEAK_SERIES_LIFE_ORDER_H_
#define PERFLEAK_SERIES_LIFE_ORDER_H_

#include <vector>

#include "series/life.h"

namespace perfleak {

// By machine, object, instance, start, PID; those of one image that began together and have no PID
// by their columns.
bool ComesBefore(const Life& a, const Life& b);

void SortLives(std::vector<Life>* lives);

}  // namespace perfleak

#endif  // PERFLEAK_SERIES_LIFE_ORDER_H_
