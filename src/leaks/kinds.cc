#include "leaks/kinds.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"

namespace perfleak {
namespace {

// A handle with what hangs on it takes at most this much; more per handle is a heap that grows
// beside.
constexpr double kMaxBytesPerHandle = 100 * 1024;
// Address space that grows so many times faster than the memory in it is reserved, not used.
constexpr double kReservationRatio = 3;
// Most of what grows.
constexpr double kMost = 0.5;
// Address space filled to this part of what a 32-bit process has.
constexpr double kNearlyFull = 0.85;
// More of it than this in one log is taken by reserving, not by holes between what is used.
constexpr double kSlowFill = 0.2;

// Programs that log counters, and those that run the code which the counters come from. Not
// svchost: it runs too much else, and leaks more often than all of these.
constexpr std::array<std::string_view, 5> kCollectors = {"smlogsvc", "perfmon", "logman",
                                                         "typeperf", "relog"};
constexpr std::array<std::string_view, 3> kCounterHosts = {"wmiprvse", "wmiapsrv", "winmgmt"};
// These answer remote queries on NT 3.x and 4.0 only (Microsoft KB Q138227).
constexpr std::array<std::string_view, 2> kCounterHostsOfNt = {"winlogon", "services"};

// Whether the heaps that .NET counts grow by most of what private bytes do, over the same lives.
// They need not be called for it: collections may hide what they keep.
bool IsInHeaps(const Finding& priv, const FindingList& findings, const Ownership& ownership) {
  const auto heaps = SeriesOf(findings, Resource::kManagedHeapBytes);
  return ownership.RiseOver(priv, heaps) > kMost * ownership.RiseOver(priv, priv.lives);
}

// Address space that grows without memory in it, whether or not the memory is called. It comes in
// pieces of up to 16 MB (a segment of a heap), kept for later: a few of them are no leak.
bool IsReservation(const Finding& virt, const FindingList& findings, const Ownership& ownership) {
  constexpr double kLargestPiece = 16 * 1048576.0;
  auto memory = SeriesOf(findings, Resource::kPrivateBytes);
  if (memory.empty()) memory = SeriesOf(findings, Resource::kPageFileBytes);
  return virt.trend.grown > kLargestPiece &&
         ownership.RiseOver(virt, virt.lives) >
             kReservationRatio * ownership.RiseOver(virt, memory);
}

// Address space that is nearly full of holes: the memory in it does not grow.
bool IsFragmented(const Finding& virt, const Finding* priv, Bits bits) {
  if (priv != nullptr || bits == Bits::k64) return false;
  const auto space = AddressSpaceOf32Bits(virt.trend.level);
  return space && virt.trend.level >= kNearlyFull * *space &&
         virt.trend.grown <= kSlowFill * *space;
}

Diagnosis DiagnoseMemory(const FindingList& findings, const Ownership& ownership, Bits bits) {
  const Finding* priv = FindCalled(findings, Resource::kPrivateBytes);
  if (priv == nullptr) priv = FindCalled(findings, Resource::kPageFileBytes);
  const Finding* virt = FindCalled(findings, Resource::kVirtualBytes);
  const Finding* managed = FindCalled(findings, Resource::kManagedHeapBytes);
  const Finding* loader = FindCalled(findings, Resource::kLoaderHeapBytes);
  if (virt != nullptr && RateOf(virt) > kReservationRatio * RateOf(priv) &&
      IsReservation(*virt, findings, ownership)) {
    const bool fragmented = IsFragmented(*virt, priv, bits);
    return {fragmented ? LeakKind::kFragmentation : LeakKind::kAddressSpace, virt};
  }
  if (managed != nullptr) return {LeakKind::kManagedHeap, priv != nullptr ? priv : managed};
  if (priv != nullptr && IsLogged(findings, Resource::kManagedHeapBytes)) {
    const bool is_managed = IsInHeaps(*priv, findings, ownership);
    return {is_managed ? LeakKind::kManagedHeap : LeakKind::kNativeInManaged, priv};
  }
  if (priv != nullptr) return {LeakKind::kHeap, priv};
  if (loader != nullptr) return {LeakKind::kNativeInManaged, loader};
  return {};
}

// Whether what grows beside the handles may hang on them.
bool HangsOn(const Finding& handles, const Diagnosis& bytes, double most_per_handle) {
  return bytes.growth == nullptr || RateOf(bytes.growth) <= most_per_handle * RateOf(&handles);
}

Diagnosis DiagnoseObjects(const FindingList& findings, const Diagnosis& memory,
                          const Diagnosis& pool) {
  if (const Finding* threads = FindCalled(findings, Resource::kThreads)) {
    return {LeakKind::kThreads, threads};
  }
  if (const Finding* handles = FindCalled(findings, Resource::kHandles)) {
    if (HangsOn(*handles, memory, kMaxBytesPerHandle) &&
        HangsOn(*handles, pool, kMaxPoolPerHandle)) {
      return {LeakKind::kHandles, handles};
    }
  }
  for (const Resource resource : {Resource::kGdiObjects, Resource::kUserObjects}) {
    if (const Finding* gdi = FindCalled(findings, resource)) return {LeakKind::kGdi, gdi};
  }
  return {};
}

Diagnosis DiagnosePool(const FindingList& findings) {
  const Finding* paged = FindCalled(findings, Resource::kPoolPagedBytes);
  const Finding* nonpaged = FindCalled(findings, Resource::kPoolNonpagedBytes);
  if (paged != nullptr && RateOf(paged) >= RateOf(nonpaged)) return {LeakKind::kPagedPool, paged};
  if (nonpaged != nullptr) return {LeakKind::kNonpagedPool, nonpaged};
  return {};
}

bool IsOneOf(std::span<const std::string_view> names, const std::string& image) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return EqualsIgnoreCase(name, image); });
}

// Whether the process began with the log, or its growth did: at this rate it would have gained far
// more since it started.
bool BeginsWithLog(const Finding& growth, const MachineIndex& index) {
  constexpr double kEarly = 0.05;  // of the log
  constexpr double kFarMore = 2;   // times what it had
  const MachineFacts* facts = index.Facts(growth.machine);
  if (facts == nullptr) return false;
  const double early_s = facts->start_s + kEarly * (facts->end_s - facts->start_s);
  const Life& life = index.set().lives[growth.lives.front().life];
  if (growth.since_s > early_s) return false;
  if (life.began != Cut::kLogEdge) return life.start_s <= early_s;
  if (!life.age_s) return false;
  const double before_s = std::max(0.0, *life.age_s - life.span_s());
  const Extremes& extremes = life.series[growth.lives.front().series].extremes;
  return RateOf(&growth) * before_s > kFarMore * extremes.first;
}

// Whether the log or the user leaves NT 3.x or 4.0 open.
bool MayBeNt(const Platform* platform) {
  if (platform == nullptr) return true;
  const ProductFact& windows = platform->windows;
  const bool stated = windows.certainty == Certainty::kStated;
  const auto& versions = stated || windows.possible.empty() ? windows.versions : windows.possible;
  return versions.empty() ||
         std::any_of(versions.begin(), versions.end(),
                     [](const std::string& version) { return version.starts_with("nt-"); });
}

// Whether the log itself may make it grow: a program that logs, or one that runs the code behind
// counters and grows since the log began.
bool IsMeasuring(const Finding& growth, const MachineIndex& index, const Platform* platform) {
  const std::string& image = growth.instance;
  if (IsOneOf(kCollectors, image)) return true;
  const bool hosts_counters =
      IsOneOf(kCounterHosts, image) || (IsOneOf(kCounterHostsOfNt, image) && MayBeNt(platform));
  return hosts_counters && BeginsWithLog(growth, index);
}

Verdict VerdictOf(const Diagnosis& diagnosis) {
  return diagnosis.growth == nullptr ? Verdict::kSteady : diagnosis.growth->trend.verdict;
}

}  // namespace

double RateOf(const Finding* finding) {
  return finding == nullptr ? 0 : finding->trend.slope.per_s;
}

std::vector<SeriesRef> SeriesOf(const FindingList& findings, Resource resource) {
  std::vector<SeriesRef> refs;
  for (const Finding* finding : findings) {
    if (finding->traits.resource != resource) continue;
    refs.insert(refs.end(), finding->lives.begin(), finding->lives.end());
  }
  return refs;
}

const Finding* FindCalled(const FindingList& findings, Resource resource) {
  const Finding* best = nullptr;
  for (const Finding* finding : findings) {
    if (finding->traits.resource != resource || !finding->called()) continue;
    if (best == nullptr || finding->trend.logit > best->trend.logit) best = finding;
  }
  return best;
}

bool IsLogged(const FindingList& findings, Resource resource) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding* finding) { return finding->traits.resource == resource; });
}

// Objects explain the memory that hangs on them, memory explains the little pool that goes with it;
// but a weaker verdict never stands before a stronger one.
Diagnosis DiagnoseProcess(const FindingList& findings, const Ownership& ownership,
                          const Platform* platform) {
  const Bits bits = platform == nullptr ? Bits::kUnknown : platform->bits;
  const Diagnosis memory = DiagnoseMemory(findings, ownership, bits);
  const Diagnosis pool = DiagnosePool(findings);
  Diagnosis best = DiagnoseObjects(findings, memory, pool);
  if (VerdictOf(memory) > VerdictOf(best)) best = memory;
  if (VerdictOf(pool) > VerdictOf(best)) best = pool;
  if (best.growth == nullptr) return best;
  if (best.growth->backlog) best.kind = LeakKind::kAccumulation;
  if (IsMeasuring(*best.growth, ownership.index(), platform)) best.kind = LeakKind::kMeasurement;
  return best;
}

LeakKind KindOfOther(const Finding& finding) {
  if (StartsWithIgnoreCase(finding.object, "Terminal Services")) return LeakKind::kSession;
  switch (finding.traits.resource) {
    case Resource::kPoolPagedBytes:
      return LeakKind::kPagedPool;
    case Resource::kPoolNonpagedBytes:
      return LeakKind::kNonpagedPool;
    case Resource::kSystemPtes:
      return LeakKind::kSystemPte;
    case Resource::kRegistryQuota:
      return LeakKind::kRegistryQuota;
    case Resource::kKernelObjects:
      return LeakKind::kKernelObjects;
    case Resource::kSessions:
      return LeakKind::kSession;
    case Resource::kConnections:
      return LeakKind::kConnections;
    case Resource::kLargestFreeBlock:
      return LeakKind::kFragmentation;
    case Resource::kCommittedBytes:
      return LeakKind::kUnownedCommit;
    default:
      return LeakKind::kOther;
  }
}

}  // namespace perfleak
