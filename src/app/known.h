// perfleak known: list, search and show the knowledge base, and check a user's rules.
#ifndef PERFLEAK_APP_KNOWN_H_
#define PERFLEAK_APP_KNOWN_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "leaks/knowledge_base.h"
#include "report/known_report.h"

namespace perfleak {

struct KnownOptions {
  std::vector<std::string> words;  // nothing: list; an id: that entry; else search
  std::string check;               // a rules file or a folder of them, instead
};

KnownReport Known(const KnownOptions& options);

// Adds a rules file, or all *.toml of a folder by name. Returns how many issues they hold.
// Errors: what cannot be read, and all problems, one a line.
Result<size_t> AddRules(const std::string& path, KnowledgeBase* base);

// "12 issues, no problem found." Errors as AddRules.
Result<std::string> CheckRules(const std::string& path);

}  // namespace perfleak

#endif  // PERFLEAK_APP_KNOWN_H_
