#include "app/quality.h"

#include <doctest/doctest.h>

#include <string>

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

}  // namespace
}  // namespace perfleak
