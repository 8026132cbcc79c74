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

}  // namespace
}  // namespace perfleak
