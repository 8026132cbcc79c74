// One known issue held against one suspect: what speaks for it, what against, and how much.
#ifndef PERFLEAK_LEAKS_ISSUE_WEIGHING_H_
#define PERFLEAK_LEAKS_ISSUE_WEIGHING_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leaks/component_evidence.h"
#include "leaks/deciding_fact.h"
#include "leaks/known_issue.h"
#include "leaks/platform.h"
#include "leaks/suspect.h"

namespace perfleak {

// In how many issues of a knowledge base each event is.
class EventIndex {
 public:
  explicit EventIndex(const std::vector<KnownIssue>& issues);

  size_t CountOf(const IssueEvent& event) const;
  size_t issues_with_events() const { return issues_with_events_; }

 private:
  std::map<std::pair<std::string, uint32_t>, size_t> issues_;  // source in lower case
  size_t issues_with_events_ = 0;
};

// What all issues are held against for one suspect.
struct Circumstances {
  const ComponentEvidence& evidence;
  const Platform& platform;
  const KnownFacts& facts;
  const EventIndex& events;
  const std::vector<std::string>& other_names;  // of the process, see OtherNamesOf
};

struct Weighed {
  IssueMatch match;  // without tie_group
  double score = 0;  // logarithm of how much likelier the evidence is with the issue than without
  bool excluded = false;  // by its version, for certain
  bool may_be_anywhere =
      false;  // neither the process nor anything that the user knows points to it
};

// nullopt for an issue that cannot be behind the suspect: it grows elsewhere, nothing of it rises,
// or it is about no growth.
std::optional<Weighed> Weigh(const KnownIssue& issue, const Circumstances& circumstances);

// The same measure for a defect that is in no catalogue. `later`: on a system that came after all
// that is in it.
double ScoreOfUnknownDefect(bool later);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_ISSUE_WEIGHING_H_
