// The words for kinds of leak, in JSON and for people.
#include "leaks/suspect.h"

namespace perfleak {

std::string_view ToString(LeakKind kind) {
  switch (kind) {
    case LeakKind::kHeap:
      return "heap";
    case LeakKind::kAddressSpace:
      return "address-space";
    case LeakKind::kFragmentation:
      return "fragmentation";
    case LeakKind::kHandles:
      return "handles";
    case LeakKind::kThreads:
      return "threads";
    case LeakKind::kKernelObjects:
      return "kernel-objects";
    case LeakKind::kNonpagedPool:
      return "nonpaged-pool";
    case LeakKind::kPagedPool:
      return "paged-pool";
    case LeakKind::kSession:
      return "session";
    case LeakKind::kSystemPte:
      return "system-pte";
    case LeakKind::kRegistryQuota:
      return "registry-quota";
    case LeakKind::kConnections:
      return "connections";
    case LeakKind::kManagedHeap:
      return "managed-heap";
    case LeakKind::kNativeInManaged:
      return "native-in-managed";
    case LeakKind::kUnownedCommit:
      return "unowned-commit";
    case LeakKind::kAccumulation:
      return "accumulation";
    case LeakKind::kMeasurement:
      return "measurement";
    case LeakKind::kGdi:
      return "gdi";
    case LeakKind::kOther:
      return "other";
  }
  return "other";
}

std::string_view DescribeKind(LeakKind kind) {
  switch (kind) {
    case LeakKind::kHeap:
      return "heap leak";
    case LeakKind::kAddressSpace:
      return "address-space leak";
    case LeakKind::kFragmentation:
      return "fragmentation";
    case LeakKind::kHandles:
      return "handle leak";
    case LeakKind::kThreads:
      return "thread leak";
    case LeakKind::kKernelObjects:
      return "kernel object leak";
    case LeakKind::kNonpagedPool:
      return "nonpaged pool leak";
    case LeakKind::kPagedPool:
      return "paged pool leak";
    case LeakKind::kSession:
      return "session leak";
    case LeakKind::kSystemPte:
      return "system PTE leak";
    case LeakKind::kRegistryQuota:
      return "registry quota";
    case LeakKind::kConnections:
      return "connection leak";
    case LeakKind::kManagedHeap:
      return "managed heap leak";
    case LeakKind::kNativeInManaged:
      return "native leak in a managed process";
    case LeakKind::kUnownedCommit:
      return "commit without owner";
    case LeakKind::kAccumulation:
      return "accumulation";
    case LeakKind::kMeasurement:
      return "perhaps caused by measuring";
    case LeakKind::kGdi:
      return "GDI/USER object leak";
    case LeakKind::kOther:
      return "other growth";
  }
  return "other growth";
}

}  // namespace perfleak
