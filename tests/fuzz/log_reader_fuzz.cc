// Feeds arbitrary bytes to LogReader.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "input/log_reader.h"

using namespace perfleak;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  CounterTable table;
  Diagnostics diagnostics;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  auto reader = LogReader::Open(MemoryByteSource("fuzz", std::move(bytes)), &table, &diagnostics,
                                ReadOptions{1});
  if (!reader) return 0;
  static_cast<void>((*reader)->FirstTime());
  uint64_t rows = 0;
  bool first = true;
  double last_s = 0;
  for (;;) {
    const auto row = (*reader)->Next();
    if (!row || !*row) break;
    PERFLEAK_CHECK(first || (*row)->t_s > last_s);
    last_s = (*row)->t_s;
    first = false;
    ++rows;
  }
  const LogInfo& info = (*reader)->info();
  PERFLEAK_CHECK(info.rows_used == rows);
  PERFLEAK_CHECK(info.rows_read == info.rows_used + info.rows_dropped);
  return 0;
}
