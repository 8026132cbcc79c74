// How the process that grows stands to a known issue.
#ifndef PERFLEAK_LEAKS_ISSUE_HOST_H_
#define PERFLEAK_LEAKS_ISSUE_HOST_H_

#include <string>
#include <vector>

#include "leaks/component_evidence.h"
#include "leaks/knowledge_base.h"
#include "leaks/known_issue.h"

namespace perfleak {

enum class IssueHost {
  kNone,      // the issue does not grow there
  kNamed,     // its source names the process
  kInferred,  // the entry names it, its source does not
  kAlias,     // named as on another Windows
  kLikely,    // one of the likely hosts of a component that may be anywhere
  kAny,       // a component that may be anywhere
  kBehind,    // the kernel grows, and the process that the entry names runs here
  kCharged    // grows in a pool of the kernel, which here is charged to a process
};

// Other names of the program that grows. The more programs one name stands for (svchost), the less
// it says. Where a later image runs beside an earlier one, they are two programs: dsamain and lsass
// on Windows NT 4.0.
std::vector<std::string> OtherNamesOf(const KnowledgeBase& base, const ComponentEvidence& evidence);

IssueHost HostOf(const KnownIssue& issue, const ComponentEvidence& evidence,
                 const std::vector<std::string>& other_names);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_ISSUE_HOST_H_
