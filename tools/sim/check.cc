#include "check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>

#include "pdh_csv.h"

namespace perfleak::sim {
namespace {

constexpr size_t kMaxFailures = 20;

std::vector<std::string> Split(const std::string& line) {
  std::vector<std::string> cells;
  std::string_view rest = line;
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  if (rest.size() < 2) return cells;
  rest = rest.substr(1, rest.size() - 2);
  for (;;) {
    const size_t end = rest.find("\",\"");
    cells.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) return cells;
    rest.remove_prefix(end + 3);
  }
}

double Parse(const std::string& cell) {
  double value = kMissing;
  std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return value;
}

double OrZero(double value) { return std::isnan(value) ? 0 : value; }

// The identities, one call for a row.
class Checker {
 public:
  explicit Checker(const std::vector<std::string>& header) {
    for (size_t i = 1; i < header.size(); ++i) AddColumn(header[i], i);
    result_.columns = static_cast<int64_t>(header.size()) - 1;
  }

  void Row(const std::vector<std::string>& cells) {
    ++result_.rows;
    if (static_cast<int64_t>(cells.size()) != result_.columns + 1) {
      Fail(fmt::format("{} cells under {} columns", cells.size() - 1, result_.columns));
      return;
    }
    row_.clear();
    for (const std::string& cell : cells) row_.push_back(Parse(cell));
    CheckTotals();
    CheckCommit();
    CheckCache();
    CheckCounts();
    CheckLives();
    CheckPeaks();
  }

  CheckResult Finish() {
    for (const auto& [what, count] : count_) {
      result_.done.push_back(fmt::format("{}: {}", what, count));
    }
    if (!std::isnan(rest_low_)) {
      result_.done.push_back(
          fmt::format("commit of no process and no pool: {} to {} bytes", rest_low_, rest_high_));
    }
    return result_;
  }

 private:
  using ByCounter = std::map<std::string, size_t>;

  void AddColumn(const std::string& path, size_t at) {
    const std::string local = path.substr(path.find('\\', 2) + 1);
    const size_t counter_at = local.rfind('\\');
    const std::string counter = local.substr(counter_at + 1);
    const std::string object = local.substr(0, counter_at);
    if (object.starts_with("Process(")) {
      processes_[object.substr(8, object.size() - 9)][counter] = at;
    } else {
      system_[object + "\\" + counter] = at;
    }
  }

  double System(const std::string& name) const {
    const auto found = system_.find(name);
    return found == system_.end() ? kMissing : row_[found->second];
  }

  // NaN where the column is not logged or blank.
  double Cell(const ByCounter& process, const std::string& counter) const {
    const auto found = process.find(counter);
    return found == process.end() ? kMissing : row_[found->second];
  }

  double Sum(const std::string& counter) const {
    double sum = 0;
    for (const auto& [name, columns] : processes_) {
      if (name != "_Total") sum += OrZero(Cell(columns, counter));
    }
    return sum;
  }

  // Live processes without a column: a log may list the instances of its first moment only.
  double Unlisted() const {
    double listed = 0;
    for (const auto& [name, columns] : processes_) {
      if (name != "_Total" && !std::isnan(Cell(columns, "ID Process"))) ++listed;
    }
    const double running = System("System\\Processes");
    return std::isnan(running) ? 0 : running - listed;
  }

  void Compare(const std::string& what, double left, double right, double tolerance = 0) {
    if (std::isnan(left) || std::isnan(right)) return;
    ++count_[what];
    ++result_.comparisons;
    if (std::fabs(left - right) > tolerance) {
      Fail(fmt::format("{}: {:.17g} is not {:.17g}", what, left, right));
    }
  }

  void Expect(const std::string& what, bool holds) {
    ++count_[what];
    ++result_.comparisons;
    if (!holds) Fail(what);
  }

  void Fail(const std::string& what) {
    ++result_.failure_count;
    if (result_.failures.size() < kMaxFailures) {
      result_.failures.push_back(fmt::format("row {}: {}", result_.rows, what));
    }
  }

  void CheckTotals() {
    const auto total = processes_.find("_Total");
    if (total == processes_.end()) return;
    const bool all_listed = Unlisted() == 0;
    for (const auto& [counter, at] : total->second) {
      if (counter == "ID Process" || counter == "Priority Base" ||
          counter == "Creating Process ID" || std::isnan(row_[at])) {
        continue;
      }
      const bool is_rate = counter.ends_with("/sec") || counter.starts_with("%");
      // A rate of a process that began in the interval is blank, but is in the sum.
      if (is_rate && counter != "% Processor Time") continue;
      const double tolerance = is_rate ? 1e-6 : 0;
      if (all_listed && !(is_rate && HasNewProcess())) {
        Compare("_Total is the sum: " + counter, Sum(counter), row_[at], tolerance);
      } else {
        Expect("_Total is at least the sum: " + counter, Sum(counter) <= row_[at] + tolerance);
      }
    }
  }

  bool HasNewProcess() const {
    for (const auto& [name, columns] : processes_) {
      if (name != "_Total" && !std::isnan(Cell(columns, "ID Process")) &&
          std::isnan(Cell(columns, "% Processor Time"))) {
        return true;
      }
    }
    return false;
  }

  void CheckCommit() {
    const double committed = System("Memory\\Committed Bytes");
    const double limit = System("Memory\\Commit Limit");
    Compare("% Committed Bytes In Use", System("Memory\\% Committed Bytes In Use"),
            100 * committed / limit, 1e-9);
    Expect("committed is below the limit", !(committed > limit));
    const auto total = processes_.find("_Total");
    if (total == processes_.end()) return;
    const double rest = committed - Cell(total->second, "Private Bytes") -
                        System("Memory\\Pool Paged Bytes") - System("Memory\\Pool Nonpaged Bytes");
    if (std::isnan(rest)) return;
    Expect("committed covers private bytes and pools", rest > 0);
    rest_low_ = std::isnan(rest_low_) ? rest : std::min(rest_low_, rest);
    rest_high_ = std::isnan(rest_high_) ? rest : std::max(rest_high_, rest);
  }

  void CheckCache() {
    Compare("Cache Bytes is the sum of its parts", System("Memory\\Cache Bytes"),
            System("Memory\\Pool Paged Resident Bytes") +
                System("Memory\\System Code Resident Bytes") +
                System("Memory\\System Driver Resident Bytes") +
                System("Memory\\System Cache Resident Bytes"));
    for (const char* pool : {"Pool Paged Bytes", "Pool Nonpaged Bytes"}) {
      const double all = System(std::string("Memory\\") + pool);
      if (!std::isnan(all)) {
        Expect(std::string(pool) + " covers what processes are charged", all >= Sum(pool));
      }
    }
  }

  void CheckCounts() {
    Compare("System and Objects agree on processes", System("System\\Processes"),
            System("Objects\\Processes"));
    Compare("System and Objects agree on threads", System("System\\Threads"),
            System("Objects\\Threads"));
    const auto total = processes_.find("_Total");
    if (total != processes_.end()) {
      Compare("threads of the system are those of the processes", System("System\\Threads"),
              Cell(total->second, "Thread Count"));
    }
    Expect("no live process is listed twice", Unlisted() >= 0);
    const double up_s = System("System\\System Up Time");
    if (!std::isnan(up_s)) Expect("up time rises", !(up_s <= up_s_));
    up_s_ = up_s;
  }

  void CheckLives() {
    std::map<double, std::string> owners;
    for (const auto& [name, columns] : processes_) {
      const double pid = Cell(columns, "ID Process");
      if (name == "_Total" || std::isnan(pid)) continue;
      Expect("process IDs are unique", owners.emplace(pid, name).second);
      const double elapsed_s = Cell(columns, "Elapsed Time");
      if (std::isnan(elapsed_s)) continue;
      const auto before = elapsed_.find(pid);
      if (before != elapsed_.end() && pid != 0) {
        Expect("a process grows older", elapsed_s > before->second);
      }
      elapsed_[pid] = elapsed_s;
    }
  }

  void CheckPeaks() {
    for (const auto& [name, columns] : processes_) {
      Compare("page file bytes are private bytes", Cell(columns, "Page File Bytes"),
              Cell(columns, "Private Bytes"));
      for (const char* counter : {"Virtual Bytes", "Working Set", "Page File Bytes"}) {
        const double peak = Cell(columns, std::string(counter) + " Peak");
        if (!std::isnan(peak)) {
          Expect("a peak is not below its counter", peak >= Cell(columns, counter));
        }
      }
    }
  }

  std::map<std::string, ByCounter> processes_;  // by instance
  std::map<std::string, size_t> system_;        // by "Object(instance)\Counter"
  std::vector<double> row_;
  std::map<double, double> elapsed_;  // by process ID
  std::map<std::string, int64_t> count_;
  double up_s_ = 0;
  double rest_low_ = kMissing, rest_high_ = kMissing;
  CheckResult result_;
};

}  // namespace

CheckResult Check(std::istream& csv) {
  std::string line;
  std::getline(csv, line);
  Checker checker(Split(line));
  while (std::getline(csv, line)) checker.Row(Split(line));
  return checker.Finish();
}

}  // namespace perfleak::sim
