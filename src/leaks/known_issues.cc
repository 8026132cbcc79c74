#include "leaks/known_issues.h"

#include <algorithm>
#include <string>
#include <utility>

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
      if (auto explained = Explain(suspect, classified->suspects)) {
        classified->explained.push_back(std::move(*explained));
      } else {
        suspects.push_back(suspect);
      }
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
    return *std::find_if(platforms_.begin(), platforms_.end(),
                         [&](const Platform& platform) { return platform.machine == machine; });
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

  std::optional<Explained> Explain(const Suspect& suspect,
                                   std::span<const Suspect> suspects) const {
    const Finding* growth = GrowthOf(suspect);
    if (growth == nullptr) return std::nullopt;
    const auto benign =
        benign_.Find(EvidenceFor(suspect, suspects), *growth, PlatformOf(suspect.machine));
    if (!benign) return std::nullopt;
    Explained explained;
    explained.machine = suspect.machine;
    explained.path = suspect.growth_in.path;
    explained.unit = suspect.growth_in.unit;
    explained.slope = suspect.growth_in.slope;
    explained.grown = suspect.growth_in.grown;
    explained.reason = benign->reason;
    explained.known_issue = benign->issue->id;
    explained.explanation =
        benign->why + " " + benign->issue->id + ": " + benign->issue->title + ".";
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
