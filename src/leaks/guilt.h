// Who is likely responsible for a suspect's growth, where known issues tell more than the growth
// itself. What was measured at restarts (leaks/victim.h) stands before any of it.
#ifndef PERFLEAK_LEAKS_GUILT_H_
#define PERFLEAK_LEAKS_GUILT_H_

#include <optional>

#include "leaks/knowledge_base.h"
#include "leaks/suspect.h"

namespace perfleak {

// Requires suspect.known_issues. nullopt: what is known does not say more than what the suspect
// already has.
std::optional<Responsible> GuiltFromKnownIssues(const Suspect& suspect, const KnowledgeBase& base);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_GUILT_H_
