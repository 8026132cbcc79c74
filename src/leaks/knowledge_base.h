// The known issues of the program and of the user's rules, and the search in them.
#ifndef PERFLEAK_LEAKS_KNOWLEDGE_BASE_H_
#define PERFLEAK_LEAKS_KNOWLEDGE_BASE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leaks/known_issue.h"
#include "leaks/rules_file.h"
#include "model/counter_path.h"

namespace perfleak {

class KnowledgeBase {
 public:
  // Takes what `file` holds. Returns its problems, with those that show only beside what is here
  // already: an id that is taken. What is built in comes first.
  std::vector<RulesProblem> Add(RulesFile file);

  const std::vector<KnownIssue>& issues() const { return issues_; }
  const std::vector<ProcessAlias>& aliases() const { return aliases_; }
  const std::vector<Fingerprint>& fingerprints() const { return fingerprints_; }

  // By id, without case; "Q176708", "176708" and "KB176708" stand for one another where one of them
  // is an id. nullptr if there is none.
  const KnownIssue* Find(std::string_view id) const;

  // Whether growth may be explained by this counter: one that an entry says explains it.
  bool Explains(const CounterPath& path) const;

  // Issues in which every word occurs, best first: words that are the id, a process, a resource,
  // in the title, anywhere. Equal ones in the order of issues(). Cost: one pass over all text.
  std::vector<const KnownIssue*> Search(const std::vector<std::string>& words) const;

 private:
  std::vector<KnownIssue> issues_;
  size_t n_built_in_ = 0;  // the first of issues_
  std::vector<ProcessAlias> aliases_;
  std::vector<Fingerprint> fingerprints_;
  std::vector<std::string> explaining_;                // patterns of counters
  std::unordered_map<std::string, size_t> by_id_;      // lower case; index into issues_
  std::unordered_map<std::string, size_t> by_number_;  // without Q or KB; the first that has it
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_KNOWLEDGE_BASE_H_
