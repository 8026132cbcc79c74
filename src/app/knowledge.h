// The knowledge base of a run: what is built in, and the user's own rules.
#ifndef PERFLEAK_APP_KNOWLEDGE_H_
#define PERFLEAK_APP_KNOWLEDGE_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "leaks/deciding_fact.h"
#include "leaks/knowledge_base.h"

namespace perfleak {

// Adds a rules file, or all *.toml of a folder by name. Returns how many issues they hold.
// Errors: what cannot be read, and all problems, one a line.
Result<size_t> AddRules(const std::string& path, KnowledgeBase* base);

// Events as "Source:ID" and pool tags of one to four characters that print. Errors: what is
// neither.
Result<KnownFacts> ReadKnownFacts(const std::vector<std::string>& events,
                                  const std::vector<std::string>& pool_tags);

// What is built in with the rules of these files and folders. Errors as AddRules.
Result<KnowledgeBase> LoadKnowledge(const std::vector<std::string>& rules);

}  // namespace perfleak

#endif  // PERFLEAK_APP_KNOWLEDGE_H_
