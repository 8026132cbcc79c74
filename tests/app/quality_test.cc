#include "app/quality.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/test_log.h"

namespace perfleak {
namespace {

std::string Codes(TestLog* log, int rows) {
  const SeriesSet set = log->Read(rows);
  std::string text;
  for (const QualityNote& note : JudgeQuality(set, log->table(), 1)) {
    CHECK_FALSE(note.message.empty());
    CHECK_FALSE(note.next_step.empty());
    text += (text.empty() ? "" : " ") + note.code;
  }
  return text;
}

TEST_CASE("a good log has nothing to note") {
  TestLog log;
  log.Process("store", Always(10), Always(1e6));
  log.Column("Processor(_Total)\\% Processor Time", Always(10));
  log.Column("Memory\\Committed Bytes", Always(1e9));
  log.Column("Memory\\Commit Limit", Always(2e9));
  CHECK(Codes(&log, 2000).empty());
}

TEST_CASE("each thing missing is noted with what to do") {
  TestLog no_ids;
  no_ids.Process("store", nullptr, Always(1e6), false);
  CHECK(Codes(&no_ids, 2000) == "no-process-id no-load-counter");

  TestLog total_only;
  total_only.Column("Process(_Total)\\Private Bytes", Always(1e9));
  total_only.Column("Memory\\Committed Bytes", Always(1e9));
  CHECK(Codes(&total_only, 100) == "short-log process-total-only no-load-counter no-commit-limit");

  TestLog no_process;
  no_process.Column("Processor(_Total)\\% Processor Time", Always(10));
  no_process.Column("Memory\\Pool Paged Bytes", Always(1e9));
  CHECK(Codes(&no_process, 10) == "few-samples no-process-counters");
}

SeriesSet Machines(const CounterTable& table, const std::vector<std::string>& names) {
  SeriesSet set;
  set.rows = 2000;
  set.end_s = 2000 * 60;
  for (const std::string& name : names) set.machines.push_back({.name = name, .has_load = true});
  CHECK(table.size() > 0);
  return set;
}

std::string MessageOf(const std::string& code, const std::vector<QualityNote>& notes) {
  std::string message;
  for (const QualityNote& note : notes) {
    if (note.code == code) message += note.message;
  }
  return message;
}

TEST_CASE("a note that is true of many machines is told once") {
  CounterTable table;
  std::vector<std::string> names;
  for (int i = 1; i <= 100; ++i) {
    names.push_back("SRV" + std::to_string(i));
    table.Intern(*ParseCounterPath("\\\\" + names.back() + "\\Process(a)\\Private Bytes"));
  }
  SeriesSet set = Machines(table, names);
  auto notes = JudgeQuality(set, table, 1);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].message ==
        "Process IDs were not logged on 100 machines (SRV1, SRV2, SRV3 and 97 more): a "
        "restarted process and a renumbered instance can only be guessed.");
  for (size_t i = 1; i < 100; ++i) set.machines[i].has_process_ids = true;
  CHECK(JudgeQuality(set, table, 1)[0].message.starts_with("Process IDs were not logged on SRV1:"));
  set.machines[1].has_process_ids = false;
  CHECK(JudgeQuality(set, table, 1)[0].message.starts_with(
      "Process IDs were not logged on 2 machines (SRV1, SRV2):"));
}

TEST_CASE("restarts are counted by machine") {
  CounterTable table;
  table.Intern(*ParseCounterPath("\\\\A\\Process(a)\\Private Bytes"));
  SeriesSet set = Machines(table, {"A"});
  const auto message = [&] { return MessageOf("machine-restarted", JudgeQuality(set, table, 1)); };
  set.machines[0].restarts = 1;
  CHECK(message().starts_with("The machine restarted 1 time while logged;"));
  set = Machines(table, {"A", "B"});
  set.machines[1].restarts = 2;
  CHECK(message().starts_with("1 machine restarted, B (2 times), while logged;"));
  set.machines[0].restarts = 1;
  CHECK(message().starts_with("2 machines restarted, A (1 time), B (2 times), while logged;"));
}

TEST_CASE("few samples are told without contradicting what was judged") {
  CounterTable table;
  table.Intern(*ParseCounterPath("\\\\A\\Process(a)\\Private Bytes"));
  SeriesSet set = Machines(table, {"A"});
  const auto message = [&](uint64_t rows) {
    set.rows = rows;
    return MessageOf("few-samples", JudgeQuality(set, table, rows < 12 ? 0 : 1));
  };
  CHECK(message(1) == "The log holds only 1 sample; a counter is judged from 12 on.");
  CHECK(message(35) ==
        "The log holds only 35 samples; in fewer than 36 a passing rise looks like a trend.");
  CHECK(message(36).empty());
}

TEST_CASE("names in another language are told apart from what was not logged") {
  const auto codes = [](const std::vector<std::string>& paths) {
    CounterTable table;
    for (const std::string& path : paths) table.Intern(*ParseCounterPath("\\\\PC\\" + path));
    SeriesSet set = Machines(table, {"PC"});
    set.machines[0].has_load = false;
    std::string text;
    for (const QualityNote& note : JudgeQuality(set, table, 0)) text += note.code + " ";
    return text;
  };
  // German: the rate is recognised by its "/s", the object of processes by its instance Idle.
  CHECK(codes({"Prozess(Idle)\\Handleanzahl", "Prozess(store)\\Handleanzahl",
               "Prozess(store)\\Seitenfehler/s"}) == "nothing-judged names-not-understood ");
  CHECK(codes({"M\xC3\xA9moire\\Octets valid\xC3\xA9s"}) == "nothing-judged names-not-understood ");
  CHECK(codes({"Arbeitsspeicher\\Zugesicherte Bytes"}) == "nothing-judged names-not-understood ");
  // English: nothing of Process or Memory, but rates that are what they say.
  CHECK(codes({"Web Service(_Total)\\Get Requests/sec"}) ==
        "nothing-judged no-process-counters no-load-counter ");
  CHECK(codes({"Process(\xC3\xA9)\\Private Bytes"}) ==
        "nothing-judged no-process-id no-load-counter ");
}

TEST_CASE("what is stated against the log is a note, once for machines that are alike") {
  Platform platform;
  platform.machine = "SRV1";
  platform.contradictions = {
      {"windows", "Windows NT 4.0", "Windows Vista or later (process wininit)"}};
  std::vector<Platform> platforms = {platform};
  std::vector<QualityNote> notes;
  NoteContradictions(platforms, &notes);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].code == "stated-windows-contradicts-log");
  CHECK(notes[0].message ==
        "Windows NT 4.0 was stated, but the log is of Windows Vista or later (process wininit); "
        "what was stated counts.");
  platforms.push_back(platform);
  platforms[1].machine = "SRV2";
  notes.clear();
  NoteContradictions(platforms, &notes);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].message.find("(process wininit) on SRV1, SRV2; what") != std::string::npos);
}

}  // namespace
}  // namespace perfleak
