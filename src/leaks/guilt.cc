#include "leaks/guilt.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace perfleak {
namespace {

// More issues than these in one tie are a list to read, not a name to give.
constexpr size_t kMostInTie = 3;

using Matches = std::vector<const IssueMatch*>;

// The best issue, or all that this log cannot tell from it.
Matches BestOf(const std::vector<IssueMatch>& issues) {
  Matches best;
  for (const IssueMatch& issue : issues) {
    const bool tied = issue.tie_group != 0 && issue.tie_group == issues.front().tie_group;
    if (&issue == &issues.front() || tied) best.push_back(&issue);
  }
  return best;
}

// "emsmta", "faxgate (emsmdb32.dll)", "store".
std::string Name(const KnownIssue& issue, const Suspect& suspect) {
  const std::string modules = Join(issue.guilty.modules, ", ");
  if (modules.empty() || !issue.guilty.differs_from_process) return suspect.component;
  switch (issue.guilty.attribution) {
    case Attribution::kOtherProcess:
    case Attribution::kRemotePeer:
    case Attribution::kRemoteClientComponent:
    case Attribution::kKernelOrOs:
      return modules;
    default:
      return suspect.component + " (" + modules + ")";
  }
}

std::string WhyItIs(const KnownIssue& issue) {
  return issue.id + (issue.cause.empty() ? ", " + issue.title : ": " + issue.cause);
}

}  // namespace

std::optional<Responsible> GuiltFromKnownIssues(const Suspect& suspect, const KnowledgeBase& base) {
  if (suspect.known_issues.empty()) return std::nullopt;
  const bool measured =
      suspect.likely_responsible && suspect.likely_responsible->component != suspect.component;
  if (measured) return std::nullopt;
  Matches best = BestOf(suspect.known_issues);
  const bool may_be_unknown =
      std::erase_if(best, [](const IssueMatch* match) { return match->id.empty(); }) > 0;
  if (best.empty() || best.size() > kMostInTie) return std::nullopt;
  const KnownIssue* first = base.Find(best.front()->id);
  if (first == nullptr) return std::nullopt;
  Responsible who{Name(*first, suspect), WhyItIs(*first),
                  may_be_unknown ? "cannot be excluded" : best.front()->grade};
  std::vector<std::string> others;
  for (size_t i = 1; i < best.size(); ++i) {
    const KnownIssue* other = base.Find(best[i]->id);
    if (other != nullptr) others.push_back(other->id + " (" + Name(*other, suspect) + ")");
  }
  if (may_be_unknown) others.push_back("a defect that is not in the catalogue");
  if (!others.empty()) who.why += "; this log cannot tell it from " + Join(others, " or ");
  return who;
}

}  // namespace perfleak
