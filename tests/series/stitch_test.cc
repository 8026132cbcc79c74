// Logs put together from pieces against the same log read in one go.
#include "series/stitch.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "series/series_codec.h"
#include "support/test_log.h"

namespace perfleak {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

int RowOf(double t_s) { return static_cast<int>(std::lround((t_s - TestLog::kStart_s) / 60)); }

// "store 100: 0-59 began 0 ended 1": image, PID, first and last row, how it was cut.
std::string Describe(const Life& life) {
  return life.object + "(" + life.instance + ") " + (life.pid ? std::to_string(*life.pid) : "?") +
         ": " + std::to_string(RowOf(life.start_s)) + "-" + std::to_string(RowOf(life.end_s)) +
         " n " + std::to_string(life.samples) + " began " +
         std::to_string(static_cast<int>(life.began)) + " ended " +
         std::to_string(static_cast<int>(life.ended)) + " counters " +
         std::to_string(life.series.size());
}

std::vector<std::string> Lives(const SeriesSet& set) {
  std::vector<std::string> lives;
  for (const Life& life : set.lives) lives.push_back(Describe(life));
  std::sort(lives.begin(), lives.end());
  return lives;
}

SeriesSet Stitch(const CounterTable& table, std::vector<SeriesSet> sets) {
  Diagnostics diagnostics;
  SeriesStitcher stitcher(&table, &diagnostics);
  for (SeriesSet& set : sets) stitcher.Add(std::move(set));
  return stitcher.Finish();
}

// The log cut before the rows `cuts`.
SeriesSet CutAndStitch(TestLog* log, std::vector<int> cuts, int rows) {
  std::vector<SeriesSet> sets;
  int begin = 0;
  cuts.push_back(rows);
  for (const int end : cuts) {
    sets.push_back(log->Read(begin, end));
    begin = end;
  }
  return Stitch(log->table(), std::move(sets));
}

void CheckSameAsWhole(TestLog* log, std::vector<int> cuts, int rows) {
  const SeriesSet whole = log->Read(rows), stitched = CutAndStitch(log, std::move(cuts), rows);
  CHECK(Lives(stitched) == Lives(whole));
  CHECK(stitched.rows == whole.rows);
  CHECK(stitched.interval_s == whole.interval_s);
  CHECK(stitched.gap_count == whole.gap_count);
  REQUIRE(stitched.machines.size() == whole.machines.size());
  for (size_t i = 0; i < whole.machines.size(); ++i) {
    CHECK(stitched.machines[i].restarts == whole.machines[i].restarts);
    CHECK(stitched.machines[i].start_s == whole.machines[i].start_s);
    CHECK(stitched.machines[i].end_s == whole.machines[i].end_s);
    CHECK(stitched.machines[i].has_load == whole.machines[i].has_load);
    CHECK(stitched.machines[i].load_counter == whole.machines[i].load_counter);
  }
}

TEST_CASE("one set alone comes out as it went in") {
  TestLog log;
  log.Process("store", Always(100), Always(1e6));
  const SeriesSet set = log.Read(100);
  CHECK(EncodeSeriesSet(Stitch(log.table(), {set})) == EncodeSeriesSet(set));
}

TEST_CASE("a process goes on from log to log by its PID") {
  TestLog log;
  log.Process("store", Always(100), [](int i) { return 1e6 + 1000 * i; });
  log.Process("mad", Always(200), Always(1e6));
  log.Column("Processor(_Total)\\% Processor Time", [](int i) { return 50 + 50 * Noise(i, 1); });
  CheckSameAsWhole(&log, {40, 41, 90}, 120);
  const SeriesSet whole = log.Read(120), stitched = CutAndStitch(&log, {39, 90}, 120);
  for (size_t l = 0; l < whole.lives.size(); ++l) {
    const Life &a = whole.lives[l], &b = stitched.lives[l];
    for (size_t s = 0; s < a.series.size(); ++s) {
      const BucketSeries x = a.Buckets(a.series[s]), y = b.Buckets(b.series[s]);
      REQUIRE(x.size() == y.size());
      for (size_t i = 0; i < x.size(); ++i) {
        CHECK(y.mean[i] == doctest::Approx(x.mean[i]));
        CHECK(y.load[i] == doctest::Approx(x.load[i]));
        CHECK(y.t_s[i] == doctest::Approx(x.t_s[i]));
      }
    }
  }
}

TEST_CASE("a process that restarts at the seam is two lives") {
  TestLog log;
  log.Process(
      "store", [](int i) { return i < 60 ? 100.0 : 200.0; }, Always(1e6));
  CheckSameAsWhole(&log, {60}, 100);
  TestLog same_pid;
  same_pid.Process("app", Always(100), Always(1e6));
  same_pid.Column("Process(app)\\Elapsed Time",
                  [](int i) { return i < 40 ? 1000 + 60.0 * i : i - 39.0; });
  CheckSameAsWhole(&same_pid, {40}, 100);
}

TEST_CASE("a process that is away for a moment at the seam is one life") {
  TestLog log;
  const auto away = [](int i) { return i >= 30 && i < 50; };
  log.Process(
      "app", [=](int i) { return away(i) ? kNan : 100.0; },
      [=](int i) { return away(i) ? kNan : 1e6; });
  log.Process("other", Always(5), Always(1e6));
  for (const int cut : {30, 35, 49, 50}) CheckSameAsWhole(&log, {cut}, 100);
}

TEST_CASE("a process that is away for long is two lives, wherever the seam is") {
  TestLog log;
  const auto away = [](int i) { return i >= 30 && i < 70; };
  log.Process(
      "app", [=](int i) { return away(i) ? kNan : 100.0; },
      [=](int i) { return away(i) ? kNan : 1e6; });
  log.Process("other", Always(5), Always(1e6));
  for (const int cut : {30, 45, 70}) CHECK(CutAndStitch(&log, {cut}, 100).lives.size() == 3);
}

TEST_CASE("without PIDs the column is followed, and cut where levels drop together") {
  TestLog log;
  log.Process(
      "app", nullptr, [](int i) { return i < 60 ? 1e6 : 1e5; }, false);
  log.Process("other", nullptr, Always(1e6), false);
  CheckSameAsWhole(&log, {30}, 100);
  CheckSameAsWhole(&log, {60}, 100);
}

TEST_CASE("the machine restarts between two logs: its up time fell") {
  TestLog log;
  log.Process("store", Always(100), Always(1e6));
  log.Column("Memory\\Committed Bytes", Always(1e9));
  log.Column("System\\System Up Time",
             [](int i) { return i < 50 ? 1e5 + 60 * i : 60.0 * (i - 49); });
  CheckSameAsWhole(&log, {50}, 100);
  CHECK(CutAndStitch(&log, {50}, 100).machines[0].restarts == 1);
  CheckSameAsWhole(&log, {40, 60}, 100);
}

TEST_CASE("the machine restarts while nobody logs: it was started later than it had been") {
  TestLog log;
  log.Column("Memory\\Committed Bytes", Always(1e9));
  // Up for an hour at row 50; at row 1000, 16 hours later, up for ten.
  log.Column("System\\System Up Time", [](int i) { return i < 100 ? 60.0 * i : 60.0 * (i - 400); });
  const SeriesSet set = Stitch(log.table(), {log.Read(0, 50), log.Read(1000, 1050)});
  REQUIRE(set.lives.size() == 2);
  CHECK(set.lives[0].ended == Cut::kMachineRestart);
  CHECK(set.lives[1].began == Cut::kMachineRestart);
  CHECK(set.machines[0].restarts == 1);
  CHECK(set.gap_count == 1);
  CHECK(RowOf(set.gaps[0].from_s) == 49);
  CHECK(RowOf(set.gaps[0].to_s) == 1000);
}

TEST_CASE("the machine restarts between two logs: most PIDs are gone") {
  TestLog log;
  for (int p = 0; p < 12; ++p) {
    log.Process(
        "p" + std::to_string(p), [p](int i) { return 100.0 + p + (i < 50 || p == 0 ? 0 : 500); },
        Always(1e6));
  }
  log.Column("Memory\\Committed Bytes", Always(1e9));
  CheckSameAsWhole(&log, {50}, 100);
  CHECK(CutAndStitch(&log, {50}, 100).machines[0].restarts == 1);
}

TEST_CASE("two collectors side by side make one life of a process with the counters of both") {
  TestLog log;
  log.Column("Process(app)\\ID Process", Always(100));
  bool first = true;
  log.Column("Process(app)\\Private Bytes", [&](int i) { return first ? 1e6 + i : kNan; });
  log.Column("Process(app)\\Handle Count", [&](int i) { return first ? kNan : 500.0 + i; });
  const SeriesSet a = log.Read(0, 100);
  first = false;
  const SeriesSet b = log.Read(10, 50), c = log.Read(50, 120);
  const SeriesSet set = Stitch(log.table(), {a, b, c});
  REQUIRE(set.lives.size() == 1);
  CHECK(RowOf(set.lives[0].start_s) == 0);
  CHECK(RowOf(set.lives[0].end_s) == 119);
  REQUIRE(set.lives[0].series.size() == 2);
  CHECK(set.lives[0].samples >= 119);  // 120, to the width of a bucket
  CHECK(set.lives[0].samples <= 121);
  CHECK(set.lives[0].series[0].extremes.max == doctest::Approx(1e6 + 98));
  CHECK(set.lives[0].series[1].extremes.min == doctest::Approx(511));
  CHECK(set.lives[0].series[1].extremes.n ==
        b.lives[0].series[0].extremes.n + c.lives[0].series[0].extremes.n);
  CHECK(set.rows == 120);
}

TEST_CASE("of the same log twice, one is left out") {
  TestLog log;
  log.Process("store", Always(100), [](int i) { return 1e6 + i; });
  const SeriesSet whole = log.Read(100);
  const SeriesSet twice = Stitch(log.table(), {whole, whole, log.Read(20, 60)});
  CHECK(Lives(twice) == Lives(whole));
  CHECK(twice.lives[0].buckets->grid() == whole.lives[0].buckets->grid());
  CHECK(twice.rows == whole.rows);
}

TEST_CASE("loads by two counters are never mixed: the better one counts") {
  TestLog log;
  bool first = true;
  log.Process("store", Always(100), Always(1e6));
  log.Column("System\\Context Switches/sec", [&](int) { return first ? 3.0 : kNan; });
  log.Column("Processor(_Total)\\% Processor Time", [&](int) { return first ? kNan : 40.0; });
  SeriesSet a = log.Read(0, 60);
  first = false;
  SeriesSet b = log.Read(60, 120);
  a.machines[0].load_counter = 4;  // context switches; as a log says that has no other
  const SeriesSet set = Stitch(log.table(), {a, b});
  CHECK(set.machines[0].load_counter == 5);
  const Life& life = set.lives.back();
  const BucketSeries series = life.Buckets(life.series[0]);
  for (const double load : series.load) CHECK((std::isnan(load) || load == 40));
  CHECK(std::isnan(series.load.front()));
  CHECK(series.load.back() == 40);
}

TEST_CASE("more lives of an image than are kept are counted") {
  TestLog log;
  log.Process(
      "crashy", [](int i) { return 100.0 + i / 5; }, Always(1e6));
  std::vector<int> cuts;
  for (int cut = 100; cut < 1000; cut += 100) cuts.push_back(cut);
  const SeriesSet set = CutAndStitch(&log, cuts, 1000);  // 200 lives
  CHECK(set.lives.size() == 64);
  CHECK(set.lives_forgotten == 136);
}

// Processes that come, go, restart and move; with or without PIDs; a machine that may restart.
TestLog RandomLog(uint32_t seed) {
  TestLog log;
  std::mt19937 random(seed);
  const auto dice = [&random](int sides) {
    return static_cast<int>(random() % static_cast<uint32_t>(sides));
  };
  const bool pids = dice(3) != 0;
  for (int p = 0; p < 8; ++p) {
    const int change = dice(400);
    const auto stream = static_cast<uint32_t>(dice(1000));
    const bool restarts = dice(2) == 0;
    const auto pid = [=](int i) { return 100.0 + p + (restarts && i >= change ? 50 : 0); };
    const auto level = [=](int i) {
      return (restarts && i >= change ? 1e6 : 3e6) * (1 + .02 * Noise(i, stream));
    };
    const std::string instance = "app" + (p == 0 ? "" : "#" + std::to_string(p));
    log.Process(instance, pid, level, pids);
  }
  const int boot = dice(800);
  log.Column("System\\System Up Time",
             [=](int i) { return i < boot ? 1e6 + 60 * i : 60.0 * (i - boot); });
  log.Column("Memory\\Committed Bytes", [](int i) { return 1e9 + 1e6 * Noise(i, 5); });
  return log;
}

TEST_CASE("wherever a log is cut, its lives are those of the log read in one go") {
  CHECK(rc::check([] {
    TestLog log = RandomLog(*rc::gen::arbitrary<uint32_t>());
    const int rows = 400;
    std::vector<int> cuts = *rc::gen::container<std::vector<int>>(*rc::gen::inRange<size_t>(1, 11),
                                                                  rc::gen::inRange(1, rows));
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    const SeriesSet whole = log.Read(rows), stitched = CutAndStitch(&log, cuts, rows);
    RC_ASSERT(Lives(stitched) == Lives(whole));
    RC_ASSERT(stitched.machines[0].restarts == whole.machines[0].restarts);
    for (const Life& life : stitched.lives) RC_ASSERT(life.buckets->grid().IsSound());
  }));
}

TEST_CASE("slices over all time hold all samples") {
  CHECK(rc::check([] {
    TestLog log = RandomLog(*rc::gen::arbitrary<uint32_t>());
    const SeriesSet whole = log.Read(400);
    const double from_s = TestLog::kStart_s + 60 * *rc::gen::inRange(0, 400);
    uint64_t samples = 0, expected = 0, rows = 0;
    for (const auto& [begin_s, end_s] : {std::pair{-1e300, from_s}, {from_s, 1e300}}) {
      const SeriesSet part = Slice(whole, begin_s, end_s);
      rows += part.rows;
      for (const Life& life : part.lives) {
        samples += life.samples;
        RC_ASSERT(life.buckets->grid().IsSound());
      }
    }
    for (const Life& life : whole.lives) expected += life.samples;
    RC_ASSERT(samples == expected);
    RC_ASSERT(rows == whole.rows);
  }));
}

TEST_CASE("times are shifted everywhere, and the hour of the day stays") {
  TestLog log;
  log.Process("store", Always(100), Always(1e6));
  log.Column("System\\System Up Time", [](int i) { return 60.0 * i; });
  SeriesSet set = log.Read(100);
  set.local_offset_s = -18000;
  ShiftTimes(-18000, &set);
  CHECK(set.start_s == TestLog::kStart_s - 18000);
  CHECK(set.local_offset_s == 0);
  CHECK(set.lives[0].start_s == set.start_s);
  CHECK(set.lives[0].buckets->start_s() == set.start_s);
  CHECK(*set.machines[0].booted_first_s == set.start_s);
}

TEST_CASE("counters are given other ids, those of lives and the load") {
  TestLog log;
  log.Process("store", Always(100), Always(1e6));
  log.Column("Processor(_Total)\\% Processor Time", Always(5));
  SeriesSet set = log.Read(10);
  const std::vector<CounterId> to = {14, 13, 12, 11, 10};
  RemapCounters(to, &set);
  CHECK(set.machines[0].load_counter == 10);
  CHECK(set.lives[0].series[0].counters == std::vector<CounterId>{13});
}

}  // namespace
}  // namespace perfleak
