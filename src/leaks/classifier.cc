#include "leaks/classifier.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "base/units.h"
#include "leaks/describe.h"
#include "leaks/exhaustion.h"
#include "leaks/explain.h"
#include "leaks/explained.h"
#include "leaks/instances.h"
#include "leaks/kind_evidence.h"
#include "leaks/kinds.h"
#include "leaks/machine_index.h"
#include "leaks/namesakes.h"
#include "leaks/ownership.h"
#include "leaks/responsible.h"
#include "leaks/totals.h"

namespace perfleak {
namespace {

// A part of a total above this is worth speaking of.
constexpr double kPartShare = 0.2;

// Who holds what an object other than a process counts.
std::string ComponentOfOther(const Finding& finding) {
  if (finding.traits.resource == Resource::kCommittedBytes) return "unowned commit";
  if (StartsWithIgnoreCase(finding.object, "MSExchangeIS")) return "store";
  const bool of_system = EqualsIgnoreCase(finding.object, "Memory") ||
                         EqualsIgnoreCase(finding.object, "System") ||
                         EqualsIgnoreCase(finding.object, "Objects");
  if (of_system) return std::string(kKernel);
  return finding.instance.empty() ? finding.object : finding.object + "(" + finding.instance + ")";
}

// Of the suspects that TakeGrowingNumbers makes.
bool IsNumberOfInstances(const Suspect& suspect) {
  return EndsWithIgnoreCase(suspect.growth_in.path, kInstanceCount);
}

class Classifier {
 public:
  Classifier(std::span<const Finding> findings, const MachineIndex& index,
             const CounterTable& table, std::span<const Platform> platforms, Designs* designs)
      : findings_(findings),
        table_(table),
        index_(index),
        ownership_(index_),
        totals_(index_, ownership_, table, designs),
        describer_(ownership_, table),
        explainer_(index_, table, designs),
        forecaster_(findings, index_, platforms, designs),
        platforms_(platforms),
        designs_(designs) {}

  Classified Run() {
    std::map<std::pair<std::string, std::string>, FindingList> components;
    FindingList others;
    for (const Finding& finding : findings_) {
      if (IsOfProcess(finding)) {
        components[{finding.machine, ToLower(finding.instance)}].push_back(&finding);
      } else {
        others.push_back(&finding);
      }
    }
    for (const auto& [key, findings] : components) TakeComponent(findings);
    TakeGrowingNumbers();
    // What owns a total must be known before the total is judged: commit counts the pools too.
    std::stable_partition(others.begin(), others.end(), [](const Finding* finding) {
      return finding->traits.resource != Resource::kCommittedBytes;
    });
    for (const Finding* finding : others) TakeOther(*finding);
    TellShares(others);
    explainer_.AddContext(&result_.explained);
    return std::move(result_);
  }

 private:
  static bool IsOfProcess(const Finding& finding) {
    return finding.is_process || StartsWithIgnoreCase(finding.object, ".NET CLR ");
  }

  const Platform* PlatformOf(const std::string& machine) const {
    const auto found =
        std::find_if(platforms_.begin(), platforms_.end(),
                     [&](const Platform& platform) { return platform.machine == machine; });
    return found == platforms_.end() ? nullptr : &*found;
  }

  void TakeComponent(const FindingList& findings) {
    const std::vector<OfProcess> processes =
        DiagnoseEach(findings, ownership_, PlatformOf(findings.front()->machine));
    const bool leaks = processes.front().diagnosis.growth != nullptr;
    for (const Finding* finding : findings) {
      if (!leaks || !finding->innocent.empty()) explainer_.Add(*finding, &result_.explained);
    }
    if (!leaks) return;
    for (const Namesakes& group : GroupByKind(processes, findings)) TakeNamesakes(group);
  }

  void TakeNamesakes(const Namesakes& group) {
    const OfProcess& worst = group.processes.front();
    const Finding& growth = *worst.diagnosis.growth;
    Suspect suspect = Describe(worst.diagnosis.kind, growth, describer_.NameOf(growth));
    suspect.component = growth.instance;
    for (const Finding* finding : group.findings) {
      AddPids(*finding, &suspect);
      if (finding != &growth && finding->called()) {
        suspect.also_growing.push_back(describer_.GrowthOf(*finding));
      }
    }
    suspect.evidence = EvidenceOfKind(worst.diagnosis, worst.findings, ownership_);
    AddNamesakes(group, table_, &suspect);
    NameResponsible(growth, &suspect);
    suspect.next_steps = NextSteps(suspect.kind, suspect.component, true);
    Settle(growth, &suspect);
    Add(growth.traits.resource, std::move(suspect));
  }

  // Processes that never end: one suspect for a machine, since one program brings the others.
  void TakeGrowingNumbers() {
    const std::vector<GrowingNumber> numbers = FindGrowingNumbers(index_, designs_);
    for (auto begin = numbers.begin(); begin != numbers.end();) {
      const auto end = std::find_if(begin, numbers.end(), [&](const GrowingNumber& one) {
        return one.machine != begin->machine;
      });
      TakeNumbers(std::span(begin, end));
      begin = end;
    }
  }

  void TakeNumbers(std::span<const GrowingNumber> numbers) {
    const auto of_session =
        std::find_if(numbers.begin(), numbers.end(),
                     [](const GrowingNumber& one) { return IsOfSession(one.image); });
    const bool sessions = of_session != numbers.end();
    const GrowingNumber& first = sessions ? *of_session : numbers.front();
    Finding finding;  // of a series that no counter has
    finding.machine = first.machine;
    finding.instance = first.image;
    finding.traits.unit = Unit::kCount;
    finding.trend = first.trend;
    finding.grown = first.trend.rise;
    Suspect suspect;
    suspect.verdict = first.trend.verdict;
    suspect.kind = sessions ? LeakKind::kSession : LeakKind::kOther;
    suspect.score = first.trend.score;
    suspect.machine = first.machine;
    suspect.component = first.image;
    suspect.pids = first.pids;
    suspect.growth_in = describer_.GrowthOf(first);
    suspect.explanation =
        ExplainCalled("The number of processes " + first.image, finding, first.trend.span_s);
    for (const GrowingNumber& one : numbers) {
      if (&one != &first) suspect.also_growing.push_back(describer_.GrowthOf(one));
    }
    if (sessions) AddFlatSessions(&suspect);
    suspect.next_steps = NextSteps(suspect.kind, suspect.component, true);
    Settle(finding, &suspect);
    Add(Resource::kNone, std::move(suspect));
  }

  // Processes of sessions that are left behind, while the sessions that Windows counts are not
  // more.
  void AddFlatSessions(Suspect* suspect) const {
    FindingList sessions;
    for (const Finding& finding : findings_) {
      if (finding.machine == suspect->machine) sessions.push_back(&finding);
    }
    const bool flat = IsLogged(sessions, Resource::kSessions) &&
                      FindCalled(sessions, Resource::kSessions) == nullptr;
    if (!flat) return;
    suspect->evidence.push_back(
        {true, "The number of sessions does not grow with it.", std::nullopt, "", ""});
  }

  void TakeOther(const Finding& finding) {
    if (finding.traits.resource == Resource::kCommittedBytes) {
      TakeCommitted(finding);
    } else if (!finding.called()) {
      explainer_.Add(finding, &result_.explained);
    } else if (Suspect* owner = OwnerOf(finding)) {
      owner->also_growing.push_back(describer_.GrowthOf(finding));
    } else if (!totals_.HeldByProcesses(finding)) {
      TakeUnowned(KindOfOther(finding), finding, EvidenceOfOther(finding));
    } else if (CountsProcesses(finding)) {
      TakeLiving(finding);
    }
  }

  bool CountsProcesses(const Finding& finding) const {
    return finding.traits.resource == Resource::kKernelObjects &&
           EqualsIgnoreCase(table_[finding.counter].path.counter, "Processes");
  }

  // Processes that live and do not end: those of a program that is called, or of many.
  void TakeLiving(const Finding& processes) {
    for (Suspect& suspect : result_.suspects) {
      if (suspect.machine != processes.machine || !IsNumberOfInstances(suspect)) continue;
      suspect.also_growing.push_back(describer_.GrowthOf(processes));
      return;
    }
    TakeUnowned(LeakKind::kOther, processes,
                {{true, "As many processes live: they do not end.", std::nullopt, "", ""}});
  }

  // Committed bytes are a sum. What no process and no pool holds of it is judged by itself; the
  // rest of its growth is that of its parts, which have been judged.
  void TakeCommitted(const Finding& finding) {
    const Finding rest = totals_.RestOf(finding);
    if (rest.called()) {
      TakeUnowned(LeakKind::kUnownedCommit, rest, EvidenceOfRest(finding), NameOfRest(finding));
    }
    if (!finding.called()) {
      explainer_.Add(finding, &result_.explained);
    } else if (Suspect* owner = OwnerOf(finding)) {
      owner->also_growing.push_back(describer_.GrowthOf(finding));
    } else if (!rest.called()) {
      Finding watched = finding;  // it grows for sure, its parts and its rest do not
      watched.trend.verdict = Verdict::kWatch;
      TakeUnowned(LeakKind::kUnownedCommit, watched, EvidenceOfSum(finding));
    }
  }

  std::vector<Evidence> EvidenceOfSum(const Finding& committed) const {
    if (totals_.ShareOfRest(committed) > kOwnerShare) return EvidenceOfRest(committed);
    return {{false,
             "The growth is spread over processes and pools of which none is called by itself.",
             std::nullopt, "", ""}};
  }

  // Nothing where the shares of the total will tell it.
  std::vector<Evidence> EvidenceOfRest(const Finding& committed) const {
    if (totals_.OwnersOfCommit(committed.machine).empty()) {
      return {{false, "No Process(*)\\Private Bytes were logged: the owner cannot be seen.",
               std::nullopt, "", ""}};
    }
    if (committed.called()) return {};
    return {{true, "Part of the growth that is in no logged process and no pool.",
             totals_.ShareOfRest(committed), "", ""}};
  }

  std::vector<Evidence> EvidenceOfOther(const Finding& finding) const {
    const LeakKind kind = KindOfOther(finding);
    if (kind == LeakKind::kPagedPool || kind == LeakKind::kNonpagedPool) {
      return EvidenceOfPool(finding, totals_, result_.suspects);
    }
    if (!CountsProcesses(finding)) return {};
    return {
        {true,
         "The processes that live do not become more: these have ended, and a handle to each is "
         "left open.",
         std::nullopt, "", ""}};
  }

  // What no process is called for. `name` is what grew, if it is not the counter.
  void TakeUnowned(LeakKind kind, const Finding& finding, std::vector<Evidence> evidence,
                   const std::string& name = "") {
    const std::string component = ComponentOfOther(finding);
    for (Suspect& suspect : result_.suspects) {  // Objects\Events with Objects\Sections
      if (suspect.machine == finding.machine && suspect.component == component &&
          suspect.kind == kind) {
        suspect.also_growing.push_back(describer_.GrowthOf(finding));
        return;
      }
    }
    Suspect suspect = Describe(kind, finding, name.empty() ? describer_.NameOf(finding) : name);
    suspect.component = component;
    suspect.next_steps = NextSteps(suspect.kind, suspect.component, false);
    suspect.evidence = std::move(evidence);
    if (const Suspect* holder = HolderOf(finding)) {
      const bool threads = holder->kind == LeakKind::kThreads;
      suspect.likely_responsible =
          Responsible{holder->component,
                      "its " + std::string(threads ? "threads" : "handles") +
                          " grow too, and the pool by what may hang on them",
                      "cannot be excluded"};
    }
    Settle(finding, &suspect);
    Add(finding.traits.resource, std::move(suspect));
  }

  const Suspect* HolderOf(const Finding& finding) const {
    const LeakKind kind = KindOfOther(finding);
    const bool is_pool = kind == LeakKind::kPagedPool || kind == LeakKind::kNonpagedPool;
    return is_pool ? HolderOfPool(finding, result_.suspects) : nullptr;
  }

  // The suspect whose growth makes up a machine-wide total, if one does.
  Suspect* OwnerOf(const Finding& total) {
    const Resource resource = total.traits.resource;
    if (resource == Resource::kKernelObjects) return OwnerOfObjects(total);
    const bool has_owners = resource == Resource::kCommittedBytes ||
                            resource == Resource::kPoolPagedBytes ||
                            resource == Resource::kPoolNonpagedBytes;
    if (!has_owners || !EqualsIgnoreCase(total.object, "Memory")) return nullptr;
    const bool is_commit = resource == Resource::kCommittedBytes;
    if (is_commit && totals_.ShareOfRest(total) > kOwnerShare) return nullptr;
    Suspect* best = nullptr;
    double best_share = is_commit ? 0 : kOwnerShare;
    for (Suspect& suspect : result_.suspects) {
      if (suspect.machine != total.machine) continue;
      const double share = totals_.ShareOf(suspect, total);
      if (share <= best_share) continue;
      best = &suspect;
      best_share = share;
    }
    return best;
  }

  // Each object is held by a handle or is a thread: who opens as many holds them.
  Suspect* OwnerOfObjects(const Finding& total) {
    for (Suspect& suspect : result_.suspects) {
      const bool holds_objects =
          suspect.kind == LeakKind::kThreads || suspect.kind == LeakKind::kHandles;
      const bool as_many = suspect.growth_in.slope.per_s > kOwnerShare * RateOf(&total);
      if (suspect.machine == total.machine && holds_objects && as_many) return &suspect;
    }
    return nullptr;
  }

  Suspect Describe(LeakKind kind, const Finding& finding, const std::string& name) {
    Suspect suspect;
    suspect.verdict = finding.trend.verdict;
    suspect.kind = kind;
    suspect.score = finding.trend.score;
    suspect.machine = finding.machine;
    suspect.growth_in = describer_.GrowthOf(finding);
    suspect.explanation = ExplainCalled(name, finding, describer_.SpanOf(finding));
    suspect.exhaustion = forecaster_.Of(finding);
    return suspect;
  }

  // `resource` is that of growth_in.
  void Add(Resource resource, Suspect suspect) {
    result_.suspects.push_back(std::move(suspect));
    resources_.push_back(resource);
  }

  std::string NameOfRest(const Finding& committed) const {
    if (totals_.OwnersOfCommit(committed.machine).empty()) return describer_.NameOf(committed);
    return "The part of " + describer_.NameOf(committed) + " in no logged process and no pool";
  }

  static void AddPids(const Finding& finding, Suspect* suspect) {
    if (!finding.called()) return;
    for (const int64_t pid : finding.pids) {
      auto& pids = suspect->pids;
      if (std::find(pids.begin(), pids.end(), pid) == pids.end()) pids.push_back(pid);
    }
  }

  // The machine's total that the finding counts towards, if it is called.
  const Finding* CalledTotalOf(const Finding& finding) const {
    const Resource resource = SystemTotalOf(finding.traits.resource);
    if (resource == Resource::kNone) return nullptr;
    for (const Finding& total : findings_) {
      const bool is_total = total.machine == finding.machine && total.called() &&
                            total.traits.resource == resource &&
                            EqualsIgnoreCase(total.object, "Memory");
      if (is_total) return &total;
    }
    return nullptr;
  }

  // What the total says is said once: by shares of all where it is called (TellShares), else by
  // comparing it with this growth, else by this share.
  void Settle(const Finding& finding, Suspect* suspect) const {
    using InTotal = Corroboration::InTotal;
    const bool shares_follow = CalledTotalOf(finding) != nullptr;
    Corroboration corroboration = finding.corroboration;
    const bool agrees = corroboration.in_total == InTotal::kAgrees;
    if (agrees && shares_follow) corroboration.in_total = InTotal::kUntold;
    const auto& share = suspect->growth_in.share_of_system;
    if (share && !shares_follow && !agrees) {
      suspect->evidence.insert(
          suspect->evidence.begin(),
          {*share >= kPartShare,
           "It makes up " + FormatPercent(*share) + " of the growth of the machine's total.",
           std::nullopt, "", "", false});
    }
    const auto beside = CorroborationEvidence(corroboration);
    suspect->evidence.insert(suspect->evidence.end(), beside.begin(), beside.end());
    const auto gates = GateEvidence(finding.trend);
    suspect->evidence.insert(suspect->evidence.end(), gates.begin(), gates.end());
    const std::string settle = WhatWouldSettle(finding.trend);
    if (!settle.empty()) suspect->next_steps.insert(suspect->next_steps.begin(), settle);
  }

  // Tells every suspect that counts towards a called total who makes up its growth.
  void TellShares(const FindingList& others) {
    for (const Finding* total : others) {
      const bool is_total = total->called() && EqualsIgnoreCase(total->object, "Memory") &&
                            SystemTotalOf(total->traits.resource) == total->traits.resource;
      if (!is_total) continue;
      const auto shares = totals_.SharesOf(*total, result_.suspects);
      if (shares.empty()) continue;
      const std::string words = WordsOnShares(describer_.NameOf(*total), shares);
      for (size_t i = 0; i < result_.suspects.size(); ++i) {
        Suspect& suspect = result_.suspects[i];
        const bool counts = suspect.machine == total->machine &&
                            SystemTotalOf(resources_[i]) == total->traits.resource;
        if (!counts) continue;
        const auto& share = suspect.growth_in.share_of_system;
        suspect.evidence.insert(suspect.evidence.begin(), {!share || *share >= kPartShare, words,
                                                           std::nullopt, "", "", false});
      }
    }
  }

  std::span<const Finding> findings_;
  const CounterTable& table_;
  const MachineIndex& index_;
  Ownership ownership_;
  Totals totals_;
  Describer describer_;
  Explainer explainer_;
  ExhaustionForecaster forecaster_;
  std::span<const Platform> platforms_;
  Designs* const designs_;
  Classified result_;
  std::vector<Resource> resources_;  // of growth_in of each suspect
};

}  // namespace

Classified Classify(std::span<const Finding> findings, const MachineIndex& index,
                    const CounterTable& table, std::span<const Platform> platforms,
                    Designs* designs) {
  return Classifier(findings, index, table, platforms, designs).Run();
}

}  // namespace perfleak
