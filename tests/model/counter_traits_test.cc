#include "model/counter_traits.h"

#include <doctest/doctest.h>

namespace perfleak {
namespace {

CounterTraits Of(const char* text) { return TraitsOf(*ParseCounterPath(text)); }

TEST_CASE("each well-known counter has its kind, resource and unit") {
  struct Case {
    const char* path;
    CounterKind kind;
    Resource resource;
    Unit unit;
  };
  using K = CounterKind;
  using R = Resource;
  const Case cases[] = {
      {R"(\\A\Process(x)\Private Bytes)", K::kResource, R::kPrivateBytes, Unit::kBytes},
      {R"(\\A\process(x)\handle count)", K::kResource, R::kHandles, Unit::kCount},
      {R"(\\A\Process V2(x:12)\Thread Count)", K::kResource, R::kThreads, Unit::kCount},
      {R"(\\A\Process(x)\ID Process)", K::kIdentifier, R::kProcessId, Unit::kNone},
      {R"(\\A\Process(x)\Elapsed Time)", K::kClock, R::kElapsedTime, Unit::kSeconds},
      {R"(\\A\Process(x)\Working Set)", K::kContext, R::kWorkingSet, Unit::kBytes},
      {R"(\\A\Process(x)\% Processor Time)", K::kFlow, R::kNone, Unit::kPercent},
      {R"(\\A\Process(x)\Page File Bytes Peak)", K::kCumulative, R::kNone, Unit::kNone},
      {R"(\\A\Process(_Total)\Handle Count)", K::kContext, R::kAllHandles, Unit::kCount},
      {R"(\\A\Memory\Committed Bytes)", K::kResource, R::kCommittedBytes, Unit::kBytes},
      {R"(\\A\Memory\Available MBytes)", K::kContext, R::kAvailableBytes, Unit::kBytes},
      {R"(\\A\Memory\Cache Bytes Peak)", K::kCumulative, R::kNone, Unit::kBytes},
      {R"(\\A\Memory\Pages/sec)", K::kFlow, R::kNone, Unit::kPerSecond},
      {R"(\\A\Memory\Standby Cache Normal Priority Bytes)", K::kContext, R::kNone, Unit::kBytes},
      {R"(\\A\Memory\Free System Page Table Entries)", K::kResource, R::kSystemPtes, Unit::kCount},
      {R"(\\A\System\System Up Time)", K::kClock, R::kSystemUpTime, Unit::kSeconds},
      {R"(\\A\System\% Registry Quota In Use)", K::kResource, R::kRegistryQuota, Unit::kPercent},
      {R"(\\A\Objects\Sections)", K::kResource, R::kKernelObjects, Unit::kCount},
      {R"(\\A\TCPv4\Connections Established)", K::kResource, R::kConnections, Unit::kCount},
      {R"(\\A\TCPv4\Connection Failures)", K::kCumulative, R::kNone, Unit::kCount},
      {R"(\\A\MSExchangeIS\VM Largest Block Size)", K::kResource, R::kLargestFreeBlock,
       Unit::kBytes},
      {R"(\\A\MSExchangeMTA\Work Queue Length)", K::kContext, R::kQueueLength, Unit::kCount},
      {R"(\\A\.NET CLR Memory(w3wp)\# Bytes in all Heaps)", K::kResource, R::kManagedHeapBytes,
       Unit::kBytes},
      {R"(\\A\Some Vendor(1)\Widgets)", K::kUnknown, R::kNone, Unit::kNone},
  };
  for (const Case& one : cases) {
    CAPTURE(one.path);
    const CounterTraits traits = Of(one.path);
    CHECK(traits.kind == one.kind);
    CHECK(traits.resource == one.resource);
    CHECK(traits.unit == one.unit);
  }
}

TEST_CASE("counters in kilobytes and megabytes are scaled to bytes") {
  CHECK(Of(R"(\\A\Memory\Available MBytes)").scale == 1048576);
  CHECK(Of(R"(\\A\Memory\Available KBytes)").scale == 1024);
  CHECK(Of(R"(\\A\Memory\Available Bytes)").scale == 1);
}

TEST_CASE("a fall is bad only where the counter counts what is left") {
  CHECK(Of(R"(\\A\Memory\Free System Page Table Entries)").falling_is_bad);
  CHECK(Of(R"(\\A\MSExchangeIS\VM Largest Block Size)").falling_is_bad);
  CHECK_FALSE(Of(R"(\\A\Process(x)\Private Bytes)").falling_is_bad);
}

TEST_CASE("load is measured by the total of the machine, never by a part") {
  CHECK(Of(R"(\\A\Processor(_Total)\% Processor Time)").load_rank == 1);
  CHECK(Of(R"(\\A\Processor(0)\% Processor Time)").load_rank == 0);
  CHECK(Of(R"(\\A\Process(store)\% Processor Time)").load_rank == 0);
  CHECK(Of(R"(\\A\System\Context Switches/sec)").load_rank > 1);
}

}  // namespace
}  // namespace perfleak
