#include "leaks/known_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "base/units.h"
#include "leaks/issue_host.h"
#include "leaks/version_fit.h"

namespace perfleak {
namespace {

// Each piece of evidence adds the logarithm of how much likelier it is with the issue than without.
// Fitted by hand on tools/eval --known; docs/method.md has the reasons.
namespace weight {
// The process.
constexpr double kAlias = -0.5;     // of the same program on another Windows; less for many
constexpr double kInferred = -0.3;  // the source does not name it
constexpr double kLikelyHost = -1.2;
constexpr double kAnyHost = -3.2;
constexpr double kBehind = -1.0;       // grows in the kernel, for a process that the entry names
constexpr double kOtherSuspect = 1.5;  // another process of the issue is a suspect too
constexpr double kOtherQuiet = -0.3;   // or is there and is none
constexpr double kCulpritAbsent = -2.5;
constexpr double kPoolOfProcess = -3.0;  // a kernel issue, but a process is charged

// The resources.
constexpr double kPrimary = 0.3;  // what grows most clearly is the primary one
constexpr double kPrimaryUnseen = -1.0;
constexpr double kPrimaryFlat = -3.0;
constexpr double kSecondaryRises = 0.7;
constexpr double kSecondaryFlat = -0.9;
constexpr double kUnlisted = -0.9;
constexpr double kMemoryInSpace = 0.5;  // rates, where address space is used and not reserved
constexpr double kRateFits = 1.2;
constexpr double kRateOff = -1.2;
constexpr double kRateOfOtherHost = 0.3;
constexpr double kDriverFits = 0.05;  // most leaks go with the work: hardly a difference
constexpr double kDriverOff = -0.6;

// The versions.
constexpr double kExactVersion = 1.8;
constexpr double kVersion = 1.1;
constexpr double kPossible = 0.9;
constexpr double kProduct = 0.6;
constexpr double kManyVersions = 0.25;  // less, by the logarithm of how many versions it is about
constexpr double kStated = 0.6;         // more, where the user states it
constexpr double kWindowsShare =
    0.5;  // of these, where only Windows is told: some Windows always runs
constexpr double kUntold = -0.3;
constexpr double kAbsent = -1.5;
constexpr double kUnlikely = -2.0;
constexpr double kLongAfter = -1.0;  // the log is from years after the source

// What the user knows.
constexpr double kEvent = 2.5;
constexpr double kEventOther = -1.0;
constexpr double kTag = 3.0;
constexpr double kTagOther = -3.0;

// What the issue is.
constexpr double kByDesign = -0.7;
constexpr double kAttack = -0.15;
constexpr double kDesktop = -0.4;
constexpr double kLibrary = -0.4;

// A defect that nobody wrote of.
constexpr double kNotInCatalogue = -2.0;
constexpr double kLaterSystem = 2.5;
}  // namespace weight

constexpr double kTie = 0.1;
constexpr double kLeastScore = -5;
constexpr double kMayDecide = 1.5;  // below the best: candidates that a missing fact may cut
constexpr size_t kMostListed = 20;
constexpr double kRateFactor = 3;
constexpr double kLongAfter_s = 6 * 365.25 * kSecondsPerDay;
constexpr double kLater_s = 2 * 365.25 * kSecondsPerDay;

// Resources that rise together because they count the same thing.
enum class Group {
  kMemory,
  kHandles,
  kThreads,
  kPaged,
  kNonpaged,
  kGui,
  kPte,
  kQuota,
  kObjects,
  kConnections,
  kOther
};

Group GroupOf(IssueResource resource) {
  switch (resource) {
    case IssueResource::kPrivateBytes:
    case IssueResource::kVirtualBytes:
    case IssueResource::kWorkingSet:
    case IssueResource::kCommittedBytes:
    case IssueResource::kPageFileBytes:
      return Group::kMemory;
    case IssueResource::kHandles:
      return Group::kHandles;
    case IssueResource::kThreads:
      return Group::kThreads;
    case IssueResource::kPagedPool:
      return Group::kPaged;
    case IssueResource::kNonpagedPool:
      return Group::kNonpaged;
    case IssueResource::kGdiObjects:
    case IssueResource::kUserObjects:
      return Group::kGui;
    case IssueResource::kSystemPte:
      return Group::kPte;
    case IssueResource::kRegistryQuota:
      return Group::kQuota;
    case IssueResource::kKernelObjects:
      return Group::kObjects;
    case IssueResource::kConnections:
      return Group::kConnections;
    default:
      return Group::kOther;
  }
}

// What grows along with a group and says nothing more.
bool FollowsFrom(Group cause, Group effect) {
  switch (cause) {
    case Group::kMemory:
      return effect == Group::kPaged;  // page tables
    case Group::kHandles:
      return effect == Group::kPaged || effect == Group::kNonpaged || effect == Group::kObjects;
    case Group::kThreads:
      return effect == Group::kHandles || effect == Group::kMemory || effect == Group::kNonpaged ||
             effect == Group::kObjects;
    case Group::kConnections:
      return effect == Group::kHandles || effect == Group::kMemory || effect == Group::kNonpaged;
    case Group::kGui:
      return effect == Group::kPaged || effect == Group::kMemory;
    default:
      return false;
  }
}

// How the counter of a resource is called, for a suspect's process.
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

bool IsCandidateType(IssueType type) {
  switch (type) {
    case IssueType::kLeak:
    case IssueType::kAccumulation:
    case IssueType::kByDesign:
    case IssueType::kCacheGrowth:
    case IssueType::kFragmentation:
    case IssueType::kAttack:
      return true;
    case IssueType::kSizing:
    case IssueType::kNotALeak:
    case IssueType::kCounterCaveat:
    case IssueType::kMethod:
      return false;
  }
  return false;
}

double TypeWeight(const KnownIssue& issue) {
  double sum = 0;
  if (issue.type == IssueType::kByDesign || issue.type == IssueType::kCacheGrowth) {
    sum += weight::kByDesign;
  }
  if (issue.type == IssueType::kAttack) sum += weight::kAttack;
  if (issue.relevance == Relevance::kDesktop) sum += weight::kDesktop;
  if (issue.relevance == Relevance::kLibrary) sum += weight::kLibrary;
  return sum;
}

// The latest source in the knowledge base, seconds since 1970: no entry is of a system much later.
double LatestSource(const KnowledgeBase& base) {
  std::string latest = "1970-01-01";
  for (const KnownIssue& issue : base.issues()) latest = std::max(latest, issue.last_modified);
  return ParseUserTime(latest).value_or(0);
}

// One issue held against one suspect.
class Weighing {
 public:
  Weighing(const KnownIssue& issue, const ComponentEvidence& evidence, const Platform& platform,
           const KnownFacts& facts, const std::vector<std::string>& other_names)
      : issue_(issue),
        evidence_(evidence),
        platform_(platform),
        facts_(facts),
        other_names_(other_names) {}

  // False where the issue cannot be behind this suspect at all.
  bool Run() {
    if (!IsCandidateType(issue_.type) || issue_.resources.empty()) return false;
    if (!WeighProcess() || !WeighResources()) return false;
    score_ += TypeWeight(issue_);
    WeighOtherProcesses();
    WeighRate();
    WeighDriver();
    WeighEvents();
    WeighTags();
    WeighVersion();
    return true;
  }

  double score() const { return score_; }
  // Neither the process nor anything that the user knows points to it.
  bool may_be_anywhere() const {
    return host_ == IssueHost::kAny && !confirmed_ && !IsStated(version_.product);
  }
  bool is_excluded() const { return version_.fit == VersionFit::kExcluded; }

  IssueMatch ToMatch() && {
    match_.id = issue_.id;
    match_.title = issue_.title;
    match_.type = WordOf(issue_.type);
    match_.grade = Grade();
    match_.fix = DescribeFix();
    match_.applies_if = AppliesIf();
    match_.check = NextCheck();
    match_.discriminator = issue_.discriminator;
    match_.guilty = issue_.guilty.modules;
    return std::move(match_);
  }

 private:
  void Add(double weight) { score_ += weight; }
  void Matched(double weight, std::string what) {
    Add(weight);
    match_.matched.push_back(std::move(what));
  }
  void Contradicted(double weight, std::string what) {
    Add(weight);
    match_.contradicted.push_back(std::move(what));
  }

  bool WeighProcess() {
    host_ = HostOf(issue_, evidence_, other_names_);
    const std::string& name = evidence_.suspect->component;
    switch (host_) {
      case IssueHost::kNone:
        return false;
      case IssueHost::kNamed:
        match_.matched.push_back("growth in " + name);
        break;
      case IssueHost::kInferred:
        Matched(weight::kInferred, "growth in " + name + ", which the article does not name");
        break;
      case IssueHost::kAlias:
        Matched(weight::kAlias - std::log(other_names_.size()),
                "growth in " + name + ", as the program is named on another Windows");
        break;
      case IssueHost::kLikely:
        Matched(weight::kLikelyHost, "growth in " + name + ", a likely host of it");
        break;
      case IssueHost::kAny:
        Add(weight::kAnyHost);
        break;
      case IssueHost::kBehind:
        Matched(weight::kBehind, Join(issue_.processes, ", ") + " runs here");
        break;
      case IssueHost::kCharged:
        Contradicted(weight::kPoolOfProcess, "the pool is charged to " + name);
        break;
    }
    return true;
  }

  // Resources that count the same thing are one piece of evidence.
  bool WeighResources() {
    std::set<Group> seen;
    bool any_rises = false;
    for (const IssueResource resource : issue_.resources) {
      const Group group = GroupOf(resource);
      const bool primary = resource == issue_.resources.front();
      if (!primary && seen.contains(group)) continue;
      seen.insert(group);
      any_rises = WeighResource(resource, primary) || any_rises;
    }
    if (!any_rises) return false;
    WeighUnlisted(seen);
    WeighReservation();
    return true;
  }

  // Whether it rises.
  bool WeighResource(IssueResource resource, bool primary) {
    const ShownResource& shown = BestOf(resource);
    const double trust = issue_.confidence.resource == Confidence::kStated ? 1 : 0.6;
    switch (shown.shown) {
      case Shown::kRises:
        Matched(primary ? (IsMain(resource) ? weight::kPrimary : 0) : weight::kSecondaryRises,
                shown.counter + " rises");
        return true;
      case Shown::kFlat:
        Contradicted(trust * (primary ? weight::kPrimaryFlat : weight::kSecondaryFlat),
                     shown.counter + " does not rise");
        return false;
      case Shown::kUnclear:
        if (primary) Add(weight::kPrimaryUnseen);
        return false;
      case Shown::kNotLogged:
        if (primary) Add(weight::kPrimaryUnseen);
        match_.not_logged.push_back(CounterOf(resource, evidence_.process));
        return false;
    }
    return false;
  }

  // Address space that runs out is reserved, not used: memory does not grow as fast.
  void WeighReservation() {
    const ShownResource& memory = evidence_.of(IssueResource::kPrivateBytes);
    const ShownResource& space = evidence_.of(IssueResource::kVirtualBytes);
    const bool of_space = issue_.resources.front() == IssueResource::kVirtualBytes &&
                          std::find(issue_.resources.begin(), issue_.resources.end(),
                                    IssueResource::kPrivateBytes) == issue_.resources.end();
    if (!of_space || memory.shown != Shown::kRises || space.shown != Shown::kRises) return;
    if (memory.per_s > weight::kMemoryInSpace * space.per_s) {
      Contradicted(weight::kUnlisted, memory.counter + " rises as fast as the address space");
    }
  }

  // Private bytes stand for page file bytes where these were not logged, and so on.
  const ShownResource& BestOf(IssueResource resource) const {
    if (resource == IssueResource::kCommittedBytes && !evidence_.is_of_kernel) {
      return BestOf(IssueResource::kPrivateBytes);  // its part of the total
    }
    const ShownResource& own = evidence_.of(resource);
    if (own.shown == Shown::kRises || GroupOf(resource) != Group::kMemory) return own;
    if (resource == IssueResource::kVirtualBytes) return own;
    for (const IssueResource other :
         {IssueResource::kPrivateBytes, IssueResource::kPageFileBytes}) {
      if (evidence_.of(other).shown == Shown::kRises) return evidence_.of(other);
    }
    return evidence_.is_of_kernel ? evidence_.of(IssueResource::kCommittedBytes) : own;
  }

  // Whether it is the counter that the suspect is named for.
  bool IsMain(IssueResource resource) const {
    return EndsWithIgnoreCase(evidence_.suspect->growth_in.path,
                              "\\" + evidence_.of(resource).counter);
  }

  void WeighUnlisted(const std::set<Group>& listed) {
    std::set<Group> unlisted;
    for (size_t i = 0; i < kIssueResourceCount; ++i) {
      const auto resource = static_cast<IssueResource>(i);
      const Group group = GroupOf(resource);
      const ShownResource& shown = evidence_.of(resource);
      if (shown.shown != Shown::kRises || !shown.own || listed.contains(group)) continue;
      if (resource == IssueResource::kCommittedBytes) continue;  // it counts the pools too
      const bool follows = std::any_of(listed.begin(), listed.end(),
                                       [&](Group cause) { return FollowsFrom(cause, group); });
      if (follows || !unlisted.insert(group).second) continue;
      Contradicted(weight::kUnlisted, shown.counter + " rises too");
    }
  }

  // Other processes that the issue names, and the one at fault.
  void WeighOtherProcesses() {
    for (const std::string& process : issue_.process_keys) {
      if (process == evidence_.process || process == "system") continue;
      if (evidence_.suspects.contains(process)) {
        Matched(weight::kOtherSuspect, process + " grows too");
      } else if (evidence_.processes.contains(process) && !evidence_.is_of_kernel) {
        Add(weight::kOtherQuiet);
      }
    }
    if (issue_.guilty.attribution != Attribution::kOtherProcess || evidence_.processes.empty()) {
      return;
    }
    for (const std::string& module : issue_.guilty.modules) {
      if (evidence_.processes.contains(ToLower(module))) return;
    }
    Contradicted(weight::kCulpritAbsent, Join(issue_.guilty.modules, ", ") + " does not run");
  }

  void WeighRate() {
    if (!issue_.rate_per_hour) return;
    const Amount& rate = *issue_.rate_per_hour;
    for (const IssueResource resource : issue_.resources) {
      const ShownResource& shown = evidence_.of(resource);
      const bool bytes = GroupOf(resource) == Group::kMemory ||
                         GroupOf(resource) == Group::kPaged ||
                         GroupOf(resource) == Group::kNonpaged;
      if (shown.shown != Shown::kRises || bytes != IsBytes(rate.unit)) continue;
      const double factor = UnitFactor(rate.unit) / 3600;
      const double low = rate.low * factor, high = rate.high * factor;
      const Unit unit = bytes ? Unit::kBytes : Unit::kCount;
      const std::string stated =
          FormatPerHour(low, unit) + (high > low ? " to " + FormatPerHour(high, unit) : "");
      const std::string seen = FormatPerHour(shown.per_s, unit);
      // A component does as many calls as its host makes: the rate is that of the source's host.
      const double share = host_ == IssueHost::kAny ? weight::kRateOfOtherHost : 1;
      if (shown.per_s >= low / kRateFactor && shown.per_s <= high * kRateFactor) {
        confirmed_ = confirmed_ || host_ != IssueHost::kAny;
        Matched(share * weight::kRateFits, seen + ", stated " + stated);
      } else {
        Contradicted(share * weight::kRateOff, seen + ", stated " + stated);
      }
      return;
    }
  }

  void WeighDriver() {
    switch (issue_.grows_with) {
      case GrowsWith::kWork:
      case GrowsWith::kLogons:
        WeighDriver(GrowthDriver::kWork);
        break;
      case GrowsWith::kTime:
        WeighDriver(GrowthDriver::kTime);
        break;
      case GrowsWith::kRestarts:
        if (evidence_.suspect->growth_in.lives == 1 && !evidence_.is_of_kernel) {
          Contradicted(weight::kDriverOff, "it grows without a restart");
        }
        break;
      case GrowsWith::kMonitoring:
      case GrowsWith::kNotSaid:
        break;
    }
  }

  void WeighDriver(GrowthDriver expected) {
    if (evidence_.driver == GrowthDriver::kUnknown) return;
    const std::string seen = evidence_.driver == GrowthDriver::kWork
                                 ? "it grows with the work and rests when the machine does"
                                 : "it grows at the same pace day and night";
    if (evidence_.driver == expected) {
      Matched(weight::kDriverFits, seen);
    } else {
      Contradicted(weight::kDriverOff, seen);
    }
  }

  void WeighEvents() {
    if (issue_.events.empty()) return;
    std::vector<std::string> missing;
    bool found = false;
    for (const IssueEvent& event : issue_.events) {
      const std::string name = event.source + ":" + std::to_string(event.id);
      if (Knows(event)) {
        Matched(found ? 0 : weight::kEvent, "event " + name);
        found = true;
      } else {
        missing.push_back("event " + name);
      }
    }
    confirmed_ = confirmed_ || found;
    if (found) return;
    if (!facts_.events.empty()) {
      Add(weight::kEventOther);
    }
    match_.not_logged.insert(match_.not_logged.end(), missing.begin(), missing.end());
  }

  bool Knows(const IssueEvent& event) const {
    return std::any_of(facts_.events.begin(), facts_.events.end(), [&](const IssueEvent& known) {
      return known.id == event.id && EqualsIgnoreCase(known.source, event.source);
    });
  }

  void WeighTags() {
    if (issue_.pool_tags.empty()) return;
    std::vector<std::string> found;
    for (const std::string& tag : issue_.pool_tags) {
      if (std::find(facts_.pool_tags.begin(), facts_.pool_tags.end(), tag) !=
          facts_.pool_tags.end()) {
        found.push_back(tag);
      }
    }
    const std::string all = "pool tag " + Join(issue_.pool_tags, ", ");
    if (!found.empty()) {
      confirmed_ = true;
      Matched(weight::kTag, "pool tag " + Join(found, ", "));
    } else if (!facts_.pool_tags.empty()) {
      Contradicted(weight::kTagOther, all + " is not the one that grows");
    } else {
      match_.not_logged.push_back(all);
    }
  }

  void WeighVersion() {
    version_ = FitVersions(issue_, platform_, !evidence_.processes.empty());
    const double share = version_.product == "windows" ? weight::kWindowsShare : 1;
    const double stated = (IsStated(version_.product) ? weight::kStated : 0) -
                          weight::kManyVersions * std::log(std::max<size_t>(1, version_.affected));
    switch (version_.fit) {
      case VersionFit::kExact:
        Matched(share * (weight::kExactVersion + stated), version_.what);
        break;
      case VersionFit::kVersion:
        Matched(share * (weight::kVersion + stated), version_.what);
        break;
      case VersionFit::kPossible:
        Matched(share * weight::kPossible, version_.what);
        break;
      case VersionFit::kProduct:
        Matched(share * (weight::kProduct + stated), version_.what);
        break;
      case VersionFit::kUntold:
        Add(weight::kUntold);
        break;
      case VersionFit::kAbsent:
        Contradicted(weight::kAbsent, version_.what);
        break;
      case VersionFit::kUnlikely:
      case VersionFit::kExcluded:
        Contradicted(weight::kUnlikely, version_.what);
        break;
    }
    const auto written_s = ParseUserTime(issue_.last_modified);
    const bool sure = version_.fit >= VersionFit::kPossible;
    if (written_s && !sure && platform_.end_s - *written_s > kLongAfter_s) {
      Contradicted(weight::kLongAfter, "the log is from years after the article (" +
                                           issue_.last_modified.substr(0, 4) + ")");
    }
  }

  bool IsStated(const std::string& product) const {
    const ProductFact* fact = platform_.Find(product);
    return fact != nullptr && fact->certainty == Certainty::kStated;
  }

  // An inferred process or an unknown host never fits for sure.
  std::string Grade() const {
    const bool named = host_ == IssueHost::kNamed;
    const bool clean = match_.contradicted.empty();
    const bool version_known = version_.fit >= VersionFit::kVersion && IsStated(version_.product);
    if (clean && named && (version_known || confirmed_)) return "fits";
    if (clean && host_ != IssueHost::kAny) return "compatible";
    const bool right_product = version_.fit >= VersionFit::kProduct;
    return clean && (right_product || confirmed_) ? "compatible" : "cannot be excluded";
  }

  std::string DescribeFix() const {
    const IssueFix& fix = issue_.fix;
    std::string text = Join(fix.fixed_in, ", ");
    for (const FixedFile& file : fix.files) {
      text += (text.empty() ? "" : "; ") + file.name + " " + file.version +
              (file.date.empty() ? "" : " (" + file.date + ")");
    }
    if (!fix.needs.empty()) text += (text.empty() ? "needs " : "; needs ") + fix.needs;
    if (!fix.note.empty() && !ContainsIgnoreCase(text, fix.note)) {
      text += (text.empty() ? "" : "; ") + fix.note;
    }
    return text.empty() ? "none stated" : text;
  }
  std::string AppliesIf() const {
    const std::string products = Join(issue_.products, " or ");
    if (issue_.trigger.empty() || products.empty()) return products + issue_.trigger;
    return products + ": " + issue_.trigger;
  }

  // What would settle whether it is this one.
  std::string NextCheck() const {
    for (const FixedFile& file : issue_.fix.files) {
      if (!file.version.empty()) {
        return "compare the version of " + file.name + " with " + file.version;
      }
    }
    if (!issue_.pool_tags.empty() && facts_.pool_tags.empty()) {
      return "see with poolmon whether the tag " + issue_.pool_tags.front() +
             " grows, and say so with --pool-tag";
    }
    if (!issue_.events.empty() && facts_.events.empty()) {
      const IssueEvent& event = issue_.events.front();
      return "look in the event log for " + event.source + " " + std::to_string(event.id) +
             ", and say so with --event";
    }
    if (!issue_.fix.fixed_in.empty() && version_.fit < VersionFit::kExact) {
      return "see whether " + issue_.fix.fixed_in.front() + " is installed";
    }
    return issue_.trigger.empty() ? "" : "see whether it grows by " + issue_.trigger;
  }

  const KnownIssue& issue_;
  const ComponentEvidence& evidence_;
  const Platform& platform_;
  const KnownFacts& facts_;
  const std::vector<std::string>& other_names_;
  IssueMatch match_;
  VersionEvidence version_;
  IssueHost host_ = IssueHost::kNone;
  bool confirmed_ = false;  // by a rate, an event or a tag: more than process and resource
  double score_ = 0;
};

IssueMatch NotInCatalogue() {
  IssueMatch match;
  match.grade = "cannot be excluded";
  match.title = "a defect not in this catalogue";
  return match;
}

struct Candidate {
  double score = 0;
  IssueMatch match;
  const KnownIssue* issue = nullptr;
  bool may_be_anywhere = false;
};

// Candidates in order; those whose scores hardly differ are a tie, in the order of their ids.
void OrderWithTies(std::vector<Candidate>* candidates) {
  const auto by_id = [](const Candidate& a, const Candidate& b) { return a.match.id < b.match.id; };
  std::sort(candidates->begin(), candidates->end(), [&](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : by_id(a, b);
  });
  int ties = 0;
  for (auto first = candidates->begin(); first != candidates->end();) {
    const double least = first->score - kTie;
    const auto last = std::find_if(first, candidates->end(),
                                   [&](const Candidate& other) { return other.score < least; });
    if (last - first > 1) {
      ++ties;
      std::sort(first, last, by_id);
      std::for_each(first, last, [&](Candidate& of_tie) { of_tie.match.tie_group = ties; });
    }
    first = last;
  }
}

// Leaves the best, and the defect that is in no catalogue wherever it stands. Returns how many
// went.
size_t KeepBest(std::vector<Candidate>* candidates) {
  size_t listed = 0;
  return std::erase_if(*candidates, [&](const Candidate& candidate) {
    return candidate.issue != nullptr && ++listed > kMostListed;
  });
}

}  // namespace

KnownMatcher::KnownMatcher(const KnowledgeBase& base, const KnownFacts& facts)
    : base_(base), facts_(facts), latest_source_s_(LatestSource(base)) {}

KnownMatches KnownMatcher::Match(const ComponentEvidence& evidence,
                                 const Platform& platform) const {
  const std::vector<std::string> other_names = OtherNamesOf(base_, evidence.process);
  KnownMatches matches;
  std::vector<Candidate> candidates;
  for (const KnownIssue& issue : base_.issues()) {
    Weighing weighing(issue, evidence, platform, facts_, other_names);
    if (!weighing.Run() || weighing.score() < kLeastScore) continue;
    if (weighing.is_excluded()) {
      ++matches.excluded;
      continue;
    }
    const double score = weighing.score();
    const bool may_be_anywhere = weighing.may_be_anywhere();
    candidates.push_back({score, std::move(weighing).ToMatch(), &issue, may_be_anywhere});
  }
  const bool later = platform.end_s > latest_source_s_ + kLater_s;
  double unknown = weight::kNotInCatalogue + (later ? weight::kLaterSystem : 0);
  // A program that no issue names: nothing tells a component that may be in it from its own
  // defects.
  const auto best =
      std::max_element(candidates.begin(), candidates.end(),
                       [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  if (best != candidates.end() && best->may_be_anywhere) unknown = std::max(unknown, best->score);
  candidates.push_back({unknown, NotInCatalogue(), nullptr});
  OrderWithTies(&candidates);
  matches.more = KeepBest(&candidates);
  std::vector<const KnownIssue*> issues;
  const double top = candidates.front().score;
  for (Candidate& candidate : candidates) {
    const bool open = candidate.score >= top - kMayDecide;
    if (candidate.issue != nullptr && open) issues.push_back(candidate.issue);
    matches.issues.push_back(std::move(candidate.match));
  }
  matches.deciding_fact = DecidingFact(issues, evidence, platform, facts_);
  return matches;
}

}  // namespace perfleak
