#include "leaks/issue_host.h"

#include <algorithm>

#include "base/text.h"

namespace perfleak {
namespace {

bool Matches(const std::vector<std::string>& patterns, const std::string& process) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return WildcardMatch(pattern, process); });
}

bool Names(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& other) { return EqualsIgnoreCase(other, name); });
}

// Each name once, in lower case.
void Add(const std::string& name, std::vector<std::string>* names) {
  if (!Names(*names, name)) names->push_back(ToLower(name));
}

// Whether one of the names that the source itself has is that of the process.
bool IsNamedBySource(const KnownIssue& issue, const std::string& process) {
  return std::any_of(
      issue.process_keys.begin(), issue.process_keys.end(), [&](const std::string& pattern) {
        return WildcardMatch(pattern, process) && !Names(issue.processes_inferred, pattern);
      });
}

bool IsKernelResource(IssueResource resource) {
  switch (resource) {
    case IssueResource::kPagedPool:
    case IssueResource::kNonpagedPool:
    case IssueResource::kSystemPte:
    case IssueResource::kRegistryQuota:
    case IssueResource::kKernelObjects:
      return true;
    default:
      return false;
  }
}

bool IsInKernel(const KnownIssue& issue) {
  return !issue.resources.empty() && IsKernelResource(issue.resources.front());
}

bool NamesKernelResource(const KnownIssue& issue) {
  return std::any_of(issue.resources.begin(), issue.resources.end(), IsKernelResource);
}

bool RunsHere(const KnownIssue& issue, const ComponentEvidence& evidence) {
  return std::any_of(
      evidence.processes.begin(), evidence.processes.end(),
      [&](const std::string& process) { return Matches(issue.process_keys, process); });
}

}  // namespace

std::vector<std::string> OtherNamesOf(const KnowledgeBase& base,
                                      const ComponentEvidence& evidence) {
  std::vector<std::string> names;
  for (const ProcessAlias& alias : base.aliases()) {
    if (Names(alias.same_as, evidence.process)) Add(alias.process, &names);
    if (!EqualsIgnoreCase(alias.process, evidence.process)) continue;
    for (const std::string& later : alias.same_as) {
      if (!evidence.processes.contains(ToLower(later))) Add(later, &names);
    }
  }
  return names;
}

IssueHost HostOf(const KnownIssue& issue, const ComponentEvidence& evidence,
                 const std::vector<std::string>& other_names) {
  if (Matches(issue.process_keys, evidence.process)) {
    return IsNamedBySource(issue, evidence.process) ? IssueHost::kNamed : IssueHost::kInferred;
  }
  const bool under_other_name =
      std::any_of(other_names.begin(), other_names.end(),
                  [&](const std::string& name) { return Matches(issue.process_keys, name); });
  if (under_other_name) return IssueHost::kAlias;
  const bool in_kernel = IsInKernel(issue);
  if (issue.any_host && (in_kernel || !evidence.is_of_kernel)) {
    return Names(issue.host_examples, evidence.process) ? IssueHost::kLikely : IssueHost::kAny;
  }
  if (evidence.is_of_kernel && NamesKernelResource(issue) && RunsHere(issue, evidence)) {
    return IssueHost::kBehind;
  }
  const bool of_kernel = in_kernel && Matches(issue.process_keys, "system");
  return of_kernel ? IssueHost::kCharged : IssueHost::kNone;
}

}  // namespace perfleak
