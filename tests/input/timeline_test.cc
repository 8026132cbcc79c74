#include "input/timeline.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "input/read_log.h"

using namespace perfleak;
using namespace perfleak::testing;

namespace {

// Files in a directory of their own, gone at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "perfleak.XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string Write(const std::string& name, const std::string& text) const {
    const std::string path = (path_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

 private:
  std::filesystem::path path_;
};

struct Read {
  std::string error;
  std::vector<double> times;  // seconds from New Year 2026
  std::vector<std::vector<double>> values;
  std::vector<LogInfo> logs;
  TimeBasis basis = TimeBasis::kUtc;
  CounterTable table;
  Diagnostics diagnostics;
};

std::unique_ptr<Read> ReadAll(const std::vector<std::string>& paths,
                              const TimelineOptions& options = {}) {
  auto result = std::make_unique<Read>();
  auto timeline = Timeline::Open(paths, &result->table, &result->diagnostics, options);
  if (!timeline) {
    result->error = timeline.error().message;
    return result;
  }
  for (;;) {
    const auto row = (*timeline)->Next();
    REQUIRE(row.ok());
    if (!*row) break;
    if (!result->times.empty()) CHECK((*row)->t_s > result->times.back() + kNewYear2026);
    result->times.push_back((*row)->t_s - kNewYear2026);
    result->values.emplace_back((*row)->values.begin(), (*row)->values.end());
  }
  result->logs = (*timeline)->logs();
  result->basis = (*timeline)->time_basis();
  for (const LogInfo& log : result->logs) {
    CHECK(log.rows_read == log.rows_used + log.rows_dropped);
  }
  return result;
}

std::string HeaderOf(const std::vector<std::string>& paths, std::string_view zone = "(UTC)(0)") {
  std::string line = "\"(PDH-CSV 4.0) " + std::string(zone) + "\"";
  for (const std::string& path : paths) line += ",\"" + path + "\"";
  return line + "\r\n";
}

std::string LineAt(const std::string& time_of_day, const std::vector<std::string>& cells) {
  std::string line = "\"01/01/2026 " + time_of_day + "\"";
  for (const std::string& cell : cells) line += ",\"" + cell + "\"";
  return line + "\r\n";
}

const std::string kA = "\\\\A\\Process(x)\\Private Bytes";
const std::string kB = "\\\\B\\Process(x)\\Private Bytes";

}  // namespace

TEST_CASE("segments are read in the order of their times, whatever order they were named in") {
  const Folder folder;
  const std::string second = folder.Write(
      "1.csv", HeaderOf({kA}) + LineAt("00:00:30.003", {"3"}) + LineAt("00:00:45.000", {"4"}));
  const std::string first = folder.Write(
      "2.csv", HeaderOf({kA}) + LineAt("00:00:15.000", {"1"}) + LineAt("00:00:30.000", {"2"}));
  const auto read = ReadAll({second, first});
  CHECK(read->values == std::vector<std::vector<double>>{{1}, {2}, {3}, {4}});
  REQUIRE(read->logs.size() == 2);
  CHECK(read->logs[0].name == first);
  CHECK(read->logs[0].rows_used == 2);
  CHECK(read->diagnostics.Entries().empty());
}

TEST_CASE("a log named twice is read once, and a copy of it doubles nothing") {
  const Folder folder;
  const std::string text =
      HeaderOf({kA}) + LineAt("00:00:00.000", {"1"}) + LineAt("00:00:15.000", {"2"});
  const std::string log = folder.Write("a.csv", text);
  const std::string copy = folder.Write("copy.csv", text);
  const auto read = ReadAll({log, copy, log});
  CHECK(read->times == std::vector<double>{0, 15});
  CHECK(read->diagnostics.Count("same-file") == 1);
  CHECK(read->diagnostics.Count("overlap") == 2);
  REQUIRE(read->logs.size() == 2);
  CHECK(read->logs[1].rows_dropped == 2);
}

TEST_CASE("segments with different columns share one table") {
  const Folder folder;
  const std::string y = "\\\\A\\Process(y)\\Private Bytes";
  const auto read =
      ReadAll({folder.Write("1.csv", HeaderOf({kA}) + LineAt("00:00:00.000", {"1"})),
               folder.Write("2.csv", HeaderOf({y, kA}) + LineAt("00:00:15.000", {"2", "3"}))});
  REQUIRE(read->values.size() == 2);
  CHECK(read->values[0] == std::vector<double>{1});
  CHECK(read->values[1] == std::vector<double>{3, 2});
}

TEST_CASE("two machines at the same times are merged, equal stamps in one row") {
  const Folder folder;
  const auto read = ReadAll({folder.Write("a.csv", HeaderOf({kA}) + LineAt("00:00:00.000", {"1"}) +
                                                       LineAt("00:00:15.000", {"2"})),
                             folder.Write("b.csv", HeaderOf({kB}) + LineAt("00:00:00.000", {"10"}) +
                                                       LineAt("00:00:15.000", {"20"}))});
  CHECK(read->values == std::vector<std::vector<double>>{{1, 10}, {2, 20}});
  CHECK(read->diagnostics.Count("overlap") == 0);
}

TEST_CASE("two machines a fraction of a step apart share rows") {
  const Folder folder;
  const auto read = ReadAll(
      {folder.Write("a.csv", HeaderOf({kA}) + LineAt("00:00:00.000", {"1"}) +
                                 LineAt("00:00:15.000", {"2"}) + LineAt("00:00:30.010", {"3"})),
       folder.Write("b.csv", HeaderOf({kB}) + LineAt("00:00:00.300", {"10"}) +
                                 LineAt("00:00:15.300", {"20"}) + LineAt("00:00:34.000", {"30"}) +
                                 LineAt("00:01:30.000", {"40"}))});
  REQUIRE(read->values.size() == 4);
  CHECK(read->times[1] == 15);
  CHECK(read->values[2] == std::vector<double>{3, 30});
  CHECK(std::isnan(read->values[3][0]));
  CHECK(read->values[3][1] == 40);
}

TEST_CASE("a second machine that logs later is opened in its time and follows on") {
  const Folder folder;
  const auto read = ReadAll({folder.Write("b.csv", HeaderOf({kB}) + LineAt("00:10:00.000", {"10"})),
                             folder.Write("a.csv", HeaderOf({kA}) + LineAt("00:00:00.000", {"1"}) +
                                                       LineAt("00:00:15.000", {"2"}))});
  CHECK(read->times == std::vector<double>{0, 15, 600});
}

TEST_CASE("logs of UTC and of local time together are all read as local time") {
  const Folder folder;
  const auto read = ReadAll(
      {folder.Write("utc.csv", HeaderOf({kA}, "(Eastern)(300)") + LineAt("00:00:00.000", {"1"})),
       folder.Write("local.csv", HeaderOf({kA}, "(") + LineAt("00:00:15.000", {"2"}))});
  CHECK(read->times == std::vector<double>{0, 15});
  CHECK(read->basis == TimeBasis::kLocal);
  CHECK(read->diagnostics.Count("mixed-time-basis") == 1);
}

TEST_CASE("rows outside the range asked for are dropped and counted") {
  const Folder folder;
  TimelineOptions options;
  options.since_s = kNewYear2026 + 15;
  options.until_s = kNewYear2026 + 30;
  const auto read = ReadAll(
      {folder.Write("a.csv", HeaderOf({kA}) + LineAt("00:00:00.000", {"1"}) +
                                 LineAt("00:00:15.000", {"2"}) + LineAt("00:00:30.000", {"3"}))},
      options);
  CHECK(read->times == std::vector<double>{15});
  CHECK(read->diagnostics.Count("outside-range") == 2);
  CHECK(read->logs[0].rows_dropped == 2);
}

TEST_CASE("a log without rows is a diagnostic, a log that is none an error with its name") {
  const Folder folder;
  const std::string empty = folder.Write("empty.csv", HeaderOf({kA}));
  const auto read =
      ReadAll({empty, folder.Write("a.csv", HeaderOf({kA}) + LineAt("00:00:00.000", {"1"}))});
  CHECK(read->times == std::vector<double>{0});
  CHECK(read->diagnostics.Count("no-samples") == 1);
  const std::string other = folder.Write("other.csv", "name,age\n");
  CHECK(ReadAll({empty, other})->error.starts_with(other + ": not a Performance Monitor log"));
  CHECK(ReadAll({folder.Write("no", "")})->error.find("is empty") != std::string::npos);
}

TEST_CASE("what a header says is reported once although it is looked at twice") {
  const Folder folder;
  const auto read = ReadAll(
      {folder.Write("a.csv", HeaderOf({kA, kA}, "(") + LineAt("00:00:00.000", {"1", "1"}))});
  CHECK(read->diagnostics.Count("duplicate-column") == 1);
  CHECK(read->diagnostics.Count("zone-cut-off") == 1);
}

TEST_CASE("a second log without a counter of interest does not blank those of the first") {
  const Folder folder;
  const auto read = ReadAll({folder.Write("a.csv", HeaderOf({kA}) + LineAt("00:00:00.000", {"1"}) +
                                                       LineAt("00:00:15.000", {"2"})),
                             folder.Write("b.csv", HeaderOf({"\\\\B\\Unheard Of\\Things"}) +
                                                       LineAt("00:00:07.000", {"9"}))});
  CHECK(read->times == std::vector<double>{0, 15});
}

TEST_CASE("two collectors of one machine that share a few counters are merged") {
  const Folder folder;
  const std::string p = "\\\\A\\Process(p)\\", q = "\\\\A\\Process(q)\\";
  const auto read =
      ReadAll({folder.Write("a.csv", HeaderOf({kA, p + "Private Bytes", p + "Handle Count"}) +
                                         LineAt("00:00:00.000", {"1", "2", "3"}) +
                                         LineAt("00:00:15.000", {"1", "2", "3"})),
               folder.Write("b.csv", HeaderOf({kA, q + "Private Bytes", q + "Handle Count"}) +
                                         LineAt("00:00:00.100", {"1", "4", "5"}) +
                                         LineAt("00:00:15.100", {"1", "4", "5"}))});
  CHECK(read->values == std::vector<std::vector<double>>{{1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}});
}

TEST_CASE("the same rows whatever the order of the names and the number of threads") {
  const Folder folder;
  std::vector<std::string> paths;
  for (const char* machine : {"A", "B", "C"}) {
    for (int hour = 0; hour < 3; ++hour) {
      std::string text = HeaderOf({std::string("\\\\") + machine + "\\Memory\\Committed Bytes"});
      for (int minute = 0; minute < 60; ++minute) {
        char stamp[64];
        std::snprintf(stamp, sizeof stamp, "%02d:%02d:%02d.%03d", hour, minute, machine[0] % 5,
                      minute * 7);
        text += LineAt(stamp, {std::to_string(hour * 60 + minute)});
      }
      paths.push_back(folder.Write(machine + std::to_string(hour) + ".csv", text));
    }
  }
  TimelineOptions one_thread;
  one_thread.read.threads = 1;
  const auto expected = ReadAll(paths, one_thread);
  CHECK(expected->times.size() == 180);
  std::reverse(paths.begin(), paths.end());
  std::swap(paths[1], paths[6]);
  const auto read = ReadAll(paths);
  CHECK(read->times == expected->times);
  double sum = 0, expected_sum = 0;
  for (const auto& row : read->values) sum += row[0] + 3 * row[1] + 7 * row[2];
  for (const auto& row : expected->values) expected_sum += row[0] + 3 * row[1] + 7 * row[2];
  CHECK(sum == expected_sum);
}

TEST_CASE("a log whose header changes before its first row is opened in its time") {
  const Folder folder;
  std::string a = HeaderOf({kA}), rows;
  for (int i = 0; i < 60; ++i) {
    char stamp[64];
    std::snprintf(stamp, sizeof stamp, "12:%02d:00.000", i);
    a += LineAt(stamp, {"1"});
    rows += LineAt(stamp, {"2"});
  }
  const std::string first = folder.Write("a.csv", a);
  // Read with the first header's bias, these rows of 00:00 UTC would begin at 12:00.
  const std::string bias = HeaderOf({kB}) + HeaderOf({kB}, "(Y)(-720)") + rows;
  const std::string columns =
      HeaderOf({kB, "\\\\B\\Memory\\Committed Bytes"}) + HeaderOf({kB}) + rows;
  for (const std::string& text : {bias, columns}) {
    const auto read = ReadAll({first, folder.Write("b.csv", text)});
    CHECK(read->error.empty());
    CHECK(read->times.size() == (text == bias ? 120 : 60));
    CHECK(read->diagnostics.Count("overlap") == 0);
  }
}

TEST_CASE("a log whose first row stands behind 64 MiB of text is read from the beginning") {
  const Folder folder;
  std::string far = HeaderOf({kB});
  for (int i = 0; i < 68; ++i) far += std::string(size_t{1} << 20, 'x') + "\r\n";
  far += LineAt("00:00:00.000", {"1"}) + LineAt("00:00:15.000", {"2"});
  const auto read = ReadAll({folder.Write("a.csv", HeaderOf({kA}) + LineAt("00:00:00.000", {"1"}) +
                                                       LineAt("00:00:15.000", {"2"})),
                             folder.Write("far.csv", far)});
  CHECK(read->values == std::vector<std::vector<double>>{{1, 1}, {2, 2}});
}

TEST_CASE("a mixed time basis uses the bias at the first row, not that of the first header") {
  const Folder folder;
  const auto read = ReadAll(
      {folder.Write("a.csv", HeaderOf({kA}, "(X)(0)") + HeaderOf({kA}, "(Y)(-720)") +
                                 LineAt("00:00:00.000", {"1"}) + LineAt("00:00:15.000", {"2"})),
       folder.Write("b.csv", HeaderOf({kB}, "(") + LineAt("00:00:00.000", {"3"}) +
                                 LineAt("00:00:15.000", {"4"}))});
  CHECK(read->times == std::vector<double>{0, 15});
  CHECK(read->basis == TimeBasis::kLocal);
}

TEST_CASE("logs at random times, out of order, with jumps, give strictly later rows that add up") {
  // ReadAll checks both. 40 draws of up to four logs of two machines.
  const Folder folder;
  std::mt19937 random(9);
  const auto one_of = [&random](std::vector<int> choices) {
    return choices[random() % choices.size()];
  };
  for (int draw = 0; draw < 40; ++draw) {
    std::vector<std::string> paths;
    for (int log = one_of({2, 3, 4}); log > 0; --log) {
      const std::string& counter = log % 2 == 0 ? kA : kB;
      const auto header = [&] {
        return HeaderOf({counter}, "(Z)(" + std::to_string(one_of({0, 0, 60, -540})) + ")");
      };
      std::string text = header();
      int t_s = 40'000 + one_of({0, 7, 50});
      for (int row = 0; row < 60; ++row) {
        if (random() % 20 == 0) text += header();
        t_s = std::clamp(t_s + one_of({15, 15, 15, 15, 15, 1, 0, -30, -3585, 900}), 0, 86'399);
        char stamp[64];
        std::snprintf(stamp, sizeof stamp, "%02d:%02d:%02d.000", t_s / 3600, t_s / 60 % 60,
                      t_s % 60);
        text += LineAt(stamp, {"1"});
      }
      paths.push_back(folder.Write("log" + std::to_string(log) + ".csv", text));
    }
    CHECK(ReadAll(paths)->error.empty());
  }
}

TEST_CASE("a name with terminal commands is printable wherever a diagnostic names it") {
  const Folder folder;
  const std::string path = folder.Write("a\x1B[31m.csv", HeaderOf({kA}));
  const auto read = ReadAll({path, path});
  for (const auto& entry : read->diagnostics.Entries()) {
    for (const std::string& place : entry.places) CHECK(place.find('\x1B') == std::string::npos);
  }
  CHECK(read->diagnostics.Count("same-file") == 1);
  CHECK(read->diagnostics.Count("no-samples") == 1);
}
