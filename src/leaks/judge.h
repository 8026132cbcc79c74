// Lives in, findings out: fits a trend to every counter that may be called a leak, and takes
// together the lives that a process of one role lived one after another.
#ifndef PERFLEAK_LEAKS_JUDGE_H_
#define PERFLEAK_LEAKS_JUDGE_H_

#include <functional>
#include <span>
#include <vector>

#include "leaks/finding.h"
#include "leaks/suspect.h"
#include "model/counter_table.h"
#include "series/series_set.h"

namespace perfleak {

struct Judgement {
  std::vector<Finding> findings;  // one per counter and role that a verdict was given on
  std::vector<TrendLine> trends;  // every judged life, and one line more for lives taken together
};

using CounterFilter = std::function<bool(const Counter&)>;

// Judges every counter of kind kResource that `is_judged` accepts; empty: all. Judgement::trends is
// left empty without `with_trends`. The result depends neither on the number of threads nor on
// `designs`, which may be shared with others (TrendContext::designs).
Judgement Judge(const SeriesSet& set, const CounterTable& table, const CounterFilter& is_judged,
                bool with_trends = true, int threads = 1, Designs* designs = nullptr);

// Splits the lives of one image into roles: in a role, lives follow one another; lives that overlap
// in time belong to different roles. Where there are several at a time they are different programs
// under one name (svchost), and a life follows the one that began most like it; if none did, it is
// a role of its own. `lives` are sorted by start; the result holds indices into it, in order of
// time.
std::vector<std::vector<size_t>> SplitRoles(std::span<const Life> lives);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_JUDGE_H_
