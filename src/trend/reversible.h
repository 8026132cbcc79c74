// What moves a counter to and fro without making it grow: the load, the hour of the day, the day of
// the week. It is taken out first, so that growth and its shape are judged on what remains.
//
// The waves are learnt from changes over a fraction of their period, not from the levels. On the
// levels of a short log they would bend to imitate a step or a warm-up, and take away the very
// shape that the gates must see. For the same reason each is used only if the changes are clearly
// calmer without it.
#ifndef PERFLEAK_TREND_REVERSIBLE_H_
#define PERFLEAK_TREND_REVERSIBLE_H_

#include <vector>

#include "trend/least_squares.h"
#include "trend/window.h"

namespace perfleak {

struct Adjusted {
  std::vector<double> x;  // of the window, less load and cycles
  std::vector<double> floor;
  Columns used;  // the columns that were taken out
  bool load_used = false;
  bool load_rivals = false;  // not taken out, but load explains the levels about as well as time
  std::vector<double> unloaded_x;  // as x, had the load not been logged; empty if it was not used
};

// Load first, then 24 h and 12 h waves if the window spans over 1.5 days, then 7 d and 3.5 d waves
// if over 10 days. A wave needs three buckets a period; a constant load says nothing.
Adjusted TakeOutReversible(const Window& window);

}  // namespace perfleak

#endif  // PERFLEAK_TREND_REVERSIBLE_H_
