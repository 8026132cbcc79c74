// A machine with ordinary neighbours for tests of what is found on it, and its findings in a line.
#ifndef PERFLEAK_TESTS_LEAKS_TEST_MACHINE_H_
#define PERFLEAK_TESTS_LEAKS_TEST_MACHINE_H_

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "leaks/find_leaks.h"
#include "support/test_log.h"

namespace perfleak {

constexpr double kMb = 1048576;
constexpr int kDay = 1440;  // rows, one a minute
constexpr double kPi = 3.14159265358979323846;

inline double Day(int row) { return std::sin(2 * kPi * row / kDay); }

// Bytes with noise and a daily cycle around `level`.
inline RowValue Bytes(double level, uint32_t stream, double per_hour = 0) {
  return [=](int i) {
    return level * (1 + .01 * Noise(i, stream)) + .01 * level * Day(i) + per_hour * i / 60;
  };
}
inline RowValue Count(double level, uint32_t stream, double per_hour = 0) {
  return [=](int i) { return std::round(level + 3 * Noise(i, stream) + per_hour * i / 60); };
}

struct Rates {
  double private_mb = 0, virtual_mb = 0, paged_mb = 0, nonpaged_mb = 0, handles = 0, threads = 0;
};

// Two days of a machine with three processes; `app` grows at the rates given, an hour.
class Machine {
 public:
  explicit Machine(const Rates& app, TestLog empty = TestLog()) : log(std::move(empty)) {
    AddProcess("app", 10, app);
    AddProcess("store", 20, {});
    AddProcess("mad", 30, {});
    log.Column("Processor(_Total)\\% Processor Time",
               [](int i) { return 30 + 20 * Day(i) + 5 * Noise(i, 99); });
    log.Column("Memory\\Commit Limit", Always(8192 * kMb));
  }
  void AddProcess(const std::string& name, uint32_t pid, const Rates& rates) {
    const std::string object = "Process(" + name + ")\\";
    log.Column(object + "ID Process", Always(pid));
    log.Column(object + "Private Bytes", Bytes(200 * kMb, pid, rates.private_mb * kMb));
    log.Column(object + "Virtual Bytes",
               Bytes(400 * kMb, pid, (rates.private_mb + rates.virtual_mb) * kMb));
    log.Column(object + "Pool Paged Bytes", Bytes(kMb, pid + 1, rates.paged_mb * kMb));
    log.Column(object + "Pool Nonpaged Bytes", Bytes(kMb, pid + 2, rates.nonpaged_mb * kMb));
    log.Column(object + "Handle Count", Count(500, pid + 3, rates.handles));
    log.Column(object + "Thread Count", Count(40, pid + 4, rates.threads));
  }
  // Totals of the machine, with what grows beyond the processes.
  void AddTotals(double committed_mb, double paged_mb, double nonpaged_mb) {
    log.Column("Memory\\Committed Bytes", Bytes(2000 * kMb, 50, committed_mb * kMb));
    log.Column("Memory\\Pool Paged Bytes", Bytes(100 * kMb, 51, paged_mb * kMb));
    log.Column("Memory\\Pool Nonpaged Bytes", Bytes(40 * kMb, 52, nonpaged_mb * kMb));
  }
  LeakReport Find(int rows = 2 * kDay) { return FindLeaks(log.Read(rows), log.table()); }

  TestLog log;
};

// "1 leak heap app; 2 watch ..."
inline std::string Summary(const LeakReport& report) {
  std::vector<std::string> parts;
  for (const Suspect& suspect : report.suspects) {
    parts.push_back(std::to_string(suspect.rank) + " " + std::string(ToString(suspect.verdict)) +
                    " " + std::string(ToString(suspect.kind)) + " " + suspect.component);
  }
  return Join(parts, "; ");
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_LEAKS_TEST_MACHINE_H_
