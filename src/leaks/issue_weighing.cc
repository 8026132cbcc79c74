#include "leaks/issue_weighing.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "base/units.h"
#include "leaks/issue_host.h"
#include "leaks/issue_words.h"
#include "leaks/resource_group.h"
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
constexpr double kPoolOfProcess = -4.5;  // a kernel issue, but a process is charged

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
constexpr double kSteadyWork = -0.4;
constexpr double kDriverOff = -0.6;
constexpr double kNoRestart = -1.5;

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
constexpr double kEvent = 2.5;  // at most: less for an event that many issues have
constexpr double kEventOther = -1.0;
constexpr double kTag = 3.0;
constexpr double kTagOther = -3.0;

constexpr double kContradicted = -0.5;  // once, by any of these

// What the issue is.
constexpr double kByDesign = -0.7;
constexpr double kAttack = -0.15;
constexpr double kDesktop = -0.4;
constexpr double kLibrary = -0.4;

// A defect that nobody wrote of.
constexpr double kNotInCatalogue = -2.0;
constexpr double kLaterSystem = 2.5;
}  // namespace weight

constexpr const char* kWithTheWork = "it grows with the work and rests when the machine does";
constexpr const char* kDayAndNight = "it grows at the same pace day and night";
constexpr double kRateFactor = 3;
constexpr double kLongAfter_s = 6 * 365.25 * kSecondsPerDay;

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

// One issue held against one suspect.
class Weighing {
 public:
  Weighing(const KnownIssue& issue, const Circumstances& circumstances)
      : issue_(issue),
        evidence_(circumstances.evidence),
        platform_(circumstances.platform),
        facts_(circumstances.facts),
        events_(circumstances.events),
        other_names_(circumstances.other_names) {}

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
    if (!match_.contradicted.empty()) Add(weight::kContradicted);
    return true;
  }

  Weighed Result() && {
    Weighed weighed;
    weighed.score = score_;
    weighed.excluded = version_.fit == VersionFit::kExcluded;
    weighed.may_be_anywhere =
        host_ == IssueHost::kAny && !confirmed_ && !IsStated(version_.product);
    match_.id = issue_.id;
    match_.title = issue_.title;
    match_.type = WordOf(issue_.type);
    match_.grade = Grade();
    match_.fix = DescribeFix(issue_.fix);
    match_.applies_if = AppliesIf(issue_);
    match_.check = NextCheck(issue_, facts_, version_.fit == VersionFit::kExact);
    match_.discriminator = issue_.discriminator;
    match_.guilty = issue_.guilty.modules;
    weighed.match = std::move(match_);
    return weighed;
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
    std::set<ResourceGroup> seen;
    bool any_rises = false;
    for (const IssueResource resource : issue_.resources) {
      const ResourceGroup group = GroupOf(resource);
      const bool primary = resource == issue_.resources.front();
      if (!primary && seen.contains(group)) continue;
      seen.insert(group);
      any_rises = WeighResource(resource, primary) || any_rises;
    }
    if (!any_rises) return false;
    WeighUnlisted();
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
    if (own.shown == Shown::kRises || GroupOf(resource) != ResourceGroup::kMemory) return own;
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

  void WeighUnlisted() {
    for (const IssueResource resource : RisesBeside(evidence_, issue_.resources)) {
      Contradicted(weight::kUnlisted, evidence_.of(resource).counter + " rises too");
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
      const bool bytes = IsInBytes(GroupOf(resource));
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
        // Work may go on day and night: a steady pace says little.
        if (evidence_.driver == GrowthDriver::kWork) Matched(weight::kDriverFits, kWithTheWork);
        if (evidence_.driver == GrowthDriver::kTime) Add(weight::kSteadyWork);
        break;
      case GrowsWith::kTime:
        if (evidence_.driver == GrowthDriver::kTime) Matched(weight::kDriverFits, kDayAndNight);
        if (evidence_.driver == GrowthDriver::kWork) {
          Contradicted(weight::kDriverOff, kWithTheWork);
        }
        break;
      case GrowsWith::kRestarts:
        if (evidence_.suspect->growth_in.lives == 1 && !evidence_.is_of_kernel) {
          Contradicted(weight::kNoRestart, "it grows without a restart");
        }
        break;
      case GrowsWith::kMonitoring:
      case GrowsWith::kNotSaid:
        break;
    }
  }

  void WeighEvents() {
    if (issue_.events.empty()) return;
    std::vector<std::string> missing;
    bool found = false;
    for (const IssueEvent& event : issue_.events) {
      const std::string name = event.source + ":" + std::to_string(event.id);
      if (Knows(event)) {
        Matched(found ? 0 : WeightOf(event), "event " + name);
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

  // Srv 2019 is in many issues and tells little.
  double WeightOf(const IssueEvent& event) const {
    const double issues = static_cast<double>(std::max<size_t>(1, events_.CountOf(event)));
    const double all = static_cast<double>(std::max<size_t>(1, events_.issues_with_events()));
    return std::min(weight::kEvent, std::log(all / issues));
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
      case VersionFit::kExcluded:  // it falls away, however well it fits else
        match_.contradicted.push_back(version_.what);
        break;
      case VersionFit::kUnlikely:
        Contradicted(weight::kUnlikely, version_.what + ", which it is not about");
        break;
    }
    const auto written_s = ParseUserTime(issue_.last_modified);
    const bool sure = version_.fit >= VersionFit::kVersion;
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

  const KnownIssue& issue_;
  const ComponentEvidence& evidence_;
  const Platform& platform_;
  const KnownFacts& facts_;
  const EventIndex& events_;
  const std::vector<std::string>& other_names_;
  IssueMatch match_;
  VersionEvidence version_;
  IssueHost host_ = IssueHost::kNone;
  bool confirmed_ = false;  // by a rate, an event or a tag: more than process and resource
  double score_ = 0;
};

std::pair<std::string, uint32_t> KeyOf(const IssueEvent& event) {
  return {ToLower(event.source), event.id};
}

}  // namespace

EventIndex::EventIndex(const std::vector<KnownIssue>& issues) {
  for (const KnownIssue& issue : issues) {
    if (!issue.events.empty()) ++issues_with_events_;
    std::set<std::pair<std::string, uint32_t>> keys;
    for (const IssueEvent& event : issue.events) keys.insert(KeyOf(event));
    for (const auto& key : keys) ++issues_[key];
  }
}

size_t EventIndex::CountOf(const IssueEvent& event) const {
  const auto found = issues_.find(KeyOf(event));
  return found == issues_.end() ? 0 : found->second;
}

std::optional<Weighed> Weigh(const KnownIssue& issue, const Circumstances& circumstances) {
  Weighing weighing(issue, circumstances);
  if (!weighing.Run()) return std::nullopt;
  return std::move(weighing).Result();
}

double ScoreOfUnknownDefect(bool later) {
  return weight::kNotInCatalogue + (later ? weight::kLaterSystem : 0);
}

}  // namespace perfleak
