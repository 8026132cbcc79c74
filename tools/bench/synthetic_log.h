// Logs as Performance Monitor exports them, for measuring speed and memory: valid header, growing
// time stamps, constant process IDs, a few processes that leak. Not for judging verdicts (see
// tools/sim). The text of a number is taken from a pool printed once, so that writing a row is
// copying; only leaking counters, uptimes and time stamps are printed for each row.
#ifndef PERFLEAK_TOOLS_BENCH_SYNTHETIC_LOG_H_
#define PERFLEAK_TOOLS_BENCH_SYNTHETIC_LOG_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace perfleak {

enum class LogShape {
  kProcess,  // 1,500 columns: one machine's totals and some 50 processes
  kNarrow,   // 40 columns: memory and one leaking process
  kWide,     // 20,000 columns: as kProcess, with some 700 processes
};

class SyntheticLog {
 public:
  SyntheticLog(LogShape shape, uint64_t seed, double interval_s);
  ~SyntheticLog();

  // Counter paths, without the time stamp's column.
  std::vector<std::string> CounterPaths() const;

  // The first line, with its line end.
  std::string Header() const;

  // Writes line `row` (counted from 0, to be asked for in order), with its line end, to `out`,
  // which has room for RoomForRow() bytes. Returns the place after it.
  char* AppendRow(uint64_t row, char* out);
  size_t RoomForRow() const;

 private:
  struct Column;
  class Columns;
  class Pool;

  char* AppendTimeStamp(uint64_t row, char* out);
  char* AppendCell(const Column& column, uint64_t row, size_t step, char* out) const;

  std::mt19937_64 random_;
  double interval_s_;
  std::vector<Column> columns_;
  std::vector<std::unique_ptr<Pool>> pools_;  // by Look
};

}  // namespace perfleak

#endif  // PERFLEAK_TOOLS_BENCH_SYNTHETIC_LOG_H_
