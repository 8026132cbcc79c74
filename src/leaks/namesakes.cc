#include "leaks/namesakes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "base/units.h"
#include "leaks/explain.h"

namespace perfleak {
namespace {

// So many processes of one name are told one by one.
constexpr size_t kNamesakesTold = 6;

bool IsWorse(const OfProcess& a, const OfProcess& b) {
  const Finding *of_a = a.diagnosis.growth, *of_b = b.diagnosis.growth;
  if (of_a == nullptr || of_b == nullptr) return of_a != nullptr && of_b == nullptr;
  return std::make_pair(of_a->trend.verdict, of_a->trend.logit) >
         std::make_pair(of_b->trend.verdict, of_b->trend.logit);
}

bool Contains(const FindingList& findings, const Finding* finding) {
  return std::find(findings.begin(), findings.end(), finding) != findings.end();
}

// The counters that .NET keeps of a process, known by its PID where that is logged.
void AddManagedCounters(const FindingList& component, FindingList* process) {
  const std::vector<int64_t> pids =
      process->empty() ? std::vector<int64_t>() : process->front()->pids;
  for (const Finding* finding : component) {
    if (finding->is_process) continue;
    const bool other = !pids.empty() && !finding->pids.empty() &&
                       std::find_first_of(pids.begin(), pids.end(), finding->pids.begin(),
                                          finding->pids.end()) == pids.end();
    if (!other) process->push_back(finding);
  }
}

}  // namespace

std::vector<OfProcess> DiagnoseEach(const FindingList& component, const Ownership& ownership,
                                    const Platform* platform) {
  std::map<size_t, FindingList> by_role;
  for (const Finding* finding : component) {
    if (finding->is_process) by_role[finding->role].push_back(finding);
  }
  if (by_role.empty()) by_role[0];
  std::vector<OfProcess> processes;
  for (auto& [role, findings] : by_role) {
    AddManagedCounters(component, &findings);
    processes.push_back({DiagnoseProcess(findings, ownership, platform), findings});
  }
  std::stable_sort(processes.begin(), processes.end(), IsWorse);
  return processes;
}

std::vector<Namesakes> GroupByKind(const std::vector<OfProcess>& worst_first,
                                   const FindingList& component) {
  std::vector<Namesakes> groups;
  for (const OfProcess& process : worst_first) {
    const Finding* growth = process.diagnosis.growth;
    const bool sure = growth != nullptr && growth->trend.verdict == Verdict::kLeak;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Namesakes& one) {
      return !sure || one.processes.front().diagnosis.kind == process.diagnosis.kind;
    });
    if (group == groups.end()) group = groups.insert(group, Namesakes{});
    group->processes.push_back(process);
  }
  for (Namesakes& group : groups) {
    std::copy_if(component.begin(), component.end(), std::back_inserter(group.findings),
                 [&](const Finding* finding) {
                   return std::any_of(group.processes.begin(), group.processes.end(),
                                      [&](const OfProcess& process) {
                                        return Contains(process.findings, finding);
                                      });
                 });
  }
  return groups;
}

void AddNamesakes(const Namesakes& group, const CounterTable& table, Suspect* suspect) {
  std::vector<std::string> told;
  for (const OfProcess& process : group.processes) {
    const Finding* growth = process.diagnosis.growth;
    if (growth == nullptr || process.diagnosis.kind != suspect->kind) continue;
    const std::string who = growth->pids.empty() ? InstanceName(table[growth->counter].path)
                                                 : "PID " + std::to_string(growth->pids.back());
    told.push_back(FormatPerHour(growth->trend.slope.per_s, growth->traits.unit) + " in " + who);
  }
  if (told.size() < 2) return;
  const std::string number = std::to_string(told.size());
  if (told.size() > kNamesakesTold) {
    const size_t more = told.size() - kNamesakesTold;
    told.resize(kNamesakesTold);
    told.push_back(std::to_string(more) + " more");
  }
  suspect->evidence.push_back({true,
                               number + " processes of this name leak: " + JoinWithAnd(told) + ".",
                               std::nullopt, "", ""});
}

}  // namespace perfleak
