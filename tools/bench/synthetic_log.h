// Logs as Performance Monitor exports them, for measuring speed and memory. Not for judging how
// well leaks are told from others (see tools/sim), but a log of two days or more holds the planted
// leaks, no restart and nothing else that looks like one, so that perfleak does the work it would
// do.
//
// What a cell costs to read depends on its length, its digits and whether it differs from the row
// before. Measured (tools/bench/cells) on real logs of a desktop, three times 121 rows of 449
// columns, one machine's memory and its processes, and imitated counter by counter:
//
//                                   real            process   wide      narrow
//   cells equal to the row before   67 to 69 %      66 %      71 %      45 %
//   mean length of a cell           8.2 to 8.3      8.2       7.7       9.6
//   zeros                           26 to 27 %      25 %      26 %      17 %
//   fractions                       21 to 22 %      23 %      20 %      26 %
//   their digits                    19.9            19.9      19.9      19.9
//   exponents                       0.3 %           0.2 %     0.0 %     0.0 %
//
// How: every level has a base, and with a certain probability a row moves it by some pages; it is
// pulled back, to a place that follows the hour of the day a little. What a process has committed
// moves all its memory counters. Fractions are taken from a pool printed once and get twelve new
// digits each time. So writing a row is mostly copying.
#ifndef PERFLEAK_TOOLS_BENCH_SYNTHETIC_LOG_H_
#define PERFLEAK_TOOLS_BENCH_SYNTHETIC_LOG_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace perfleak {

enum class LogShape {
  kProcess,  // 1,500 columns: one machine's totals and some 50 processes, three of which leak
  kNarrow,   // 40 columns: memory and one leaking process
  kWide,     // 20,000 columns: as kProcess, with some 700 processes, five of which leak
};

// As such logs are collected: few counters often, many seldom.
double UsualInterval_s(LogShape shape);

class SyntheticLog {
 public:
  // columns: other than the shape has; not for kNarrow, which has 40.
  SyntheticLog(LogShape shape, uint64_t seed, double interval_s, size_t columns = 0);
  SyntheticLog(SyntheticLog&&) noexcept;
  ~SyntheticLog();

  // Counter paths, without the time stamp's column.
  std::vector<std::string> CounterPaths() const;

  // The counter that each planted leak is best seen in.
  std::vector<std::string> LeakPaths() const;

  // The first line, with its line end.
  std::string Header() const;

  // Writes line `row` (counted from 0, to be asked for in order), with its line end, to `out`,
  // which has room for RoomForRow() bytes. Returns the place after it.
  char* AppendRow(uint64_t row, char* out);
  size_t RoomForRow() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace perfleak

#endif  // PERFLEAK_TOOLS_BENCH_SYNTHETIC_LOG_H_
