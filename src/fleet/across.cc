#include "fleet/across.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace perfleak {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

double LimitOf(const Suspect& suspect) {
  return suspect.exhaustion ? suspect.exhaustion->p50_s : kNever;
}

// One suspect of one machine.
struct Case {
  const FleetMachine* machine = nullptr;
  const Suspect* suspect = nullptr;
};

FleetComponent Describe(const std::vector<Case>& cases, uint64_t seen_on) {
  const Suspect& first = *cases.front().suspect;
  FleetComponent component;
  component.component = first.component;
  component.kind = first.kind;
  component.unit = first.growth_in.unit;
  component.since_s = kNever;
  std::vector<double> rates;
  std::set<std::string> machines;
  for (const Case& one : cases) {
    const Suspect& suspect = *one.suspect;
    component.verdict = std::max(component.verdict, suspect.verdict);
    if (machines.insert(one.machine->name).second) component.machines.push_back(one.machine->name);
    if (suspect.growth_in.since_s < component.since_s) {
      component.since_s = suspect.growth_in.since_s;
      component.since_machine = one.machine->name;
    }
    const double soonest_s = component.soonest ? component.soonest->p50_s : kNever;
    if (LimitOf(suspect) < soonest_s) {
      component.soonest = suspect.exhaustion;
      component.soonest_machine = one.machine->name;
    }
    if (suspect.growth_in.unit == component.unit) rates.push_back(suspect.growth_in.slope.per_s);
  }
  std::sort(rates.begin(), rates.end(), [](double a, double b) {
    return std::abs(a) < std::abs(b);  // of what falls, too
  });
  component.slowest_per_s = rates.front();
  component.fastest_per_s = rates.back();
  const size_t middle = rates.size() / 2;
  component.median_per_s =
      rates.size() % 2 == 1 ? rates[middle] : (rates[middle - 1] + rates[middle]) / 2;
  component.runs_on = std::max<uint64_t>(seen_on, component.machines.size());
  return component;
}

// The issues that lead the list and those tied with the first.
std::vector<const IssueMatch*> LeadingIssues(const Suspect& suspect) {
  std::vector<const IssueMatch*> leading;
  for (const IssueMatch& issue : suspect.known_issues) {
    const IssueMatch& first = suspect.known_issues.front();
    const bool tied =
        &issue == &first || (first.tie_group != 0 && issue.tie_group == first.tie_group);
    if (tied && !issue.id.empty()) leading.push_back(&issue);
  }
  return leading;
}

int RankOfGrade(const std::string& grade) {
  return grade == "fits" ? 0 : grade == "compatible" ? 1 : 2;
}

void InsertSorted(const std::string& name, std::vector<std::string>* names) {
  const auto place = std::lower_bound(names->begin(), names->end(), name);
  if (place == names->end() || *place != name) names->insert(place, name);
}

void Take(const IssueMatch& match, const Suspect& suspect, const FleetMachine& machine,
          FleetIssue* issue) {
  if (issue->id.empty()) {
    *issue = {match.id, match.title, match.type, match.fix, match.grade, {}, {}};
  }
  if (RankOfGrade(match.grade) < RankOfGrade(issue->grade)) issue->grade = match.grade;
  InsertSorted(suspect.component, &issue->components);
  InsertSorted(machine.name, &issue->machines);
}

auto RankOf(const FleetMachine& machine) {
  int worst = 3;
  double limit_s = kNever, score = 0;
  if (!machine.suspects.empty()) {
    const FleetSuspect& top = machine.suspects.front();
    worst = top.movement == Movement::kOver ? 2 : top.suspect.verdict == Verdict::kLeak ? 0 : 1;
    limit_s = LimitOf(top.suspect) - machine.input.end_s;
    score = top.suspect.score;
  } else if (!machine.error.empty()) {
    worst = 4;
  }
  return std::make_tuple(worst, std::isnan(limit_s) ? kNever : limit_s, -score, machine.name);
}

}  // namespace

std::vector<FleetComponent> ComponentsOf(const std::vector<FleetMachine>& machines,
                                         const SeenOn& seen_on) {
  std::map<std::pair<std::string, LeakKind>, std::vector<Case>> by_name;
  for (const FleetMachine& machine : machines) {
    for (const FleetSuspect& one : machine.suspects) {
      if (one.movement == Movement::kOver) continue;
      by_name[{ToLower(one.suspect.component), one.suspect.kind}].push_back(
          {&machine, &one.suspect});
    }
  }
  std::vector<FleetComponent> components;
  for (const auto& [key, cases] : by_name) {
    const auto seen = seen_on.find(key.first);
    // What is no process, the kernel, is on every machine.
    const uint64_t on = seen == seen_on.end() ? machines.size() : seen->second;
    components.push_back(Describe(cases, on));
  }
  std::stable_sort(components.begin(), components.end(),
                   [](const FleetComponent& a, const FleetComponent& b) {
                     return std::make_tuple(a.machines.size(), a.verdict) >
                            std::make_tuple(b.machines.size(), b.verdict);
                   });
  return components;
}

std::vector<FleetIssue> IssuesOf(const std::vector<FleetMachine>& machines) {
  std::map<std::string, FleetIssue> by_id;
  for (const FleetMachine& machine : machines) {
    for (const FleetSuspect& one : machine.suspects) {
      if (one.movement == Movement::kOver) continue;
      for (const IssueMatch* match : LeadingIssues(one.suspect)) {
        Take(*match, one.suspect, machine, &by_id[match->id]);
      }
    }
  }
  std::vector<FleetIssue> issues;
  for (auto& [id, issue] : by_id) issues.push_back(std::move(issue));
  std::stable_sort(issues.begin(), issues.end(), [](const FleetIssue& a, const FleetIssue& b) {
    if (a.machines.size() != b.machines.size()) return a.machines.size() > b.machines.size();
    return RankOfGrade(a.grade) < RankOfGrade(b.grade);
  });
  return issues;
}

void RankMachines(std::vector<FleetMachine>* machines) {
  std::sort(machines->begin(), machines->end(),
            [](const FleetMachine& a, const FleetMachine& b) { return RankOf(a) < RankOf(b); });
}

}  // namespace perfleak
