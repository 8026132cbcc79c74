#include "fleet/log_digest.h"

#include <doctest/doctest.h>

namespace perfleak {
namespace {

TEST_CASE("the summary of a digest has the machines and their time") {
  LogDigest digest;
  digest.outcome = LogOutcome::kRead;
  digest.name = "logs/a.csv";
  digest.content = "00ff";
  MachineDigest& machine = digest.machines.emplace_back();
  machine.machine = "EXCH01";
  machine.set.start_s = 100;
  machine.set.end_s = 200;
  const DigestSummary summary = SummaryOf(digest);
  CHECK(summary.outcome == LogOutcome::kRead);
  CHECK(summary.name == "logs/a.csv");
  CHECK(summary.content == "00ff");
  REQUIRE(summary.machines.size() == 1);
  CHECK(summary.machines[0].name == "EXCH01");
  CHECK(summary.machines[0].start_s == 100);
  CHECK(summary.machines[0].end_s == 200);
}

TEST_CASE("a log under another name has it in all that is said of it") {
  LogDigest digest;
  digest.name = "a.csv";
  digest.message = "a.csv: broken";
  digest.file.name = "a.csv";
  digest.diagnostics = {{"bad-row", "a row", 2, {"a.csv:17:3", "b.csv:1"}}};
  DigestSummary summary = SummaryOf(digest);
  Rename("moved/c.csv", &digest);
  CHECK(digest.name == "moved/c.csv");
  CHECK(digest.file.name == "moved/c.csv");
  CHECK(digest.message == "moved/c.csv: broken");
  CHECK(digest.diagnostics[0].places == std::vector<std::string>{"moved/c.csv:17:3", "b.csv:1"});
  Rename("moved/c.csv", &summary);
  CHECK(summary.message == "moved/c.csv: broken");
}

}  // namespace
}  // namespace perfleak
