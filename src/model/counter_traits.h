// What is known of a counter by its name: whether growth of it can be a leak at all, in which unit
// it counts, and what it measures.
#ifndef PERFLEAK_MODEL_COUNTER_TRAITS_H_
#define PERFLEAK_MODEL_COUNTER_TRAITS_H_

#include <string_view>

#include "base/units.h"
#include "model/counter_path.h"

namespace perfleak {

enum class CounterKind {
  kResource,  // a level that something holds and should give back: may be called a leak
  kContext,   // a level that explains others (Available Bytes, Cache Bytes, a limit): never called
  kFlow,      // work per time: load
  kClock,     // Elapsed Time, System Up Time
  kIdentifier,  // ID Process
  kCumulative,  // rises by definition: totals since start, peaks
  kUnknown      // a counter perfleak has no opinion on: never called
};

// What a counter measures, where a rule of ours needs to know. Names as in docs/method.md.
enum class Resource {
  kNone,
  kPrivateBytes,
  kPageFileBytes,
  kVirtualBytes,
  kWorkingSet,
  kPoolPagedBytes,
  kPoolNonpagedBytes,
  kHandles,
  kThreads,
  kAllHandles,  // of all processes of a machine
  kAllThreads,
  kGdiObjects,
  kUserObjects,
  kManagedHeapBytes,
  kLoaderHeapBytes,
  kCommittedBytes,
  kCommitLimit,
  kAvailableBytes,
  kCacheBytes,
  kPhysicalMemory,
  kSystemPtes,
  kLargestFreeBlock,
  kRegistryQuota,
  kKernelObjects,
  kSessions,
  kConnections,
  kQueueLength,
  kLivingProcesses,   // of a machine
  kDatabaseCache,     // memory that a database holds as long as nobody else needs it
  kConnectionsSoFar,  // since the start: counts up
  kProcessId,
  kCreatingProcessId,
  kElapsedTime,
  kSystemUpTime,
  kGen2Collections,
  kLoad
};

struct CounterTraits {
  CounterKind kind = CounterKind::kUnknown;
  Resource resource = Resource::kNone;
  Unit unit = Unit::kNone;
  double scale = 1;             // value * scale is in `unit`: 1048576 for "Available MBytes"
  bool falling_is_bad = false;  // Free System Page Table Entries, VM Largest Block Size
  int load_rank = 0;            // kLoad only: 1 is the best measure of a machine's load, 0 is none
};

// Traits by object, instance and counter name, compared without case.
CounterTraits TraitsOf(const CounterPath& path);

std::string_view ToString(CounterKind kind);
// "private bytes", "handles": the words of the catalogue and of reports.
std::string_view ToString(Resource resource);

}  // namespace perfleak

#endif  // PERFLEAK_MODEL_COUNTER_TRAITS_H_
