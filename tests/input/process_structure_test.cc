#include "input/process_structure.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>

#include "input/read_log.h"

using namespace perfleak;
using perfleak::testing::ReadText;

namespace {

const std::vector<std::string> kInstances = {"Idle",  "System",  "smss",   "csrss",    "lsass",
                                             "store", "svchost", "_Total", "svchost#1"};

// The value of process p (from 0) in row r.
using Values = std::function<double(int p, int r)>;

double Sum(int p, double value) {
  return kInstances[static_cast<size_t>(p)] == "_Total" ? value * 100 : value;
}
double PidOf(int p) { return p == 0 || p == 7 ? 0 : p == 1 ? 4 : 200.0 + 4 * p * p; }

Values Pages(double first) {
  return [first](int p, int r) {
    return p == 0 ? 0 : Sum(p, 4096 * (first * (p + 1) + std::floor(std::sin(r + 3.0 * p) * 3)));
  };
}
Values Peak(double first) {
  return [first](int p, int r) { return Sum(p, 4096 * (first * (p + 2) + r / 2)); };
}
Values Rate() {
  return [](int p, int r) { return r == 0 ? NAN : 0.37 * p + r; };
}
const Values kPid = [](int p, int) { return PidOf(p); };
const Values kParent = [](int p, int) { return p < 2 || p == 7 ? 0 : PidOf(1 + p % 3); };
const Values kClock = [](int p, int r) { return 1000.25 + 7 * p + 60 * r; };
const Values kPool = [](int p, int r) { return 8 * (900 + 13 * p + r % 2); };
const Values kThreads = [](int p, int r) { return 2 + 9 * p + (p == 5 ? r % 3 : 0); };
const Values kHandles = [](int p, int r) { return 101 + 31 * p + r; };
const Values kPriority = [](int p, int) { return p == 0 ? 0 : 8 + p % 3; };

struct NamedValues {
  std::string counter;
  Values values;
};

// All counters of Process, in Windows' order, under names of no language.
std::vector<NamedValues> AllCounters() {
  std::vector<NamedValues> all = {
      {"a", Rate()},     {"b", Rate()},    {"c", Rate()},     {"d", Peak(9000)}, {"e", Pages(8000)},
      {"f", Rate()},     {"g", Peak(700)}, {"h", Pages(600)}, {"i", Peak(300)},  {"j", Pages(200)},
      {"k", Pages(200)}, {"l", kThreads},  {"m", kPriority},  {"n", kClock},     {"o", kPid},
      {"p", kParent},    {"q", kPool},     {"r", kPool},      {"s", kHandles},   {"t", Rate()},
      {"u", Rate()},     {"v", Rate()},    {"w", Rate()},     {"x", Rate()},     {"y", Rate()},
      {"z", Rate()},     {"aa", Rate()},   {"bb", Pages(100)}};
  return all;
}

struct Log {
  std::vector<HeaderColumn> columns;
  FirstRows rows;
};

Log MakeLog(const std::vector<NamedValues>& counters, bool by_instance = true, int rows = 6) {
  Log log;
  std::vector<std::pair<int, int>> order;  // instance, counter
  for (int p = 0; p < std::ssize(kInstances); ++p) {
    for (int c = 0; c < std::ssize(counters); ++c) order.emplace_back(p, c);
  }
  if (!by_instance) {
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second < b.second; });
  }
  for (const auto& [p, c] : order) {
    const auto path = ParseCounterPath("\\\\PC\\Xyz(" + kInstances[static_cast<size_t>(p)] + ")\\" +
                                       counters[static_cast<size_t>(c)].counter);
    log.columns.push_back({log.columns.size(), *path});
  }
  for (int r = 0; r < rows; ++r) {
    log.rows.t_s.push_back(60.0 * r);
    std::vector<double>& row = log.rows.values.emplace_back();
    for (const auto& [p, c] : order) row.push_back(counters[static_cast<size_t>(c)].values(p, r));
  }
  return log;
}

// English names by those of the log; guesses with a question mark.
std::map<std::string, std::string> Taken(const Log& log) {
  std::map<std::string, std::string> taken;
  for (const TakenObject& object : TakeProcesses(log.columns, log.rows)) {
    CHECK(object.object == "Xyz");
    for (const TakenCounter& counter : object.counters) {
      taken[counter.name] = std::string(counter.english) + (counter.guessed ? "?" : "");
    }
  }
  return taken;
}

using Names = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("all counters of Process are known by their order, which their values confirm") {
  const auto taken = Taken(MakeLog(AllCounters()));
  CHECK(taken.size() == 28);
  CHECK(taken.at("a") == "% Processor Time");
  CHECK(taken.at("e") == "Virtual Bytes");
  CHECK(taken.at("k") == "Private Bytes");
  CHECK(taken.at("o") == "ID Process");
  CHECK(taken.at("s") == "Handle Count");
  CHECK(taken.at("bb") == "Working Set - Private");
}

TEST_CASE("an order that the values contradict is believed in nothing but the unmistakable") {
  auto counters = AllCounters();
  std::swap(counters[10].values, counters[18].values);  // handles where Private Bytes should be
  const auto taken = Taken(MakeLog(counters));
  CHECK(taken.count("k") == 0);
  CHECK(taken.at("o") == "ID Process");
}

TEST_CASE("some counters: what is certain by order and values, and a guess that says so") {
  const std::vector<NamedValues> some = {
      {"mem", Pages(20)}, {"thr", kThreads}, {"id", kPid}, {"pool", kPool}, {"han", kHandles}};
  CHECK(Taken(MakeLog(some)) == Names{{"mem", "Private Bytes?"},
                                      {"thr", "Thread Count?"},
                                      {"id", "ID Process"},
                                      {"han", "Handle Count?"}});
}

TEST_CASE("two equal counters of pages side by side are Page File Bytes and Private Bytes") {
  const std::vector<NamedValues> some = {
      {"virtual", Pages(8000)}, {"file", Pages(20)}, {"mem", Pages(20)}, {"id", kPid}};
  CHECK(Taken(MakeLog(some)) ==
        Names{{"file", "Page File Bytes"}, {"mem", "Private Bytes"}, {"id", "ID Process"}});
}

TEST_CASE("counter after counter is an order that somebody chose: only identifier and clock") {
  const std::vector<NamedValues> some = {{"id", kPid}, {"mem", Pages(8000)}, {"time", kClock}};
  CHECK(Taken(MakeLog(some, false)) == Names{{"id", "ID Process"}, {"time", "Elapsed Time"}});
}

TEST_CASE("working sets are not taken for private memory: Idle has one") {
  const Values working_set = [](int p, int r) { return p == 0 ? 16384 : Pages(20)(p, r); };
  const auto taken = Taken(MakeLog({{"set", working_set}, {"id", kPid}}));
  CHECK(taken == Names{{"id", "ID Process"}});
}

TEST_CASE("an object without Windows' own processes is none of processes") {
  Log log = MakeLog(AllCounters());
  for (HeaderColumn& column : log.columns) column.path.instance += "x";
  CHECK_FALSE(MayHoldProcesses(log.columns));
  CHECK(TakeProcesses(log.columns, log.rows).empty());
}

TEST_CASE("of two objects alike none is taken") {
  Log log = MakeLog(AllCounters());
  const size_t columns = log.columns.size();
  for (size_t i = 0; i < columns; ++i) {
    HeaderColumn twin = log.columns[i];
    twin.path.object = "Other";
    log.columns.push_back(twin);
  }
  CHECK(TakeProcesses(log.columns, log.rows).empty());
}

TEST_CASE("one row is not enough to see what stays and what rises") {
  const Log log = MakeLog(AllCounters(), true, 1);
  CHECK(MayHoldProcesses(log.columns));
  CHECK(TakeProcesses(log.columns, log.rows).empty());
}

TEST_CASE("a log says what was taken for what") {
  std::string text = "\"(PDH-CSV 4.0) (UTC)(0)\"";
  const Log log = MakeLog({{"mem, \u00C4", Pages(20)}, {"id", kPid}});
  for (const HeaderColumn& column : log.columns) text += ",\"" + ToString(column.path) + "\"";
  text += "\r\n";
  for (size_t r = 0; r < log.rows.values.size(); ++r) {
    text += "\"01/01/2026 00:0" + std::to_string(r) + ":00.000\"";
    for (const double value : log.rows.values[r]) text += ",\"" + std::to_string(value) + "\"";
    text += "\r\n";
  }
  const auto read = ReadText(text);
  CHECK(read.error.empty());
  REQUIRE(read.Count("taken-by-structure") == 1);
  CHECK(read.diagnostics.Entries().front().message ==
        "object \"Xyz\" is taken as Process, and in it \"mem, \u00C4\" as Private Bytes (a guess), "
        "\"id\" as ID Process");
  CHECK(read.Column("\\\\PC\\Process(lsass)\\ID Process").front() == PidOf(4));
  CHECK(read.info.language.empty());
}
