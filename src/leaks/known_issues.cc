#include "leaks/known_issues.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/check.h"
#include "leaks/benign.h"
#include "leaks/component_evidence.h"
#include "leaks/guilt.h"
#include "leaks/known_match.h"

namespace perfleak {
namespace {

class Applier {
 public:
  Applier(const KnowledgeBase& base, const KnownFacts& facts, std::span<const Platform> platforms,
          std::span<const Finding> findings, const MachineIndex& index, const CounterTable& table)
      : base_(base),
        platforms_(platforms),
        findings_(findings),
        index_(index),
        table_(table),
        matcher_(base, facts),
        benign_(base, index, table) {}

  // Benign growth first: what is explained says nothing of what the others are.
  void Run(Classified* classified) const {
    std::vector<Suspect> suspects;
    for (const Suspect& suspect : classified->suspects) {
      std::vector<Explained> explained = Explain(suspect, classified->suspects);
      if (explained.empty()) suspects.push_back(suspect);
      std::move(explained.begin(), explained.end(), std::back_inserter(classified->explained));
    }
    std::vector<KnownMatches> matches;
    for (const Suspect& suspect : suspects) {
      matches.push_back(
          matcher_.Match(EvidenceFor(suspect, suspects), PlatformOf(suspect.machine)));
    }
    for (size_t i = 0; i < suspects.size(); ++i) Take(std::move(matches[i]), &suspects[i]);
    classified->suspects = std::move(suspects);
  }

 private:
  ComponentEvidence EvidenceFor(const Suspect& suspect, std::span<const Suspect> suspects) const {
    return EvidenceOf(suspect, suspects, findings_, index_, table_);
  }

  const Platform& PlatformOf(const std::string& machine) const {
    const auto found =
        std::find_if(platforms_.begin(), platforms_.end(),
                     [&](const Platform& platform) { return platform.machine == machine; });
    PERFLEAK_CHECK(found != platforms_.end());
    return *found;
  }

  // The finding that a suspect is named for; nullptr for what is left of a total.
  const Finding* GrowthOf(const Suspect& suspect) const {
    const auto found =
        std::find_if(findings_.begin(), findings_.end(), [&](const Finding& finding) {
          return finding.machine == suspect.machine && finding.called() &&
                 ToString(table_[finding.counter].path) == suspect.growth_in.path;
        });
    return found == findings_.end() ? nullptr : &*found;
  }

  // The growth of the suspect with all that grows along with it; empty if no issue explains it.
  std::vector<Explained> Explain(const Suspect& suspect, std::span<const Suspect> suspects) const {
    const Finding* growth = GrowthOf(suspect);
    if (growth == nullptr) return {};
    const auto benign =
        benign_.Find(EvidenceFor(suspect, suspects), *growth, PlatformOf(suspect.machine));
    if (!benign) return {};
    const std::string issue = benign->issue->id + ": " + benign->issue->title + ".";
    std::vector<Explained> all = {
        ExplainedBy(*benign, suspect, suspect.growth_in, benign->why + " " + issue)};
    for (const Growth& along : suspect.also_growing) {
      all.push_back(ExplainedBy(*benign, suspect, along,
                                "It grows with " + suspect.growth_in.path + ". " + issue));
    }
    return all;
  }

  static Explained ExplainedBy(const Benign& benign, const Suspect& suspect, const Growth& growth,
                               std::string why) {
    Explained explained;
    explained.machine = suspect.machine;
    explained.path = growth.path;
    explained.unit = growth.unit;
    explained.slope = growth.slope;
    explained.grown = growth.grown;
    explained.reason = benign.reason;
    explained.known_issue = benign.issue->id;
    explained.explanation = std::move(why);
    return explained;
  }

  void Take(KnownMatches matches, Suspect* suspect) const {
    suspect->known_issues = std::move(matches.issues);
    suspect->known_issues_more = matches.more;
    suspect->known_issues_excluded = matches.excluded;
    suspect->deciding_fact = std::move(matches.deciding_fact);
    if (auto who = GuiltFromKnownIssues(*suspect, base_)) suspect->likely_responsible = *who;
    const IssueMatch& best = suspect->known_issues.front();
    if (!best.id.empty() && !best.check.empty()) {
      suspect->next_steps.push_back("For " + best.id + ": " + best.check + ".");
    }
  }

  const KnowledgeBase& base_;
  std::span<const Platform> platforms_;
  std::span<const Finding> findings_;
  const MachineIndex& index_;
  const CounterTable& table_;
  KnownMatcher matcher_;
  BenignFinder benign_;
};

}  // namespace

void ApplyKnowledge(const KnowledgeBase& base, const KnownFacts& facts,
                    std::span<const Platform> platforms, std::span<const Finding> findings,
                    const MachineIndex& index, const CounterTable& table, Classified* classified) {
  Applier(base, facts, platforms, findings, index, table).Run(classified);
}

}  // namespace perfleak
