// One table, searched from the top: object and counter names with wildcards, first match wins.
// Names are those of English Windows from NT 4.0 on; sources are the counters' own explain texts.
#include "model/counter_traits.h"

#include <array>

#include "base/text.h"

namespace perfleak {
namespace {

constexpr double kKilo = 1024;
constexpr double kMega = 1024 * 1024;

struct Entry {
  std::string_view object;  // wildcards allowed, no case
  std::string_view counter;
  CounterTraits traits;
};

constexpr CounterTraits Bytes(Resource resource, double scale = 1) {
  return {CounterKind::kResource, resource, Unit::kBytes, scale, false, 0};
}
constexpr CounterTraits Count(Resource resource) {
  return {CounterKind::kResource, resource, Unit::kCount, 1, false, 0};
}
constexpr CounterTraits Context(Resource resource, Unit unit = Unit::kBytes, double scale = 1) {
  return {CounterKind::kContext, resource, unit, scale, false, 0};
}
constexpr CounterTraits Falling(Resource resource, Unit unit) {
  return {CounterKind::kResource, resource, unit, 1, true, 0};
}
constexpr CounterTraits Load(int rank, Unit unit = Unit::kPerSecond) {
  return {CounterKind::kFlow, Resource::kLoad, unit, 1, false, rank};
}
constexpr CounterTraits Of(CounterKind kind, Resource resource, Unit unit) {
  return {kind, resource, unit, 1, false, 0};
}

// What is true of any object: rates, percentages, averages, peaks and totals name themselves.
constexpr std::array kAnyObject = {
    Entry{"*", "* Peak", Of(CounterKind::kCumulative, Resource::kNone, Unit::kNone)},
    Entry{"*", "Peak *", Of(CounterKind::kCumulative, Resource::kNone, Unit::kNone)},
    Entry{"*", "* Maximum", Of(CounterKind::kCumulative, Resource::kNone, Unit::kNone)},
    Entry{"*", "Maximum *", Of(CounterKind::kCumulative, Resource::kNone, Unit::kNone)},
    Entry{"*", "*/sec", Of(CounterKind::kFlow, Resource::kNone, Unit::kPerSecond)},
    Entry{"*", "*/s", Of(CounterKind::kFlow, Resource::kNone, Unit::kPerSecond)},
    Entry{"*", "*per second*", Of(CounterKind::kFlow, Resource::kNone, Unit::kPerSecond)},
    Entry{"*", "%*", Of(CounterKind::kFlow, Resource::kNone, Unit::kPercent)},
    Entry{"*", "Avg.*", Of(CounterKind::kFlow, Resource::kNone, Unit::kNone)},
    Entry{"*", "Average *", Of(CounterKind::kFlow, Resource::kNone, Unit::kNone)},
    Entry{"*", "Total *", Of(CounterKind::kCumulative, Resource::kNone, Unit::kNone)},
    Entry{"*", "* Total", Of(CounterKind::kCumulative, Resource::kNone, Unit::kNone)},
};

constexpr std::array kProcess = {
    Entry{"*", "Private Bytes", Bytes(Resource::kPrivateBytes)},
    Entry{"*", "Page File Bytes", Bytes(Resource::kPageFileBytes)},
    Entry{"*", "Virtual Bytes", Bytes(Resource::kVirtualBytes)},
    Entry{"*", "Working Set", Context(Resource::kWorkingSet)},
    Entry{"*", "Pool Paged Bytes", Bytes(Resource::kPoolPagedBytes)},
    Entry{"*", "Pool Nonpaged Bytes", Bytes(Resource::kPoolNonpagedBytes)},
    Entry{"*", "Handle Count", Count(Resource::kHandles)},
    Entry{"*", "Thread Count", Count(Resource::kThreads)},
    Entry{"*", "GDI Objects", Count(Resource::kGdiObjects)},
    Entry{"*", "USER Objects", Count(Resource::kUserObjects)},
    Entry{"*", "ID Process", Of(CounterKind::kIdentifier, Resource::kProcessId, Unit::kNone)},
    Entry{"*", "Process ID", Of(CounterKind::kIdentifier, Resource::kProcessId, Unit::kNone)},
    Entry{"*", "Creating Process ID",
          Of(CounterKind::kIdentifier, Resource::kCreatingProcessId, Unit::kNone)},
    Entry{"*", "Elapsed Time", Of(CounterKind::kClock, Resource::kElapsedTime, Unit::kSeconds)},
    Entry{"*", "Priority Base", Of(CounterKind::kUnknown, Resource::kNone, Unit::kNone)},
};

constexpr std::array kOthers = {
    Entry{"Memory", "Committed Bytes", Bytes(Resource::kCommittedBytes)},
    Entry{"Memory", "Pool Paged Bytes", Bytes(Resource::kPoolPagedBytes)},
    Entry{"Memory", "Pool Nonpaged Bytes", Bytes(Resource::kPoolNonpagedBytes)},
    Entry{"Memory", "Free System Page Table Entries", Falling(Resource::kSystemPtes, Unit::kCount)},
    Entry{"Memory", "Commit Limit", Context(Resource::kCommitLimit)},
    Entry{"Memory", "Available Bytes", Context(Resource::kAvailableBytes)},
    Entry{"Memory", "Available KBytes", Context(Resource::kAvailableBytes, Unit::kBytes, kKilo)},
    Entry{"Memory", "Available MBytes", Context(Resource::kAvailableBytes, Unit::kBytes, kMega)},
    Entry{"Memory", "Cache Bytes", Context(Resource::kCacheBytes)},
    Entry{"Memory", "* Peak", Of(CounterKind::kCumulative, Resource::kNone, Unit::kBytes)},
    Entry{"Memory", "*Bytes", Context(Resource::kNone)},
    Entry{"Memory", "*Allocs", Context(Resource::kNone, Unit::kCount)},

    Entry{"NUMA Node Memory", "Total MBytes",
          Context(Resource::kPhysicalMemory, Unit::kBytes, kMega)},

    Entry{"System", "System Up Time",
          Of(CounterKind::kClock, Resource::kSystemUpTime, Unit::kSeconds)},
    Entry{"System",
          "% Registry Quota In Use",
          {CounterKind::kResource, Resource::kRegistryQuota, Unit::kPercent, 1, false, 0}},
    Entry{"System", "% Total Processor Time", Load(2, Unit::kPercent)},  // NT 4.0
    Entry{"System", "Context Switches/sec", Load(10)},
    Entry{"System", "Total System Calls/sec", Load(12)},
    Entry{"System", "System Calls/sec", Load(12)},
    Entry{"System", "Processes", Context(Resource::kLivingProcesses, Unit::kCount)},
    Entry{"System", "Processor Queue Length", Context(Resource::kNone, Unit::kCount)},
    Entry{"System", "Threads", Context(Resource::kNone, Unit::kCount)},

    Entry{"Objects", "Processes", Count(Resource::kKernelObjects)},
    Entry{"Objects", "Threads", Count(Resource::kKernelObjects)},
    Entry{"Objects", "Events", Count(Resource::kKernelObjects)},
    Entry{"Objects", "Mutexes", Count(Resource::kKernelObjects)},
    Entry{"Objects", "Sections", Count(Resource::kKernelObjects)},
    Entry{"Objects", "Semaphores", Count(Resource::kKernelObjects)},

    Entry{"Terminal Services", "* Sessions", Count(Resource::kSessions)},
    Entry{"Server", "Server Sessions", Count(Resource::kSessions)},
    Entry{"Server", "Files Open", Count(Resource::kConnections)},
    Entry{"Server", "Pool *", Context(Resource::kNone)},
    Entry{"TCP*", "Connection Failures",
          Of(CounterKind::kCumulative, Resource::kNone, Unit::kCount)},
    Entry{"TCP*", "Connections Reset", Of(CounterKind::kCumulative, Resource::kNone, Unit::kCount)},
    Entry{"TCP*", "Connections *ive",
          Of(CounterKind::kCumulative, Resource::kConnectionsSoFar, Unit::kCount)},
    Entry{"GPU Engine", "Running Time", Of(CounterKind::kCumulative, Resource::kNone, Unit::kNone)},
    Entry{"TCP*", "Connections Established", Count(Resource::kConnections)},
    Entry{"Web Service", "Current Connections", Count(Resource::kConnections)},
    Entry{"FTP Service", "Current Connections", Count(Resource::kConnections)},
    Entry{"SMTP Server", "* Connections Current", Count(Resource::kConnections)},
    Entry{"MSExchangeIS", "*Connection Count", Count(Resource::kConnections)},
    Entry{"MSExchangeIS", "User Count", Count(Resource::kSessions)},
    Entry{"MSExchangeIS*", "Client Logons", Count(Resource::kSessions)},
    Entry{"MSExchangeIS*", "Active Client Logons", Count(Resource::kSessions)},
    Entry{"MSExchangeIS", "VM Largest Block Size",
          Falling(Resource::kLargestFreeBlock, Unit::kBytes)},
    Entry{"MSExchangeIS", "RPC Operations/sec", Load(5)},
    Entry{"MSExchangeMTA", "Messages/Sec", Load(6)},
    // Disks and networks queue for moments: load, not work that piles up.
    Entry{"*Disk", "*Queue Length", Context(Resource::kNone, Unit::kCount)},
    Entry{"Network Interface", "*Queue Length", Context(Resource::kNone, Unit::kCount)},
    Entry{"*", "*Queue Length*", Context(Resource::kQueueLength, Unit::kCount)},
    Entry{"*", "*Queue Size*", Context(Resource::kQueueLength, Unit::kCount)},
    Entry{"MSExchangeIMC", "Queued *bound", Context(Resource::kQueueLength, Unit::kCount)},
    Entry{"MSMQ Queue", "Messages in Queue", Context(Resource::kQueueLength, Unit::kCount)},
    Entry{"Print Queue", "Jobs", Context(Resource::kQueueLength, Unit::kCount)},
    Entry{"ASP.NET*", "Requests Queued", Context(Resource::kQueueLength, Unit::kCount)},
    Entry{"Active Server Pages", "Requests Queued", Context(Resource::kQueueLength, Unit::kCount)},

    Entry{"Database", "*Cache Size", Context(Resource::kDatabaseCache)},  // of ESE
    Entry{"Database", "*Cache Size (MB)", Context(Resource::kDatabaseCache, Unit::kBytes, kMega)},
    Entry{"SQLServer:Memory Manager", "Total Server Memory (KB)",
          Context(Resource::kDatabaseCache, Unit::kBytes, kKilo)},
    Entry{"MSSQL$*:Memory Manager", "Total Server Memory (KB)",
          Context(Resource::kDatabaseCache, Unit::kBytes, kKilo)},

    Entry{".NET CLR Memory", "# Bytes in all Heaps", Bytes(Resource::kManagedHeapBytes)},
    Entry{".NET CLR Memory", "# Gen 2 Collections",
          Context(Resource::kGen2Collections, Unit::kCount)},
    Entry{".NET CLR Memory", "Process ID",
          Of(CounterKind::kIdentifier, Resource::kProcessId, Unit::kNone)},
    Entry{".NET CLR Loading", "Bytes in Loader Heap", Bytes(Resource::kLoaderHeapBytes)},
    Entry{".NET CLR Loading", "Process ID",
          Of(CounterKind::kIdentifier, Resource::kProcessId, Unit::kNone)},

    Entry{"Web Service", "Total Method Requests/sec", Load(4)},
    Entry{"ASP.NET Applications", "Requests/Sec", Load(4)},
    Entry{"SQLServer:SQL Statistics", "Batch Requests/sec", Load(4)},
    Entry{"PhysicalDisk", "Disk Transfers/sec", Load(8)},
    Entry{"LogicalDisk", "Disk Transfers/sec", Load(9)},
    Entry{"Processor", "% Processor Time", Load(1, Unit::kPercent)},
    Entry{"Processor Information", "% Processor Time", Load(2, Unit::kPercent)},
    Entry{"SQLServer:General Statistics", "User Connections", Count(Resource::kConnections)},
    Entry{"SQLServer:General Statistics", "Logical Connections", Count(Resource::kConnections)},
};

// Its counters are those of processes, summed over a session.
bool HasProcessCounters(const CounterPath& path) {
  return IsProcess(path) || EqualsIgnoreCase(path.object, "Terminal Services Session");
}

bool IsTotal(const CounterPath& path) {
  return EqualsIgnoreCase(path.instance, "_Total") || EqualsIgnoreCase(path.instance, "__Total__");
}

template <size_t N>
const CounterTraits* Find(const std::array<Entry, N>& table, const CounterPath& path) {
  for (const Entry& entry : table) {
    if (WildcardMatch(entry.object, path.object) && WildcardMatch(entry.counter, path.counter)) {
      return &entry.traits;
    }
  }
  return nullptr;
}

// Sums over processes hide restarts and are never judged; they can still measure load, and say
// whether the growth of one process shows in the whole.
CounterTraits ProcessTotalTraits(const CounterPath& path) {
  if (EqualsIgnoreCase(path.counter, "% Processor Time")) return Load(7, Unit::kPercent);
  if (EqualsIgnoreCase(path.counter, "Handle Count")) {
    return Context(Resource::kAllHandles, Unit::kCount);
  }
  if (EqualsIgnoreCase(path.counter, "Thread Count")) {
    return Context(Resource::kAllThreads, Unit::kCount);
  }
  return Context(Resource::kNone);
}

// Of counters with instances, only the total measures the machine's load.
CounterTraits WithoutLoadOfParts(const CounterPath& path, CounterTraits traits) {
  if (traits.load_rank > 0 && path.has_instance && !IsTotal(path)) traits.load_rank = 0;
  return traits;
}

}  // namespace

CounterTraits TraitsOf(const CounterPath& path) {
  if (HasProcessCounters(path)) {
    if (IsTotal(path)) return ProcessTotalTraits(path);
    if (EqualsIgnoreCase(path.instance, "Idle")) return Context(Resource::kNone);
    if (const CounterTraits* traits = Find(kProcess, path)) return *traits;
  } else if (const CounterTraits* traits = Find(kOthers, path)) {
    if (path.has_instance && IsTotal(path) && traits->kind == CounterKind::kIdentifier) return {};
    return WithoutLoadOfParts(path, *traits);
  }
  if (const CounterTraits* traits = Find(kAnyObject, path)) return *traits;
  return {};
}

std::string_view ToString(CounterKind kind) {
  switch (kind) {
    case CounterKind::kResource:
      return "resource";
    case CounterKind::kContext:
      return "context";
    case CounterKind::kFlow:
      return "flow";
    case CounterKind::kClock:
      return "clock";
    case CounterKind::kIdentifier:
      return "identifier";
    case CounterKind::kCumulative:
      return "cumulative";
    case CounterKind::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view ToString(Resource resource) {
  switch (resource) {
    case Resource::kNone:
      return "";
    case Resource::kPrivateBytes:
      return "private bytes";
    case Resource::kPageFileBytes:
      return "page file bytes";
    case Resource::kVirtualBytes:
      return "virtual bytes";
    case Resource::kWorkingSet:
      return "working set";
    case Resource::kPoolPagedBytes:
      return "paged pool";
    case Resource::kPoolNonpagedBytes:
      return "nonpaged pool";
    case Resource::kHandles:
      return "handles";
    case Resource::kThreads:
      return "threads";
    case Resource::kAllHandles:
      return "all handles";
    case Resource::kAllThreads:
      return "all threads";
    case Resource::kGdiObjects:
      return "GDI objects";
    case Resource::kUserObjects:
      return "USER objects";
    case Resource::kManagedHeapBytes:
      return "managed heap";
    case Resource::kLoaderHeapBytes:
      return "loader heap";
    case Resource::kCommittedBytes:
      return "committed bytes";
    case Resource::kCommitLimit:
      return "commit limit";
    case Resource::kAvailableBytes:
      return "available bytes";
    case Resource::kCacheBytes:
      return "cache bytes";
    case Resource::kPhysicalMemory:
      return "physical memory";
    case Resource::kSystemPtes:
      return "system page table entries";
    case Resource::kLargestFreeBlock:
      return "largest free block";
    case Resource::kRegistryQuota:
      return "registry quota";
    case Resource::kKernelObjects:
      return "kernel objects";
    case Resource::kSessions:
      return "sessions";
    case Resource::kConnections:
      return "connections";
    case Resource::kQueueLength:
      return "queue length";
    case Resource::kLivingProcesses:
      return "living processes";
    case Resource::kDatabaseCache:
      return "database cache";
    case Resource::kConnectionsSoFar:
      return "connections so far";
    case Resource::kProcessId:
      return "process ID";
    case Resource::kCreatingProcessId:
      return "creating process ID";
    case Resource::kElapsedTime:
      return "elapsed time";
    case Resource::kSystemUpTime:
      return "system up time";
    case Resource::kGen2Collections:
      return "Gen 2 collections";
    case Resource::kLoad:
      return "load";
  }
  return "";
}

}  // namespace perfleak
