#include "leaks/component_evidence.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "leaks/test_machine.h"

namespace perfleak {
namespace {

// Of the suspect `component`, from the whole path: log, findings, suspects.
ComponentEvidence Evidence(Machine& machine, const std::string& component, LeakReport* report) {
  const SeriesSet set = machine.log.Read(2 * kDay);
  *report = FindLeaks(set, machine.log.table());
  const MachineIndex index(set);
  for (const Suspect& suspect : report->suspects) {
    if (suspect.component != component) continue;
    return EvidenceOf(suspect, report->suspects, report->findings, index, machine.log.table());
  }
  FAIL("no suspect " << component << ": " << Summary(*report));
  return {};
}

TEST_CASE("evidence: what rises, what is flat and what was not logged") {
  Machine machine({.private_mb = 20});
  LeakReport report;
  const ComponentEvidence evidence = Evidence(machine, "app", &report);
  CHECK(evidence.process == "app");
  CHECK_FALSE(evidence.is_of_kernel);
  CHECK(evidence.machine == "PC");
  const ShownResource& memory = evidence.of(IssueResource::kPrivateBytes);
  CHECK(memory.shown == Shown::kRises);
  CHECK(memory.own);
  CHECK(memory.counter == "Process(app)\\Private Bytes");
  CHECK(memory.per_s == doctest::Approx(20 * kMb / 3600).epsilon(0.05));
  CHECK(evidence.of(IssueResource::kHandles).shown == Shown::kFlat);
  CHECK(evidence.of(IssueResource::kGdiObjects).shown == Shown::kNotLogged);
  CHECK(evidence.of(IssueResource::kCommittedBytes).shown == Shown::kNotLogged);
  CHECK(evidence.processes == std::set<std::string>{"app", "mad", "store"});
  CHECK(evidence.suspects == std::set<std::string>{"app"});
}

TEST_CASE("evidence: other processes say nothing of it, and are suspects beside it") {
  Machine machine({.private_mb = 20});
  machine.AddProcess("Gw", 40, {.handles = 60});
  LeakReport report;
  const ComponentEvidence app = Evidence(machine, "app", &report);
  CHECK(app.of(IssueResource::kHandles).shown == Shown::kFlat);
  CHECK(app.suspects == std::set<std::string>{"app", "gw"});
  const ComponentEvidence gw = Evidence(machine, "Gw", &report);
  CHECK(gw.process == "gw");
  CHECK(gw.of(IssueResource::kPrivateBytes).shown == Shown::kFlat);
  CHECK(gw.of(IssueResource::kHandles).shown == Shown::kRises);
}

TEST_CASE("evidence: a pool of the process or of the machine") {
  Machine machine({.nonpaged_mb = 2});
  machine.AddTotals(0, 0, 2);
  LeakReport report;
  const ComponentEvidence app = Evidence(machine, "app", &report);
  CHECK(app.of(IssueResource::kNonpagedPool).shown == Shown::kRises);
  CHECK(app.of(IssueResource::kNonpagedPool).own);
  CHECK(app.of(IssueResource::kCommittedBytes).shown == Shown::kFlat);

  Machine drivers({});
  drivers.AddTotals(0, 0, 2);
  const ComponentEvidence kernel = Evidence(drivers, "kernel", &report);
  CHECK(kernel.is_of_kernel);
  CHECK(kernel.process == "system");
  CHECK(kernel.of(IssueResource::kNonpagedPool).counter == "Memory\\Pool Nonpaged Bytes");
  CHECK(kernel.of(IssueResource::kNonpagedPool).own);
  CHECK(kernel.of(IssueResource::kPrivateBytes).shown == Shown::kNotLogged);  // of no process
}

TEST_CASE("evidence: a total that others make grow is not its own") {
  Machine machine({.private_mb = 20});
  machine.AddTotals(0, 2, 0);  // a driver's
  LeakReport report;
  const ComponentEvidence app = Evidence(machine, "app", &report);
  CHECK(app.of(IssueResource::kPagedPool).shown == Shown::kRises);
  CHECK_FALSE(app.of(IssueResource::kPagedPool).own);
}

TEST_CASE("evidence: growth beside is of another group that does not follow") {
  using Resources = std::vector<IssueResource>;
  ComponentEvidence evidence;
  const auto show = [&](IssueResource resource, bool own = true) {
    evidence.resources[static_cast<size_t>(resource)] = {Shown::kRises, 1, own, ""};
  };
  show(IssueResource::kPrivateBytes);
  show(IssueResource::kPageFileBytes);
  show(IssueResource::kPagedPool);            // page tables
  show(IssueResource::kNonpagedPool, false);  // of the machine
  show(IssueResource::kCommittedBytes);
  CHECK(RisesBeside(evidence, Resources{IssueResource::kVirtualBytes}).empty());
  // Memory and paged pool follow from windows.
  CHECK(RisesBeside(evidence, Resources{IssueResource::kGdiObjects}).empty());
  show(IssueResource::kHandles);
  show(IssueResource::kThreads);
  CHECK(RisesBeside(evidence, Resources{IssueResource::kPrivateBytes}) ==
        Resources{IssueResource::kHandles, IssueResource::kThreads});
  // Memory once; the pool of no other group.
  CHECK(RisesBeside(evidence, Resources{IssueResource::kRegistryQuota}) ==
        Resources{IssueResource::kPrivateBytes, IssueResource::kPagedPool, IssueResource::kHandles,
                  IssueResource::kThreads});
}

}  // namespace
}  // namespace perfleak
