// What is known of an issue in a few words, for a report.
#ifndef PERFLEAK_LEAKS_ISSUE_WORDS_H_
#define PERFLEAK_LEAKS_ISSUE_WORDS_H_

#include <string>

#include "leaks/deciding_fact.h"
#include "leaks/known_issue.h"

namespace perfleak {

// "Exchange Server 5.5 SP4; emsmdb32.dll 6.5.7233.36 (2005-07-08); needs Exchange 2003 SP1".
std::string DescribeFix(const IssueFix& fix);

// "Exchange Server 5.0: long uptime in normal operation".
std::string AppliesIf(const KnownIssue& issue);

// What would settle whether it is this one; empty if nothing is known that would.
std::string NextCheck(const KnownIssue& issue, const KnownFacts& facts, bool version_told);

// The counter of a resource that was not logged: "Process(store)\Handle Count".
std::string CounterOf(IssueResource resource, const std::string& process);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_ISSUE_WORDS_H_
