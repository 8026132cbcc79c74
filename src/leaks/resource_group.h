// Resources of known issues that count the same thing, or follow from one another: they are one
// piece of evidence, not several.
#ifndef PERFLEAK_LEAKS_RESOURCE_GROUP_H_
#define PERFLEAK_LEAKS_RESOURCE_GROUP_H_

#include "leaks/known_issue.h"

namespace perfleak {

// Resources that rise together because they count the same thing.
enum class ResourceGroup {
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

ResourceGroup GroupOf(IssueResource resource);

// Whether `effect` grows along with `cause` and says nothing more: pool with handles.
bool FollowsFrom(ResourceGroup cause, ResourceGroup effect);

// Whether its counters are in bytes.
bool IsInBytes(ResourceGroup group);

}  // namespace perfleak

#endif  // PERFLEAK_LEAKS_RESOURCE_GROUP_H_
