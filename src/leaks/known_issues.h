// The knowledge base at work: growth that is known to be none to mend is explained, and each
// suspect gets the known issues that it may be, with who is then likely responsible.
#ifndef PERFLEAK_LEAKS_KNOWN_ISSUES_H_
#define PERFLEAK_LEAKS_KNOWN_ISSUES_H_

#include <span>
#include <vector>

#include "leaks/classifier.h"
#include "leaks/deciding_fact.h"
#include "leaks/finding.h"
#include "leaks/knowledge_base.h"
#include "leaks/machine_index.h"
#include "leaks/platform.h"
#include "model/counter_table.h"

namespace perfleak {

// `platforms` has every machine of the findings.
void ApplyKnowledge(const KnowledgeBase& base, const KnownFacts& facts,
                    std::span<const Platform> platforms, std::span<const Finding> findings,
                    const MachineIndex& index, const CounterTable& table, Classified* classified);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_KNOWN_ISSUES_H_
