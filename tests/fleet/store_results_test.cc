// What a run finds out: into the store, and back through its views and as history.
#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "fleet/store.h"
#include "fleet/store_samples.h"
#include "support/temp_dir.h"

namespace perfleak {
namespace {

using Strings = std::vector<std::string>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A store in which a run is going on.
struct Running {
  TempDir dir;
  std::string path = dir.Path("store.db");
  std::unique_ptr<Store> store = Opened(path);
  int64_t run = Value(store->BeginRun({"0.1.0", "batch logs", "s1", 1775037600}));

  void Put(const FleetMachine& machine) { CheckOk(store->PutMachine(run, machine)); }
};

// Every field of it is filled in.
FleetSuspect FullSuspect() {
  FleetSuspect full = SampleSuspect("EXCH01", "store", {1.5, 3});
  full.recent = true;
  full.movement = Movement::kFaster;
  full.movement_text = "was 1.50 MB/h in the week of 2026-03-02";
  Suspect& suspect = full.suspect;
  suspect.growth_in.grown = 2113929216;
  suspect.growth_in.level = 3221225472;
  suspect.growth_in.lives = 2;
  suspect.growth_in.share_of_system = 0.92;
  suspect.exhaustion = Exhaustion{"Commit Limit", 4294967296, Unit::kBytes, 1774828800,
                                  1775000000,     1775100000, kInfinity};
  suspect.likely_responsible = Responsible{"emsmta", "known issue Q176708 fits", "fits"};
  suspect.explanation = "It grows.";
  suspect.deciding_fact = "the version of Exchange";
  suspect.next_steps = {"Install the fix.", "Watch it."};
  IssueMatch issue;
  issue.id = "Q176708";
  issue.grade = "fits";
  issue.title = "MTA calls leak";
  issue.type = "leak";
  issue.fix = "the latest service pack";
  issue.applies_if = "Exchange 5.0";
  issue.check = "stop the MTA";
  issue.guilty = {"emsmta.exe", "store.exe"};
  issue.tie_group = 1;
  IssueMatch unknown;
  unknown.grade = "compatible";
  unknown.title = "a defect not in this catalogue";
  suspect.known_issues = {issue, unknown};
  return full;
}

TEST_CASE("a suspect is in the tables with all that is known of it") {
  Running running;
  running.Put(SampleMachine("EXCH01", {FullSuspect()}));
  // 3 MB/h = 3145728 bytes/h; the interval is 0.25 MB/h either way, as store_samples.h has it.
  CHECK(Rows(running.path,
             "SELECT place, verdict, kind, score, component, path, unit, "
             "round(slope_per_hour), round(slope_low), round(slope_high), grown, level, since, "
             "since_s, lives, share_of_system, recent, movement, movement_text FROM suspects",
             19) ==
        Strings{"1|leak|heap|0.97|store|\\\\EXCH01\\Process(store)\\Private Bytes|bytes|3145728.0|"
                "2883584.0|3407872.0|2113929216.0|3221225472.0|2026-03-02T00:00:00Z|1772409600.0|"
                "2|0.92|1|faster|was 1.50 MB/h in the week of 2026-03-02"});
  // date -u -d @1775000000
  CHECK(Rows(running.path,
             "SELECT limit_name, limit_value, limit_unit, p10, p50, p90, p10_s, p50_s, p90_s, "
             "responsible, responsible_why, responsible_grade, explanation, deciding_fact, "
             "next_steps FROM suspects",
             15) ==
        Strings{"Commit Limit|4294967296.0|bytes|2026-03-31T23:33:20Z|2026-04-02T03:20:00Z||"
                "1775000000.0|1775100000.0||emsmta|known issue Q176708 fits|fits|It grows.|the "
                "version of Exchange|Install the fix.\nWatch it."});
  CHECK(Rows(running.path,
             "SELECT place, issue, grade, tie_group, title, type, guilty, fix, applies_if, "
             "to_check FROM known_issues",
             10) == Strings{"1|Q176708|fits|1|MTA calls leak|leak|emsmta.exe, store.exe|the latest "
                            "service pack|Exchange 5.0|stop the MTA",
                            "2||compatible|0|a defect not in this catalogue|||||"});
}

TEST_CASE("a machine is in the tables with what it is and how good its logs are") {
  Running running;
  FleetMachine machine = SampleMachine("EXCH01", {FullSuspect()});
  machine.platform.windows.product = "windows";
  machine.platform.windows.versions = {"2003"};
  machine.platform.bits = Bits::k32;
  machine.platform.ram = 4294967296;
  machine.quality = {{"no-process-id", "No PIDs.", "Collect them."}};
  running.Put(machine);
  CHECK(Rows(running.path,
             "SELECT name, run, state, logs, time_basis, start, \"end\", start_s, end_s, "
             "interval_s, counters, judged, rows_read, rows_used, rows_dropped, windows, bits, "
             "ram_bytes, error FROM machines",
             19) ==
        Strings{"EXCH01|1|leaks|2|utc|2026-03-02T00:00:00Z|2026-03-30T00:00:00Z|1772409600.0|"
                "1774828800.0|60.0|216|200|103|100|3|Windows Server 2003|32|4294967296.0|"});
  CHECK(Rows(running.path, "SELECT place, code, message, next_step FROM quality", 4) ==
        Strings{"1|no-process-id|No PIDs.|Collect them."});
}

TEST_CASE("what is not known is NULL: a machine without a sample in local time") {
  Running running;
  FleetMachine machine;
  machine.name = "EXCH02";
  machine.error = "the logs have no usable sample";
  running.Put(machine);
  CHECK(Rows(running.path,
             "SELECT state, start IS NULL, \"end\" IS NULL, start_s IS NULL, "
             "interval_s IS NULL, bits IS NULL, ram_bytes IS NULL, time_basis, error FROM machines",
             9) == Strings{"no-verdict|1|1|1|1|1|1|local|the logs have no usable sample"});
}

TEST_CASE("a machine that is put again has its new suspects, old weeks and one row") {
  Running running;
  running.Put(SampleMachine(
      "EXCH01", {SampleSuspect("EXCH01", "store", {1, 2}), SampleSuspect("EXCH01", "mad", {5})}));
  // The log of the first week is gone; the second is longer now, and there is a third.
  FleetSuspect later = SampleSuspect("EXCH01", "store", {0, 2.5, 3});
  later.periods.erase(later.periods.begin());
  running.Put(SampleMachine("exch01", {later}));  // Windows knows no case
  CHECK(Rows(running.path, "SELECT name FROM machines", 1) == Strings{"exch01"});
  CHECK(Rows(running.path, "SELECT component FROM suspects", 1) == Strings{"store"});
  CHECK(Rows(running.path,
             "SELECT component, week, round(slope_per_hour / 1048576, 3) FROM machine_history",
             3) == Strings{"mad|2026-03-02|5.0", "store|2026-03-02|1.0", "store|2026-03-09|2.5",
                           "store|2026-03-16|3.0"});
  CheckWhole(running.path);
}

TEST_CASE("a piece of a week does not take the place of more of it") {
  Running running;
  running.Put(SampleMachine("EXCH01", {SampleSuspect("EXCH01", "store", {1, 2})}));
  FleetSuspect later = SampleSuspect("EXCH01", "store", {0, 9, 3});
  later.periods.erase(later.periods.begin());
  later.periods[0].start_s = later.periods[0].end_s - 3600;  // an hour of the second week
  running.Put(SampleMachine("EXCH01", {later}));
  CHECK(Rows(running.path, "SELECT week, round(slope_per_hour / 1048576, 3) FROM machine_history",
             2) == Strings{"2026-03-02|1.0", "2026-03-09|2.0", "2026-03-16|3.0"});
}

// ---- history ----

TEST_CASE("history comes back as it was put, oldest first") {
  Running running;
  FleetSuspect suspect = SampleSuspect("EXCH01", "store", {0, 1.5, 3});
  suspect.periods[0].verdict = Verdict::kExplained;
  suspect.periods[0].reason = Reason::kSaturating;
  suspect.periods[1].verdict = Verdict::kWatch;
  suspect.periods.emplace_back();  // too little data
  suspect.periods[3].start_s = 1774224000;
  suspect.periods[3].end_s = 1774227600;
  running.Put(SampleMachine("EXCH01", {suspect}));
  const auto lines = Value(running.store->History("EXCH01"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].machine == "EXCH01");
  CHECK(lines[0].component == "store");
  CHECK(lines[0].path == "\\\\EXCH01\\Process(store)\\Private Bytes");
  CHECK(lines[0].kind == LeakKind::kHeap);
  CHECK(lines[0].unit == Unit::kBytes);
  CHECK(lines[0].time_basis == TimeBasis::kUtc);
  REQUIRE(lines[0].periods.size() == 4);
  for (size_t i = 0; i < 4; ++i) {
    const PeriodTrend& put = suspect.periods[i];
    const PeriodTrend& got = lines[0].periods[i];
    CHECK(got.start_s == put.start_s);
    CHECK(got.end_s == put.end_s);
    CHECK(got.judged == put.judged);
    CHECK(got.verdict == put.verdict);
    CHECK(got.reason == put.reason);
    CHECK(got.slope.per_s == doctest::Approx(put.slope.per_s));
    CHECK(got.slope.stderr_per_s == doctest::Approx(put.slope.stderr_per_s));
    CHECK(got.slope.low_per_s == doctest::Approx(put.slope.low_per_s));
    CHECK(got.slope.high_per_s == doctest::Approx(put.slope.high_per_s));
  }
}

TEST_CASE("history knows what is no suspect any more, and until when it was looked for") {
  Running running;
  FleetSuspect over = SampleSuspect("PC", "w3wp", {1, 0});
  over.movement = Movement::kOver;
  running.Put(SampleMachine("PC", {SampleSuspect("PC", "store", {1}), over}));
  running.Put(SampleMachine("PC", {over}));
  const auto lines = Value(running.store->History("PC"));
  REQUIRE(lines.size() == 2);
  CHECK(!lines[0].suspect);
  CHECK(lines[0].machine_end_s == 1774828800);
  CHECK(lines[1].suspect);
}

TEST_CASE("every verdict, reason, kind and unit that is written can be read") {
  Running running;
  std::vector<FleetSuspect> suspects;
  for (int i = 0; i <= static_cast<int>(LeakKind::kOther); ++i) {
    FleetSuspect suspect = SampleSuspect("PC", "p" + std::to_string(100 + i), {1});
    suspect.suspect.kind = static_cast<LeakKind>(i);
    suspect.suspect.growth_in.unit = static_cast<Unit>(i % 6);
    suspect.periods[0].verdict = static_cast<Verdict>(i % 4);
    suspect.periods[0].reason = static_cast<Reason>(i % 12);
    suspects.push_back(suspect);
  }
  running.Put(SampleMachine("PC", suspects));
  const auto lines = Value(running.store->History("PC"));
  REQUIRE(lines.size() == suspects.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i].kind == suspects[i].suspect.kind);
    CHECK(lines[i].unit == suspects[i].suspect.growth_in.unit);
    CHECK(lines[i].periods[0].verdict == suspects[i].periods[0].verdict);
    CHECK(lines[i].periods[0].reason == suspects[i].periods[0].reason);
  }
}

TEST_CASE("history is asked for by machine or component, without case and with wildcards") {
  Running running;
  running.Put(SampleMachine("EXCH02", {SampleSuspect("EXCH02", "store", {1})}));
  running.Put(SampleMachine(
      "EXCH01", {SampleSuspect("EXCH01", "store", {1}), SampleSuspect("EXCH01", "mad", {1})}));
  running.Put(SampleMachine("WEB01", {}));
  const auto found = [&](const char* asked) {
    Strings names;
    for (const HistoryLine& line : Value(running.store->History(asked))) {
      names.push_back(line.machine + "/" + line.component);
    }
    return names;
  };
  CHECK(found("exch01") == Strings{"EXCH01/mad", "EXCH01/store"});
  CHECK(found("STORE") == Strings{"EXCH01/store", "EXCH02/store"});
  CHECK(found("EXCH0?") == Strings{"EXCH01/mad", "EXCH01/store", "EXCH02/store"});
  CHECK(found("m*") == Strings{"EXCH01/mad"});
  CHECK(found("WEB01").empty());  // nothing was ever called on it
  CHECK(found("'; DROP TABLE trends; --").empty());
  CHECK(Value(running.store->KnownNames()) == Strings{"EXCH01", "EXCH02", "mad", "store"});
}

TEST_CASE("names with quotes, wildcards of SQL and control characters are names") {
  Running running;
  for (const std::string& name :
       {std::string("O'Brien \"x\""), std::string("100%_"), std::string("a\x01\x7f\xff"),
        std::string("nul\0l", 5), std::string()}) {
    running.Put(SampleMachine(name, {SampleSuspect(name, name, {1})}));
    const auto lines = Value(running.store->History(name));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].machine == name);
    CHECK(lines[0].component == (name.empty() ? "(unnamed)" : name));
  }
  CheckWhole(running.path);
}

// ---- runs and views ----

TEST_CASE("a run is in the tables, with what it summed up when it finished") {
  Running running;
  CHECK(Rows(running.path, "SELECT id, version, command, settings, started, finished FROM runs",
             6) == Strings{"1|0.1.0|batch logs|s1|2026-04-01T10:00:00Z|"});
  FleetReport report;
  report.read = 10;
  report.duplicates = 2;
  report.no_logs = 3;
  report.failed = 4;
  report.machines.resize(5);
  report.components.resize(6);
  report.issues.resize(7);
  CheckOk(running.store->FinishRun(running.run, 1775037660, report));
  CHECK(Rows(running.path,
             "SELECT finished, finished_s, read, duplicates, no_logs, failed, machines, "
             "components, issues FROM runs",
             9) == Strings{"2026-04-01T10:01:00Z|1775037660.0|10|2|3|4|5|6|7"});
}

TEST_CASE("files that were not read are listed until they are read") {
  Running running;
  FleetReport report;
  report.files = {{"a.csv", FileOutcome::kFailed, "cut off"},
                  {"b.csv", FileOutcome::kDuplicate, "of c.csv"},
                  {"c.csv", FileOutcome::kRead, ""},
                  {"d.txt", FileOutcome::kNoLog, "text"},
                  {"e.csv", FileOutcome::kFailed, "locked"}};
  CheckOk(running.store->FinishRun(running.run, 1775037660, report));
  CHECK(Rows(running.path, "SELECT name, outcome, message FROM unread_files", 3) ==
        Strings{"a.csv|failed|cut off", "b.csv|duplicate|of c.csv", "d.txt|no-log|text",
                "e.csv|failed|locked"});
  CHECK(Rows(running.path, "SELECT * FROM unread_logs", 4) ==
        Strings{"a.csv|cut off|1|2026-04-01T10:00:00Z", "e.csv|locked|1|2026-04-01T10:00:00Z"});
  report.files = {{"a.csv", FileOutcome::kRead, ""}};
  CheckOk(running.store->FinishRun(running.run, 1775037660, report));
  CHECK(Rows(running.path, "SELECT name FROM unread_logs", 1) == Strings{"e.csv"});
}

// EXCH01 leaks in store and mad, EXCH02 in store, faster but later; on WEB01 it is over.
void PutFleet(Running* running) {
  FleetSuspect over = SampleSuspect("WEB01", "w3wp", {4, 0});
  over.movement = Movement::kOver;
  FleetSuspect watched = SampleSuspect("EXCH01", "mad", {0.5});
  watched.suspect.verdict = Verdict::kWatch;
  watched.suspect.score = 0.6;
  FleetSuspect faster = SampleSuspect("EXCH02", "STORE", {8});
  faster.suspect.growth_in.since_s += 86400;
  running->Put(SampleMachine("WEB01", {over}));
  running->Put(SampleMachine("EXCH02", {faster}));
  running->Put(SampleMachine("EXCH01", {FullSuspect(), watched}));
}

TEST_CASE("current_suspects has what leaks now, gravest first") {
  Running running;
  PutFleet(&running);
  CHECK(Rows(running.path,
             "SELECT machine, verdict, component, round(slope_per_hour / 1048576, 2), movement, "
             "limit_reached, responsible, best_issue FROM current_suspects",
             8) == Strings{"EXCH01|leak|store|3.0|faster|2026-04-02T03:20:00Z|emsmta|Q176708",
                           "EXCH02|leak|STORE|8.0|unknown|||", "EXCH01|watch|mad|0.5|unknown|||"});
}

TEST_CASE("leaking_components counts machines, and names the first, the fastest and the soonest") {
  Running running;
  PutFleet(&running);
  CHECK(Rows(running.path,
             "SELECT component, kind, verdict, machines, unit, since, since_machine, "
             "round(fastest_per_hour / 1048576, 2), fastest_machine, soonest, soonest_limit, "
             "soonest_machine FROM leaking_components",
             12) == Strings{"store|heap|leak|2|bytes|2026-03-02T00:00:00Z|EXCH01|8.0|EXCH02|"
                            "2026-04-02T03:20:00Z|Commit Limit|EXCH01",
                            "mad|heap|watch|1|bytes|2026-03-02T00:00:00Z|EXCH01|0.5|EXCH01|||"});
}

TEST_CASE("issue_machines has the known issues that may be behind it, machine by machine") {
  Running running;
  PutFleet(&running);
  CHECK(Rows(running.path, "SELECT * FROM issue_machines", 9) ==
        Strings{"Q176708|fits|1|EXCH01|store|leak|heap|MTA calls leak|the latest service pack"});
}

TEST_CASE("machine_list has every machine, the worst first") {
  Running running;
  PutFleet(&running);
  CHECK(Rows(running.path,
             "SELECT machine, state, leaks, watched, logs, judged_at FROM "
             "machine_list",
             6) == Strings{"EXCH01|leaks|1|1|2|2026-04-01T10:00:00Z",
                           "EXCH02|leaks|1|0|2|2026-04-01T10:00:00Z",
                           "WEB01|over|0|0|2|2026-04-01T10:00:00Z"});
}

TEST_CASE("machine_history has every week of every counter") {
  Running running;
  PutFleet(&running);
  CHECK(Rows(running.path,
             "SELECT machine, component, kind, week, start, \"end\", judged, verdict, "
             "round(slope_per_hour / 1048576, 2), round(slope_low / 1048576, 2), "
             "round(slope_high / 1048576, 2) FROM machine_history WHERE machine = 'web01'",
             11) == Strings{"WEB01|w3wp|heap|2026-03-02|2026-03-02T00:00:00Z|2026-03-08T23:59:00Z|"
                            "1|leak|4.0|3.75|4.25",
                            "WEB01|w3wp|heap|2026-03-09|2026-03-09T00:00:00Z|2026-03-15T23:59:00Z|"
                            "1|steady|0.0|-0.25|0.25"});
}

TEST_CASE("logs has one row for each log, with its machines") {
  Running running;
  Value(running.store->AddDigest("aa11", "s1", 0, "", SampleDigest("a.csv")));
  CHECK(Rows(running.path,
             "SELECT name, outcome, format, machines, start, \"end\", columns, rows_used, "
             "rows_dropped, settings FROM logs",
             10) == Strings{"logs/a.csv|read|PDH-CSV|EXCH01, EXCH02|2026-03-02T00:06:40Z|"
                            "2026-03-02T02:53:20Z|216|100|3|s1"});
}

// ---- deleting, as docs/store.md says ----

TEST_CASE("what hangs on a machine, a content or a run goes with it or stays whole") {
  Running running;
  PutFleet(&running);
  CheckOk(running.store->RememberFile(kFile, "aa11"));
  Value(running.store->AddDigest("aa11", "s1", 0, "a", SampleDigest("a.csv")));
  Value(running.store->AddDigest("aa11", "s1", 1, "b", SampleDigest("b.csv")));
  CheckOk(running.store->CompleteFile("aa11", "s1"));
  const auto remove = [&](const char* sql_text) {
    auto sql = SqlConnection::Open(running.path, SqlConnection::Access::kWrite, kStorePatience);
    (*sql)->RunScript(sql_text);
    CheckOk((*sql)->TakeStatus());
    CheckWhole(running.path);
  };
  remove("DELETE FROM digests WHERE member = 1");
  CHECK(!Value(running.store->DigestsOf("aa11", "s1")).complete);  // is read again
  remove("DELETE FROM contents WHERE hash = 'aa11'");
  CHECK(Value(running.store->AllDigests()).empty());
  CHECK(!Value(running.store->HashOf(kFile)));
  CHECK(Rows(running.path, "SELECT * FROM digest_machines", 1).empty());
  remove("DELETE FROM runs");
  CHECK(Rows(running.path, "SELECT count(*) FROM trends", 1) == Strings{"6"});
  remove("DELETE FROM machines WHERE name = 'EXCH01'");
  CHECK(Value(running.store->KnownNames()) == Strings{"EXCH02", "STORE", "w3wp", "WEB01"});
  CHECK(Rows(running.path, "SELECT * FROM known_issues", 1).empty());
}

}  // namespace
}  // namespace perfleak
