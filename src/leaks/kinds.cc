#include "leaks/kinds.h"

#include <algorithm>

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

double Rate(const Finding* finding) { return finding == nullptr ? 0 : finding->trend.slope.per_s; }

std::vector<SeriesRef> SeriesOf(const FindingList& findings, Resource resource) {
  std::vector<SeriesRef> refs;
  for (const Finding* finding : findings) {
    if (finding->traits.resource != resource) continue;
    refs.insert(refs.end(), finding->lives.begin(), finding->lives.end());
  }
  return refs;
}

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

Diagnosis DiagnoseMemory(const FindingList& findings, const Ownership& ownership) {
  const Finding* priv = FindCalled(findings, Resource::kPrivateBytes);
  if (priv == nullptr) priv = FindCalled(findings, Resource::kPageFileBytes);
  const Finding* virt = FindCalled(findings, Resource::kVirtualBytes);
  const Finding* managed = FindCalled(findings, Resource::kManagedHeapBytes);
  const Finding* loader = FindCalled(findings, Resource::kLoaderHeapBytes);
  if (virt != nullptr && Rate(virt) > kReservationRatio * Rate(priv) &&
      IsReservation(*virt, findings, ownership)) {
    return {LeakKind::kAddressSpace, virt};
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

Diagnosis DiagnoseObjects(const FindingList& findings, const Diagnosis& memory) {
  if (const Finding* threads = FindCalled(findings, Resource::kThreads)) {
    return {LeakKind::kThreads, threads};
  }
  if (const Finding* handles = FindCalled(findings, Resource::kHandles)) {
    const bool bytes_follow =
        memory.growth == nullptr || Rate(memory.growth) <= kMaxBytesPerHandle * Rate(handles);
    if (bytes_follow) return {LeakKind::kHandles, handles};
  }
  for (const Resource resource : {Resource::kGdiObjects, Resource::kUserObjects}) {
    if (const Finding* gdi = FindCalled(findings, resource)) return {LeakKind::kGdi, gdi};
  }
  return {};
}

Diagnosis DiagnosePool(const FindingList& findings) {
  const Finding* paged = FindCalled(findings, Resource::kPoolPagedBytes);
  const Finding* nonpaged = FindCalled(findings, Resource::kPoolNonpagedBytes);
  if (paged != nullptr && Rate(paged) >= Rate(nonpaged)) return {LeakKind::kPagedPool, paged};
  if (nonpaged != nullptr) return {LeakKind::kNonpagedPool, nonpaged};
  return {};
}

Verdict VerdictOf(const Diagnosis& diagnosis) {
  return diagnosis.growth == nullptr ? Verdict::kSteady : diagnosis.growth->trend.verdict;
}

}  // namespace

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
Diagnosis DiagnoseProcess(const FindingList& findings, const Ownership& ownership) {
  const Diagnosis memory = DiagnoseMemory(findings, ownership);
  const Diagnosis objects = DiagnoseObjects(findings, memory);
  const Diagnosis pool = DiagnosePool(findings);
  Diagnosis best = objects;
  if (VerdictOf(memory) > VerdictOf(best)) best = memory;
  if (VerdictOf(pool) > VerdictOf(best)) best = pool;
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
