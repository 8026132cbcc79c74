// The words of the knowledge base.
#include "leaks/known_issue.h"

namespace perfleak {
namespace {

constexpr EnumWord<IssueType> kIssueTypeWords[] = {
    {IssueType::kLeak, "leak"},
    {IssueType::kAccumulation, "accumulation"},
    {IssueType::kByDesign, "by-design"},
    {IssueType::kCacheGrowth, "cache-growth"},
    {IssueType::kFragmentation, "fragmentation"},
    {IssueType::kSizing, "sizing"},
    {IssueType::kAttack, "attack"},
    {IssueType::kNotALeak, "not-a-leak"},
    {IssueType::kCounterCaveat, "counter-caveat"},
    {IssueType::kMethod, "method"},
};

constexpr EnumWord<IssueResource> kIssueResourceWords[] = {
    {IssueResource::kPrivateBytes, "private-bytes"},
    {IssueResource::kVirtualBytes, "virtual-bytes"},
    {IssueResource::kWorkingSet, "working-set"},
    {IssueResource::kPagedPool, "paged-pool"},
    {IssueResource::kNonpagedPool, "nonpaged-pool"},
    {IssueResource::kHandles, "handles"},
    {IssueResource::kThreads, "threads"},
    {IssueResource::kGdiObjects, "gdi-objects"},
    {IssueResource::kUserObjects, "user-objects"},
    {IssueResource::kSystemPte, "system-pte"},
    {IssueResource::kCommittedBytes, "committed-bytes"},
    {IssueResource::kPageFileBytes, "page-file-bytes"},
    {IssueResource::kDesktopHeap, "desktop-heap"},
    {IssueResource::kRegistryQuota, "registry-quota"},
    {IssueResource::kFileCache, "file-cache"},
    {IssueResource::kKernelObjects, "kernel-objects"},
    {IssueResource::kConnections, "connections"},
    {IssueResource::kInternalBlocks, "internal-blocks"},
    {IssueResource::kDiskSpace, "disk-space"},
};

constexpr EnumWord<GuiltyKind> kGuiltyKindWords[] = {
    {GuiltyKind::kExe, "exe"},
    {GuiltyKind::kDll, "dll"},
    {GuiltyKind::kComObject, "com-object"},
    {GuiltyKind::kPerfDll, "perf-dll"},
    {GuiltyKind::kDriver, "driver"},
    {GuiltyKind::kOs, "os"},
    {GuiltyKind::kThirdParty, "third-party"},
    {GuiltyKind::kConfig, "config"},
    {GuiltyKind::kPeer, "peer"},
    {GuiltyKind::kCache, "cache"},
    {GuiltyKind::kAny, "any"},
    {GuiltyKind::kSymptom, "symptom"},
};

constexpr EnumWord<Attribution> kAttributionWords[] = {
    {Attribution::kSelf, "self"},
    {Attribution::kHostedModule, "hosted-module"},
    {Attribution::kOtherProcess, "other-process"},
    {Attribution::kPerfCounterDll, "perf-counter-dll"},
    {Attribution::kKernelOrOs, "kernel-or-os"},
    {Attribution::kThirdParty, "third-party"},
    {Attribution::kRemoteClientComponent, "remote-client-component"},
    {Attribution::kRemotePeer, "remote-peer"},
    {Attribution::kConfiguration, "configuration"},
    {Attribution::kFileCache, "file-cache"},
    {Attribution::kCallingApplication, "calling-application"},
    {Attribution::kDownstreamVictim, "downstream-victim"},
};

constexpr EnumWord<FixType> kFixTypeWords[] = {
    {FixType::kNoneStated, "none-stated"}, {FixType::kServicePack, "service-pack"},
    {FixType::kHotfix, "hotfix"},          {FixType::kUpgrade, "upgrade"},
    {FixType::kRegistry, "registry"},      {FixType::kWorkaround, "workaround"},
    {FixType::kThirdParty, "third-party"}, {FixType::kByDesign, "by-design"},
};

constexpr EnumWord<Relevance> kRelevanceWords[] = {
    {Relevance::kServer, "server"},
    {Relevance::kDesktop, "desktop"},
    {Relevance::kLibrary, "library"},
};

constexpr EnumWord<IssueSource> kIssueSourceWords[] = {
    {IssueSource::kArticle, "article"},
    {IssueSource::kExcerpt, "excerpt"},
    {IssueSource::kTitleOnly, "title-only"},
    {IssueSource::kOwn, "own"},
};

constexpr EnumWord<Confidence> kConfidenceWords[] = {
    {Confidence::kStated, "stated"},        {Confidence::kInferred, "inferred"},
    {Confidence::kGeneric, "generic"},      {Confidence::kAbsent, "absent"},
    {Confidence::kTitleOnly, "title-only"}, {Confidence::kStatedInFixList, "stated-in-fix-list"},
};

constexpr EnumWord<GrowsWith> kGrowsWithWords[] = {
    {GrowsWith::kWork, "work"},
    {GrowsWith::kTime, "time"},
    {GrowsWith::kLogons, "logons"},
    {GrowsWith::kRestarts, "restarts"},
    {GrowsWith::kMonitoring, "monitoring"},
};

constexpr EnumWord<AmountUnit> kAmountUnitWords[] = {
    {AmountUnit::kBytes, "B"},         {AmountUnit::kKilobytes, "KB"},
    {AmountUnit::kMegabytes, "MB"},    {AmountUnit::kGigabytes, "GB"},
    {AmountUnit::kHandles, "handles"}, {AmountUnit::kThreads, "threads"},
    {AmountUnit::kObjects, "objects"},
};

}  // namespace

template <>
std::span<const EnumWord<IssueType>> WordsOf() {
  return kIssueTypeWords;
}

template <>
std::span<const EnumWord<IssueResource>> WordsOf() {
  return kIssueResourceWords;
}

template <>
std::span<const EnumWord<GuiltyKind>> WordsOf() {
  return kGuiltyKindWords;
}

template <>
std::span<const EnumWord<Attribution>> WordsOf() {
  return kAttributionWords;
}

template <>
std::span<const EnumWord<FixType>> WordsOf() {
  return kFixTypeWords;
}

template <>
std::span<const EnumWord<Relevance>> WordsOf() {
  return kRelevanceWords;
}

template <>
std::span<const EnumWord<IssueSource>> WordsOf() {
  return kIssueSourceWords;
}

template <>
std::span<const EnumWord<Confidence>> WordsOf() {
  return kConfidenceWords;
}

template <>
std::span<const EnumWord<GrowsWith>> WordsOf() {
  return kGrowsWithWords;
}

template <>
std::span<const EnumWord<AmountUnit>> WordsOf() {
  return kAmountUnitWords;
}

bool IsExplanation(IssueType type) {
  return type == IssueType::kByDesign || type == IssueType::kCacheGrowth ||
         type == IssueType::kNotALeak || type == IssueType::kCounterCaveat;
}

Resource CounterResource(IssueResource resource) {
  switch (resource) {
    case IssueResource::kPrivateBytes:
      return Resource::kPrivateBytes;
    case IssueResource::kVirtualBytes:
      return Resource::kVirtualBytes;
    case IssueResource::kWorkingSet:
      return Resource::kWorkingSet;
    case IssueResource::kPagedPool:
      return Resource::kPoolPagedBytes;
    case IssueResource::kNonpagedPool:
      return Resource::kPoolNonpagedBytes;
    case IssueResource::kHandles:
      return Resource::kHandles;
    case IssueResource::kThreads:
      return Resource::kThreads;
    case IssueResource::kGdiObjects:
      return Resource::kGdiObjects;
    case IssueResource::kUserObjects:
      return Resource::kUserObjects;
    case IssueResource::kSystemPte:
      return Resource::kSystemPtes;
    case IssueResource::kCommittedBytes:
      return Resource::kCommittedBytes;
    case IssueResource::kPageFileBytes:
      return Resource::kPageFileBytes;
    case IssueResource::kRegistryQuota:
      return Resource::kRegistryQuota;
    case IssueResource::kFileCache:
      return Resource::kCacheBytes;
    case IssueResource::kKernelObjects:
      return Resource::kKernelObjects;
    case IssueResource::kConnections:
      return Resource::kConnections;
    case IssueResource::kDesktopHeap:
    case IssueResource::kInternalBlocks:
    case IssueResource::kDiskSpace:
      return Resource::kNone;
  }
  return Resource::kNone;
}

double UnitFactor(AmountUnit unit) {
  switch (unit) {
    case AmountUnit::kKilobytes:
      return 1024.0;
    case AmountUnit::kMegabytes:
      return 1024.0 * 1024;
    case AmountUnit::kGigabytes:
      return 1024.0 * 1024 * 1024;
    case AmountUnit::kBytes:
    case AmountUnit::kHandles:
    case AmountUnit::kThreads:
    case AmountUnit::kObjects:
      return 1;
  }
  return 1;
}

bool IsBytes(AmountUnit unit) { return unit == AmountUnit::kBytes || UnitFactor(unit) > 1; }

}  // namespace perfleak
