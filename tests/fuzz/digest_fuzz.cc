// Feeds arbitrary bytes to DecodeDigest and, as no fuzzer finds its way through a checksum, to
// DecodeSeriesSet: a libFuzzer target, or with replay.cc a program that replays its corpus.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "fleet/digest_codec.h"
#include "series/series_codec.h"

using namespace perfleak;

namespace {

// As many counters as the series of the corpus have, of every sort.
CounterTable SomeCounters() {
  CounterTable table;
  for (const char* path :
       {"\\\\PC\\Process(app)\\ID Process", "\\\\PC\\Process(app)\\Private Bytes",
        "\\\\PC\\Process(app)\\Handle Count", "\\\\PC\\Process(app)\\Thread Count",
        "\\\\PC\\Memory\\Committed Bytes", "\\\\PC\\Processor(_Total)\\% Processor Time"}) {
    table.Intern(*ParseCounterPath(path));
  }
  return table;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (const auto digest = DecodeDigest("fuzz", bytes)) {
    PERFLEAK_CHECK(DecodeDigest("again", EncodeDigest(*digest)).ok());
  }
  const CounterTable table = SomeCounters();
  if (const auto set = DecodeSeriesSet(bytes, table)) {
    for (const Life& life : set->lives) PERFLEAK_CHECK(life.buckets->grid().IsSound());
    PERFLEAK_CHECK(DecodeSeriesSet(EncodeSeriesSet(*set), table).ok());
  }
  return 0;
}
