#include "leaks/issue_words.h"

#include "base/text.h"

namespace perfleak {

namespace {

// "mapi32.dll with 5.0.1461.62 or 5.5.2395.0": one for each version of the product.
std::string VersionsOfFirstFile(const IssueFix& fix) {
  std::string text;
  for (const FixedFile& file : fix.files) {
    if (file.version.empty() || file.name != fix.files.front().name) continue;
    text += (text.empty() ? file.name + " with " : " or ") + file.version;
  }
  return text;
}

}  // namespace

std::string DescribeFix(const IssueFix& fix) {
  std::string text = Join(fix.fixed_in, ", ");
  for (const FixedFile& file : fix.files) {
    if (!file.version.empty() && ContainsIgnoreCase(text, file.version)) continue;
    text += (text.empty() ? "" : "; ") + file.name + " " + file.version +
            (file.date.empty() ? "" : " (" + file.date + ")");
  }
  if (!fix.needs.empty()) text += (text.empty() ? "needs " : "; needs ") + fix.needs;
  if (!fix.note.empty() && !ContainsIgnoreCase(text, fix.note)) {
    text += (text.empty() ? "" : "; ") + fix.note;
  }
  return text.empty() ? "none stated" : text;
}

std::string AppliesIf(const KnownIssue& issue) {
  const std::string products = Join(issue.products, " or ");
  if (issue.trigger.empty() || products.empty()) return products + issue.trigger;
  return products + ": " + issue.trigger;
}

std::string NextCheck(const KnownIssue& issue, const KnownFacts& facts, bool version_told) {
  const std::string versions = VersionsOfFirstFile(issue.fix);
  if (!versions.empty()) return "compare the version of " + versions;
  if (!issue.pool_tags.empty() && facts.pool_tags.empty()) {
    return "see with poolmon whether the tag " + issue.pool_tags.front() +
           " grows, and say so with --pool-tag";
  }
  if (!issue.events.empty() && facts.events.empty()) {
    const IssueEvent& event = issue.events.front();
    return "look in the event log for " + event.source + " " + std::to_string(event.id) +
           ", and say so with --event";
  }
  if (!issue.fix.fixed_in.empty() && !version_told) {
    return "see whether this is installed: " + issue.fix.fixed_in.front();
  }
  return "";
}

std::string CounterOf(IssueResource resource, const std::string& process) {
  const std::string of_process = "Process(" + process + ")\\";
  switch (resource) {
    case IssueResource::kPrivateBytes:
      return of_process + "Private Bytes";
    case IssueResource::kVirtualBytes:
      return of_process + "Virtual Bytes";
    case IssueResource::kWorkingSet:
      return of_process + "Working Set";
    case IssueResource::kPageFileBytes:
      return of_process + "Page File Bytes";
    case IssueResource::kHandles:
      return of_process + "Handle Count";
    case IssueResource::kThreads:
      return of_process + "Thread Count";
    case IssueResource::kPagedPool:
      return "Memory\\Pool Paged Bytes";
    case IssueResource::kNonpagedPool:
      return "Memory\\Pool Nonpaged Bytes";
    case IssueResource::kCommittedBytes:
      return "Memory\\Committed Bytes";
    case IssueResource::kSystemPte:
      return "Memory\\Free System Page Table Entries";
    case IssueResource::kRegistryQuota:
      return "System\\% Registry Quota In Use";
    case IssueResource::kFileCache:
      return "Memory\\Cache Bytes";
    case IssueResource::kKernelObjects:
      return "Objects\\*";
    default:
      return std::string(WordOf(resource)) + " of " + process;
  }
}

}  // namespace perfleak
