// The whole path: a log and a knowledge base in, suspects with their known issues out.
#include "leaks/known_issues.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "leaks/known_case.h"
#include "leaks/test_machine.h"

namespace perfleak {
namespace {

LeakReport Find(Machine& machine, const std::string& entries, const KnownFacts& facts = {},
                const PlatformStated& stated = {}) {
  const KnowledgeBase base = BaseOf(entries);
  LeakOptions options;
  options.knowledge = &base;
  options.facts = facts;
  options.stated = stated;
  return FindLeaks(machine.log.Read(2 * kDay), machine.log.table(), options);
}

const std::string kApp = "processes = ['app']\nresources = ['private-bytes']\n";
const std::string kDesign = Entry(
    "D", "type = 'by-design'\n" + kApp + "explains.counters = ['Process(*)\\Virtual Bytes']\n");

TEST_CASE("without a knowledge base nothing is said of known issues") {
  Machine machine({.private_mb = 20});
  const LeakReport report = machine.Find();
  REQUIRE(report.suspects.size() == 1);
  CHECK(report.suspects[0].known_issues.empty());
}

TEST_CASE("a suspect has its known issues, who is responsible, and the next step") {
  Machine machine({.private_mb = 20});
  const std::string entries =
      Entry("A", kApp + "affects = ['exchange-5.5']\npool_tags = ['Toke']\n" +
                     "guilty.modules = ['mad']\nguilty.attribution = 'other-process'\n" +
                     "guilty.differs_from_process = true\ncause = 'mad calls it'\n" +
                     "fix.files = [{ name = 'a.dll', version = '1.2' }]\n") +
      Entry("B", kApp + "affects = ['exchange-5.0']\n") +
      Entry("C", "processes = ['store']\nresources = ['private-bytes']\n");
  PlatformStated stated;
  stated.products = {*ParseProduct("exchange 5.5")};
  const LeakReport report = Find(machine, entries, {{}, {"Toke"}}, stated);
  REQUIRE(report.suspects.size() == 1);
  const Suspect& app = report.suspects[0];
  REQUIRE(app.known_issues.size() == 2);
  CHECK(app.known_issues[0].id == "A");
  CHECK(app.known_issues[0].grade == "fits");
  CHECK(app.known_issues[1].id.empty());
  CHECK(app.known_issues_excluded == 1);
  REQUIRE(app.likely_responsible.has_value());
  CHECK(app.likely_responsible->component == "mad");
  CHECK(app.likely_responsible->why == "A: mad calls it");
  CHECK(app.next_steps.back() == "For A: compare the version of a.dll with 1.2.");
}

TEST_CASE("a program that no entry names may be a defect in no catalogue, and nobody is blamed") {
  Machine machine({.private_mb = 20});
  const LeakReport report = Find(machine, Entry("A",
                                                "any_host = true\nresources = "
                                                "['private-bytes']\nguilty.modules = "
                                                "['a.dll']\ntrigger = 'calls'\n"));
  REQUIRE(report.suspects.size() == 1);
  CHECK(report.suspects[0].known_issues.front().id.empty());
  for (const std::string& step : report.suspects[0].next_steps) {
    CHECK_FALSE(step.starts_with("For "));
  }
}

TEST_CASE("benign growth is explained and no suspect, and ranks close up") {
  Machine machine({.private_mb = 20});
  machine.AddProcess("gw", 40, {.private_mb = 5});
  const LeakReport report = Find(machine, kDesign);
  CHECK(Summary(report) == "1 leak heap gw");
  const auto explained = std::find_if(report.explained.begin(), report.explained.end(),
                                      [](const Explained& one) { return one.known_issue == "D"; });
  REQUIRE(explained != report.explained.end());
  CHECK(explained->path == "\\\\PC\\Process(app)\\Private Bytes");
  CHECK(explained->machine == "PC");
  CHECK(explained->reason == Reason::kByDesign);
  CHECK(explained->explanation.ends_with("% as much. D: title of D."));
  CHECK(explained->slope.per_s == doctest::Approx(20 * kMb / 3600).epsilon(0.05));
}

TEST_CASE("a leak of handles beside benign memory stays a suspect with both") {
  Machine machine({.private_mb = 20, .handles = 60});
  const LeakReport report = Find(machine, kDesign);
  REQUIRE(report.suspects.size() == 1);
  CHECK(report.suspects[0].component == "app");
  CHECK_FALSE(report.suspects[0].also_growing.empty());
}

TEST_CASE("what is explained is no suspect that speaks for an issue of two processes") {
  const std::string two = Entry("A", "processes = ['app', 'gw']\nresources = ['private-bytes']\n");
  const auto matched = [&](const std::string& entries) {
    Machine machine({.private_mb = 20});
    machine.AddProcess("gw", 40, {.private_mb = 20});
    const LeakReport report = Find(machine, entries);
    for (const Suspect& suspect : report.suspects) {
      if (suspect.component == "gw") return Join(suspect.known_issues.front().matched, "; ");
    }
    return std::string("no suspect");
  };
  CHECK(ContainsIgnoreCase(matched(two), "app grows too"));
  CHECK_FALSE(ContainsIgnoreCase(matched(two + kDesign), "app grows too"));
}

TEST_CASE("growth in the kernel is held against issues of the kernel") {
  Machine machine({});
  machine.AddTotals(0, 2, 0);
  const LeakReport report = Find(
      machine, Entry("A", "processes = ['System']\nresources = ['paged-pool']\n") +
                   Entry("B", "any_host = true\nresources = ['paged-pool']\n") + Entry("C", kApp));
  REQUIRE(report.suspects.size() == 1);
  CHECK(report.suspects[0].known_issues[0].id == "A");
  CHECK(report.suspects[0].known_issues.size() == 3);  // with B and the defect in no catalogue
}

}  // namespace
}  // namespace perfleak
