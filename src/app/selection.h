// Which counters a user wants judged: --machine, --include and --exclude.
#ifndef PERFLEAK_APP_SELECTION_H_
#define PERFLEAK_APP_SELECTION_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "leaks/knowledge_base.h"
#include "model/counter_table.h"

namespace perfleak {

struct Selection {
  std::vector<std::string> machines;  // only these, without case, \\ in front or not; empty for all
  std::vector<std::string> include;   // judge only counters whose path matches one of these
  std::vector<std::string> exclude;   // and none of these
};

// Whether a pattern a user gave matches a counter path: * and ? are wildcards, a pattern without
// any matches every path that contains it.
bool MatchesPattern(const std::string& pattern, const std::string& path);

bool SelectsMachine(const Selection& selection, const std::string& machine);

// Reads the machines that are chosen, whatever the patterns: what is not judged still tells who
// owns a total and where a limit is, and what a known issue needs tells whether it is one. Both
// outlive the filter.
CounterTable::Filter FilterOf(const Selection& selection, const KnowledgeBase& knowledge);

// Judges what the patterns choose. `selection` outlives the filter.
CounterTable::Filter JudgedBy(const Selection& selection);

// An error, with what there is instead, if the counters of the logs hold none of a machine that was
// named, or none that is to be judged although some could be.
Status CheckSelection(const Selection& selection, const CounterTable& table);

}  // namespace perfleak

#endif  // PERFLEAK_APP_SELECTION_H_
