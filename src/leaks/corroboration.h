// Evidence beyond the one series that the score is made of: do other counters of the same process
// rise with it, and does the machine's total grow by as much? Each answer moves the score by a
// bounded amount that was fitted on simulated machines (docs/method.md, Corroboration).
#ifndef PERFLEAK_LEAKS_CORROBORATION_H_
#define PERFLEAK_LEAKS_CORROBORATION_H_

#include <span>
#include <vector>

#include "leaks/finding.h"
#include "series/series_set.h"

namespace perfleak {

// Weighs every material finding whose score is not hopeless, and gives it the verdict of the new
// score. What is held at watch stays there; what a gate other than those of chance refuses is never
// lifted. The result does not depend on the number of threads.
void Corroborate(const SeriesSet& set, const CounterTable& table, std::vector<Finding>* findings,
                 int threads = 1);

// How alike two series step: the correlation of their increments, and its z value, which allows for
// increments that resemble their neighbours. Shape: as many values in both; 0 and 0 where one of
// them does not move or there are fewer than 12.
struct Likeness {
  double correlation = 0;
  double z = 0;
};
Likeness LikenessOfSteps(std::span<const double> x, std::span<const double> y);

// ln of how much better "the total holds this growth" explains what the total does than "the rest
// gives back as much" does, where the growth of the rest is Student's t of 3 degrees of freedom
// times `error`. 0 where the total grows by half of it, or where the error hides it.
double TotalHoldsGrowth(double growth, double of_total, double error);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_CORROBORATION_H_
