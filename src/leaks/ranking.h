// The order in which suspects are shown.
#ifndef PERFLEAK_LEAKS_RANKING_H_
#define PERFLEAK_LEAKS_RANKING_H_

#include <vector>

#include "leaks/suspect.h"

namespace perfleak {

// Leaks before watch; then by time to exhaustion, share of the machine's growth, score and name.
// Numbers the ranks from 1. A total order: equal input gives equal output.
void Rank(std::vector<Suspect>* suspects);

// Largest growth first, bytes before counts.
void Sort(std::vector<Explained>* explained);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_RANKING_H_
