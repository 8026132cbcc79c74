// How fast rows become numbers: bytes per second of RowParser on synthetic rows already in memory.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/text.h"
#include "input/csv_fields.h"
#include "synthetic_log.h"

namespace perfleak {
namespace {

// About as many bytes as fit no cache, so that the loop reads from memory as in real use.
constexpr size_t kBytes = size_t{1} << 26;

struct Rows {
  std::string text;
  std::vector<std::string_view> lines;  // views into text
};

Rows MakeRows(SyntheticLog* log) {
  Rows rows;
  rows.text.resize(kBytes + log->RoomForRow());
  char* out = rows.text.data();
  for (uint64_t row = 0; out < rows.text.data() + kBytes; ++row) {
    char* const end = log->AppendRow(row, out);
    rows.lines.emplace_back(out, end - 2);  // without CR LF
    out = end;
  }
  return rows;
}

// The counters that an analysis follows: about a third of a process log.
bool IsWanted(std::string_view path) {
  constexpr std::array<std::string_view, 9> kWanted = {
      "\\Private Bytes",       "\\Working Set",  "\\Virtual Bytes",
      "\\Page File Bytes",     "\\Handle Count", "\\Pool Paged Bytes",
      "\\Pool Nonpaged Bytes", "\\Thread Count", "\\ID Process"};
  return std::any_of(kWanted.begin(), kWanted.end(),
                     [path](std::string_view name) { return EndsWithIgnoreCase(path, name); });
}

enum class Wanted { kNone, kUsual, kAll };

std::vector<uint32_t> Columns(const SyntheticLog& log, Wanted wanted) {
  std::vector<uint32_t> columns;
  uint32_t column = 0;
  for (const std::string& path : log.CounterPaths()) {
    const bool take = wanted == Wanted::kAll || (wanted == Wanted::kUsual && IsWanted(path));
    if (take) columns.push_back(column);
    ++column;
  }
  return columns;
}

void ParseRows(benchmark::State& state, LogShape shape, Wanted wanted) {
  SyntheticLog log(shape, 1, 15);
  const Rows rows = MakeRows(&log);
  const std::vector<uint32_t> columns = Columns(log, wanted);
  std::vector<double> values(columns.size());
  RowParser parser;
  int64_t bytes = 0;
  for (auto _ : state) {
    for (const std::string_view line : rows.lines) {
      std::fill(values.begin(), values.end(), std::numeric_limits<double>::quiet_NaN());
      RowFields row;
      parser.Parse(line, ',', columns, values, &row);
      benchmark::DoNotOptimize(row);
      bytes += static_cast<int64_t>(line.size());
    }
  }
  state.SetBytesProcessed(bytes);
}

BENCHMARK_CAPTURE(ParseRows, process_usual, LogShape::kProcess, Wanted::kUsual);
BENCHMARK_CAPTURE(ParseRows, process_all, LogShape::kProcess, Wanted::kAll);
BENCHMARK_CAPTURE(ParseRows, process_none, LogShape::kProcess, Wanted::kNone);
BENCHMARK_CAPTURE(ParseRows, narrow_usual, LogShape::kNarrow, Wanted::kUsual);
BENCHMARK_CAPTURE(ParseRows, wide_usual, LogShape::kWide, Wanted::kUsual);
BENCHMARK_CAPTURE(ParseRows, wide_all, LogShape::kWide, Wanted::kAll);

}  // namespace
}  // namespace perfleak
