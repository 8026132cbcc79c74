#include "leaks/guilt.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace perfleak {
namespace {

// More issues than these in one tie are a list to read, not a name to give.
constexpr size_t kMostInTie = 3;
constexpr size_t kMostModules = 4;

using IssueMatches = std::vector<const IssueMatch*>;

// The best issue, or all that this log cannot tell from it.
IssueMatches BestOf(const std::vector<IssueMatch>& issues) {
  IssueMatches best;
  for (const IssueMatch& issue : issues) {
    const bool tied = issue.tie_group != 0 && issue.tie_group == issues.front().tie_group;
    if (&issue == &issues.front() || tied) best.push_back(&issue);
  }
  return best;
}

bool IsElsewhere(const KnownIssue& issue) {
  switch (issue.guilty.attribution) {
    case Attribution::kOtherProcess:
    case Attribution::kRemotePeer:
    case Attribution::kRemoteClientComponent:
    case Attribution::kKernelOrOs:
      return true;
    default:
      return false;
  }
}

// Who an issue blames: "emsmta", "store", "faxgate (emsmdb32.dll)".
std::string Blamed(const KnownIssue& issue, const Suspect& suspect) {
  const std::string modules = Join(issue.guilty.modules, ", ");
  if (modules.empty() || !issue.guilty.differs_from_process) return suspect.component;
  return IsElsewhere(issue) ? modules : suspect.component + " (" + modules + ")";
}

std::string WhyItIs(const KnownIssue& issue) {
  return issue.id + (issue.cause.empty() ? ", " + issue.title : ": " + issue.cause);
}

// The issues of the knowledge base behind the matches.
std::vector<const KnownIssue*> Look(const IssueMatches& matches, const KnowledgeBase& base) {
  std::vector<const KnownIssue*> issues;
  for (const IssueMatch* match : matches) {
    if (const KnownIssue* issue = base.Find(match->id)) issues.push_back(issue);
  }
  return issues;
}

// "a, b or c"
std::string AnyOf(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " or ") + names[i];
  }
  return text;
}

// Components that run in the process that grows, any of which may be at fault.
std::optional<std::string> HostedModules(const std::vector<const KnownIssue*>& issues) {
  std::vector<std::string> modules;
  for (const KnownIssue* issue : issues) {
    if (!issue->guilty.differs_from_process || IsElsewhere(*issue)) return std::nullopt;
    for (const std::string& module : issue->guilty.modules) {
      if (std::find(modules.begin(), modules.end(), module) == modules.end()) {
        modules.push_back(module);
      }
    }
  }
  if (modules.empty() || modules.size() > kMostModules) return std::nullopt;
  return AnyOf(modules);
}

std::vector<std::string> IdsOf(const std::vector<const KnownIssue*>& issues) {
  std::vector<std::string> ids;
  for (const KnownIssue* issue : issues) ids.push_back(issue->id);
  return ids;
}

std::string NotTold(const std::vector<std::string>& others) {
  return others.empty() ? "" : "; this log cannot tell that from " + AnyOf(others);
}

}  // namespace

std::optional<Responsible> GuiltFromKnownIssues(const Suspect& suspect, const KnowledgeBase& base) {
  if (suspect.known_issues.empty()) return std::nullopt;
  const bool measured =
      suspect.likely_responsible && suspect.likely_responsible->component != suspect.component;
  if (measured) return std::nullopt;
  IssueMatches best = BestOf(suspect.known_issues);
  const bool may_be_unknown =
      std::erase_if(best, [](const IssueMatch* match) { return match->id.empty(); }) > 0;
  std::erase_if(best, [](const IssueMatch* match) { return !match->contradicted.empty(); });
  std::vector<const KnownIssue*> issues = Look(best, base);
  // What is meant to grow is nobody's fault.
  std::erase_if(issues, [](const KnownIssue* issue) { return IsExplanation(issue->type); });
  if (issues.empty()) return std::nullopt;
  Responsible who;
  who.grade = may_be_unknown ? "cannot be excluded" : best.front()->grade;
  std::vector<std::string> others;
  const auto modules = HostedModules(issues);
  if (modules && issues.size() > 1) {
    who.component = suspect.component + " (" + *modules + ")";
    who.why = "a component in it has a known issue, " + AnyOf(IdsOf(issues));
  } else if (issues.size() <= kMostInTie) {
    who.component = Blamed(*issues.front(), suspect);
    who.why = WhyItIs(*issues.front());
    for (size_t i = 1; i < issues.size(); ++i) {
      others.push_back(issues[i]->id + " (" + Blamed(*issues[i], suspect) + ")");
    }
  } else {
    return std::nullopt;
  }
  if (may_be_unknown) others.push_back("a defect that is not in the catalogue");
  who.why += NotTold(others);
  return who;
}

}  // namespace perfleak
