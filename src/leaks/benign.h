// Growth that a known issue says is no leak: a cache that is meant to grow, a counter that is
// wrong.
#ifndef PERFLEAK_LEAKS_BENIGN_H_
#define PERFLEAK_LEAKS_BENIGN_H_

#include <optional>
#include <string>
#include <vector>

#include "leaks/component_evidence.h"
#include "leaks/knowledge_base.h"
#include "leaks/ownership.h"
#include "leaks/platform.h"

namespace perfleak {

struct Benign {
  const KnownIssue* issue = nullptr;
  Reason reason = Reason::kByDesign;
  std::string why;  // a sentence: what in this log shows it
};

class BenignFinder {
 public:
  // All outlive this.
  BenignFinder(const KnowledgeBase& base, const MachineIndex& index, const CounterTable& table)
      : base_(base), index_(index), table_(table), ownership_(index) {}

  // The first known issue by which the growth that the suspect is named for is none to mend.
  // `growth` is its finding. nullopt if the log does not show what any of them needs.
  std::optional<Benign> Find(const ComponentEvidence& evidence, const Finding& growth,
                             const Platform& platform) const;

 private:
  static bool IsOneOf(const std::vector<IssueResource>& resources, const Finding& growth);
  std::string WhyExplained(const KnownIssue& issue, const Suspect& suspect,
                           const Finding& growth) const;
  std::string WhyByCounter(const std::string& pattern, const Finding& growth) const;
  std::string WhyYoung(double hours, const Finding& growth) const;
  std::string WhyFillsMemory(const Finding& growth) const;

  const KnowledgeBase& base_;
  const MachineIndex& index_;
  const CounterTable& table_;
  Ownership ownership_;
};

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_BENIGN_H_
