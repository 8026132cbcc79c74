#include "app/known.h"

#include <algorithm>
#include <utility>

#include "app/knowledge.h"
#include "leaks/built_in_knowledge.h"
#include "report/words.h"

namespace perfleak {
namespace {

// Without words the families one after the other, in the order of their files.
std::vector<KnownIssue> ByFamily(std::vector<KnownIssue> issues) {
  std::stable_sort(issues.begin(), issues.end(),
                   [](const KnownIssue& a, const KnownIssue& b) { return a.family < b.family; });
  return issues;
}

}  // namespace

Result<KnownReport> Known(const KnownOptions& options) {
  const auto loaded = LoadKnowledge(options.rules);
  if (!loaded) return loaded.error();
  const KnowledgeBase& base = *loaded;
  KnownReport report;
  report.version = PERFLEAK_VERSION;
  report.words = options.words;
  report.total = base.issues().size();
  const KnownIssue* entry = options.words.size() == 1 ? base.Find(options.words.front()) : nullptr;
  if (options.words.empty()) {
    report.issues = ByFamily(base.issues());
  } else if (entry != nullptr) {
    report.in_full = true;
    report.issues = {*entry};
  } else {
    for (const KnownIssue* found : base.Search(options.words)) report.issues.push_back(*found);
  }
  return report;
}

Result<std::string> CheckRules(const std::string& path) {
  KnowledgeBase base = BuiltInKnowledge();
  const auto added = AddRules(path, &base);
  if (!added) return added.error();
  return Counted(*added, "issue", "issues") + ", no problem found.\n";
}

}  // namespace perfleak
