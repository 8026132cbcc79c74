// A log in memory for tests: every counter of machine PC is a function of the row number.
#ifndef PERFLEAK_TESTS_SUPPORT_TEST_LOG_H_
#define PERFLEAK_TESTS_SUPPORT_TEST_LOG_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "series/series_set.h"

namespace perfleak {

using RowValue = std::function<double(int)>;

inline RowValue Always(double value) {
  return [value](int) { return value; };
}

class TestLog {
 public:
  // Rows begin at this moment, interval_s apart.
  static constexpr double kStart_s = 1e9;

  explicit TestLog(double interval_s = 60,
                   CounterTable::Filter wanted = CounterTable::UsedByAnalysis)
      : interval_s_(interval_s), table_(std::move(wanted)) {}

  void Column(const std::string& path, RowValue value) {
    ids_.push_back(table_.Intern(*ParseCounterPath("\\\\PC\\" + path)));
    values_.push_back(std::move(value));
  }
  // ID Process, and bytes, handles and threads proportional to `level`.
  void Process(const std::string& instance, RowValue pid, const RowValue& level,
               bool with_pid = true) {
    const std::string object = "Process(" + instance + ")\\";
    if (with_pid) Column(object + "ID Process", std::move(pid));
    Column(object + "Private Bytes", level);
    Column(object + "Handle Count", [level](int i) { return level(i) / 1000; });
    Column(object + "Thread Count", [level](int i) { return level(i) / 100000; });
  }
  SeriesSet Read(int rows) { return Read(0, rows); }
  // The rows from `begin` to before `end`, as a log of their own.
  SeriesSet Read(int begin, int end) {
    SeriesBuilder builder(&table_, &diagnostics_);
    std::vector<double> row(table_.size(), std::numeric_limits<double>::quiet_NaN());
    for (int i = begin; i < end; ++i) {
      for (size_t c = 0; c < ids_.size(); ++c) row[ids_[c]] = values_[c](i);
      builder.Add({kStart_s + interval_s_ * i, row});
    }
    return builder.Finish();
  }
  const CounterTable& table() const { return table_; }

 private:
  double interval_s_;
  CounterTable table_;
  Diagnostics diagnostics_;
  std::vector<CounterId> ids_;
  std::vector<RowValue> values_;
};

// Repeatable noise between -1 and 1 without memory: a hash of the row and the stream.
inline double Noise(int row, uint32_t stream) {
  uint64_t x = (static_cast<uint64_t>(stream) << 32) + static_cast<uint64_t>(row) + 1;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  x ^= x >> 31;
  return static_cast<double>(x >> 11) / 4503599627370496.0 - 1.0;
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_SUPPORT_TEST_LOG_H_
