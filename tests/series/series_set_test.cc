// Lives cut out of columns. Logs are written as small tables: a column a counter, a row a sample,
// "_" for missing.
#include "series/series_set.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "series/life_tracker.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// "store 100: 0-59, 60-119": image, PID, first and last row, in the order of the set.
std::string Lives(const SeriesSet& set) {
  std::string text;
  for (const Life& life : set.lives) {
    if (!life.is_process) continue;
    if (!text.empty()) text += "; ";
    text += life.instance + " " + (life.pid ? std::to_string(*life.pid) : "?") + ": " +
            std::to_string(std::lround((life.start_s - 1e9) / 60)) + "-" +
            std::to_string(std::lround((life.end_s - 1e9) / 60));
  }
  return text;
}

TEST_CASE("a process that lives through the log is one life") {
  TestLog log;
  log.Process("store", Always(100), Always(1e6));
  const SeriesSet set = log.Read(100);
  CHECK(Lives(set) == "store 100: 0-99");
  CHECK(set.lives[0].began == Cut::kLogEdge);
  CHECK(set.lives[0].ended == Cut::kLogEdge);
  CHECK(set.lives[0].samples == 100);
  CHECK(set.interval_s == 60);
}

TEST_CASE("a restarted process under another PID is two lives") {
  TestLog log;
  log.Process(
      "store", [](int i) { return i < 60 ? 100.0 : 200.0; }, Always(1e6));
  const SeriesSet set = log.Read(100);
  CHECK(Lives(set) == "store 100: 0-59; store 200: 60-99");
  CHECK(set.lives[0].ended == Cut::kPidChanged);
  CHECK(set.lives[1].began == Cut::kPidChanged);
}

TEST_CASE("renumbered instances are followed by PID from column to column") {
  // svchost (PID 1) exits at row 50: svchost#1 becomes svchost, svchost#2 becomes svchost#1.
  TestLog log;
  const auto before = [](int i) { return i < 50; };
  log.Process(
      "svchost", [=](int i) { return before(i) ? 1.0 : 2.0; },
      [=](int i) { return before(i) ? 1e6 : 2e6; });
  log.Process(
      "svchost#1", [=](int i) { return before(i) ? 2.0 : 3.0; },
      [=](int i) { return before(i) ? 2e6 : 3e6; });
  log.Process(
      "svchost#2", [=](int i) { return before(i) ? 3.0 : kNan; },
      [=](int i) { return before(i) ? 3e6 : kNan; });
  const SeriesSet set = log.Read(100);
  CHECK(Lives(set) == "svchost 1: 0-49; svchost 2: 0-99; svchost 3: 0-99");
  const LifeSeries& moved = set.lives[1].series[0];
  CHECK(moved.counters.size() == 2);
  CHECK(log.table()[moved.counters.back()].path.index == 0);
  CHECK(moved.extremes.min == 2e6);  // never mixed with another process
  CHECK(moved.extremes.max == 2e6);
}

TEST_CASE("the same PID again is a new life when Elapsed Time fell") {
  TestLog log;
  log.Process("app", Always(100), Always(1e6));
  log.Column("Process(app)\\Elapsed Time",
             [](int i) { return i < 40 ? 1000 + 60.0 * i : i - 39.0; });
  const SeriesSet set = log.Read(100);
  CHECK(Lives(set) == "app 100: 0-39; app 100: 40-99");
  CHECK(set.lives[0].ended == Cut::kRestarted);
}

TEST_CASE("the same PID again is a new life when another process created it") {
  TestLog log;
  log.Process("app", Always(100), Always(1e6));
  log.Column("Process(app)\\Creating Process ID", [](int i) { return i < 40 ? 8.0 : 12.0; });
  CHECK(Lives(log.Read(100)) == "app 100: 0-39; app 100: 40-99");
}

TEST_CASE("a dead process's column of zeros is not part of its life") {
  TestLog log;
  log.Process(
      "app", [](int i) { return i < 40 ? 100.0 : 0.0; }, [](int i) { return i < 40 ? 1e6 : 0.0; });
  log.Process("other", Always(5), Always(1e6));
  CHECK(Lives(log.Read(100)) == "app 100: 0-39; other 5: 0-99");
}

TEST_CASE("samples missing for a moment do not end a life known by its PID") {
  TestLog log;
  log.Process(
      "app", [](int i) { return i == 40 || i == 41 ? kNan : 100.0; },
      [](int i) { return i == 40 || i == 41 ? kNan : 1e6; });
  log.Process("other", Always(5), Always(1e6));
  const SeriesSet set = log.Read(100);
  CHECK(Lives(set) == "app 100: 0-99; other 5: 0-99");
  CHECK(set.lives[0].samples == 98);
}

TEST_CASE("a row in which no process shows up cuts nothing") {
  TestLog log;
  const auto gone = [](int i) { return i == 40; };
  for (int p = 1; p <= 10; ++p) {
    log.Process(
        "p" + std::to_string(p), nullptr, [=](int i) { return gone(i) ? kNan : 1e6; }, false);
  }
  const SeriesSet set = log.Read(100);
  CHECK(set.lives.size() == 10);
  CHECK(set.machines[0].restarts == 0);
}

TEST_CASE("without PIDs a life is cut after a blank") {
  TestLog log;
  log.Process(
      "app", nullptr, [](int i) { return i >= 40 && i < 50 ? kNan : 1e6; }, false);
  log.Process("other", nullptr, Always(1e6), false);
  const SeriesSet set = log.Read(100);
  CHECK(Lives(set) == "app ?: 0-39; app ?: 50-99; other ?: 0-99");
  CHECK(set.lives[1].began == Cut::kBlank);
  CHECK_FALSE(set.machines[0].has_process_ids);
}

TEST_CASE("without PIDs a life is cut where bytes, handles and threads fall together") {
  TestLog log;
  log.Process(
      "app", nullptr, [](int i) { return i < 60 ? 1e6 + 1e4 * i : 1e6; }, false);
  const SeriesSet set = log.Read(100);
  CHECK(Lives(set) == "app ?: 0-59; app ?: 60-99");
  CHECK(set.lives[1].began == Cut::kDropped);
}

TEST_CASE("without PIDs a fall of bytes alone is no restart") {
  TestLog log;
  log.Column("Process(gc)\\Private Bytes", [](int i) { return 1e6 + 1e5 * (i % 20); });
  log.Column("Process(gc)\\Handle Count", Always(300));
  log.Column("Process(gc)\\Thread Count", Always(20));
  CHECK(Lives(log.Read(100)) == "gc ?: 0-99");
}

TEST_CASE("the sum over all processes is no process, and a fall of it no restart") {
  TestLog log;
  log.Process("app", Always(10), Always(1e6));
  log.Column("Process(_Total)\\ID Process", Always(0));
  log.Column("Process(_Total)\\Handle Count", [](int i) { return i < 50 ? 9000.0 : 3000.0; });
  log.Column("Process(_Total)\\Thread Count", [](int i) { return i < 50 ? 900.0 : 300.0; });
  const SeriesSet set = log.Read(100);
  REQUIRE(set.lives.size() == 2);  // "_Total" sorts before "app"
  CHECK(set.lives[0].instance == "_Total");
  CHECK_FALSE(set.lives[0].is_process);
  CHECK(set.lives[0].samples == 100);
}

TEST_CASE("when System Up Time falls every life ends") {
  TestLog log;
  log.Process("System", Always(4), Always(1e6));
  log.Column("Memory\\Pool Paged Bytes", Always(1e8));
  log.Column("System\\System Up Time",
             [](int i) { return i < 50 ? 1e6 + 60.0 * i : 60.0 * (i - 49); });
  const SeriesSet set = log.Read(100);
  CHECK(Lives(set) == "System 4: 0-49; System 4: 50-99");
  CHECK(set.machines[0].restarts == 1);
  CHECK(set.lives[0].object == "Memory");
  CHECK(set.lives[1].object == "Memory");
  CHECK(set.lives[0].ended == Cut::kMachineRestart);
}

TEST_CASE("without System Up Time a restart shows in most processes ending at once") {
  TestLog log;
  for (int p = 1; p <= 10; ++p) {
    log.Process(
        "p" + std::to_string(p), [=](int i) { return p + (i < 50 ? 0 : 1000.0); }, Always(1e6));
  }
  log.Column("Memory\\Pool Paged Bytes", Always(1e8));
  const SeriesSet set = log.Read(100);
  CHECK(set.machines[0].restarts == 1);
  CHECK(set.lives.size() == 22);
}

TEST_CASE("a PID behind the name is taken off the image") {
  TestLog log;
  log.Column("Process V2(chrome:77)\\Private Bytes", Always(1e6));
  log.Process("svchost_88", Always(88), Always(1e6));
  log.Process("data_2024", Always(99), Always(1e6));
  CHECK(Lives(log.Read(50)) == "data_2024 99: 0-49; svchost 88: 0-49; chrome 77: 0-49");
}

TEST_CASE("a program that restarts all the time keeps a bounded number of lives") {
  TestLog log;
  log.Process(
      "crasher", [](int i) { return 1000.0 + i / 3; }, Always(1e6));
  log.Process("other", Always(5), Always(1e6));
  const SeriesSet set = log.Read(3000);
  size_t crashes = 0;
  for (const Life& life : set.lives) crashes += life.instance == "crasher";
  CHECK(crashes == LifeTracker::kMaxLives);
  CHECK(set.lives_forgotten == 1000 - LifeTracker::kMaxLives);
}

TEST_CASE("machines in one log do not share processes, load or restarts") {
  CounterTable table;
  Diagnostics diagnostics;
  const auto id = [&](const char* path) { return table.Intern(*ParseCounterPath(path)); };
  const CounterId a = id(R"(\\A\Process(store)\Private Bytes)");
  const CounterId b = id(R"(\\B\Process(store)\Private Bytes)");
  const CounterId load = id(R"(\\A\Processor(_Total)\% Processor Time)");
  const CounterId up = id(R"(\\B\System\System Up Time)");
  SeriesBuilder builder(&table, &diagnostics);
  std::vector<double> row(table.size());
  for (int i = 0; i < 60; ++i) {
    row[a] = 1e6;
    row[b] = 2e6;
    row[load] = i;
    row[up] = i < 30 ? 1000 + i : i;
    builder.Add({1e9 + i, row});
  }
  const SeriesSet set = builder.Finish();
  CHECK(Lives(set) == "store ?: 0-1; store ?: 0-0; store ?: 1-1");
  CHECK(set.machines.size() == 2);
  CHECK(set.machines[0].has_load);
  CHECK_FALSE(set.machines[1].has_load);
  CHECK(set.lives[0].Buckets(set.lives[0].series[0]).load.size() == 20);
  CHECK(set.lives[1].Buckets(set.lives[1].series[0]).load.empty());
}

TEST_CASE("gaps are counted and told") {
  CounterTable table;
  Diagnostics diagnostics;
  table.Intern(*ParseCounterPath(R"(\\A\Memory\Committed Bytes)"));
  SeriesBuilder builder(&table, &diagnostics);
  const double row[] = {1e6};
  for (int i = 0; i < 100; ++i) builder.Add({1e9 + 60.0 * i + (i >= 50 ? 86400 : 0), row});
  const SeriesSet set = builder.Finish();
  CHECK(set.gap_count == 1);
  REQUIRE(set.gaps.size() == 1);
  CHECK(set.gaps[0].from_s == 1e9 + 60 * 49);
  CHECK(set.gaps[0].to_s == 1e9 + 60 * 50 + 86400);
}

TEST_CASE("a table that grows between rows adds counters to lives that go on") {
  CounterTable table;
  Diagnostics diagnostics;
  table.Intern(*ParseCounterPath(R"(\\A\Process(x)\Private Bytes)"));
  SeriesBuilder builder(&table, &diagnostics);
  std::vector<double> row{1e6};
  for (int i = 0; i < 30; ++i) builder.Add({1e9 + i, row});
  table.Intern(*ParseCounterPath(R"(\\A\Process(x)\Handle Count)"));
  row.push_back(50);
  for (int i = 30; i < 60; ++i) builder.Add({1e9 + i, row});
  const SeriesSet set = builder.Finish();
  REQUIRE(set.lives.size() == 1);
  REQUIRE(set.lives[0].series.size() == 2);
  CHECK(set.lives[0].Buckets(set.lives[0].series[0]).size() == 20);
  CHECK(set.lives[0].Buckets(set.lives[0].series[1]).size() == 10);
}

}  // namespace
}  // namespace perfleak
