#include "fleet/across.h"

#include <doctest/doctest.h>

#include <cmath>

namespace perfleak {
namespace {

FleetSuspect SuspectOf(const std::string& component, double slope, double since_s,
                       Verdict verdict = Verdict::kLeak) {
  FleetSuspect one;
  one.suspect.component = component;
  one.suspect.kind = LeakKind::kHeap;
  one.suspect.verdict = verdict;
  one.suspect.growth_in.slope.per_s = slope;
  one.suspect.growth_in.since_s = since_s;
  return one;
}

FleetMachine MachineOf(const std::string& name, std::vector<FleetSuspect> suspects) {
  FleetMachine machine;
  machine.name = name;
  machine.input.end_s = 1000;
  machine.suspects = std::move(suspects);
  return machine;
}

TEST_CASE("a component is counted over machines, whatever the case of its name") {
  std::vector<FleetMachine> machines = {
      MachineOf("A", {SuspectOf("store", 3, 200)}),
      MachineOf("B", {SuspectOf("Store", 1, 100), SuspectOf("w3wp", 9, 300)}),
      MachineOf("C", {SuspectOf("store", 2, 400, Verdict::kWatch)}), MachineOf("D", {})};
  machines[2].suspects[0].suspect.exhaustion =
      Exhaustion{"Commit Limit", 1, Unit::kBytes, 0, 1, 5000, 9};
  machines[0].suspects[0].suspect.exhaustion =
      Exhaustion{"Commit Limit", 1, Unit::kBytes, 0, 1, 4000, 9};
  const auto components = ComponentsOf(machines, {{"store", 4}, {"w3wp", 1}});
  REQUIRE(components.size() == 2);
  const FleetComponent& store = components[0];
  CHECK(store.component == "store");
  CHECK(store.machines == std::vector<std::string>{"A", "B", "C"});
  CHECK(store.runs_on == 4);
  CHECK(store.verdict == Verdict::kLeak);
  CHECK(store.since_s == 100);
  CHECK(store.since_machine == "B");
  CHECK(store.slowest_per_s == 1);
  CHECK(store.median_per_s == 2);
  CHECK(store.fastest_per_s == 3);
  CHECK(store.soonest_machine == "A");
  CHECK(components[1].component == "w3wp");
}

TEST_CASE("what is over does not count") {
  std::vector<FleetMachine> machines = {MachineOf("A", {SuspectOf("store", 3, 200)})};
  machines[0].suspects[0].movement = Movement::kOver;
  CHECK(ComponentsOf(machines, {}).empty());
  CHECK(IssuesOf(machines).empty());
}

TEST_CASE("the issues a suspect is most like are counted, with those tied with the first") {
  std::vector<FleetMachine> machines = {MachineOf("B", {SuspectOf("store", 3, 200)}),
                                        MachineOf("A", {SuspectOf("mmc", 3, 200)})};
  const auto issue = [](const std::string& id, const std::string& grade, int tie_group) {
    IssueMatch match;
    match.id = id;
    match.grade = grade;
    match.tie_group = tie_group;
    return match;
  };
  machines[0].suspects[0].suspect.known_issues = {issue("Q1", "compatible", 1),
                                                  issue("Q2", "compatible", 1),
                                                  issue("Q3", "cannot be excluded", 0)};
  machines[1].suspects[0].suspect.known_issues = {issue("Q1", "fits", 0),
                                                  issue("Q2", "compatible", 0)};
  const auto issues = IssuesOf(machines);
  REQUIRE(issues.size() == 2);
  CHECK(issues[0].id == "Q1");
  CHECK(issues[0].grade == "fits");
  CHECK(issues[0].machines == std::vector<std::string>{"A", "B"});
  CHECK(issues[0].components == std::vector<std::string>{"mmc", "store"});
  CHECK(issues[1].id == "Q2");
  CHECK(issues[1].machines == std::vector<std::string>{"B"});
}

TEST_CASE("a defect in no catalogue is no issue of a fleet") {
  std::vector<FleetMachine> machines = {MachineOf("B", {SuspectOf("app", 3, 200)})};
  machines[0].suspects[0].suspect.known_issues = {IssueMatch{}};
  CHECK(IssuesOf(machines).empty());
}

TEST_CASE("machines are ranked by verdict, then by who reaches a limit soonest") {
  std::vector<FleetMachine> machines = {MachineOf("none", {}),
                                        MachineOf("watch", {SuspectOf("a", 1, 0, Verdict::kWatch)}),
                                        MachineOf("late", {SuspectOf("a", 1, 0)}),
                                        MachineOf("soon", {SuspectOf("a", 1, 0)}),
                                        MachineOf("over", {SuspectOf("a", 1, 0)}),
                                        MachineOf("broken", {})};
  machines[2].suspects[0].suspect.exhaustion = Exhaustion{"L", 1, Unit::kBytes, 0, 0, 9000, 0};
  machines[3].suspects[0].suspect.exhaustion = Exhaustion{"L", 1, Unit::kBytes, 0, 0, 2000, 0};
  machines[4].suspects[0].movement = Movement::kOver;
  machines[5].error = "no usable sample";
  RankMachines(&machines);
  std::vector<std::string> names;
  for (const FleetMachine& machine : machines) names.push_back(machine.name);
  CHECK(names == std::vector<std::string>{"soon", "late", "watch", "over", "none", "broken"});
}

}  // namespace
}  // namespace perfleak
