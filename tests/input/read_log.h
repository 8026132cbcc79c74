// Reads a whole log from memory and keeps everything, for tests of the input layer.
#ifndef PERFLEAK_TESTS_INPUT_READ_LOG_H_
#define PERFLEAK_TESTS_INPUT_READ_LOG_H_

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "input/log_reader.h"
#include "model/counter_table.h"

namespace perfleak::testing {

struct KeptRow {
  double t_s;
  std::vector<double> values;
  uint64_t line;
};

struct WholeLog {
  std::string error;  // empty if the log was read to its end
  std::vector<KeptRow> rows;
  LogInfo info;
  std::unique_ptr<CounterTable> table = std::make_unique<CounterTable>();
  Diagnostics diagnostics;

  uint64_t Count(std::string_view code) const { return diagnostics.Count(code); }

  // The counter as the log writes its path, row by row; NaN where missing.
  std::vector<double> Column(std::string_view path) const {
    std::vector<double> column;
    const CounterId id = table->Intern(ParseCounterPath(path).value());
    for (const KeptRow& row : rows) {
      column.push_back(id < row.values.size() ? row.values[id]
                                              : std::numeric_limits<double>::quiet_NaN());
    }
    return column;
  }
};

inline WholeLog ReadSource(std::unique_ptr<ByteSource> source, int threads = 1) {
  WholeLog log;
  auto reader =
      LogReader::Open(std::move(source), log.table.get(), &log.diagnostics, ReadOptions{threads});
  if (!reader) {
    log.error = reader.error().message;
    return log;
  }
  for (;;) {
    auto row = (*reader)->Next();
    if (!row) log.error = row.error().message;
    if (!row || !*row) break;
    log.rows.push_back(
        {(*row)->t_s, {(*row)->values.begin(), (*row)->values.end()}, (*reader)->line()});
  }
  log.info = (*reader)->info();
  return log;
}

inline WholeLog ReadText(std::string text, int threads = 1, size_t chunk = std::string::npos) {
  return ReadSource(MemoryByteSource("log.csv", std::move(text), chunk), threads);
}

// A header of these counters on machine HOST in UTC, ended by CR LF.
inline std::string Header(const std::vector<std::string>& counters,
                          std::string_view first = "(PDH-CSV 4.0) (GMT Standard Time)(0)") {
  std::string line = "\"" + std::string(first) + "\"";
  for (const std::string& counter : counters) line += ",\"\\\\HOST\\" + counter + "\"";
  return line + "\r\n";
}

inline std::string ToUtf16(std::string_view ascii, bool little_endian, bool mark) {
  std::string out = !mark ? "" : little_endian ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : ascii) {
    if (!little_endian) out += '\0';
    out += c;
    if (little_endian) out += '\0';
  }
  return out;
}

// Jan 1 2026 00:00:00 UTC: 20454 days after 1970-01-01 (56 years, 14 of them leap years:
// 56 * 365 + 14 = 20454).
inline constexpr double kNewYear2026 = 20454 * 86400.0;

}  // namespace perfleak::testing

#endif  // PERFLEAK_TESTS_INPUT_READ_LOG_H_
