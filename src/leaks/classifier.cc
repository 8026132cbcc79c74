#include "leaks/classifier.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "leaks/exhaustion.h"
#include "leaks/explain.h"
#include "leaks/kinds.h"
#include "leaks/machine_index.h"
#include "leaks/ownership.h"

namespace perfleak {
namespace {

constexpr std::string_view kKernel = "kernel";
constexpr size_t kSparklinePoints = 64;

// A part of a total above this is its owner; a rest above it has none.
constexpr double kOwnerShare = 0.5;
// Less of a total than this does not matter to the machine.
constexpr double kMaterialShare = 0.005;
// A part of a total above this is worth speaking of.
constexpr double kPartShare = 0.2;

// Processes that run other components' code: growth in them says little of who is to blame.
constexpr std::array<std::string_view, 10> kHosts = {"store",    "inetinfo", "w3wp",  "svchost",
                                                     "services", "winlogon", "lsass", "dllhost",
                                                     "mmc",      "System"};

bool IsHost(const std::string& component) {
  return std::any_of(kHosts.begin(), kHosts.end(),
                     [&](std::string_view host) { return EqualsIgnoreCase(component, host); });
}

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

class Classifier {
 public:
  Classifier(std::span<const Finding> findings, const SeriesSet& set, const CounterTable& table,
             std::span<const Platform> platforms)
      : findings_(findings),
        set_(set),
        table_(table),
        index_(set),
        ownership_(index_),
        forecaster_(findings, index_, platforms) {}

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
    // What owns a total must be known before the total is judged: commit counts the pools too.
    std::stable_partition(others.begin(), others.end(), [](const Finding* finding) {
      return finding->traits.resource != Resource::kCommittedBytes;
    });
    for (const Finding* finding : others) TakeOther(*finding);
    return std::move(result_);
  }

 private:
  static bool IsOfProcess(const Finding& finding) {
    return finding.is_process || StartsWithIgnoreCase(finding.object, ".NET CLR ");
  }

  // What one of the processes of a component shows: its counters decide together, those of its
  // namesakes have no say.
  struct OfProcess {
    Diagnosis diagnosis;
    FindingList findings;
  };

  OfProcess WorstProcess(const FindingList& component) const {
    std::map<size_t, FindingList> processes;
    for (const Finding* finding : component) {
      if (finding->is_process) processes[finding->role].push_back(finding);
    }
    if (processes.empty()) processes[0];
    OfProcess worst;
    for (auto& [role, findings] : processes) {
      AddManagedCounters(component, &findings);
      const Diagnosis diagnosis = DiagnoseProcess(findings, ownership_);
      if (IsWorse(diagnosis, worst.diagnosis)) worst = {diagnosis, findings};
    }
    return worst;
  }

  static bool IsWorse(const Diagnosis& a, const Diagnosis& b) {
    if (a.growth == nullptr || b.growth == nullptr) return a.growth != nullptr;
    return std::make_pair(a.growth->trend.verdict, a.growth->trend.logit) >
           std::make_pair(b.growth->trend.verdict, b.growth->trend.logit);
  }

  // The counters that .NET keeps of a process, known by its PID where that is logged.
  static void AddManagedCounters(const FindingList& component, FindingList* process) {
    const std::vector<int64_t> pids =
        process->empty() ? std::vector<int64_t>() : process->front()->pids;
    for (const Finding* finding : component) {
      if (finding->is_process) continue;
      const bool other = !pids.empty() && !finding->pids.empty() &&
                         std::find_first_of(pids.begin(), pids.end(), finding->pids.begin(),
                                            finding->pids.end()) == pids.end();
      if (!other) process->push_back(finding);
    }
  }

  void TakeComponent(const FindingList& findings) {
    const OfProcess worst = WorstProcess(findings);
    const Diagnosis& diagnosis = worst.diagnosis;
    if (diagnosis.growth == nullptr) {
      for (const Finding* finding : findings) Explain(*finding);
      return;
    }
    Suspect suspect = Describe(diagnosis.kind, *diagnosis.growth, NameOf(*diagnosis.growth));
    suspect.component = diagnosis.growth->instance;
    for (const Finding* finding : findings) {
      AddPids(*finding, &suspect);
      if (finding != diagnosis.growth && finding->called()) {
        suspect.also_growing.push_back(GrowthOf(*finding));
      }
    }
    AddFlatCounters(worst.findings, &suspect);
    AddResponsible(*diagnosis.growth, &suspect);
    suspect.next_steps = NextSteps(suspect.kind, suspect.component, true);
    Settle(*diagnosis.growth, &suspect);
    result_.suspects.push_back(std::move(suspect));
  }

  void TakeOther(const Finding& finding) {
    if (finding.traits.resource == Resource::kCommittedBytes) {
      TakeCommitted(finding);
    } else if (!finding.called()) {
      Explain(finding);
    } else if (Suspect* owner = OwnerOf(finding)) {
      owner->also_growing.push_back(GrowthOf(finding));
    } else if (!HeldByProcesses(finding)) {
      TakeUnowned(finding, NameOf(finding), {});
    }
  }

  // Committed bytes are a sum. What no process and no pool holds of it is judged by itself; the
  // rest of its growth is that of its parts, which have been judged.
  void TakeCommitted(const Finding& finding) {
    const Finding rest = RestOf(finding);
    if (rest.called()) TakeUnowned(rest, NameOfRest(finding), {EvidenceOfRest(finding)});
    if (!finding.called()) {
      Explain(finding);
    } else if (Suspect* owner = OwnerOf(finding)) {
      owner->also_growing.push_back(GrowthOf(finding));
    } else if (!rest.called()) {
      Finding watched = finding;  // it grows for sure, its parts and its rest do not
      watched.trend.verdict = Verdict::kWatch;
      TakeUnowned(watched, NameOf(finding), {EvidenceOfSum(finding)});
    }
  }

  Evidence EvidenceOfSum(const Finding& committed) const {
    if (ShareOfRest(committed) > kOwnerShare) return EvidenceOfRest(committed);
    return {false,
            "The growth is spread over processes and pools of which none is called by itself.",
            std::nullopt, "", ""};
  }

  // What is left of committed bytes without logged processes and pools, judged.
  Finding RestOf(const Finding& committed) const {
    const std::vector<SeriesRef> parts = PartsOfCommit(committed.machine);
    const TrendContext context;
    std::vector<Trend> trends;
    std::vector<double> spans_s;
    Finding rest = committed;
    rest.grown = 0;
    for (const SeriesRef& ref : committed.lives) {
      trends.push_back(FitTrend(ownership_.Rest(ref, parts), context));
      spans_s.push_back(set_.lives[ref.life].span_s());
      rest.grown += trends.back().rise;
    }
    rest.trend = CombineLives(trends, spans_s, context).trend;
    const double least = kMaterialShare * std::abs(committed.trend.level);
    if (std::abs(rest.trend.grown) < least) rest.trend.verdict = Verdict::kSteady;
    return rest;
  }

  void TakeUnowned(const Finding& finding, const std::string& name,
                   std::vector<Evidence> evidence) {
    const std::string component = ComponentOfOther(finding);
    for (Suspect& suspect : result_.suspects) {  // Objects\Events with Objects\Sections
      if (suspect.machine == finding.machine && suspect.component == component &&
          suspect.kind == KindOfOther(finding)) {
        suspect.also_growing.push_back(GrowthOf(finding));
        return;
      }
    }
    Suspect suspect = Describe(KindOfOther(finding), finding, name);
    suspect.component = component;
    suspect.next_steps = NextSteps(suspect.kind, suspect.component, false);
    suspect.evidence = std::move(evidence);
    Settle(finding, &suspect);
    result_.suspects.push_back(std::move(suspect));
  }

  // The suspect whose growth makes up a machine-wide total, if one does.
  Suspect* OwnerOf(const Finding& total) {
    const Resource resource = total.traits.resource;
    if (resource == Resource::kKernelObjects) return OwnerOfObjects(total);
    const bool has_owners = resource == Resource::kCommittedBytes ||
                            resource == Resource::kPoolPagedBytes ||
                            resource == Resource::kPoolNonpagedBytes;
    if (!has_owners || !EqualsIgnoreCase(total.object, "Memory")) return nullptr;
    if (resource == Resource::kCommittedBytes && ShareOfRest(total) > kOwnerShare) return nullptr;
    Suspect* best = nullptr;
    double best_share = resource == Resource::kCommittedBytes ? 0 : kOwnerShare;
    for (Suspect& suspect : result_.suspects) {
      if (suspect.machine != total.machine) continue;
      const double share = ShareOf(suspect, total);
      if (share <= best_share) continue;
      best = &suspect;
      best_share = share;
    }
    return best;
  }

  Suspect* OwnerOfObjects(const Finding& total) {
    for (Suspect& suspect : result_.suspects) {
      const bool holds_objects =
          suspect.kind == LeakKind::kThreads || suspect.kind == LeakKind::kHandles;
      if (suspect.machine == total.machine && holds_objects) return &suspect;
    }
    return nullptr;
  }

  // Whether processes hold the objects that grow in number, by what they count themselves: their
  // threads, or handles, of which each object has one at least.
  bool HeldByProcesses(const Finding& objects) const {
    if (objects.traits.resource != Resource::kKernelObjects) return false;
    const std::string& counter = table_[objects.counter].path.counter;
    if (EqualsIgnoreCase(counter, "Processes"))
      return false;  // dead ones are held by handles of anyone
    const bool threads = EqualsIgnoreCase(counter, "Threads");
    const auto parts =
        index_.OfProcesses(objects.machine, threads ? Resource::kThreads : Resource::kHandles);
    const Span span = ownership_.SpanOf(objects);
    return ownership_.GridSlope(parts, span) >
           kOwnerShare * ownership_.GridSlope(objects.lives, span);
  }

  // The part of a total's growth in the series of a suspect that count towards it.
  double ShareOf(const Suspect& suspect, const Finding& total) const {
    const Span span = ownership_.SpanOf(total);
    const double whole = ownership_.GridSlope(total.lives, span);
    return whole > 0 ? ownership_.GridSlope(PartsOf(suspect, total), span) / whole : 0;
  }

  std::vector<SeriesRef> PartsOf(const Suspect& suspect, const Finding& total) const {
    const bool commit = total.traits.resource == Resource::kCommittedBytes;
    if (commit && suspect.component == kKernel) return PoolOf(suspect);
    const Resource part = commit ? Resource::kPrivateBytes : total.traits.resource;
    std::vector<SeriesRef> parts = index_.OfProcesses(suspect.machine, part);
    std::erase_if(parts, [&](const SeriesRef& ref) {
      return !EqualsIgnoreCase(set_.lives[ref.life].instance, suspect.component);
    });
    return parts;
  }

  // The pool that a suspect of the kernel grows in; empty if it is none of the pools.
  std::vector<SeriesRef> PoolOf(const Suspect& suspect) const {
    switch (suspect.kind) {
      case LeakKind::kPagedPool:
        return index_.OfSystem(suspect.machine, Resource::kPoolPagedBytes);
      case LeakKind::kNonpagedPool:
        return index_.OfSystem(suspect.machine, Resource::kPoolNonpagedBytes);
      default:
        return {};
    }
  }

  // Of the growth of Committed Bytes, the share that is in no logged process and no pool.
  double ShareOfRest(const Finding& committed) const {
    const Span span = ownership_.SpanOf(committed);
    const double whole = ownership_.GridSlope(committed.lives, span);
    if (whole <= 0) return 0;
    return 1 - ownership_.GridSlope(PartsOfCommit(committed.machine), span) / whole;
  }

  std::vector<SeriesRef> PartsOfCommit(const std::string& machine) const {
    std::vector<SeriesRef> parts = OwnersOfCommit(machine);
    for (const Resource pool : {Resource::kPoolPagedBytes, Resource::kPoolNonpagedBytes}) {
      const auto of_system = index_.OfSystem(machine, pool);
      parts.insert(parts.end(), of_system.begin(), of_system.end());
    }
    return parts;
  }

  // What processes hold of commit: private bytes, or page file bytes where only these are logged.
  std::vector<SeriesRef> OwnersOfCommit(const std::string& machine) const {
    auto owners = index_.OfProcesses(machine, Resource::kPrivateBytes);
    if (owners.empty()) owners = index_.OfProcesses(machine, Resource::kPageFileBytes);
    return owners;
  }

  Suspect Describe(LeakKind kind, const Finding& finding, const std::string& name) {
    Suspect suspect;
    suspect.verdict = finding.trend.verdict;
    suspect.kind = kind;
    suspect.score = finding.trend.score;
    suspect.machine = finding.machine;
    suspect.growth_in = GrowthOf(finding);
    suspect.explanation = ExplainCalled(name, finding, SpanOf(finding));
    suspect.exhaustion = forecaster_.Of(finding);
    return suspect;
  }

  std::string NameOf(const Finding& finding) const {
    const CounterPath& path = table_[finding.counter].path;
    return finding.is_process ? path.counter + " of " + finding.instance
                              : path.object + "\\" + path.counter;
  }

  std::string NameOfRest(const Finding& committed) const {
    if (OwnersOfCommit(committed.machine).empty()) return NameOf(committed);
    return "The part of " + NameOf(committed) + " in no logged process and no pool";
  }

  double SpanOf(const Finding& finding) const {
    return set_.lives[finding.lives.back().life].end_s - finding.since_s;
  }

  Growth GrowthOf(const Finding& finding) const {
    Growth growth;
    growth.path = ToString(table_[finding.counter].path);
    growth.unit = finding.traits.unit;
    growth.slope = finding.trend.slope;
    growth.grown = finding.grown;
    growth.level = finding.trend.level;
    growth.since_s = finding.since_s;
    growth.lives = finding.lives_used;
    growth.share_of_system = ownership_.ShareOfSystem(finding);
    growth.sparkline = Sparkline(finding);
    return growth;
  }

  std::vector<double> Sparkline(const Finding& finding) const {
    std::vector<double> sum(kSparklinePoints, 0.0), n(kSparklinePoints, 0.0);
    const MachineFacts* facts = index_.Facts(finding.machine);
    const double start_s = facts != nullptr ? facts->start_s : set_.start_s;
    const double end_s = facts != nullptr ? facts->end_s : set_.end_s;
    const double span_s = std::max(end_s - start_s, 1.0);
    for (const SeriesRef& ref : finding.lives) {
      const Life& life = set_.lives[ref.life];
      const BucketSeries series = life.Buckets(life.series[ref.series]);
      for (size_t i = 0; i < series.size(); ++i) {
        const double part = (series.start_s + series.t_s[i] - start_s) / span_s;
        const auto point =
            std::min(static_cast<size_t>(part * kSparklinePoints), kSparklinePoints - 1);
        sum[point] += series.mean[i];
        n[point] += 1;
      }
    }
    for (size_t i = 0; i < kSparklinePoints; ++i) {
      sum[i] = n[i] > 0 ? sum[i] / n[i] : std::numeric_limits<double>::quiet_NaN();
    }
    return sum;
  }

  static void AddPids(const Finding& finding, Suspect* suspect) {
    if (!finding.called()) return;
    for (const int64_t pid : finding.pids) {
      auto& pids = suspect->pids;
      if (std::find(pids.begin(), pids.end(), pid) == pids.end()) pids.push_back(pid);
    }
  }

  void AddFlatCounters(const FindingList& findings, Suspect* suspect) const {
    for (const Resource resource : {Resource::kHandles, Resource::kThreads}) {
      const bool flat = IsLogged(findings, resource) && FindCalled(findings, resource) == nullptr;
      if (!flat || suspect->growth_in.unit != Unit::kBytes) continue;
      suspect->evidence.push_back(
          {true, "The number of " + std::string(ToString(resource)) + " does not grow with it.",
           std::nullopt, "", ""});
    }
  }

  static void AddResponsible(const Finding& growth, Suspect* suspect) {
    if (growth.relief) {
      AddCulprit(*growth.relief, suspect);
      return;
    }
    if (IsHost(suspect->component)) {
      suspect->evidence.push_back({false,
                                   suspect->component +
                                       " runs code of other components; the growth alone does not "
                                       "say which of them leaks.",
                                   std::nullopt, "", ""});
      return;
    }
    suspect->likely_responsible = Responsible{
        suspect->component, "the growth is in its own process, which is not a host for others",
        "compatible"};
  }

  static void AddCulprit(const Relief& relief, Suspect* suspect) {
    const bool once = relief.exits == 1;
    const std::string percent = std::to_string(std::lround(100 * relief.returned)) + " %";
    const std::string exits = once ? "one exit" : std::to_string(relief.exits) + " exits";
    suspect->evidence.push_back({true,
                                 "At " + exits + " of " + relief.culprit +
                                     " it falls by what it has gained before: " + percent + ".",
                                 relief.returned, "0.85 to 1.10", ""});
    suspect->likely_responsible =
        Responsible{relief.culprit,
                    exits + (once ? " gave" : " together gave") + " back " + percent + " of what " +
                        suspect->component + " had gained before",
                    once ? "compatible" : "fits"};
  }

  Evidence EvidenceOfRest(const Finding& committed) const {
    if (OwnersOfCommit(committed.machine).empty()) {
      return {false, "No Process(*)\\Private Bytes were logged: the owner cannot be seen.",
              std::nullopt, "", ""};
    }
    return {true, "Part of the growth that is in no logged process and no pool.",
            ShareOfRest(committed), "", ""};
  }

  static void Settle(const Finding& finding, Suspect* suspect) {
    if (const auto& share = suspect->growth_in.share_of_system) {
      const std::string percent = std::to_string(std::lround(100 * *share));
      suspect->evidence.insert(
          suspect->evidence.begin(),
          {*share >= kPartShare,
           "It makes up " + percent + " % of the growth of the machine's total.", std::nullopt, "",
           "", false});
    }
    const auto beside = CorroborationEvidence(finding.corroboration);
    suspect->evidence.insert(suspect->evidence.end(), beside.begin(), beside.end());
    const auto gates = GateEvidence(finding.trend);
    suspect->evidence.insert(suspect->evidence.end(), gates.begin(), gates.end());
    const std::string settle = WhatWouldSettle(finding.trend);
    if (!settle.empty()) suspect->next_steps.insert(suspect->next_steps.begin(), settle);
  }

  void Explain(const Finding& finding) {
    if (finding.trend.verdict != Verdict::kExplained) return;
    if ((finding.grown < 0) != finding.traits.falling_is_bad) return;  // it got better
    result_.explained.push_back({finding.machine, ToString(table_[finding.counter].path),
                                 finding.traits.unit, finding.trend.slope, finding.grown,
                                 finding.trend.reason, "",
                                 ExplainNotCalled(finding.trend, finding.traits.unit)});
  }

  std::span<const Finding> findings_;
  const SeriesSet& set_;
  const CounterTable& table_;
  MachineIndex index_;
  Ownership ownership_;
  ExhaustionForecaster forecaster_;
  Classified result_;
};

}  // namespace

Classified Classify(std::span<const Finding> findings, const SeriesSet& set,
                    const CounterTable& table, std::span<const Platform> platforms) {
  return Classifier(findings, set, table, platforms).Run();
}

}  // namespace perfleak
