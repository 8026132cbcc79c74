// What the tests of the results store put into it, and how they look at it.
#ifndef PERFLEAK_TESTS_FLEET_STORE_SAMPLES_H_
#define PERFLEAK_TESTS_FLEET_STORE_SAMPLES_H_

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fleet/sqlite.h"
#include "fleet/store.h"

namespace perfleak {

// Of two machines, read from logs/NAME.
inline LogDigest SampleDigest(const std::string& name) {
  LogDigest digest;
  digest.outcome = LogOutcome::kRead;
  digest.name = "logs/" + name;
  digest.content = "c0ffee";
  digest.file = {name, "PDH-CSV", "UTF-16LE", 4711};
  digest.time_basis = TimeBasis::kUtc;
  digest.bias_minutes = -60;
  digest.columns = 216;
  digest.rows_read = 103;
  digest.rows_used = 100;
  digest.rows_dropped = 3;
  for (const char* machine : {"EXCH01", "EXCH02"}) {
    MachineDigest& of = digest.machines.emplace_back();
    of.machine = machine;
    of.set.start_s = 1772410000;  // 2026-03-02 00:06:40
    of.set.end_s = 1772420000;
  }
  return digest;
}

inline std::unique_ptr<Store> Opened(const std::string& path) {
  auto store = Store::Open(path);
  REQUIRE_MESSAGE(store, (store ? "" : store.error().message));
  return std::move(*store);
}

template <class T>
T Value(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  return std::move(*result);
}

inline void CheckOk(const Status& status) {
  CHECK_MESSAGE(status, (status ? "" : status.error().message));
}

inline const FileState kFile = {"/logs/a.csv",       1000, 1772410000123456789,
                                1772410000999999999, 77,   2049};

// With a digest of at least so many bytes, whatever compresses it; another one for each seed.
inline LogDigest LargeDigest(uint32_t seed, size_t bytes) {
  LogDigest digest = SampleDigest(std::to_string(seed));
  std::mt19937 random(seed);
  digest.message.reserve(bytes);
  while (digest.message.size() < bytes) digest.message += static_cast<char>(random());
  return digest;
}

// Suspect of `component` with weeks from 2026-03-02 on, growing by so many MB/h each.
inline FleetSuspect SampleSuspect(const std::string& machine, const std::string& component,
                                  const std::vector<double>& mb_per_hour) {
  constexpr double kMbPerHour = 1048576.0 / 3600;
  constexpr double kWeek_s = 7 * kSecondsPerDay;
  FleetSuspect suspect;
  suspect.suspect.verdict = Verdict::kLeak;
  suspect.suspect.kind = LeakKind::kHeap;
  suspect.suspect.score = 0.97;
  suspect.suspect.machine = machine;
  suspect.suspect.component = component;
  suspect.suspect.growth_in.path = "\\\\" + machine + "\\Process(" + component + ")\\Private Bytes";
  suspect.suspect.growth_in.unit = Unit::kBytes;
  double start_s = 1772409600;  // 2026-03-02
  for (const double mb : mb_per_hour) {
    PeriodTrend& period = suspect.periods.emplace_back();
    period.start_s = start_s;
    period.end_s = start_s + kWeek_s - 60;
    period.judged = true;
    period.verdict = mb > 0 ? Verdict::kLeak : Verdict::kSteady;
    period.slope = {mb * kMbPerHour, 0.1 * kMbPerHour, (mb - 0.25) * kMbPerHour,
                    (mb + 0.25) * kMbPerHour};
    start_s += kWeek_s;
  }
  const double last = mb_per_hour.empty() ? 1 : mb_per_hour.back();
  suspect.suspect.growth_in.slope = {last * kMbPerHour, 0.1 * kMbPerHour,
                                     (last - 0.25) * kMbPerHour, (last + 0.25) * kMbPerHour};
  suspect.suspect.growth_in.since_s = 1772409600;
  return suspect;
}

inline FleetMachine SampleMachine(const std::string& name, std::vector<FleetSuspect> suspects) {
  FleetMachine machine;
  machine.name = name;
  machine.input.files = {{"a.csv", "PDH-CSV", "ASCII", 1000}, {"b.csv", "PDH-CSV", "ASCII", 900}};
  machine.input.machines = {name};
  machine.input.time_basis = TimeBasis::kUtc;
  machine.input.start_s = 1772409600;
  machine.input.end_s = 1774828800;  // 2026-03-30
  machine.input.interval_s = 60;
  machine.input.counters = 216;
  machine.input.rows_read = 103;
  machine.input.rows_used = 100;
  machine.input.rows_dropped = 3;
  machine.judged = 200;
  machine.suspects = std::move(suspects);
  return machine;
}

// The rows of a query, columns joined by "|", as the sqlite3 shell shows them.
inline std::vector<std::string> Rows(const std::string& path, const char* query, int columns) {
  auto sql = SqlConnection::Open(path, SqlConnection::Access::kRead, kStorePatience);
  REQUIRE_MESSAGE(sql, (sql ? "" : sql.error().message));
  std::vector<std::string> rows;
  {
    SqlStatement statement(sql->get(), query);
    while (statement.Step()) {
      std::string& row = rows.emplace_back(statement.Text(0));
      for (int i = 1; i < columns; ++i) row += "|" + statement.Text(i);
    }
  }
  CheckOk((*sql)->TakeStatus());
  return rows;
}

inline void CheckWhole(const std::string& path) {
  CHECK(Rows(path, "PRAGMA integrity_check", 1) == std::vector<std::string>{"ok"});
  CHECK(Rows(path, "PRAGMA foreign_key_check", 1).empty());
}

}  // namespace perfleak

#endif  // PERFLEAK_TESTS_FLEET_STORE_SAMPLES_H_
