// The one fact that neither the log nor the user tells and that would cut a list of known issues
// most.
#ifndef PERFLEAK_LEAKS_DECIDING_FACT_H_
#define PERFLEAK_LEAKS_DECIDING_FACT_H_

#include <span>
#include <string>

#include "leaks/component_evidence.h"
#include "leaks/known_issue.h"
#include "leaks/platform.h"

namespace perfleak {

// What the user knows beside the log.
struct KnownFacts {
  std::vector<IssueEvent> events;      // in the event log
  std::vector<std::string> pool_tags;  // that grow
};

// "version of Exchange Server not known (--product): of 21 candidates, about 12 would fall away".
// Empty where no fact would cut anything, and for one issue: there is nothing to tell it from.
std::string DecidingFact(std::span<const KnownIssue* const> issues,
                         const ComponentEvidence& evidence, const Platform& platform,
                         const KnownFacts& facts);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_DECIDING_FACT_H_
