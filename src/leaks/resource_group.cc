#include "leaks/resource_group.h"

namespace perfleak {

ResourceGroup GroupOf(IssueResource resource) {
  switch (resource) {
    case IssueResource::kPrivateBytes:
    case IssueResource::kVirtualBytes:
    case IssueResource::kWorkingSet:
    case IssueResource::kCommittedBytes:
    case IssueResource::kPageFileBytes:
      return ResourceGroup::kMemory;
    case IssueResource::kHandles:
      return ResourceGroup::kHandles;
    case IssueResource::kThreads:
      return ResourceGroup::kThreads;
    case IssueResource::kPagedPool:
      return ResourceGroup::kPaged;
    case IssueResource::kNonpagedPool:
      return ResourceGroup::kNonpaged;
    case IssueResource::kGdiObjects:
    case IssueResource::kUserObjects:
      return ResourceGroup::kGui;
    case IssueResource::kSystemPte:
      return ResourceGroup::kPte;
    case IssueResource::kRegistryQuota:
      return ResourceGroup::kQuota;
    case IssueResource::kKernelObjects:
      return ResourceGroup::kObjects;
    case IssueResource::kConnections:
      return ResourceGroup::kConnections;
    default:
      return ResourceGroup::kOther;
  }
}

bool FollowsFrom(ResourceGroup cause, ResourceGroup effect) {
  switch (cause) {
    case ResourceGroup::kMemory:
      return effect == ResourceGroup::kPaged;  // page tables
    case ResourceGroup::kHandles:
      return effect == ResourceGroup::kPaged || effect == ResourceGroup::kNonpaged ||
             effect == ResourceGroup::kObjects;
    case ResourceGroup::kThreads:
      return effect == ResourceGroup::kHandles || effect == ResourceGroup::kMemory ||
             effect == ResourceGroup::kNonpaged || effect == ResourceGroup::kObjects;
    case ResourceGroup::kConnections:
      return effect == ResourceGroup::kHandles || effect == ResourceGroup::kMemory ||
             effect == ResourceGroup::kNonpaged;
    case ResourceGroup::kGui:
      return effect == ResourceGroup::kPaged || effect == ResourceGroup::kMemory;
    default:
      return false;
  }
}

bool IsInBytes(ResourceGroup group) {
  return group == ResourceGroup::kMemory || group == ResourceGroup::kPaged ||
         group == ResourceGroup::kNonpaged;
}

}  // namespace perfleak
