// Known issues held against what a log shows of a suspect: which it may be, how well each fits, and
// which missing fact would tell most of them apart. docs/method.md, "Known issues".
#ifndef PERFLEAK_LEAKS_KNOWN_MATCH_H_
#define PERFLEAK_LEAKS_KNOWN_MATCH_H_

#include <string>
#include <vector>

#include "leaks/component_evidence.h"
#include "leaks/deciding_fact.h"
#include "leaks/issue_weighing.h"
#include "leaks/knowledge_base.h"
#include "leaks/platform.h"
#include "leaks/suspect.h"

namespace perfleak {

// The issues that may be behind the suspect, best first, those that this log cannot tell apart as
// ties; among them always one without id: a defect that is in no catalogue.
struct KnownMatches {
  std::vector<IssueMatch> issues;
  size_t excluded = 0;        // fall away by their version
  size_t more = 0;            // fit worse than all that are listed
  std::string deciding_fact;  // the missing fact that would cut the list most; may be empty
};

class KnownMatcher {
 public:
  // `base` and `facts` outlive this.
  KnownMatcher(const KnowledgeBase& base, const KnownFacts& facts);

  KnownMatches Match(const ComponentEvidence& evidence, const Platform& platform) const;

 private:
  const KnowledgeBase& base_;
  const KnownFacts& facts_;
  EventIndex events_;
  double latest_source_s_ = 0;  // seconds since 1970; no entry is of a system much later
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_KNOWN_MATCH_H_
